"""The rules as they are loaded, to read: categories and limits, routes, classes, lists, the calculator."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from blueprints import access
from blueprints.categories import queries
from blueprints.categories.forms import CalculatorForm
from blueprints.categories.words import condition_in_words
from hotline.categories import catalogue
from hotline.people.roles import Role
from hotline.wording import in_both

MOST_CLASSES = 200

bp = Blueprint("categories", __name__, url_prefix="/categories")
access.only(bp, Role.ADMINISTRATOR, Role.SERVICE_MANAGER)


@bp.get("")
def list_() -> ResponseReturnValue:
    """Show the categories in use and which profile brought them."""
    return render_template(
        "categories/list.html",
        policies=catalogue.open_categories(),
        versions=catalogue.current().versions,
        profile=queries.profile(),
    )


@bp.get("/<code>")
def show(code: str) -> ResponseReturnValue:
    """Show a category's policy, the present one or an earlier version that tickets still stand under."""
    newest = catalogue.policy_version(code)
    version = request.args.get("version", newest, type=int)
    return render_template(
        "categories/show.html",
        policy=catalogue.policy_at(code, version),
        version=version,
        newest=newest,
        versions=queries.versions(code),
        condition_in_words=condition_in_words,
        policies=catalogue.current().policies,
    )


@bp.get("/calculator")
def calculator() -> ResponseReturnValue:
    """Show what would be due when, and why."""
    is_asked = "received" in request.args
    form = CalculatorForm(request.args if is_asked else None, category=request.args.get("category"))
    reckoning = form.reckoning if is_asked and form.validate() else None
    code = 200 if reckoning or not is_asked else 422
    return render_template("categories/calculator.html", form=form, reckoning=reckoning), code


@bp.get("/routing")
def routing() -> ResponseReturnValue:
    """Show the dispatch catalogue."""
    words = request.args.get("q", "").strip()
    names = queries.department_names()
    rules = [
        rule
        for rule in catalogue.current().rules
        if not words
        or words in in_both(names[rule.department_code])
        or any(words in one for one in rule.words)
    ]
    template = "categories/_routing.html" if request.headers.get("HX-Request") else "categories/routing.html"
    return render_template(
        template,
        rules=rules,
        words=words,
        department_names=names,
        policies=catalogue.current().policies,
        classes=catalogue.current().classes,
    )


@bp.get("/classes")
def classes() -> ResponseReturnValue:
    """Show the content classification, or what of it fits some words or initials."""
    words = request.args.get("q", "").strip()
    fits = [
        one
        for one in catalogue.content_classes()
        if words in in_both(one.names) or one.initials.startswith(words.lower()) or one.code.startswith(words)
    ]
    template = "categories/_classes.html" if request.headers.get("HX-Request") else "categories/classes.html"
    return render_template(
        template,
        classes=fits[:MOST_CLASSES],
        count=len(fits),
        words=words,
        all_classes=catalogue.current().classes,
    )


@bp.get("/lists")
@bp.get("/lists/<name>")
def lists(name: str = "") -> ResponseReturnValue:
    """Show the code lists that forms choose from, one of them with its entries."""
    in_use = queries.code_lists()
    shown = next((one for one in in_use if one.code == name or not name), None)
    if shown is None:
        raise catalogue.UnknownCodeError(code="*", list=name)
    entries = catalogue.current().lists
    return render_template(
        "categories/lists.html",
        code_lists=in_use,
        shown=shown,
        entries=entries.get(shown.code, ()),
        names={item.code: item.names for item in entries.get(shown.code, ())},
        counts={code: len(items) for code, items in entries.items()},
    )

"""The parts of the intake pages that change while somebody types; all read, none writes.

They are posted to, because what is typed is personal and does not belong in addresses.
"""

from uuid import UUID

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from blueprints.intake import letters, panels
from blueprints.intake.forms import IntakeForm
from blueprints.intake.views import CHANNEL, bp
from blueprints.intake.visits import FORMS
from hotline.categories.channels import Channel


def _form(channel: str) -> IntakeForm:
    return FORMS[Channel(channel)]()


@bp.post(f"/{CHANNEL}/who")
def who(channel: str) -> ResponseReturnValue:
    """Show who is known under the number."""
    form = _form(channel)
    return render_template("intake/_who.html", form=form, is_fragment=True, **panels.who(form))


@bp.post(f"/{CHANNEL}/<uuid:key>/knowledge")
def knowledge(channel: str, key: UUID) -> ResponseReturnValue:
    """Show the articles that fit what is being typed, and what else the words point at."""
    form = _form(channel)
    return render_template(
        "intake/_knowledge.html", form=form, key=key, is_fragment=True, **panels.found(form)
    )


@bp.post(f"/{CHANNEL}/likely")
def likely(channel: str) -> ResponseReturnValue:
    """Show the open tickets that are likely about the same."""
    form = _form(channel)
    return render_template("intake/_likely.html", form=form, **panels.likely(form))


@bp.post("/letter/earlier")
def earlier() -> ResponseReturnValue:
    """Show the letters registered before that this one may repeat."""
    form = _form(Channel.LETTER)
    return render_template("intake/_earlier.html", form=form, **letters.earlier(form))


@bp.post(f"/{CHANNEL}/category")
def category(channel: str) -> ResponseReturnValue:
    """Show what the category is and what it asks for."""
    form = _form(channel)
    return render_template(
        "intake/_asked.html",
        form=form,
        is_fragment=True,
        is_taken="taken" in request.form,
        **panels.asked(form),
        **panels.situation(form),
    )


@bp.post(f"/{CHANNEL}/situation")
def situation(channel: str) -> ResponseReturnValue:
    """Show what the numbers typed make of it: late answer, collective visit."""
    form = _form(channel)
    return render_template("intake/_situation.html", form=form, **panels.situation(form))


@bp.post(f"/{CHANNEL}/check/<name>")
def check(channel: str, name: str) -> ResponseReturnValue:
    """Say what is wrong with one field, as soon as it is left."""
    form = _form(channel)
    if name not in form:
        abort(404)
    sentence = panels.sentence_of(form, name)
    return render_template(
        "intake/_check.html", field=form[name], sentence=sentence, note=panels.note_of(form, name)
    )

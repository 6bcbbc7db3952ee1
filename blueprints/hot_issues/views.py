"""Hot issues: which there are, how far each reaches, and the one answer to it."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from blueprints import access
from blueprints.access import current_staff
from blueprints.refusals import put_beside_field
from hotline.contacts.written import LONGEST_TITLE, one_line
from hotline.db import transaction, utc_now
from hotline.errors import HotlineError
from hotline.people.roles import Role
from hotline.repeats import hot_issues
from hotline.repeats.models import HotIssue
from hotline.tickets import access as ticket_access
from hotline.tickets import answering

bp = Blueprint("hot_issues", __name__, url_prefix="/hot-issues")
LEADS = (Role.SHIFT_LEADER, Role.SERVICE_MANAGER)
access.only(bp, Role.OPERATOR, Role.TRAINEE, *LEADS, Role.OVERSIGHT_OFFICER, Role.CALLBACK_AGENT)


class TitleForm(FlaskForm):
    """What a hot issue is called."""

    title = StringField(
        _l("What is it about?"),
        filters=[one_line],
        validators=[InputRequired(_l("Give the hot issue a short name.")), Length(max=LONGEST_TITLE)],
    )


class NumberForm(FlaskForm):
    """Which ticket is meant."""

    number = StringField(
        _l("Ticket number"), filters=[one_line], validators=[InputRequired(_l("Type the ticket's number."))]
    )


@bp.get("")
def list_() -> ResponseReturnValue:
    """Show the hot issues that run, or those that are over."""
    return _list(TitleForm(None))


@bp.post("")
def create() -> ResponseReturnValue:
    """Open a hot issue."""
    access.require(*LEADS)
    form = TitleForm()
    if not form.validate():
        return _list(form), 422
    with transaction():
        issue = hot_issues.open_issue(form.title.data, by=current_staff(), now=utc_now())
    return redirect(url_for(".show", issue_id=issue.id), 303)


@bp.get("/<int:issue_id>")
def show(issue_id: int) -> ResponseReturnValue:
    """Show one hot issue: its tickets, its spread and growth, its answer."""
    return _page(hot_issues.get(issue_id), NumberForm(None))


@bp.post("/<int:issue_id>/tickets")
def add(issue_id: int) -> ResponseReturnValue:
    """Count a ticket under the hot issue."""
    access.require(*LEADS, Role.OPERATOR)
    issue, form = hot_issues.get(issue_id), NumberForm()
    if form.validate():
        try:
            with transaction():
                ticket = ticket_access.find(form.number.data.replace(" ", ""), current_staff())
                hot_issues.add(issue, ticket, by=current_staff(), now=utc_now())
        except HotlineError as error:
            form.number.errors = [*form.number.errors, error.say()]
        else:
            return redirect(url_for(".show", issue_id=issue_id), 303)
    return _page(hot_issues.get(issue_id), form), 422


@bp.post("/<int:issue_id>/tickets/<number>/remove")
def take_out(issue_id: int, number: str) -> ResponseReturnValue:
    """Count a ticket under the hot issue no longer."""
    access.require(*LEADS)
    with transaction():
        hot_issues.take_out(hot_issues.get(issue_id), ticket_access.find(number, current_staff()))
    return redirect(url_for(".show", issue_id=issue_id), 303)


@bp.post("/<int:issue_id>/answer/<number>")
def answer(issue_id: int, number: str) -> ResponseReturnValue:
    """Make the reply to one ticket what every caller is told."""
    access.require(*LEADS)
    with transaction():
        ticket = ticket_access.find(number, current_staff())
        hot_issues.answer_with(hot_issues.get(issue_id), ticket, now=utc_now())
    return redirect(url_for(".show", issue_id=issue_id), 303)


@bp.post("/<int:issue_id>/share")
def share(issue_id: int) -> ResponseReturnValue:
    """Take the answer over for the tickets that wait for the same department."""
    access.require(*LEADS)
    issue, form = hot_issues.get(issue_id), NumberForm(None)
    try:
        with transaction():
            hot_issues.share_answer(issue, by=current_staff(), now=utc_now())
    except HotlineError as error:
        put_beside_field(form, error)
        return _page(hot_issues.get(issue_id), form), 422
    return redirect(url_for(".show", issue_id=issue_id), 303)


@bp.post("/<int:issue_id>/close")
def close(issue_id: int) -> ResponseReturnValue:
    """Say that the hot issue is over."""
    access.require(*LEADS)
    with transaction():
        hot_issues.close(hot_issues.get(issue_id), now=utc_now())
    return redirect(url_for(".list_"), 303)


def _list(form: TitleForm) -> str:
    closed = request.args.get("view") == "closed"
    issues = hot_issues.listed(closed=closed)
    return render_template(
        "hot_issues/list.html",
        issues=issues,
        counts=hot_issues.counts(issues),
        closed=closed,
        form=form,
        leads=current_staff().is_any(*LEADS),
    )


def _page(issue: HotIssue, form: NumberForm) -> str:
    person = current_staff()
    members = [one for one in issue.members if ticket_access.may_see(one.ticket, person)]
    return render_template(
        "hot_issues/show.html",
        issue=issue,
        members=members,
        replied={one.ticket_id for one in members if answering.replied_part(one.ticket) is not None},
        spread=hot_issues.spread(issue, now=utc_now()),
        waiting=hot_issues.waiting_for_answer(issue),
        form=form,
        leads=person.is_any(*LEADS),
    )

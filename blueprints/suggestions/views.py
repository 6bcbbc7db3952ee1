"""The suggestion book: copying an entry, answering it, reporting it up, passing it on."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from blueprints import access
from blueprints.access import current_staff
from blueprints.host_visits.views import phone_that_can_be_called
from blueprints.navigation import DESK
from blueprints.reception import tabs
from blueprints.refusals import put_beside_field
from hotline.contacts.written import LONGEST_CONTENT, cleaned, one_line
from hotline.db import session, transaction, utc_now
from hotline.errors import HotlineError
from hotline.people.roles import Role
from hotline.reception import suggestions
from hotline.reception.models import BookEntry, SuggestionWeight
from hotline.tickets import access as ticket_access
from hotline.tickets.models import Ticket
from hotline.wording import in_words

bp = Blueprint("suggestions", __name__, url_prefix="/suggestions")
access.only(bp, *DESK, Role.OVERSIGHT_OFFICER)
TOO_LONG = _l("This is too long: at most %(max)d characters.")


class EntryForm(FlaskForm):
    """What stands in the book."""

    words = TextAreaField(
        _l("What was written"),
        filters=[cleaned],
        validators=[
            InputRequired(_l("Copy what was written into the book.")),
            Length(max=LONGEST_CONTENT, message=TOO_LONG),
        ],
    )
    page = StringField(
        _l("Page of the book"),
        id="book-page",  # the page itself is #page
        filters=[one_line],
        validators=[Length(max=suggestions.LONGEST_PAGE, message=TOO_LONG)],
    )
    name = StringField(_l("Name"), filters=[one_line], validators=[Length(max=60, message=TOO_LONG)])
    phone = StringField(_l("Phone"), filters=[one_line], validators=[phone_that_can_be_called])


class AnswerForm(FlaskForm):
    """What the house answers."""

    answer = TextAreaField(
        _l("Answer in the book"),
        filters=[cleaned],
        validators=[
            InputRequired(_l("Write the answer as it stands in the book.")),
            Length(max=suggestions.LONGEST_ANSWER, message=TOO_LONG),
        ],
    )


class ReportForm(FlaskForm):
    """Why it is reported up."""

    weight = RadioField(_l("Why it is reported up"), default=SuggestionWeight.IMPORTANT.value)

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self.weight.choices = [(one.value, in_words(one)) for one in SuggestionWeight]


@bp.get("")
def list_() -> ResponseReturnValue:
    """Show the entries that wait for an answer, or those that have one."""
    return _list(EntryForm(None))


@bp.post("")
def create() -> ResponseReturnValue:
    """Copy an entry out of the book."""
    access.require(*suggestions.ENTERS)
    form = EntryForm()
    if form.validate():
        try:
            with transaction():
                suggestions.enter(
                    form.words.data,
                    page=form.page.data or "",
                    name=form.name.data or "",
                    phone=form.phone.data or "",
                    by=current_staff(),
                    now=utc_now(),
                )
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            return redirect(url_for(".list_"), 303)
    return _list(form), 422


@bp.get("/<int:entry_id>")
def show(entry_id: int) -> ResponseReturnValue:
    """Show one entry."""
    return _page(suggestions.get(entry_id))


@bp.post("/<int:entry_id>/answer")
def answer(entry_id: int) -> ResponseReturnValue:
    """Write down how it was answered."""
    access.require(*suggestions.LEADS)
    form, entry = AnswerForm(), suggestions.get(entry_id)
    if form.validate():
        try:
            with transaction():
                suggestions.answer(entry, form.answer.data, by=current_staff(), now=utc_now())
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            return redirect(url_for(".show", entry_id=entry_id), 303)
    return _page(suggestions.get(entry_id), answering=form), 422


@bp.post("/<int:entry_id>/report")
def report(entry_id: int) -> ResponseReturnValue:
    """Report it up."""
    access.require(*suggestions.LEADS)
    form, entry = ReportForm(), suggestions.get(entry_id)
    if form.validate():
        try:
            with transaction():
                weight = SuggestionWeight(form.weight.data)
                suggestions.report_up(entry, weight, by=current_staff(), now=utc_now())
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            return redirect(url_for(".show", entry_id=entry_id), 303)
    return _page(suggestions.get(entry_id), reporting=form), 422


@bp.post("/<int:entry_id>/pass-on")
def pass_on(entry_id: int) -> ResponseReturnValue:
    """Make a ticket of it."""
    access.require(*suggestions.LEADS)
    entry = suggestions.get(entry_id)
    with transaction():
        suggestions.pass_on(entry, by=current_staff(), now=utc_now())
    return redirect(url_for(".show", entry_id=entry_id), 303)


def _list(form: EntryForm) -> str:
    person, is_answered = current_staff(), request.args.get("view") == "answered"
    return render_template(
        "suggestions/list.html",
        entries=suggestions.listed(answered=is_answered),
        is_answered=is_answered,
        form=form,
        enters=person.is_any(*suggestions.ENTERS),
        tabs_of=tabs.of(person),
    )


def _page(
    entry: BookEntry, *, answering: AnswerForm | None = None, reporting: ReportForm | None = None
) -> str:
    person = current_staff()
    ticket = session.get(Ticket, entry.ticket_id) if entry.ticket_id else None
    return render_template(
        "suggestions/show.html",
        entry=entry,
        ticket=ticket if ticket is not None and ticket_access.may_see(ticket, person) else None,
        answering=answering or AnswerForm(None),
        reporting=reporting or ReportForm(None),
        leads=person.is_any(*suggestions.LEADS),
    )

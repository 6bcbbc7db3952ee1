"""Visits to one person of the house: announcing, arriving, receiving, the contact slip, inviting again."""

import datetime as dt
from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.fields import DateTimeLocalField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from blueprints import access
from blueprints.access import current_staff
from blueprints.reception import tabs
from blueprints.refusals import carried_out, put_beside_field
from hotline.contacts import phones, reveals
from hotline.contacts.phones import PhoneNotUnderstoodError
from hotline.contacts.written import cleaned, one_line
from hotline.db import transaction, utc_now
from hotline.errors import HotlineError
from hotline.people.models import Staff
from hotline.reception import host_visits
from hotline.reception.host_visits import Announced
from hotline.reception.models import HostVisit
from hotline.wording import LOCAL_ZONE, in_both

bp = Blueprint("host_visits", __name__, url_prefix="/host-visits")
access.anybody_signed_in(bp)

FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


def phone_that_can_be_called(_form: FlaskForm, field: StringField) -> None:
    """Refuse a number that cannot be called."""
    try:
        if field.data:
            phones.normalised(field.data)
    except PhoneNotUnderstoodError as error:
        raise ValidationError(error.say()) from error


class VisitorForm(FlaskForm):
    """Who comes to see whom; with a moment it is an appointment, without one the visitor is here."""

    host = SelectField(
        _l("Whom do they want to see?"),
        validators=[InputRequired(_l("Choose whom the visitor wants to see."))],
        default="",
    )
    name = StringField(
        _l("Visitor"),
        filters=[one_line],
        validators=[
            InputRequired(_l("Write down the visitor's name.")),
            Length(max=host_visits.LONGEST_NAME, message=_l("This is too long: at most %(max)d characters.")),
        ],
    )
    organisation = StringField(
        _l("From which organisation"),
        filters=[one_line],
        validators=[Length(max=100, message=_l("This is too long: at most %(max)d characters."))],
    )
    phone = StringField(_l("Phone"), filters=[one_line], validators=[phone_that_can_be_called])
    purpose = TextAreaField(
        _l("About what"),
        filters=[cleaned],
        validators=[
            InputRequired(_l("Write down what the visitor wants to see them about.")),
            Length(max=host_visits.LONGEST, message=_l("This is too long: at most %(max)d characters.")),
        ],
    )
    is_confidential = BooleanField(_l("Confidential: only the host reads what it is about"))
    appointed_at = DateTimeLocalField(
        _l("Appointment; empty when the visitor is here"), format=FORMATS, validators=[Optional()]
    )

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self.host.choices = [("", ""), *((str(one.id), _host(one)) for one in host_visits.hosts())]

    @property
    def chosen_host(self) -> Staff | None:
        """Whom the visitor asked for."""
        return next((one for one in host_visits.hosts() if str(one.id) == self.host.data), None)


class SlipForm(FlaskForm):
    """The contact slip of somebody whose host is out."""

    phone = StringField(_l("Phone"), filters=[one_line], validators=[phone_that_can_be_called])


class InviteForm(FlaskForm):
    """When the visitor can come."""

    appointed_at = DateTimeLocalField(
        _l("When the host is free"),
        format=FORMATS,
        validators=[InputRequired(_l("Say when the host is free."))],
    )


class OutcomeForm(FlaskForm):
    """What came of it."""

    outcome = StringField(
        _l("What came of it?"),
        filters=[one_line],
        validators=[
            Length(max=host_visits.LONGEST, message=_l("This is too long: at most %(max)d characters."))
        ],
    )


@bp.get("")
def list_() -> ResponseReturnValue:
    """Show the visits under way, or those that are over."""
    return _list(VisitorForm(None))


@bp.post("")
def create() -> ResponseReturnValue:
    """Write down an appointment, or that somebody is here and the host is told."""
    access.require(*host_visits.DESK)
    form = VisitorForm()
    if form.validate():
        told = Announced(
            host=form.chosen_host,
            name=form.name.data,
            organisation=form.organisation.data or "",
            phone=form.phone.data or "",
            purpose=form.purpose.data,
            is_confidential=form.is_confidential.data,
        )
        by, now, appointed_at = current_staff(), utc_now(), _moment(form.appointed_at.data)
        try:
            with transaction():
                if appointed_at is None:
                    visit = host_visits.walk_in(told, by=by, now=now)
                else:
                    visit = host_visits.announce(told, appointed_at=appointed_at, by=by, now=now)
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            return redirect(url_for(".show", visit_id=visit.id), 303)
    return _list(form), 422


@bp.get("/<int:visit_id>")
def show(visit_id: int) -> ResponseReturnValue:
    """Show one visit, its number masked."""
    return _page(host_visits.get(visit_id, current_staff(), utc_now()))


@bp.post("/<int:visit_id>/number")
def number(visit_id: int) -> ResponseReturnValue:
    """Show the number to call; who looked is written down (B1.19)."""
    with transaction():
        visit = host_visits.get(visit_id, current_staff(), utc_now())
        if visit.contact is not None and visit.contact.requester is not None:
            reveals.reveal(
                visit.contact.requester, reason=_("Inviting again"), by=current_staff(), now=utc_now()
            )
    return _page(host_visits.get(visit_id, current_staff(), utc_now()), is_revealed=True)


@bp.post("/<int:visit_id>/arrive")
def arrive(visit_id: int) -> ResponseReturnValue:
    """Write down that the visitor is here; the host is told."""
    return _done(
        visit_id, FlaskForm(), lambda visit: host_visits.arrive(visit, by=current_staff(), now=utc_now())
    )


@bp.post("/<int:visit_id>/receive")
def receive(visit_id: int) -> ResponseReturnValue:
    """Write down that the host received the visitor."""
    form = OutcomeForm()
    return _done(
        visit_id,
        form,
        lambda visit: host_visits.receive(
            visit, outcome=form.outcome.data or "", by=current_staff(), now=utc_now()
        ),
    )


@bp.post("/<int:visit_id>/absent")
def absent(visit_id: int) -> ResponseReturnValue:
    """Take the contact slip: the host is out."""
    form = SlipForm()
    return _done(
        visit_id,
        form,
        lambda visit: host_visits.absent(
            visit, phone=form.phone.data or "", by=current_staff(), now=utc_now()
        ),
    )


@bp.post("/<int:visit_id>/invite")
def invite(visit_id: int) -> ResponseReturnValue:
    """Write down that the visitor was told when to come."""
    form = InviteForm()
    return _done(
        visit_id,
        form,
        lambda visit: host_visits.invite(
            visit, appointed_at=_moment(form.appointed_at.data), by=current_staff(), now=utc_now()
        ),
    )


@bp.post("/<int:visit_id>/cancel")
def cancel(visit_id: int) -> ResponseReturnValue:
    """Write down that the visit does not take place."""
    form = OutcomeForm()
    return _done(
        visit_id,
        form,
        lambda visit: host_visits.cancel(
            visit, outcome=form.outcome.data or "", by=current_staff(), now=utc_now()
        ),
    )


def _done(visit_id: int, form: FlaskForm, act: Callable[[HostVisit], None]) -> ResponseReturnValue:
    visit = host_visits.get(visit_id, current_staff(), utc_now())
    if carried_out(form, lambda: act(visit)):
        return redirect(url_for(".show", visit_id=visit_id), 303)
    return _page(host_visits.get(visit_id, current_staff(), utc_now()), refused=form), 422


def _moment(naive: dt.datetime | None) -> dt.datetime | None:
    return None if naive is None else naive.replace(tzinfo=LOCAL_ZONE)


def _host(person: Staff) -> str:
    unit = f" · {in_both(person.department.names)}" if person.department else ""
    return f"{person.name} {person.number}{unit}"


def _list(form: VisitorForm) -> str:
    person, now = current_staff(), utc_now()
    is_open = request.args.get("view") != "done"
    return render_template(
        "host_visits/list.html",
        visits=host_visits.listed(person, now=now, is_open=is_open),
        is_open=is_open,
        form=form,
        receives=person.is_any(*host_visits.DESK),
        sees=lambda visit: host_visits.sees_purpose(visit, person, now=now),
        tabs_of=tabs.of(person),
    )


def _page(visit: HostVisit, *, refused: FlaskForm | None = None, is_revealed: bool = False) -> str:
    person, now = current_staff(), utc_now()

    def form(kind: type[FlaskForm]) -> FlaskForm:
        return refused if isinstance(refused, kind) else kind(None)

    return render_template(
        "host_visits/show.html",
        visit=visit,
        is_revealed=is_revealed,
        sees=host_visits.sees_purpose(visit, person, now=now),
        receives=person.is_any(*host_visits.DESK),
        refused=refused,
        slip=form(SlipForm),
        invitation=form(InviteForm),
        outcome=form(OutcomeForm),
    )

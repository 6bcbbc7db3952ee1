"""Services of the hall: beginning one, its checklist, finishing it or breaking it off."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from blueprints import access
from blueprints.access import current_staff
from blueprints.host_visits.views import phone_that_can_be_called
from blueprints.navigation import DESK
from blueprints.reception import tabs
from blueprints.refusals import put_beside_field
from hotline.categories import catalogue
from hotline.categories.reception_terms import HallStep
from hotline.contacts.written import one_line
from hotline.db import transaction, utc_now
from hotline.errors import HotlineError
from hotline.reception import hall
from hotline.reception.models import LONGEST_WORDS, HallService
from hotline.wording import LOCAL_ZONE, in_both, in_words

bp = Blueprint("hall", __name__, url_prefix="/hall")
access.only(bp, *DESK)
TOO_LONG = _l("This is too long: at most %(max)d characters.")


class OpenForm(FlaskForm):
    """Which service, for whom."""

    item = SelectField(_l("Service"), validators=[InputRequired(_l("Choose the service."))], default="")
    name = StringField(
        _l("Customer"),
        filters=[one_line],
        validators=[
            InputRequired(_l("Write down the customer's name.")),
            Length(max=60, message=TOO_LONG),
        ],
    )
    phone = StringField(_l("Phone"), filters=[one_line], validators=[phone_that_can_be_called])

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        items = catalogue.desk().reception.hall
        self.item.choices = [("", ""), *((one.code, in_both(one.names)) for one in items)]


class StepsForm(FlaskForm):
    """What is done."""

    steps = SelectMultipleField(
        _l("Checklist"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    receipt_number = StringField(
        _l("Receipt number"),
        filters=[one_line],
        validators=[Length(max=hall.LONGEST_RECEIPT, message=TOO_LONG)],
    )
    note = StringField(
        _l("Note"), filters=[one_line], validators=[Length(max=LONGEST_WORDS, message=TOO_LONG)]
    )

    def __init__(self, service: HallService) -> None:
        kept = {"receipt_number": service.receipt_number, "note": service.note}
        super().__init__(data={"steps": list(service.steps), **kept})
        self.steps.choices = [(one.value, in_words(one)) for one in hall.steps_of(service)]


class BreakForm(FlaskForm):
    """Why it was not carried out."""

    broken_off = StringField(
        _l("Not carried out, because"),
        filters=[one_line],
        validators=[
            InputRequired(_l("Say why the service was not carried out.")),
            Length(max=LONGEST_WORDS, message=TOO_LONG),
        ],
    )


@bp.get("")
def list_() -> ResponseReturnValue:
    """Show the services under way and those of today."""
    return _list(OpenForm(None))


@bp.post("")
def create() -> ResponseReturnValue:
    """Begin a service."""
    access.require(*hall.SERVES)
    form = OpenForm()
    if form.validate():
        try:
            with transaction():
                made = hall.open_service(
                    form.item.data,
                    name=form.name.data,
                    phone=form.phone.data or "",
                    by=current_staff(),
                    now=utc_now(),
                )
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            return redirect(url_for(".show", service_id=made.id), 303)
    return _list(form), 422


@bp.get("/<int:service_id>")
def show(service_id: int) -> ResponseReturnValue:
    """Show one service with its checklist."""
    return _page(hall.get(service_id))


@bp.post("/<int:service_id>")
def save(service_id: int) -> ResponseReturnValue:
    """Keep what is done; and finish, where that was pressed."""
    access.require(*hall.SERVES)
    service = hall.get(service_id)
    form = StepsForm(service)
    if form.validate():
        try:
            with transaction():
                hall.tick(
                    service,
                    [HallStep(one) for one in form.steps.data or ()],
                    receipt=form.receipt_number.data or "",
                    note=form.note.data or "",
                    by=current_staff(),
                    now=utc_now(),
                )
                if "finish" in request.form:
                    hall.finish(service, by=current_staff(), now=utc_now())
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            return redirect(url_for(".show", service_id=service_id), 303)
    return _page(hall.get(service_id), steps=form), 422


@bp.post("/<int:service_id>/break-off")
def break_off(service_id: int) -> ResponseReturnValue:
    """End a service that is not carried out."""
    access.require(*hall.SERVES)
    form = BreakForm()
    if form.validate():
        try:
            with transaction():
                hall.break_off(
                    hall.get(service_id), because=form.broken_off.data, by=current_staff(), now=utc_now()
                )
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            return redirect(url_for(".list_"), 303)
    return _page(hall.get(service_id), breaking=form), 422


def _list(form: OpenForm) -> str:
    return render_template(
        "hall/list.html",
        services=hall.listed(utc_now().astimezone(LOCAL_ZONE).date()),
        name_of=hall.name_of,
        steps_of=hall.steps_of,
        form=form,
        has_items=bool(catalogue.desk().reception.hall),
        serves=hall.may_serve(current_staff()),
        tabs_of=tabs.of(current_staff()),
    )


def _page(service: HallService, *, steps: StepsForm | None = None, breaking: BreakForm | None = None) -> str:
    return render_template(
        "hall/show.html",
        service=service,
        name=hall.name_of(service),
        asked=hall.steps_of(service),
        steps=steps or StepsForm(service),
        breaking=breaking or BreakForm(None),
        serves=hall.may_serve(current_staff()),
    )

"""Who is kept out of a matter (回避), and who alone may see it: for shift leaders and oversight officers."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import access, looking
from blueprints.access import current_staff
from blueprints.recusals.forms import ReaderForm, RecusalForm
from blueprints.refusals import put_beside_field
from hotline.audit.models import Sight
from hotline.categories.terms import Confidentiality
from hotline.db import transaction, utc_now
from hotline.errors import HotlineError, NotAllowedError, NotFoundError
from hotline.people import departments, staff
from hotline.people.recusal_models import RecusalGround
from hotline.tickets import recusing
from hotline.tickets.models import Ticket

bp = Blueprint("recusals", __name__, url_prefix="/tickets/<number>/recusals")
access.only(bp, *recusing.SETS)


@bp.get("")
def show(number: str) -> ResponseReturnValue:
    """Show who is kept out of a matter, and who stands on its list."""
    return _page(looking.find(number, current_staff(), Sight.PAGE))


@bp.post("")
def create(number: str) -> ResponseReturnValue:
    """Keep a person or a department out."""
    ticket, form = looking.find(number, current_staff()), RecusalForm()
    if form.validate_on_submit():
        try:
            with transaction():
                unit = departments.by_code(form.department.data) if form.department.data else None
                person = staff.by_number(form.number.data) if form.number.data and unit is None else None
                if person is None and unit is None:
                    raise staff.NobodyByThatNumberError
                recusing.keep_from(
                    ticket,
                    person=person,
                    department=unit,
                    ground=RecusalGround(form.ground.data),
                    note=form.note.data,
                    by=current_staff(),
                    now=utc_now(),
                )
        except (NotAllowedError, NotFoundError):
            raise
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            flash(_("The ticket is kept from them."), "success")
            return _back(number)
    return _page(looking.find(number, current_staff(), Sight.PAGE), form=form), 422


@bp.post("/<int:recusal_id>/lift")
def lift(number: str, recusal_id: int) -> ResponseReturnValue:
    """Let somebody see the matter again."""
    ticket = looking.find(number, current_staff())
    with transaction():
        recusing.lift(recusing.of_ticket(ticket, recusal_id), ticket, by=current_staff(), now=utc_now())
    flash(_("The ticket is no longer kept from them."), "success")
    return _back(number)


@bp.post("/readers")
def admit(number: str) -> ResponseReturnValue:
    """Put somebody on the list of those who may see it."""
    ticket, form = looking.find(number, current_staff()), ReaderForm()
    if form.validate_on_submit():
        try:
            with transaction():
                person = staff.by_number(form.number.data)
                if person is None:
                    raise staff.NobodyByThatNumberError
                recusing.admit(ticket, person, reason=form.reason.data, by=current_staff(), now=utc_now())
        except (NotAllowedError, NotFoundError):
            raise
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            flash(_("The list is changed."), "success")
            return _back(number)
    return _page(looking.find(number, current_staff(), Sight.PAGE), reader_form=form), 422


@bp.post("/readers/<int:reader_id>/end")
def dismiss(number: str, reader_id: int) -> ResponseReturnValue:
    """Take somebody off the list."""
    ticket = looking.find(number, current_staff())
    with transaction():
        recusing.dismiss(recusing.reader_of(ticket, reader_id), ticket, by=current_staff(), now=utc_now())
    flash(_("The list is changed."), "success")
    return _back(number)


def _back(number: str) -> ResponseReturnValue:
    return redirect(url_for(".show", number=number), 303)


def _page(ticket: Ticket, form: RecusalForm | None = None, reader_form: ReaderForm | None = None) -> str:
    person = current_staff()
    return render_template(
        "recusals/show.html",
        ticket=ticket,
        recusals=[one for one in ticket.recusals if one.is_running],
        readers=[one for one in ticket.readers if one.is_running],
        is_restricted=ticket.confidentiality is Confidentiality.RESTRICTED,
        may_list=person.is_any(*recusing.LISTS),
        form=form or RecusalForm(),
        reader_form=reader_form or ReaderForm(),
    )

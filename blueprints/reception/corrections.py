"""An entry of the reception register after it was saved: corrected, and its receipt slip."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints import looking
from blueprints.access import current_staff
from blueprints.intake import entries, results, slips
from blueprints.intake.entries import VisitEntryForm
from blueprints.reception.views import bp
from blueprints.refusals import carried_out
from hotline.audit import journal
from hotline.audit.models import Act, Sight, Subject
from hotline.contacts.models import Visit
from hotline.db import utc_now
from hotline.errors import NotFoundError
from hotline.reception import correcting
from hotline.wording import N_, say


@bp.get("/visits/<int:contact_id>/correct")
def entry(contact_id: int) -> ResponseReturnValue:
    """Show what the register says of a visit, to be corrected."""
    visit = _visit(contact_id)
    correcting.require_open(visit)
    return _page(visit, VisitEntryForm.of(visit))


@bp.post("/visits/<int:contact_id>/correct")
def correct(contact_id: int) -> ResponseReturnValue:
    """Correct the entry; what it said before stays on record, and the journal says who changed what."""
    visit, form, now = _visit(contact_id), VisitEntryForm(), utc_now()

    def act() -> None:
        made = correcting.correct(visit, form.values(), reason=form.reason.data, by=current_staff(), now=now)
        fields = {one.field.value: "changed" for one in made}
        about = f"visit {contact_id}"
        journal.record(Act.CHANGED, Subject.ENTRY, about, by=looking.actor(), now=now, **fields)

    if carried_out(form, act):
        flash(say(N_("The entry is corrected; what it said before stays on record.")), "success")
        return redirect(url_for(".entry", contact_id=contact_id), 303)
    return _page(_visit(contact_id), form), 422


@bp.get("/visits/<int:contact_id>/slip")
def slip(contact_id: int) -> ResponseReturnValue:
    """Show the receipt slip for the visitor."""
    return slips.page(_visit(contact_id), back_url=url_for("intake.saved", contact_id=contact_id))


def _visit(contact_id: int) -> Visit:
    """Return a visit for whoever took it down and those who lead the shift. Raises `NotFoundError`."""
    found = results.outcome(contact_id)
    if not isinstance(found.contact, Visit):
        raise NotFoundError
    if found.ticket is not None:
        looking.at(found.ticket, current_staff(), Sight.PAGE)
    return found.contact


def _page(visit: Visit, form: VisitEntryForm) -> str:
    return render_template("reception/correct.html", visit=visit, form=form, told=list(entries.told(visit)))

"""The register entry of a letter after it was saved: corrected, and its receipt slip."""

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints import looking
from blueprints.access import current_staff
from blueprints.intake import entries, slips
from blueprints.intake.entries import LetterEntryForm
from blueprints.letters import page
from blueprints.letters.views import bp, onwards
from blueprints.refusals import carried_out
from hotline.audit import journal
from hotline.audit.models import Act, Sight, Subject
from hotline.contacts.models import Letter
from hotline.db import utc_now
from hotline.errors import NotAllowedError
from hotline.letters import correcting, rights
from hotline.wording import N_, say


@bp.get("/<int:letter_id>/correct")
def entry(letter_id: int) -> ResponseReturnValue:
    """Show what the register says of a letter, to be corrected."""
    letter = _letter(letter_id)
    correcting.require_open(letter)
    return _page(letter, LetterEntryForm.of(letter))


@bp.post("/<int:letter_id>/correct")
def correct(letter_id: int) -> ResponseReturnValue:
    """Correct the entry; what it said before stays on record, and the journal says who changed what."""
    letter, form = _letter(letter_id), LetterEntryForm()
    number, now = letter.register_number, utc_now()

    def act() -> None:
        made = correcting.correct(letter, form.values(), reason=form.reason.data, by=current_staff(), now=now)
        fields = {one.field.value: "changed" for one in made}
        journal.record(Act.CHANGED, Subject.ENTRY, number, by=looking.actor(), now=now, **fields)

    if carried_out(form, act):
        flash(say(N_("The entry is corrected; what it said before stays on record.")), "success")
        return onwards(letter_id)
    return _page(_letter(letter_id), form), 422


@bp.get("/<int:letter_id>/slip")
def slip(letter_id: int) -> ResponseReturnValue:
    """Show the receipt slip for the sender."""
    letter = rights.find(letter_id, current_staff())
    rights.require_work(current_staff())
    page.looked_at(letter, current_staff(), Sight.PAGE)
    return slips.page(letter, back_url=url_for(".show", letter_id=letter_id))


def _letter(letter_id: int) -> Letter:
    letter = rights.find(letter_id, current_staff())
    if not correcting.may_correct(letter, current_staff()):
        raise NotAllowedError
    return letter


def _page(letter: Letter, form: LetterEntryForm) -> str:
    page.looked_at(letter, current_staff(), Sight.PAGE)
    return render_template(
        "letters/correct.html",
        letter=letter,
        form=form,
        told=list(entries.told(letter)),
        is_secret=rights.is_state_secret(letter.secrecy),
    )

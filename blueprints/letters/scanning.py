"""The scans of a letter: added, put in order, shown page by page, handed out."""

from flask import Response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from blueprints import looking
from blueprints.access import current_staff
from blueprints.letters import page
from blueprints.letters.forms import ScansForm
from blueprints.letters.views import bp, done
from hotline.audit.models import Act, Sight, Subject
from hotline.contacts.models import Letter
from hotline.db import transaction, utc_now
from hotline.errors import NotFoundError
from hotline.letters import rights, scans
from hotline.letters.models import LetterScan
from hotline.tickets import files
from hotline.wording import N_

ALONE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""A file stands for itself: nothing in it may load or run anything."""


@bp.post("/<int:letter_id>/scans")
def add(letter_id: int) -> ResponseReturnValue:
    """Keep the files of a scanner as the next pages."""
    letter, form = rights.find(letter_id, current_staff()), ScansForm(prefix="scans-")
    chosen = [(one.stream, one.filename) for one in form.files.data or () if one and one.filename]
    return done(
        letter,
        form,
        "scans_form",
        lambda: scans.keep(letter, chosen, by=current_staff(), now=utc_now()),
        N_("The scans are kept."),
    )


@bp.get("/<int:letter_id>/scans/<int:scan_id>")
def scan(letter_id: int, scan_id: int) -> ResponseReturnValue:
    """Show one page of a letter large, with the pages before and after it."""
    letter, row = _found(letter_id, scan_id)
    page.looked_at(letter, current_staff(), Sight.FILE)
    pages = scans.of(letter)
    return render_template(
        "letters/scan.html",
        letter=letter,
        scan=row,
        pages=pages,
        at=next(place for place, one in enumerate(pages, start=1) if one.id == row.id),
        shown_kinds=scans.SHOWN,
    )


@bp.get("/<int:letter_id>/scans/<int:scan_id>/image")
def image(letter_id: int, scan_id: int) -> ResponseReturnValue:
    """Hand out a picture to be shown on the page of its letter."""
    _, row = _found(letter_id, scan_id)
    if row.media_type not in scans.SHOWN:
        raise NotFoundError
    return _alone(send_file(files.bytes_of(row.digest), mimetype=row.media_type))


@bp.get("/<int:letter_id>/scans/<int:scan_id>/file")
def fetch(letter_id: int, scan_id: int) -> ResponseReturnValue:
    """Hand out a scan to be saved."""
    letter, row = _found(letter_id, scan_id)
    page.looked_at(letter, current_staff(), Sight.FILE)
    looking.handed_out(Act.FILE_FETCHED, Subject.TICKET, letter.register_number)
    stored = files.bytes_of(row.digest)
    return _alone(send_file(stored, mimetype=row.media_type, as_attachment=True, download_name=row.name))


@bp.post("/<int:letter_id>/scans/<int:scan_id>/move")
def move(letter_id: int, scan_id: int) -> ResponseReturnValue:
    """Put a page one place up or down."""
    letter, _ = _found(letter_id, scan_id)
    with transaction():
        scans.move(letter, scan_id, request.form.get("way", scans.DOWN), by=current_staff())
    return redirect(url_for(".show", letter_id=letter_id, _anchor="scans"), 303)


@bp.post("/<int:letter_id>/scans/<int:scan_id>/remove")
def remove(letter_id: int, scan_id: int) -> ResponseReturnValue:
    """Take a page away that does not belong to the letter."""
    letter, _ = _found(letter_id, scan_id)
    with transaction():
        scans.remove(letter, scan_id, by=current_staff(), now=utc_now())
    return redirect(url_for(".show", letter_id=letter_id, _anchor="scans"), 303)


def _found(letter_id: int, scan_id: int) -> tuple[Letter, LetterScan]:
    letter = rights.find(letter_id, current_staff())
    return letter, scans.get(letter, scan_id)


def _alone(answer: Response) -> Response:
    answer.headers["Content-Security-Policy"] = ALONE
    return answer

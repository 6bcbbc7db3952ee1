"""The registers: read, print, take away; and the manager's daily review."""

import datetime as dt
import io
import tempfile
from pathlib import Path

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import Length

from blueprints import access, looking
from blueprints.access import current_staff
from blueprints.navigation import DESK
from blueprints.refusals import put_beside_field
from hotline.audit.models import Act, Subject
from hotline.categories import catalogue
from hotline.contacts.written import one_line
from hotline.db import transaction, utc_now
from hotline.errors import HotlineError
from hotline.people.roles import Role
from hotline.registers import reading, reviewing
from hotline.registers.columns import Kind, columns
from hotline.registers.reading import Asked
from hotline.statistics.sheets import open_book
from hotline.wording import LOCAL_ZONE, in_both, in_words, say

bp = Blueprint("registers", __name__, url_prefix="/registers")
SEES_ALL = (Role.SHIFT_LEADER, Role.SERVICE_MANAGER, Role.INSPECTOR)
REVIEWS = (Role.SERVICE_MANAGER,)
LEADS = (Role.SHIFT_LEADER, Role.SERVICE_MANAGER)
access.only(bp, *DESK, Role.INSPECTOR)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ReviewForm(FlaskForm):
    """What the manager says of a whole day."""

    comment = StringField(
        _l("Comment on the day"), filters=[one_line], validators=[Length(max=reviewing.LONGEST)]
    )


class RemarkForm(FlaskForm):
    """What is not as it should be in one entry."""

    remark = StringField(_l("Remark"), filters=[one_line], validators=[Length(max=reviewing.LONGEST)])


class CorrectionForm(FlaskForm):
    """What was done about a remark."""

    correction = StringField(
        _l("What was done"), filters=[one_line], validators=[Length(max=reviewing.LONGEST)]
    )


@bp.get("")
def list_() -> ResponseReturnValue:
    """Show a register, page by page."""
    return _page()


@bp.get("/print")
def print_() -> ResponseReturnValue:
    """Show a register as it goes on paper."""
    asked = _asked()
    looking.handed_out(Act.PRINTED, Subject.EXPORT, _about(asked))
    return render_template(
        "registers/print.html", asked=asked, columns=columns(asked.kind), lines=reading.everything(asked)
    )


@bp.get("/export")
def export() -> ResponseReturnValue:
    """Take a register away as an Excel file, telephone numbers masked."""
    asked = _asked()
    looking.handed_out(Act.EXPORT_FETCHED, Subject.EXPORT, _about(asked))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.xlsx"
        with open_book(path) as book:
            sheet = book.add_worksheet()
            sheet.freeze_panes(1, 0)
            rows = [[say(one.label) for one in columns(asked.kind)]]
            rows += [list(line.cells) for line in reading.everything(asked)]
            for at, row in enumerate(rows):
                for column, text in enumerate(row):
                    sheet.write_string(at, column, text)
        content = io.BytesIO(path.read_bytes())
    name = f"{in_words(asked.kind)}_{asked.first:%Y%m%d}-{asked.last:%Y%m%d}.xlsx"
    return send_file(content, mimetype=XLSX, as_attachment=True, download_name=name)


@bp.post("/entries/<int:contact_id>/remark")
def remark(contact_id: int) -> ResponseReturnValue:
    """Remark on one entry of the ledger."""
    access.require(*REVIEWS)
    form = RemarkForm()
    try:
        with transaction():
            reviewing.remark(contact_id, words=form.remark.data or "", by=current_staff(), now=utc_now())
    except HotlineError as error:
        put_beside_field(form, error)
        return _page(remark_form=form), 422
    return _back()


@bp.post("/remarks/<int:remark_id>/correct")
def correct(remark_id: int) -> ResponseReturnValue:
    """Say what was done about a remark."""
    form = CorrectionForm()
    try:
        with transaction():
            reviewing.correct(remark_id, words=form.correction.data or "", by=current_staff(), now=utc_now())
    except reviewing.CorrectionMissingError as error:
        put_beside_field(form, error)
        return _page(correction_form=form), 422
    return _back()


@bp.post("/review")
def review() -> ResponseReturnValue:
    """Sign that a day's ledger was reviewed."""
    access.require(*REVIEWS)
    form = ReviewForm()
    try:
        with transaction():
            day = _asked().first
            reviewing.sign(day, comment=form.comment.data or "", by=current_staff(), now=utc_now())
    except HotlineError as error:
        put_beside_field(form, error)
        return _page(review_form=form), 422
    return _back()


def _back() -> ResponseReturnValue:
    return redirect(f"{url_for('.list_')}?{request.query_string.decode()}", 303)


def _today() -> dt.date:
    return utc_now().astimezone(LOCAL_ZONE).date()


def _asked() -> Asked:
    """Return what the address asks for; operators read their own lines."""
    person, today = current_staff(), _today()
    try:
        kind = Kind(request.args.get("kind", ""))
    except ValueError:
        kind = Kind.LEDGER if person.is_any(*SEES_ALL) else Kind.CALLS
    category = request.args.get("category", "")
    return Asked(
        kind=kind,
        first=_day("from", today),
        last=_day("to", _day("from", today)),
        category=category if category in catalogue.current().policies else "",
        mine=None if person.is_any(*SEES_ALL) else person.id,
    ).clipped(today)


def _day(name: str, otherwise: dt.date) -> dt.date:
    try:
        return dt.date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return otherwise


def _about(asked: Asked) -> str:
    return f"{asked.kind} {asked.first} {asked.last}"


def _page(
    *,
    review_form: ReviewForm | None = None,
    remark_form: RemarkForm | None = None,
    correction_form: CorrectionForm | None = None,
) -> str:
    asked, person = _asked(), current_staff()
    is_ledger_day = asked.kind is Kind.LEDGER and asked.first == asked.last
    reviews = person.is_any(*REVIEWS)
    return render_template(
        "registers/list.html",
        asked=asked,
        kinds=list(Kind),
        columns=columns(asked.kind),
        shown=reading.page(asked, request.args.get("page", 1, type=int)),
        categories=[(one.code, in_both(one.names)) for one in catalogue.open_categories()],
        is_ledger_day=is_ledger_day,
        is_over=asked.first < _today(),
        review=reviewing.of(asked.first) if is_ledger_day else None,
        waiting=reviewing.not_reviewed(utc_now()) if reviews else [],
        mine=reviewing.to_correct(person),
        reviews=reviews,
        opens=person.is_any(*LEADS),
        review_form=review_form or ReviewForm(None),
        remark_form=remark_form or RemarkForm(None),
        correction_form=correction_form or CorrectionForm(None),
        here=request.args.to_dict(),
        per_page=reading.PAGE,
    )

"""The register of faxes and parcels, and what waits for a person's signature."""

import datetime as dt
import io
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from blueprints import access, looking
from blueprints.access import current_staff
from blueprints.intake.forms import moment_of
from blueprints.papers.forms import ArrivedForm, ProxyForm, ToldForm, chosen
from blueprints.refusals import carried_out, put_beside_field
from hotline.audit.models import Act, Subject
from hotline.db import transaction, utc_now
from hotline.errors import HotlineError
from hotline.letters import handing, papers, rights
from hotline.letters.models import PaperItem, PaperKind
from hotline.letters.papers import Arrived, Asked, Standing
from hotline.statistics.sheets import open_book
from hotline.wording import LOCAL_ZONE, N_, in_words, say

bp = Blueprint("papers", __name__, url_prefix="/papers")
access.anybody_signed_in(bp)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN_DAYS = dt.timedelta(days=30)
HEADINGS = (
    N_("Number"),
    N_("What came"),
    N_("Came in at"),
    N_("Comes from"),
    N_("Number of the fax or slip"),
    N_("Pages or pieces"),
    N_("Addressee"),
    N_("Told"),
    N_("Due until"),
    N_("Signed for by"),
    N_("Signed at"),
    N_("Note"),
)


@bp.get("")
def list_() -> ResponseReturnValue:
    """Show the register, and the form of what came."""
    return _list(_fresh())


@bp.post("")
def create() -> ResponseReturnValue:
    """Enter a fax or parcel; its addressee is told."""
    access.require(*rights.REGISTERS)
    form = ArrivedForm()
    if form.validate():
        try:
            with transaction():
                item = papers.register(
                    Arrived(
                        kind=PaperKind(form.kind.data),
                        arrived_at=moment_of(form.arrived_at.data) or utc_now(),
                        sender=form.sender.data,
                        addressee=chosen(form.addressee.data),
                        sender_number=form.sender_number.data,
                        pieces=form.pieces.data or 1,
                        note=form.note.data,
                    ),
                    by=current_staff(),
                    now=utc_now(),
                )
                number = item.number
        except HotlineError as error:
            put_beside_field(form, error)
        else:
            flash(say(N_("%(number)s is entered; the addressee is told."), {"number": number}), "success")
            return redirect(url_for(".list_"), 303)
    return _list(form), 422


@bp.get("/print")
def print_() -> ResponseReturnValue:
    """Show the register as it goes on paper."""
    access.require(*rights.REGISTERS)
    asked = _asked()
    looking.handed_out(Act.PRINTED, Subject.EXPORT, _about(asked))
    return render_template(
        "papers/print.html",
        asked=asked,
        headings=HEADINGS,
        rows=[_cells(one) for one in papers.everything(asked, utc_now())],
    )


@bp.get("/export")
def export() -> ResponseReturnValue:
    """Take the register away as an Excel file."""
    access.require(*rights.REGISTERS)
    asked = _asked()
    looking.handed_out(Act.EXPORT_FETCHED, Subject.EXPORT, _about(asked))
    rows = [[say(one) for one in HEADINGS]]
    rows += [list(_cells(one)) for one in papers.everything(asked, utc_now())]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.xlsx"
        with open_book(path) as book:
            sheet = book.add_worksheet()
            sheet.freeze_panes(1, 0)
            for at, row in enumerate(rows):
                for column, text in enumerate(row):
                    sheet.write_string(at, column, text)
        content = io.BytesIO(path.read_bytes())
    name = f"{say(N_('Faxes and parcels'))}_{asked.first:%Y%m%d}-{asked.last:%Y%m%d}.xlsx"
    return send_file(content, mimetype=XLSX, as_attachment=True, download_name=name)


@bp.get("/mine")
def mine() -> ResponseReturnValue:
    """Show what waits for the signature of the person: letters handed over, faxes, parcels."""
    person = current_staff()
    return render_template("papers/mine.html", handed=handing.to_sign(person), items=papers.to_sign(person))


@bp.post("/hand-overs/<int:hand_over_id>/sign")
def sign_letter(hand_over_id: int) -> ResponseReturnValue:
    """Sign for a letter that was handed over, in one's own name."""
    with transaction():
        handing.sign(hand_over_id, by=current_staff(), now=utc_now())
    flash(say(N_("Signed.")), "success")
    return redirect(url_for(".mine"), 303)


@bp.get("/<int:item_id>")
def show(item_id: int) -> ResponseReturnValue:
    """Show one fax or parcel."""
    return _page(papers.get(item_id, current_staff()))


@bp.post("/<int:item_id>/told")
def told(item_id: int) -> ResponseReturnValue:
    """Record that the addressee was told again."""
    item, form = papers.get(item_id, current_staff()), ToldForm(prefix="told-")
    return _done(
        item_id,
        form,
        "told_form",
        lambda: papers.tell_again(item, how=form.told_how.data, by=current_staff(), now=utc_now()),
        N_("Recorded."),
    )


@bp.post("/<int:item_id>/proxy")
def proxy(item_id: int) -> ResponseReturnValue:
    """Let a colleague sign in the addressee's place."""
    item, form = papers.get(item_id, current_staff()), ProxyForm(prefix="proxy-")
    return _done(
        item_id,
        form,
        "proxy_form",
        lambda: papers.name_proxy(item, chosen(form.proxy.data), by=current_staff(), now=utc_now()),
        N_("The colleague is told and may sign."),
    )


@bp.post("/<int:item_id>/sign")
def sign(item_id: int) -> ResponseReturnValue:
    """Sign for a fax or parcel, in one's own name."""
    item = papers.get(item_id, current_staff())
    return _done(
        item_id,
        FlaskForm(prefix="sign-"),
        "sign_form",
        lambda: papers.sign(item, by=current_staff(), now=utc_now()),
        N_("Signed."),
    )


def _done(
    item_id: int, form: FlaskForm, name: str, act: Callable[[], None], words: str
) -> ResponseReturnValue:
    if carried_out(form, act):
        flash(say(words), "success")
        return redirect(url_for(".show", item_id=item_id), 303)
    return _page(papers.get(item_id, current_staff()), **{name: form}), 422


def _page(item: PaperItem, **sent_back: FlaskForm) -> str:
    person = current_staff()
    forms: dict[str, FlaskForm] = {
        "told_form": ToldForm(formdata=None, prefix="told-"),
        "proxy_form": ProxyForm(formdata=None, prefix="proxy-"),
        "sign_form": FlaskForm(formdata=None, prefix="sign-"),
    }
    works = rights.may_work(person)
    return render_template(
        "papers/show.html",
        item=item,
        works=works,
        may_sign=papers.may_sign(item, person),
        may_name=item.signed_at is None and (works or person.id == item.addressee_id),
        **(forms | sent_back),
    )


def _list(form: ArrivedForm) -> str:
    access.require(*rights.REGISTERS)
    asked, now, number = _asked(), utc_now(), max(1, request.args.get("page", 1, type=int))
    count = papers.count(asked, now)
    return render_template(
        "papers/list.html",
        form=form,
        asked=asked,
        kinds=list(PaperKind),
        standings=list(Standing),
        items=papers.listed(asked, now, number=number),
        count=count,
        number=number,
        has_more=number * papers.PAGE < count,
        here=request.args.to_dict(),
    )


def _fresh() -> ArrivedForm:
    local = utc_now().astimezone(LOCAL_ZONE).replace(second=0, microsecond=0, tzinfo=None)
    return ArrivedForm(formdata=None, arrived_at=local)


def _asked() -> Asked:
    today = utc_now().astimezone(LOCAL_ZONE).date()
    first, last = _day("from", today - SHOWN_DAYS), _day("to", today)
    kinds = {one.value: one for one in PaperKind}
    standings = {one.value: one for one in Standing}
    return Asked(
        first=min(first, last),
        last=max(first, last),
        kind=kinds.get(request.args.get("kind", "")),
        standing=standings.get(request.args.get("standing", ""), Standing.OPEN),
    )


def _day(name: str, otherwise: dt.date) -> dt.date:
    try:
        return dt.date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return otherwise


def _about(asked: Asked) -> str:
    return f"papers/{asked.standing} {asked.first} {asked.last}"


def _cells(item: PaperItem) -> Sequence[str]:
    signer = item.signed_by
    name = f"{signer.name} {signer.number}" if signer else ""
    return (
        item.number,
        in_words(item.kind),
        in_words(item.arrived_at),
        item.sender,
        item.sender_number or "",
        str(item.pieces),
        f"{item.addressee.name} {item.addressee.number}",
        f"{in_words(item.told_at)} {item.told_how or ''}".strip(),
        in_words(item.due_at),
        say(N_("%(name)s (proxy)"), {"name": name}) if item.is_by_proxy else name,
        in_words(item.signed_at) if item.signed_at else "",
        item.note or "",
    )

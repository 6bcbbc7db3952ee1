"""Letters: their list, the page of one, receipt, decision, hand-over, posting."""

import datetime as dt
from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from blueprints import access
from blueprints.access import current_staff
from blueprints.intake import choices, panels
from blueprints.intake.forms import moment_of
from blueprints.letters import page
from blueprints.letters.forms import (
    ClassForm,
    FileForm,
    HandOverForm,
    OrderForm,
    PostingForm,
    ReceiptForm,
    ToldForm,
)
from blueprints.refusals import carried_out, put_beside_field
from hotline.categories.terms import ClosingNeed, Urgency
from hotline.contacts.models import Letter
from hotline.db import transaction, utc_now
from hotline.errors import HotlineError, NotAllowedError, NotFoundError
from hotline.letters import deciding, finding, receiving, rights
from hotline.letters.finding import Asked, Standing
from hotline.tickets import registration
from hotline.tickets.closing_needs import Fact
from hotline.tickets.models import Ticket
from hotline.tickets.registration import Matter
from hotline.wording import LOCAL_ZONE, N_, say

bp = Blueprint("letters", __name__, url_prefix="/letters")
access.anybody_signed_in(bp)

SHOWN_DAYS = dt.timedelta(days=30)


@bp.get("")
def list_() -> ResponseReturnValue:
    """Show the letters by days, class and what is still to be done."""
    access.require(*rights.READS)
    asked = _asked()
    return render_template(
        "letters/list.html",
        asked=asked,
        standings=list(Standing),
        classes=choices.of_list("letter_class")[1:],
        class_name=deciding.class_name,
        level_name=rights.level_name,
        shown=finding.page(asked, current_staff(), request.args.get("page", 1, type=int)),
        here=request.args.to_dict(),
        per_page=finding.PAGE,
        registers=rights.may_work(current_staff()),
    )


@bp.get("/<int:letter_id>")
def show(letter_id: int) -> ResponseReturnValue:
    """Show one letter: its register entry, its scans, and where it goes."""
    return page.render(_letter(letter_id), current_staff())


@bp.post("/<int:letter_id>/receipt")
def check(letter_id: int) -> ResponseReturnValue:
    """Record what the envelope stated and what was in it."""
    letter, form = _letter(letter_id), ReceiptForm(prefix="receipt-")
    return done(
        letter,
        form,
        "receipt_form",
        lambda: receiving.check(
            letter,
            stated=form.stated.data,
            found=form.found.data,
            passed=form.passed.data or (),
            discrepancy=form.discrepancy.data,
            by=current_staff(),
            now=utc_now(),
        ),
        N_("The check is recorded."),
    )


@bp.post("/<int:letter_id>/receipt/told")
def told(letter_id: int) -> ResponseReturnValue:
    """Record that the sender was told of a discrepancy."""
    letter, form = _letter(letter_id), ToldForm(prefix="told-")
    return done(
        letter,
        form,
        "told_form",
        lambda: receiving.tell(letter, how=form.told_how.data, by=current_staff(), now=utc_now()),
        N_("Recorded."),
    )


@bp.post("/<int:letter_id>/class")
def sort(letter_id: int) -> ResponseReturnValue:
    """Put a letter into another class."""
    letter, form = _letter(letter_id), ClassForm(prefix="class-")
    rights.require_work(current_staff())
    return done(
        letter,
        form,
        "class_form",
        lambda: deciding.sort(letter, form.letter_class.data),
        N_("The letter is in another class now."),
    )


@bp.post("/<int:letter_id>/file")
def file(letter_id: int) -> ResponseReturnValue:
    """Decide that no ticket is made."""
    letter, form = _letter(letter_id), FileForm(prefix="file-")
    return done(
        letter,
        form,
        "file_form",
        lambda: deciding.file(letter, reason=form.reason.data, by=current_staff(), now=utc_now()),
        N_("Decided: no ticket is made."),
    )


@bp.post("/<int:letter_id>/hand-over")
def hand_over(letter_id: int) -> ResponseReturnValue:
    """Hand a letter to administration."""
    letter, form, by = _letter(letter_id), HandOverForm(prefix="hand-"), current_staff()
    form.offer(by)
    return done(
        letter,
        form,
        "hand_form",
        lambda: deciding.hand_over(letter, form.chosen(by), reason=form.reason.data, by=by, now=utc_now()),
        N_("Handed over; the receiver is told and signs for it."),
    )


@bp.get("/<int:letter_id>/order")
def order(letter_id: int) -> ResponseReturnValue:
    """Show what the ticket of a letter needs, category by category."""
    letter = _open_letter(letter_id)
    head, _, rest = letter.summary.partition("\n")
    form = OrderForm(formdata=None, letter=letter, title=head, content=rest or head)
    form.category.data = request.args.get("category", "") or letter.category
    return _order_page(letter, form)


@bp.post("/<int:letter_id>/order")
def make_ticket(letter_id: int) -> ResponseReturnValue:
    """Decide that a letter becomes a ticket, and open it."""
    letter = _open_letter(letter_id)
    form = OrderForm(letter=letter)
    is_whole = form.validate()
    if form.category.data:
        form.refuse_gaps()
    if not is_whole or form.errors:
        return _order_page(letter, form), 422
    by, now = current_staff(), utc_now()
    try:
        with transaction():
            matter = Matter(
                category=form.category.data,
                title=form.title.data,
                content=form.content.data or form.title.data,
                content_class=form.content_class.data or None,
                place=form.place.data or None,
                urgency=Urgency(form.urgency.data or Urgency.NORMAL),
                facts={name.value: field.data for name, field in form.facts() if field.data},
            )
            ticket = deciding.make_ticket(letter, matter, reason=form.reason.data or "", by=by, now=now)
            registration.send_on(ticket, by=by, now=now)
    except NotAllowedError:
        raise
    except HotlineError as error:
        put_beside_field(form, error)
        return _order_page(_letter(letter_id), form), 422
    flash(say(N_("A ticket is made of the letter.")), "success")
    return onwards(letter_id)


@bp.post("/<int:letter_id>/postings/<need>")
def post(letter_id: int, need: str) -> ResponseReturnValue:
    """Record where and when a praise letter was posted."""
    letter, ticket = _with_ticket(letter_id)
    wanted = next((one for one in deciding.POSTINGS if one.value == need), None)
    if wanted is None:
        raise NotFoundError
    form = PostingForm(prefix=f"{wanted.value}-")
    return done(
        letter,
        form,
        "posting_form",
        lambda: deciding.post(ticket, _posting(wanted, form), by=current_staff(), now=utc_now()),
        N_("The posting is recorded."),
    )


@bp.post("/<int:letter_id>/close")
def close(letter_id: int) -> ResponseReturnValue:
    """Close a praise letter once both postings are on record."""
    letter, ticket = _with_ticket(letter_id)
    access.require(*rights.deciders())
    return done(
        letter,
        FlaskForm(prefix="close-"),
        "close_form",
        lambda: deciding.close_posted(ticket, by=current_staff(), now=utc_now()),
        N_("The ticket is closed."),
    )


def done(
    letter: Letter, form: FlaskForm, name: str, act: Callable[[], object], words: str
) -> ResponseReturnValue:
    """Do `act` with a form that holds, and go on; or show the page with its sentences."""
    letter_id = letter.id
    if carried_out(form, act):
        flash(say(words), "success")
        return onwards(letter_id)
    return page.render(_letter(letter_id), current_staff(), **{name: form}), 422


def onwards(letter_id: int) -> ResponseReturnValue:
    """Go back to the letter, or to the list where it is no longer this person's to see."""
    try:
        rights.find(letter_id, current_staff())
    except NotFoundError:
        return redirect(url_for("letters.list_"), 303)
    return redirect(url_for("letters.show", letter_id=letter_id), 303)


def _letter(letter_id: int) -> Letter:
    return rights.find(letter_id, current_staff())


def _open_letter(letter_id: int) -> Letter:
    letter = _letter(letter_id)
    access.require(*rights.deciders())
    rights.refuse_state_secret(letter.secrecy)
    if not deciding.is_open(letter):
        raise deciding.DecidedAlreadyError
    return letter


def _with_ticket(letter_id: int) -> tuple[Letter, Ticket]:
    letter = _letter(letter_id)
    ticket = rights.ticket_of(letter)
    if ticket is None:
        raise NotFoundError
    return letter, ticket


def _order_page(letter: Letter, form: OrderForm) -> str:
    return render_template("letters/order.html", letter=letter, form=form, **panels.asked(form))


def _posting(need: ClosingNeed, form: PostingForm) -> Fact:
    return Fact(need=need, words=form.words.data, happened_at=moment_of(form.happened_at.data))


def _asked() -> Asked:
    today = utc_now().astimezone(LOCAL_ZONE).date()
    first, last = _day("from", today - SHOWN_DAYS), _day("to", today)
    letter_class = request.args.get("class", "")
    known = {code for code, _, _ in choices.of_list("letter_class")}
    try:
        standing = Standing(request.args.get("standing", Standing.ALL))
    except ValueError:
        standing = Standing.ALL
    return Asked(
        first=min(first, last),
        last=max(first, last),
        letter_class=letter_class if letter_class in known else "",
        standing=standing,
        drafted_by=current_staff().id if request.args.get("mine") else None,
    )


def _day(name: str, otherwise: dt.date) -> dt.date:
    try:
        return dt.date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return otherwise

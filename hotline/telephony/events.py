"""Taking what an exchange tells: each message once, in whatever order they arrive.

A message only ever adds what it knows: moments are set by the messages that tell them, and everything else
(waiting, talking, missed) follows from the moments. So a message that comes late changes what it must.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from hotline.categories import catalogue
from hotline.categories.channels import Channel
from hotline.contacts import drafts
from hotline.db import session
from hotline.sealing import seal
from hotline.telephony import recording, refusing
from hotline.telephony.models import DeskPhone, Direction, EventKind, PhoneCall, PhoneEvent, PhoneLeg

MOST_RINGS = 99


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One message of the exchange, checked and in our terms."""

    call_key: str
    kind: EventKind
    at: dt.datetime
    direction: Direction | None = None
    number: str | None = None
    """The other party's, in its one form; `None` where it was withheld or not told."""
    line: str = ""
    queue: str = ""
    extension: str = ""
    rings: int | None = None
    recording: str = ""
    once: str = ""
    """The exchange's own name of the event; without one, an event counts once per call and extension."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a message."""

    call: PhoneCall
    is_replay: bool
    is_refused: bool
    """The exchange shall turn the call away."""


def take(told: Told, *, now: dt.datetime) -> Taken:
    """Take one message; the same one twice changes nothing the second time."""
    call = _call(told, now)
    once = (told.once or told.extension)[:80]
    seen = sa.exists().where(
        PhoneEvent.call_id == call.id, PhoneEvent.kind == told.kind, PhoneEvent.once == once
    )
    if session.scalar(sa.select(seen)):
        return Taken(call, is_replay=True, is_refused=call.is_rejected)
    session.add(
        PhoneEvent(
            call_id=call.id,
            kind=told.kind,
            once=once,
            extension=told.extension,
            happened_at=told.at,
            received_at=now,
        )
    )
    with session.no_autoflush:  # between two moments of a call its row is not one that can be kept
        answered = _apply(call, told)
        _reckon(call)
    session.flush()
    if answered is not None:
        _open_form(answered, now)
    recording.keep_talk_times(call)
    return Taken(call, is_replay=False, is_refused=call.is_rejected)


def _apply(call: PhoneCall, told: Told) -> PhoneLeg | None:
    """Change what the message says; return the leg that it answers, if it does."""
    _learn(call, told)
    match told.kind:
        case EventKind.NEW_CALL:
            _came_in(call, told)
        case EventKind.OFFER:
            _offer(call, told)
        case EventKind.ANSWER:
            return _answer(call, told)
        case EventKind.TRANSFER:
            _transfer(call, told)
        case EventKind.HANGUP | EventKind.ABANDON:
            _end(call, told.at)
        case EventKind.REJECT:
            call.is_rejected = call.answered_at is None
            _end(call, told.at)
        case EventKind.RECORDING:
            """Learnt above, as from every message that brings it."""
    return None


def _call(told: Told, now: dt.datetime) -> PhoneCall:
    """Return the call, made where this is its first message; held until the transaction ends."""
    wanted = sa.select(PhoneCall).where(PhoneCall.call_key == told.call_key).with_for_update()
    found = session.scalar(wanted)
    if found is not None:
        return found
    made = PhoneCall(
        call_key=told.call_key,
        direction=told.direction or Direction.INBOUND,
        received_at=told.at,
        line="",
        queue="",
        is_rejected=False,
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        # Another message of the same call came at the same moment and was first.
        return session.scalars(wanted).one()
    return made


def _learn(call: PhoneCall, told: Told) -> None:
    """Add what any message may tell of the whole call."""
    call.received_at = min(call.received_at, told.at)
    call.direction = told.direction or call.direction
    if call.number is None and told.number is not None:
        call.number, call.digest = told.number, seal().digest(told.number)
    call.line = call.line or told.line
    call.queue = told.queue or call.queue
    call.recording = told.recording or call.recording
    if told.rings is not None and call.rings_told is None:
        call.rings_told = told.rings


def _came_in(call: PhoneCall, told: Told) -> None:
    if call.direction is Direction.INBOUND and call.answered_at is None and call.number is not None:
        refused = refusing.running(call.number, told.at)
        if refused is not None:
            refused.turned_away += 1
            call.is_rejected = True
            _end(call, told.at)
            return
    if told.extension:
        _offer(call, told)


def _offer(call: PhoneCall, told: Told) -> None:
    if not told.extension:
        return
    leg = _leg(call, told)
    leg.offered_at = min(leg.offered_at or told.at, told.at)
    desk = _desk(told.extension)
    if desk is not None and leg.ended_at is None and leg.answered_at is None and not _is_talking(desk):
        desk.leg = leg


def _answer(call: PhoneCall, told: Told) -> PhoneLeg | None:
    call.is_rejected = False
    call.answered_at = min(call.answered_at or told.at, told.at)
    leg = _leg(call, told) if told.extension else _ringing(call)
    if leg is None:
        return None
    leg.answered_at = leg.answered_at or told.at
    for other in call.legs:
        if other is not leg and other.answered_at is None and other.ended_at is None:
            other.ended_at = told.at
    if call.ended_at is not None and leg.ended_at is None:
        leg.ended_at = max(call.ended_at, told.at)
    desk = _desk(leg.extension)
    if desk is not None and leg.ended_at is None:
        desk.leg = leg
    return leg


def _open_form(leg: PhoneLeg, now: dt.datetime) -> None:
    """Park the call's form with whoever answered, beside what they may have typed while it rang."""
    if leg.staff is None or leg.contact_id is not None or leg.answered_at is None:
        return
    begun = drafts.of(leg.staff, leg.form_key)
    known = begun.typed if begun else {}
    filled = {name: text for name, text in recording.filled(leg).items() if not known.get(name)}
    drafts.keep(leg.staff, Channel.CALL, leg.form_key, filled, started_at=leg.answered_at, now=now)


def _transfer(call: PhoneCall, told: Told) -> None:
    for leg in call.legs:
        if leg.ended_at is None and leg.extension != told.extension:
            leg.ended_at = told.at
    _offer(call, told)


def _end(call: PhoneCall, at: dt.datetime) -> None:
    call.ended_at = min(call.ended_at or at, at)
    for leg in call.legs:
        if leg.ended_at is None:
            leg.ended_at = at


def _reckon(call: PhoneCall) -> None:
    """Count the seconds between the moments known so far."""
    if call.answered_at is None:
        return
    first = _first_answered(call)
    if first is not None:
        call.staff_id = first.staff_id
    began = first.offered_at if first is not None and first.offered_at is not None else call.received_at
    rung = _seconds(began, call.answered_at) // int(catalogue.desk().telephony.ring.total_seconds()) + 1
    call.ring_count = min(MOST_RINGS, rung) if call.rings_told is None else call.rings_told
    call.wait_seconds = _seconds(call.received_at, call.answered_at)
    if call.ended_at is not None:
        call.ended_at = max(call.ended_at, call.answered_at)
        call.talk_seconds = _seconds(call.answered_at, call.ended_at)


def _first_answered(call: PhoneCall) -> PhoneLeg | None:
    answered = [(leg.answered_at, number) for number, leg in enumerate(call.legs) if leg.answered_at]
    return call.legs[min(answered)[1]] if answered else None


def _seconds(first: dt.datetime, last: dt.datetime) -> int:
    return max(0, round((last - first).total_seconds()))


def _leg(call: PhoneCall, told: Told) -> PhoneLeg:
    """Return the call's leg at an extension, made where it is new."""
    for leg in call.legs:
        if leg.extension == told.extension:
            return leg
    desk = _desk(told.extension)
    leg = PhoneLeg(
        extension=told.extension,
        staff_id=desk.staff_id if desk else None,
        staff=desk.staff if desk else None,
        form_key=str(uuid.uuid4()),
        ended_at=call.ended_at,
    )
    call.legs.append(leg)
    return leg


def _ringing(call: PhoneCall) -> PhoneLeg | None:
    open_legs = [leg for leg in call.legs if leg.ended_at is None]
    return open_legs[-1] if open_legs else None


def _desk(extension: str) -> DeskPhone | None:
    return session.scalar(sa.select(DeskPhone).where(DeskPhone.extension == extension))


def _is_talking(desk: DeskPhone) -> bool:
    leg = desk.leg
    return leg is not None and leg.answered_at is not None and leg.ended_at is None

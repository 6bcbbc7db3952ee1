"""Asking by SMS or web link: one link, one vote, no sign-in. A person still ends the callback by the answer.

The token is made when the link is handed over, and only its digest is kept: who reads the database or the
queue can vote for nobody.
"""

import datetime as dt
import hashlib
import secrets

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale
from sqlalchemy.orm import contains_eager, joinedload

from hotline.callbacks import calling, queue, timing
from hotline.callbacks.calling import Outcome
from hotline.callbacks.errors import (
    LinkOverError,
    NoMobileNumberError,
    NoPublicAddressError,
    NoVoteError,
    OutcomeMissingError,
    SealedMatterError,
    StillAskedError,
)
from hotline.callbacks.link_models import CallbackLink
from hotline.callbacks.models import AttemptResult, CallbackMode, CallbackState, CallbackTask
from hotline.categories import catalogue
from hotline.categories.terms import Confidentiality
from hotline.config import LOCALES, Settings
from hotline.contacts import phones
from hotline.db import session
from hotline.delivery import outbox, senders
from hotline.delivery.models import OutboxMessage
from hotline.people.models import Staff
from hotline.tickets import access, history
from hotline.tickets.models import Ticket
from hotline.wording import in_both
from hotline.working_time import due, load, office_hours

SMS_SCRIPT = "callback_sms"
PROMISE = "callback_link_to_send"
TOKEN_BYTES = 16
LONGEST_OPINION = 1000


def ask_by_sms(task: CallbackTask, *, by: Staff, now: dt.datetime) -> None:
    """Promise the caller a message with a link; outside the hours in which callers are left in peace.

    Asking is no attempt: who does not answer is still called. Raises `AlreadyEndedError`, `NotForYouError`,
    `SealedMatterError`, `NoPublicAddressError`, `NoMobileNumberError`, `StillAskedError`.
    """
    _require_may_ask(task, by, now)
    address_of("")
    if not phones.is_mobile(task.requester.phone or ""):
        raise NoMobileNumberError
    at = timing.out_of_quiet(now, catalogue.desk().callbacks.quiet)
    count = session.scalar(sa.select(sa.func.count()).where(CallbackLink.task_id == task.id)) or 0
    outbox.promise(PROMISE, once=f"{task.id}:{count}", now=now, run_at=at, task_id=task.id, staff_id=by.id)
    history.note(task.ticket, "callback_link_sent", by=by, now=now, mode=CallbackMode.SMS)
    session.flush()


def send(message: OutboxMessage, now: dt.datetime) -> None:
    """Make the link and send it; a matter that has moved on meanwhile is left alone."""
    task = session.get_one(CallbackTask, message.payload["task_id"])
    by = session.get_one(Staff, message.payload["staff_id"])
    phone = task.requester.phone
    if task.state is not CallbackState.OPEN or task.round != task.ticket.round or phone is None:
        return
    token = _made(task, CallbackMode.SMS, by, now)
    script = next(one for one in catalogue.desk().scripts if one.code == SMS_SCRIPT)
    with force_locale(LOCALES[0]):
        text = in_both(script.text) % {"number": task.ticket.number, "url": address_of(token)}
    senders.sms().send(phone, text, reference=f"callback-{task.id}-{message.id}")


def address_of(token: str) -> str:
    """Return the address of a link. Raises `NoPublicAddressError` where the deployment has none."""
    settings: Settings = current_app.extensions["settings"]
    if not settings.public_url:
        raise NoPublicAddressError
    return f"{settings.public_url.rstrip('/')}/v/{token}"


def hand_over(task: CallbackTask, mode: CallbackMode, *, by: Staff, now: dt.datetime) -> str:
    """Return the token of a new link, for the agent to hand over by letter, chat or on paper; shown once.

    Raises `AlreadyEndedError`, `NotForYouError`, `SealedMatterError`, `StillAskedError`.
    """
    _require_may_ask(task, by, now)
    token = _made(task, mode, by, now)
    history.note(task.ticket, "callback_link_sent", by=by, now=now, mode=mode)
    session.flush()
    return token


def _require_may_ask(task: CallbackTask, by: Staff, now: dt.datetime) -> None:
    calling.require_open(task, by)
    if task.ticket.confidentiality is Confidentiality.RESTRICTED or task.by_role is not None:
        raise SealedMatterError
    running = of_task(task)
    if running is not None and (running.voted_at is not None or running.expires_at > now):
        raise StillAskedError(until=running.expires_at)


def _made(task: CallbackTask, mode: CallbackMode, by: Staff, now: dt.datetime) -> str:
    withdraw(task, now=now)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    valid = catalogue.desk().callbacks.link_valid
    session.add(
        CallbackLink(
            task=task,
            digest=digest(token),
            mode=mode,
            made_by=by,
            made_at=now,
            expires_at=due(now, valid, load(), office_hours()).at,
        )
    )
    session.flush()
    return token


def digest(token: str) -> str:
    """Return what is kept of a token; it is long and random, so a plain hash cannot be turned back."""
    return hashlib.sha256(token.encode()).hexdigest()


def withdraw(task: CallbackTask, *, now: dt.datetime) -> None:
    """Let no link of a callback be used any more; a vote that was given stays on record."""
    session.execute(
        sa.update(CallbackLink)
        .where(CallbackLink.task_id == task.id, CallbackLink.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    )


def of_token(token: str, *, now: dt.datetime, to_vote: bool = False) -> CallbackLink:
    """Return the link of a token while it may be used; held against a second vote when it is `to_vote`.

    Raises `LinkOverError`: unknown, used, expired, withdrawn and answered otherwise all sound the same.
    """
    query = (
        sa.select(CallbackLink)
        .join(CallbackLink.task)
        .join(CallbackTask.ticket)
        .where(
            CallbackLink.digest == digest(token),
            CallbackLink.withdrawn_at.is_(None),
            CallbackLink.voted_at.is_(None),
            CallbackLink.expires_at > now,
            CallbackTask.state == CallbackState.OPEN,
        )
        .options(contains_eager(CallbackLink.task).contains_eager(CallbackTask.ticket))
    )
    found = session.scalar(query.with_for_update(of=CallbackLink) if to_vote else query)
    if found is None or found.task.round != found.task.ticket.round:
        raise LinkOverError
    return found


def vote(token: str, said: Outcome, *, now: dt.datetime) -> CallbackLink:
    """Take the one vote of a link down as the caller gave it; nothing else changes, a person decides.

    Raises `LinkOverError`, `OutcomeMissingError`.
    """
    link = of_token(token, now=now, to_vote=True)
    if said.is_solved is None and said.satisfaction is None:
        raise OutcomeMissingError
    link.is_solved = said.is_solved
    link.was_contacted = said.was_contacted
    link.satisfaction = said.satisfaction
    link.attitude = said.attitude
    link.opinion = (said.opinion or "").strip()[:LONGEST_OPINION] or None
    link.voted_at = now
    history.note(link.task.ticket, "callback_voted", by=None, now=now, mode=link.mode)
    session.flush()
    return link


def sign_off(task: CallbackTask, *, rehandle_reason: str = "", by: Staff, now: dt.datetime) -> None:
    """End a callback by what the caller voted, unchanged, in the name of the person who read it.

    Raises `NoVoteError`, and what `calling.complete` raises: whoever is not content is handled again, for a
    reason that the person writes.
    """
    link = of_task(task)
    if link is None or link.voted_at is None:
        raise NoVoteError
    calling.complete(
        task,
        AttemptResult.REACHED,
        Outcome(
            was_contacted=link.was_contacted,
            is_solved=link.is_solved,
            satisfaction=link.satisfaction,
            attitude=link.attitude,
            opinion=link.opinion,
            rehandle_reason=rehandle_reason,
        ),
        mode=CallbackMode.SMS if link.mode is CallbackMode.SMS else CallbackMode.WEB,
        by=by,
        now=now,
    )
    link.signed_off_by, link.signed_off_at = by, now
    session.flush()


def of_task(task: CallbackTask) -> CallbackLink | None:
    """Return the link of a callback that has not been replaced, or `None`."""
    return session.scalar(
        sa.select(CallbackLink)
        .where(CallbackLink.task_id == task.id, CallbackLink.withdrawn_at.is_(None))
        .options(joinedload(CallbackLink.made_by))
    )


def unread(person: Staff, limit: int = queue.PAGE) -> list[CallbackLink]:
    """Return the votes on callbacks still open that `person` may see, the oldest first."""
    query = (
        sa.select(CallbackLink)
        .join(CallbackLink.task)
        .join(CallbackTask.ticket)
        .where(
            CallbackLink.voted_at.is_not(None),
            CallbackLink.signed_off_at.is_(None),
            CallbackLink.withdrawn_at.is_(None),
            CallbackTask.state == CallbackState.OPEN,
            CallbackTask.round == Ticket.round,
            access.visible(person),
        )
        .options(contains_eager(CallbackLink.task).contains_eager(CallbackTask.ticket))
        .order_by(CallbackLink.voted_at, CallbackLink.id)
        .limit(limit)
    )
    return list(session.scalars(query))

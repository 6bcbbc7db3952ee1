"""Extensions: asked before the limit ends, with grounds, decided by a named role (B1.15)."""

import datetime as dt

import sqlalchemy as sa

from hotline.categories.policy import ExtensionRule
from hotline.categories.terms import Stage
from hotline.db import session
from hotline.delivery import outbox
from hotline.dispatch.models import Decision, Extension
from hotline.errors import HotlineError, NotAllowedError
from hotline.people.models import Staff
from hotline.tickets import deadlines, history, reasons
from hotline.tickets.models import Assignment, Deadline, Part, Ticket
from hotline.wording import N_
from hotline.working_time import Limit, capped, extended, load, office_hours


class ExtensionRefusedError(HotlineError):
    """No more time can be asked for here."""

    sentence = N_("This ticket's time cannot be extended.")


class AskedTooLateError(ExtensionRefusedError):
    """An extension is asked for before the limit ends."""

    sentence = N_("An extension must be asked for before the limit ends; it ended %(due)s.")


class TooOftenError(ExtensionRefusedError):
    """The category allows only so many extensions."""

    sentence = N_("This category allows %(most)s extension(s) a round, and they have been used.")


class TooLongError(ExtensionRefusedError):
    """One extension may add only so much."""

    sentence = N_("One extension may add at most %(most)s.")
    field = "time_limit"


class BasisMissingError(ExtensionRefusedError):
    """The category wants the legal basis named."""

    sentence = N_("Name the legal basis of the extension.")
    field = "legal_basis"


class AlreadyAskedError(ExtensionRefusedError):
    """One request at a time."""

    sentence = N_("An extension has been asked for already and waits for a decision.")


class AlreadyDecidedError(HotlineError):
    """Somebody decided a moment ago."""

    sentence = N_("This extension has been decided already.")


def rule_of(ticket: Ticket) -> ExtensionRule:
    """Return the rule extensions of `ticket` go by. Raises `ExtensionRefusedError`."""
    rule = deadlines.policy_of(ticket).extension
    if rule is None:
        raise ExtensionRefusedError
    return rule


def ask(
    part: Assignment,
    *,
    limit: Limit,
    grounds: str,
    legal_basis: str = "",
    by: Staff,
    now: dt.datetime,
) -> Extension:
    """Ask for `limit` more for the department's stage.

    Raises `ExtensionRefusedError` and its kinds, `ReasonMissingError`.
    """
    rule = rule_of(part.ticket)
    clock = deadlines.running(part.ticket, Stage.DEPARTMENT, part)
    if clock is None or part.part is not Part.LEAD:
        raise ExtensionRefusedError
    if now > clock.due_at:
        raise AskedTooLateError(due=clock.due_at)
    if limit.clock is not rule.limit.clock or not _is_within(limit, rule.limit):
        raise TooLongError(most=rule.limit.say())
    if rule.needs_legal_basis and not legal_basis.strip():
        raise BasisMissingError
    before = of_round(part.ticket, part.round)
    if any(one.decision is Decision.PENDING for one in before):
        raise AlreadyAskedError
    if sum(one.decision is Decision.GRANTED for one in before) >= rule.max_count:
        raise TooOftenError(most=rule.max_count)
    asked = Extension(
        assignment=part,
        time_limit=str(limit),
        grounds=reasons.required(grounds),
        legal_basis=legal_basis.strip() or None,
        asked_by=by,
        asked_at=now,
        due_before=clock.due_at,
        decision=Decision.PENDING,
    )
    session.add(asked)
    history.note(
        part.ticket,
        "extension_asked",
        by=by,
        now=now,
        department=part.department,
        time_limit=str(limit),
        grounds=asked.grounds,
    )
    session.flush()
    outbox.promise("extension_asked", once=str(asked.id), now=now, extension_id=asked.id)
    return asked


def of_round(ticket: Ticket, round_number: int) -> list[Extension]:
    """Return the extensions asked for in a round, whichever department led."""
    query = (
        sa.select(Extension)
        .join(Extension.assignment)
        .where(Assignment.ticket_id == ticket.id, Assignment.round == round_number)
    )
    return list(session.scalars(query.order_by(Extension.id)))


def grant(asked: Extension, *, note: str = "", by: Staff, now: dt.datetime) -> None:
    """Grant an extension: the department's limit and the overall one both move by it.

    What was promised first stays in `original_due_at`. It may be granted after the old limit has passed,
    as long as it was asked for before. Raises `NotAllowedError`, `AlreadyDecidedError`.
    """
    part, ticket = asked.assignment, asked.assignment.ticket
    _decide(asked, Decision.GRANTED, note, by, now)
    clock = deadlines.running(ticket, Stage.DEPARTMENT, part)
    if clock is None:
        raise ExtensionRefusedError
    limit = Limit.parse(asked.time_limit)
    overall = deadlines.running(ticket, Stage.OVERALL)
    if overall is not None:
        _extend(overall, limit, None, now)
    _extend(clock, limit, overall, now)
    asked.due_after = clock.due_at
    history.note(
        ticket,
        "extension_granted",
        by=by,
        now=now,
        department=part.department,
        time_limit=asked.time_limit,
        due_at=clock.due_at,
        note=asked.note,
    )
    session.flush()
    outbox.promise("extension_decided", once=str(asked.id), now=now, extension_id=asked.id)


def refuse(asked: Extension, *, note: str, by: Staff, now: dt.datetime) -> None:
    """Refuse an extension, with the reason.

    Raises `NotAllowedError`, `AlreadyDecidedError`, `ReasonMissingError`.
    """
    part = asked.assignment
    _decide(asked, Decision.REFUSED, reasons.required(note), by, now)
    history.note(
        part.ticket, "extension_refused", by=by, now=now, department=part.department, note=asked.note
    )
    session.flush()
    outbox.promise("extension_decided", once=str(asked.id), now=now, extension_id=asked.id)


def caller_told(asked: Extension, *, by: Staff, now: dt.datetime) -> None:
    """Record that the caller was told of a granted extension; telling once is enough."""
    if asked.decision is not Decision.GRANTED:
        raise ExtensionRefusedError
    if asked.caller_told_at is not None:
        return
    asked.caller_told_at = now
    asked.caller_told_by_id = by.id
    history.note(asked.assignment.ticket, "extension_told", by=by, now=now)
    session.flush()


def _extend(clock: Deadline, limit: Limit, overall: Deadline | None, now: dt.datetime) -> None:
    found = extended(deadlines.as_due(clock), limit, load(), office_hours())
    if overall is not None:
        found = capped(found, deadlines.as_due(overall))
    deadlines.reset(clock, found, deadlines.policy_of(clock.ticket), now=now)


def _decide(asked: Extension, decision: Decision, note: str, by: Staff, now: dt.datetime) -> None:
    if not by.is_any(rule_of(asked.assignment.ticket).approved_by):
        raise NotAllowedError
    if asked.decision is not Decision.PENDING:
        raise AlreadyDecidedError
    if decision is Decision.GRANTED:
        asked.due_after = asked.due_before  # the row's CHECK wants a moment before the real one is known
    asked.decision = decision
    asked.decided_by = by
    asked.decided_at = now
    asked.note = note.strip() or None


def _is_within(limit: Limit, most: Limit) -> bool:
    if isinstance(limit.amount, int) and isinstance(most.amount, int):
        return 0 < limit.amount <= most.amount
    return limit.span <= most.span

"""Making a callback: every attempt is written down, and only a person ends it."""

import datetime as dt
from dataclasses import dataclass

from hotline.callbacks import plans, reporting, timing
from hotline.callbacks.errors import (
    AlreadyEndedError,
    NotForYouError,
    NotYetError,
    OutcomeMissingError,
    OverMeanwhileError,
    QuietHoursError,
    ReasonForAnotherRoundError,
    TooFewAttemptsError,
)
from hotline.callbacks.models import (
    BAD,
    AttemptResult,
    CallbackAttempt,
    CallbackMode,
    CallbackState,
    CallbackTask,
    Satisfaction,
)
from hotline.categories import catalogue
from hotline.db import session
from hotline.people.models import Staff
from hotline.tickets import closing, history
from hotline.tickets.states import TicketStatus

NOBODY_REACHED = frozenset({AttemptResult.UNREACHABLE, AttemptResult.WRONG_NUMBER})


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the caller said; what was not asked or not answered stays empty."""

    was_contacted: bool | None = None
    is_truthful: bool | None = None
    is_solved: bool | None = None
    satisfaction: Satisfaction | None = None
    attitude: Satisfaction | None = None
    opinion: str | None = None
    rehandle_reason: str | None = None
    """Why the matter must be handled again; asked for when the caller is not content."""

    @property
    def is_bad(self) -> bool:
        """Tell whether the matter must be handled again (B1.9)."""
        return self.satisfaction in BAD or self.is_solved is False


def require_caller(task: CallbackTask, person: Staff) -> None:
    """Refuse whoever may not make this callback.

    Callbacks after tip-offs belong to one role (F10), and nobody asks the caller about their own work.
    Raises `NotForYouError`.
    """
    if task.by_role is not None and not person.is_any(task.by_role):
        raise NotForYouError
    handled_by = {part.replied_by_id for part in task.ticket.assignments if part.round == task.round}
    if person.id in handled_by:
        raise NotForYouError


def record_attempt(
    task: CallbackTask,
    result: AttemptResult,
    *,
    mode: CallbackMode = CallbackMode.PHONE,
    reason: str | None = None,
    note: str | None = None,
    appointment: dt.datetime | None = None,
    by: Staff,
    now: dt.datetime,
) -> CallbackAttempt:
    """Write down an attempt that did not lead to a talk, and when the next may be made (A8.5).

    `appointment` is a moment agreed with the caller. An attempt counts only outside the quiet hours and
    after the pause since the last one, so that the least number of attempts means something. Raises
    `AlreadyEndedError`, `NotForYouError`, `QuietHoursError`, `NotYetError`.
    """
    require_open(task, by)
    terms = catalogue.desk().callbacks
    if mode is CallbackMode.PHONE and not task.is_appointed and appointment is None:
        if timing.is_quiet(now, terms.quiet):
            raise QuietHoursError(until=timing.out_of_quiet(now, terms.quiet))
        if task.not_before is not None and now < task.not_before:
            raise NotYetError(earliest=task.not_before)
    attempt = _attempted(task, mode, result, reason, note, by, now)
    task.not_before = appointment or timing.next_try(now, terms)
    task.is_appointed = appointment is not None
    history.note(task.ticket, "callback_attempted", by=by, now=now, level=task.level, result=result)
    session.flush()
    return attempt


def complete(
    task: CallbackTask,
    result: AttemptResult,
    outcome: Outcome,
    *,
    mode: CallbackMode = CallbackMode.PHONE,
    by: Staff,
    now: dt.datetime,
) -> None:
    """End a callback: the caller was reached, or would not talk.

    A dissatisfied caller or an unsolved matter opens the next round at once (B1.9), and whoever was not asked
    yet is asked about that one; otherwise the ticket is closed when the last of its callers has been asked.
    Raises `AlreadyEndedError`, `NotForYouError`, `OutcomeMissingError`, `ReasonForAnotherRoundError`.
    """
    require_open(task, by)
    if result is AttemptResult.REACHED:
        if outcome.is_solved is None and outcome.satisfaction is None:
            raise OutcomeMissingError
        if outcome.is_bad and not (outcome.rehandle_reason or "").strip():
            raise ReasonForAnotherRoundError
        _write_down(task, outcome)
    _attempted(task, mode, result, None, None, by, now)
    task.opinion = (outcome.opinion or "").strip() or None
    task.state = CallbackState.DONE
    task.result = result
    task.completed_by = by
    task.completed_at = now
    history.note(task.ticket, "callback_made", by=by, now=now, level=task.level, result=result)
    _settle(task, by, now)
    session.flush()


def give_up(task: CallbackTask, *, by: Staff, now: dt.datetime) -> None:
    """End a callback whose caller was not reached in the least number of attempts (B6.3).

    It is not counted as made but as unreachable, and always shown. Raises `AlreadyEndedError`,
    `NotForYouError`, `TooFewAttemptsError`.
    """
    require_open(task, by)
    least = catalogue.desk().callbacks.least_attempts
    failed = [one for one in task.attempts if one.result in NOBODY_REACHED]
    if len(failed) < least:
        raise TooFewAttemptsError(made=len(failed), least=least)
    task.state = CallbackState.EXHAUSTED
    task.result = failed[-1].result
    task.completed_by = by
    task.completed_at = now
    history.note(task.ticket, "callback_given_up", by=by, now=now, level=task.level, attempts=len(failed))
    _settle(task, by, now)
    session.flush()


def _write_down(task: CallbackTask, outcome: Outcome) -> None:
    task.was_contacted = outcome.was_contacted
    task.is_truthful = outcome.is_truthful
    task.is_solved = outcome.is_solved
    task.satisfaction = outcome.satisfaction
    task.attitude = outcome.attitude
    if outcome.is_bad:
        task.rehandle_reason = (outcome.rehandle_reason or "").strip()


def _settle(task: CallbackTask, by: Staff, now: dt.datetime) -> None:
    reporting.owe(by, now=now)
    ticket = task.ticket
    if task.rehandle_reason:
        closing.open_round(ticket, reason=task.rehandle_reason, by=by, now=now)
        plans.cancel_earlier(ticket)
    elif ticket.status is TicketStatus.CALLBACK_DUE and task.level == 1 and not plans.is_owed(ticket):
        closing.close(ticket, by=by, now=now)


def _attempted(
    task: CallbackTask,
    mode: CallbackMode,
    result: AttemptResult,
    reason: str | None,
    note: str | None,
    by: Staff,
    now: dt.datetime,
) -> CallbackAttempt:
    attempt = CallbackAttempt(
        mode=mode,
        result=result,
        reason=reason or None,
        attempted_by=by,
        attempted_at=now,
        note=(note or "").strip() or None,
    )
    task.attempts.append(attempt)
    task.attempt_count += 1
    return attempt


def require_open(task: CallbackTask, by: Staff) -> None:
    """Refuse a callback that is no longer owed, and whoever may not make it.

    Raises `AlreadyEndedError`, `OverMeanwhileError`, `NotForYouError`.
    """
    if task.state is not CallbackState.OPEN:
        raise AlreadyEndedError(state=task.state)
    if task.round != task.ticket.round:
        raise OverMeanwhileError
    require_caller(task, by)

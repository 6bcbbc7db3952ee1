"""What a person may do with a ticket as it stands: one table that pages offer by and verbs are let in by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from hotline.categories.policy import Policy
from hotline.categories.terms import ClosingNeed, Dispatching, Stage
from hotline.db import session
from hotline.dispatch.models import Decision, Extension, Return, Supervision, Urge
from hotline.errors import HotlineError
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.tickets import accepting, access, closing_needs, deadlines, merging
from hotline.tickets.models import Assignment, Ticket
from hotline.tickets.parts import Part
from hotline.tickets.states import OPEN, WITH_DEPARTMENT, TicketStatus
from hotline.wording import N_, Labelled


class NotOfferedError(HotlineError):
    """The act does not fit the ticket as it stands, or the person."""

    sentence = N_("“%(action)s” is not possible here any more, or not for you. Look at the ticket again.")


class Action(Labelled):
    """Everything people do with a ticket, in the order it is offered."""

    ACKNOWLEDGE = "acknowledge", N_("Acknowledge")
    ANSWER = "answer", N_("Answer the caller")
    ACCEPT = "accept", N_("Accept the petition")
    REVIEW = "review", N_("Review and dispatch")
    FILE_REPLY = "file_reply", N_("File the reply")
    PHONED = "phoned", N_("Record a dispatch by phone")
    RULE = "rule", N_("Rule on the return")
    DECIDE_EXTENSION = "decide_extension", N_("Decide on the extension")
    REPLY = "reply", N_("Reply")
    CONTACTED = "contacted", N_("Caller contacted")
    ON_SITE = "on_site", N_("On site")
    PROGRESS = "progress", N_("Report progress")
    WAIT = "wait", N_("Wait for the caller")
    RESUME = "resume", N_("Caller has answered")
    EXTEND = "extend", N_("Ask for an extension")
    RETURN = "return", N_("Return the ticket")
    ANSWER_URGE = "answer_urge", N_("Answer the urging")
    TELL_CALLER = "tell_caller", N_("Caller told of the extension")
    SEND_BACK = "send_back", N_("Send the reply back")
    URGE = "urge", N_("Urge")
    ADD_ASSIST = "add_assist", N_("Ask another department to assist")
    REASSIGN = "reassign", N_("Reassign")
    SUPERVISE = "supervise", N_("Put under supervision")
    END_SUPERVISION = "end_supervision", N_("End the supervision")
    RECLASSIFY = "reclassify", N_("Reclassify")
    SPLIT = "split", N_("Split")
    MERGE = "merge", N_("Merge")
    UNMERGE = "unmerge", N_("Take the merge back")
    DECLINE = "decline", N_("Do not accept")
    CLOSE = "close", N_("Close the ticket")
    TERMINATE = "terminate", N_("Terminate")
    REOPEN = "reopen", N_("Handle again")
    HAND_OVER = "hand_over", N_("Hand over")
    NOTE = "note", N_("Add a note")


@dataclass(frozen=True, slots=True)
class Standing:
    """A ticket and what is pending about it, read once."""

    ticket: Ticket
    policy: Policy
    returns: tuple[Return, ...] = ()
    extensions: tuple[Extension, ...] = ()
    urges: tuple[Urge, ...] = ()
    supervisions: tuple[Supervision, ...] = ()
    parts: tuple[Assignment, ...] = field(init=False)

    def __post_init__(self) -> None:
        running = tuple(part for part in self.ticket.assignments if part.ended_at is None)
        object.__setattr__(self, "parts", running)

    @property
    def pending_return(self) -> Return | None:
        """The return that waits for a ruling."""
        return next((one for one in self.returns if _waits(one)), None)

    @property
    def pending_extension(self) -> Extension | None:
        """The extension that waits for a decision."""
        return next((one for one in self.extensions if _waits(one)), None)

    @property
    def untold_extension(self) -> Extension | None:
        """A granted extension the caller has not been told of."""
        return next(
            (
                one
                for one in self.extensions
                if one.decision is Decision.GRANTED and one.caller_told_at is None
            ),
            None,
        )

    @property
    def supervision(self) -> Supervision | None:
        """The supervision that runs."""
        return next((one for one in self.supervisions if one.closed_at is None), None)

    def part_of(self, person: Staff) -> Assignment | None:
        """Return the running part of the person's department."""
        return next((part for part in self.parts if part.department_id == person.department_id), None)

    def unanswered_urge(self, person: Staff) -> Urge | None:
        """Return an urging of the person's department that was not answered."""
        return next(
            (
                one
                for one in self.urges
                if one.department_id == person.department_id and one.answered_at is None
            ),
            None,
        )


def _waits(asked: Return | Extension) -> bool:
    """What a department asked for is moot once it no longer has the ticket."""
    return asked.decision is Decision.PENDING and asked.assignment.ended_at is None


def standing(ticket: Ticket) -> Standing:
    """Read what is pending about `ticket`: what there is none of is not asked for."""
    of_ticket = {"ticket_id": ticket.id}
    there = session.execute(_THERE, of_ticket).one()
    returns, extensions, urges, supervisions = (
        tuple(session.scalars(query, of_ticket)) if is_there else ()
        for query, is_there in zip(_PENDING, there, strict=True)
    )
    return Standing(ticket, deadlines.policy_of(ticket), returns, extensions, urges, supervisions)


_TICKET: sa.BindParameter[int] = sa.bindparam("ticket_id")
_PARTS = sa.select(Assignment.id).where(Assignment.ticket_id == _TICKET)
_PENDING: tuple[sa.Select[Any], ...] = (
    sa.select(Return).where(Return.assignment_id.in_(_PARTS)).order_by(Return.id),
    sa.select(Extension).where(Extension.assignment_id.in_(_PARTS)).order_by(Extension.id),
    sa.select(Urge).where(Urge.ticket_id == _TICKET).order_by(Urge.id),
    sa.select(Supervision).where(Supervision.ticket_id == _TICKET).order_by(Supervision.id),
)
_THERE = sa.select(*(query.order_by(None).exists() for query in _PENDING))


def offered(at: Standing, person: Staff) -> list[Action]:
    """Return what `person` may do with the ticket now."""
    if not access.may_see(at.ticket, person):
        return []
    return [action for action in Action if RULES[action](at, person)]


def require(at: Standing, action: Action, person: Staff) -> None:
    """Refuse what is not offered. Raises `NotOfferedError`, `NoSuchTicketError`."""
    if not access.may_see(at.ticket, person):
        raise access.NoSuchTicketError(number=at.ticket.number)
    if not RULES[action](at, person):
        raise NotOfferedError(action=action)


Rule = Callable[[Standing, Staff], bool]

S, R = TicketStatus, Role
LEADERS = (R.SHIFT_LEADER, R.SERVICE_MANAGER)
DESK = (R.OPERATOR, *LEADERS)
NOT_SENT = frozenset({S.REGISTERED, S.TO_REVIEW, S.RETURNED, S.REHANDLING})
"""No department works on it."""


def _by(*roles: Role, when: frozenset[TicketStatus]) -> Rule:
    return lambda at, person: at.ticket.status in when and person.is_any(*roles)


def _works(at: Standing, person: Staff) -> Assignment | None:
    """Return the running part a person works on: as clerk or head of its department."""
    if not person.is_any(R.DEPARTMENT_CLERK, R.DEPARTMENT_HEAD):
        return None
    return at.part_of(person) if at.pending_return is None else None


def _signed(at: Standing, person: Staff) -> Assignment | None:
    part = _works(at, person)
    return part if part is not None and part.acknowledged_at is not None else None


def _leads(at: Standing, person: Staff) -> bool:
    part = _signed(at, person)
    return part is not None and part.part is Part.LEAD


def _may_answer(at: Standing, person: Staff) -> bool:
    is_theirs = person.id == at.ticket.first_contact_owner_id and not person.is_any(R.TRAINEE)
    may = is_theirs or person.is_any(*DESK, R.OVERSIGHT_OFFICER)
    return at.ticket.status is S.REPLIED and may


def _may_answer_somebody(at: Standing, person: Staff) -> bool:
    return _may_answer(at, person) and any(one.can_be_reached for one in merging.callers_of(at.ticket))


def _may_file_reply(at: Standing, person: Staff) -> bool:
    return _may_answer(at, person) and not merging.is_awaited(at.ticket)


def _may_record_call(at: Standing, person: Staff) -> bool:
    wants_it = closing_needs.missing(at.ticket, {ClosingNeed.PHONE_DISPATCH_RECORDED})
    return bool(wants_it) and at.ticket.status in OPEN and person.is_any(*DESK)


def _may_extend(at: Standing, person: Staff) -> bool:
    return (
        _leads(at, person)
        and at.policy.extension is not None
        and at.pending_extension is None
        and deadlines.running(at.ticket, Stage.DEPARTMENT) is not None
    )


def _may_return(at: Standing, person: Staff) -> bool:
    part = _works(at, person)
    if part is None or at.policy.returning is None or not part.may_return:
        return False
    return deadlines.running(at.ticket, Stage.RETURN_WINDOW, part) is not None


def _may_rule(at: Standing, person: Staff) -> bool:
    rule = at.policy.returning
    return at.pending_return is not None and rule is not None and person.is_any(rule.ruled_by)


def _may_decide(at: Standing, person: Staff) -> bool:
    rule = at.policy.extension
    return at.pending_extension is not None and rule is not None and person.is_any(rule.approved_by)


def _may_dispatch(at: Standing, person: Staff) -> bool:
    is_ready = at.ticket.status in (S.TO_REVIEW, S.REHANDLING) or (
        at.ticket.status is S.REGISTERED and at.policy.dispatching is not Dispatching.NONE
    )
    return is_ready and person.is_any(*LEADERS)


RULES: Mapping[Action, Rule] = MappingProxyType(
    {
        Action.ACKNOWLEDGE: lambda at, person: (
            (part := _works(at, person)) is not None and part.acknowledged_at is None
        ),
        Action.ANSWER: _may_answer_somebody,
        Action.FILE_REPLY: _may_file_reply,
        Action.PHONED: _may_record_call,
        Action.ACCEPT: lambda at, person: (
            at.ticket.status in OPEN and accepting.is_wanted(at.ticket) and person.is_any(*LEADERS)
        ),
        Action.REVIEW: _may_dispatch,
        Action.RULE: _may_rule,
        Action.DECIDE_EXTENSION: _may_decide,
        Action.REPLY: lambda at, person: _signed(at, person) is not None,
        Action.CONTACTED: lambda at, person: (
            (part := _signed(at, person)) is not None and part.caller_contacted_at is None
        ),
        Action.ON_SITE: lambda at, person: (
            (part := _signed(at, person)) is not None
            and deadlines.running(at.ticket, Stage.ON_SITE, part) is not None
        ),
        Action.PROGRESS: lambda at, person: _signed(at, person) is not None,
        Action.WAIT: lambda at, person: _leads(at, person) and at.ticket.waiting_since is None,
        Action.RESUME: lambda at, person: (
            at.ticket.waiting_since is not None and (_leads(at, person) or person.is_any(*DESK))
        ),
        Action.EXTEND: _may_extend,
        Action.RETURN: _may_return,
        Action.ANSWER_URGE: lambda at, person: (
            _works(at, person) is not None and at.unanswered_urge(person) is not None
        ),
        Action.TELL_CALLER: lambda at, person: at.untold_extension is not None and person.is_any(*DESK),
        Action.SEND_BACK: _by(*LEADERS, when=frozenset({S.REPLIED})),
        Action.URGE: _by(*DESK, R.OVERSIGHT_OFFICER, when=WITH_DEPARTMENT),
        Action.ADD_ASSIST: _by(*LEADERS, when=WITH_DEPARTMENT),
        Action.REASSIGN: _by(*LEADERS, when=WITH_DEPARTMENT),
        Action.SUPERVISE: lambda at, person: (
            at.ticket.status in OPEN and at.supervision is None and person.is_any(R.OVERSIGHT_OFFICER)
        ),
        Action.END_SUPERVISION: lambda at, person: (
            at.supervision is not None and person.is_any(R.OVERSIGHT_OFFICER)
        ),
        Action.RECLASSIFY: _by(*LEADERS, when=NOT_SENT - {S.RETURNED}),
        Action.SPLIT: _by(*LEADERS, when=frozenset({S.REGISTERED, S.TO_REVIEW})),
        Action.MERGE: _by(*DESK, when=frozenset({S.REGISTERED, S.TO_REVIEW}) | WITH_DEPARTMENT),
        Action.UNMERGE: _by(*LEADERS, when=frozenset({S.MERGED})),
        Action.DECLINE: _by(*LEADERS, when=frozenset({S.REGISTERED, S.TO_REVIEW, S.RETURNED})),
        Action.CLOSE: lambda at, person: (
            at.ticket.status is S.REGISTERED
            and at.policy.dispatching is Dispatching.NONE
            and person.is_any(*DESK)
        ),
        Action.TERMINATE: _by(
            R.SERVICE_MANAGER, when=NOT_SENT - {S.REHANDLING} | WITH_DEPARTMENT | {S.REPLIED}
        ),
        Action.REOPEN: _by(*LEADERS, when=frozenset({S.RESOLVED, S.CALLBACK_DUE, S.CLOSED})),
        Action.HAND_OVER: lambda at, person: (
            at.ticket.status in OPEN
            and (person.id == at.ticket.first_contact_owner_id or person.is_any(*LEADERS))
        ),
        Action.NOTE: lambda at, person: not person.is_any(R.AUDITOR, R.TRAINEE),
    }
)
"""Who is offered which act, when."""

"""What waits for a person, pile by pile: a count and the first few, one short query each."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import contains_eager, joinedload, load_only

from hotline.callbacks import queue
from hotline.categories import catalogue
from hotline.categories.terms import Stage
from hotline.contacts.written import shortened
from hotline.db import Moment, UtcDateTime, session
from hotline.errands import owing
from hotline.letters import waiting as reply_letters
from hotline.letters.finding import Standing
from hotline.letters.models import ReplyLetter
from hotline.letters.replying import SENDS
from hotline.people import absences, standing
from hotline.people.models import Staff
from hotline.people.roles import DEPARTMENT_ROLES, Role
from hotline.reception import host_visits, suggestions, urgent
from hotline.tickets import access, lateness, lists
from hotline.tickets.lateness import Clock, Lateness
from hotline.tickets.lists import View
from hotline.tickets.models import Assignment, Deadline, Ticket
from hotline.tickets.states import TicketStatus
from hotline.wording import N_, Labelled, in_both, in_words
from knowledge_base.models import ArticleRevision, RevisionStatus

SHOWN = 6
GLIMPSE = 80
MOST_COUNTED = 1000
"""Nobody reads the difference between 1,000 and 4,000 waiting tickets; the database need not count it."""

IS_OPEN = lists.is_open()
"""Part of every query here: the indexes over open tickets answer it."""

FOR_LINES = (Ticket.number, Ticket.title, Ticket.category, Ticket.next_due_at)


class Pile(Labelled):
    """The kinds of work a desk can hold."""

    REPLIES = "replies", N_("Replies to read to callers")
    PROMISES = "promises", N_("Promised replies")
    REVIEWS = "reviews", N_("Waiting for review")
    RETURNS = "returns", N_("Returns to rule on")
    OVERDUE = "overdue", N_("Overdue")
    TO_ACKNOWLEDGE = "to_acknowledge", N_("To acknowledge")
    DUE_NEXT = "due_next", N_("Due next in my department")
    CALLBACKS = "callbacks", N_("My callbacks")
    ARTICLES = "articles", N_("Articles to review")
    URGENT = "urgent", N_("Urgent reports")
    ERRANDS = "errands", N_("Messages and call-backs")
    SUGGESTIONS = "suggestions", N_("Suggestions to answer")
    VISITORS = "visitors", N_("Visitors to invite again")
    LETTERS_TO_APPROVE = "letters_to_approve", N_("Reply letters to approve")
    LETTERS_TO_SEND = "letters_to_send", N_("Reply letters to send")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that waits."""

    title: str
    url: str
    number: str = ""
    note: str = ""
    due_at: dt.datetime | None = None
    state: Lateness = Lateness.NONE
    ticket_id: int | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A pile: how much lies on it, and what is on top."""

    pile: Pile
    count: int
    lines: Sequence[Line]
    url: str
    """Where all of it is."""
    also: int = 0
    """How much more somebody may take from the common pile."""

    @property
    def is_capped(self) -> bool:
        """Tell whether there is more than anybody counts."""
        return self.count > MOST_COUNTED


def waiting_for(person: Staff, now: dt.datetime) -> list[Waiting]:
    """Return the piles of everything that `person` does here, the most pressing work first."""
    piles = [build(person, now) for roles, build in _PILES if person.is_any(*roles)]
    return _with_states([*_rare(person, now), *piles], now)


def _rare(person: Staff, now: dt.datetime) -> list[Waiting]:
    """Return the piles that are shown only where something lies on them; one query finds those."""
    counts = session.execute(_rare_counts(person), {NOW.key: now}).one()
    mine = (build for roles, _, build in _RARE if person.is_any(*roles))
    return [build(person, now, number) for build, number in zip(mine, counts, strict=True) if number]


NOW = sa.bindparam("now", type_=UtcDateTime())


@partial(standing.kept, beside=lambda: catalogue.current().stamp)
def _rare_counts(person: Staff) -> sa.Select[*tuple[int, ...]]:
    return sa.select(*(count(person, NOW) for roles, count, _ in _RARE if person.is_any(*roles)))


def _tickets(pile: Pile, fits: sa.Select[Ticket], url: str) -> Waiting:
    """Return the pile of the tickets that fit: the first by what is due, all counted, in one query."""
    rows, count = _first(fits, Ticket.next_due_at)
    return Waiting(pile, count, [_line(ticket) for (ticket,) in rows], url)


def _first(
    fits: sa.Select[*tuple[Any, ...]], due: sa.SQLColumnExpression[Any]
) -> tuple[list[Sequence[Any]], int]:
    """Return the first rows of a query over tickets, by what is due, and how many there are in all."""
    counted = fits.with_only_columns(Ticket.id).limit(MOST_COUNTED + 1).subquery()
    count = sa.select(sa.func.count()).select_from(counted).scalar_subquery()
    in_order = fits.options(load_only(*FOR_LINES)).add_columns(count).order_by(due, Ticket.id)
    rows = session.execute(in_order.limit(SHOWN)).all()
    return [row[:-1] for row in rows], rows[0][-1] if rows else 0


def _line(ticket: Ticket, due_at: dt.datetime | None = None) -> Line:
    policy = catalogue.current().policies.get(ticket.category)
    return Line(
        title=ticket.title,
        url=url_for("tickets.show", number=ticket.number),
        number=ticket.number,
        note=in_both(policy.names) if policy else "",
        due_at=due_at or ticket.next_due_at,
        ticket_id=ticket.id,
    )


def _replies(person: Staff, now: dt.datetime) -> Waiting:
    fits = sa.select(Ticket).where(
        lists.stands(TicketStatus.REPLIED),
        Ticket.first_contact_owner_id.in_(absences.hands(person, now)),
        access.visible(person),
    )
    return _tickets(Pile.REPLIES, fits, url_for("tickets.list_", view=View.TO_ANSWER))


def _promises(person: Staff, now: dt.datetime) -> Waiting:
    fits = (
        sa.select(Ticket, Deadline.due_at)
        .join(Deadline, Deadline.ticket_id == Ticket.id)
        .where(
            IS_OPEN,
            Ticket.first_contact_owner_id.in_(absences.hands(person, now)),
            access.visible(person),
            Deadline.stage == Stage.PROMISED_REPLY,
            Deadline.met_at.is_(None),
            Deadline.cancelled_at.is_(None),
        )
    )
    rows, count = _first(fits, Deadline.due_at)
    lines = [replace(_line(ticket, due_at), state=_by_moment(due_at, now)) for ticket, due_at in rows]
    return Waiting(Pile.PROMISES, count, lines, url_for("tickets.list_", view=View.MINE))


def _reviews(person: Staff, now: dt.datetime) -> Waiting:
    fits = _with_status(TicketStatus.TO_REVIEW, person)
    return _tickets(Pile.REVIEWS, fits, url_for("review.list_"))


def _with_status(status: TicketStatus, person: Staff) -> sa.Select[Ticket]:
    return sa.select(Ticket).where(lists.stands(status), access.visible(person))


def _returns(person: Staff, now: dt.datetime) -> Waiting:
    fits = _with_status(TicketStatus.RETURNED, person)
    return _tickets(Pile.RETURNS, fits, url_for("review.list_"))


def _overdue(person: Staff, now: dt.datetime) -> Waiting:
    fits = sa.select(Ticket).where(lists.is_overdue(now), access.visible(person))
    return _tickets(Pile.OVERDUE, fits, url_for("tickets.list_", view=View.OVERDUE))


def _to_acknowledge(person: Staff, now: dt.datetime) -> Waiting:
    fits = _of_department(person).where(Assignment.acknowledged_at.is_(None))
    return _tickets(Pile.TO_ACKNOWLEDGE, fits, url_for("department.list_"))


def _due_next(person: Staff, now: dt.datetime) -> Waiting:
    fits = _of_department(person).where(
        Assignment.acknowledged_at.is_not(None), Assignment.replied_at.is_(None)
    )
    return _tickets(Pile.DUE_NEXT, fits, url_for("department.list_"))


def _of_department(person: Staff) -> sa.Select[Ticket]:
    return (
        sa.select(Ticket)
        .join(Assignment, Assignment.ticket_id == Ticket.id)
        .where(
            Assignment.department_id == person.department_id,
            Assignment.ended_at.is_(None),
            IS_OPEN,
            access.visible(person),
        )
    )


def _callbacks(person: Staff, now: dt.datetime) -> Waiting:
    counts = queue.counts(person, now=now)
    lines = [
        replace(
            _line(task.ticket, task.due_at),
            url=url_for("callbacks.show", task_id=task.id),
            state=_by_moment(task.due_at, now),
        )
        for task in queue.listed(person, view="mine", now=now, limit=SHOWN)
    ]
    return Waiting(Pile.CALLBACKS, counts.mine, lines, url_for("callbacks.list_"), also=counts.free)


def _articles(person: Staff, now: dt.datetime) -> Waiting:
    in_review = (
        sa.select(ArticleRevision)
        .where(
            ArticleRevision.status == RevisionStatus.IN_REVIEW,
            ArticleRevision.author_id.is_distinct_from(person.id),
        )
        .options(joinedload(ArticleRevision.author), contains_eager(ArticleRevision.article))
        .join(ArticleRevision.article)
        .order_by(ArticleRevision.submitted_at, ArticleRevision.id)
        .limit(MOST_COUNTED + 1)
    )
    found = session.scalars(in_review).all()
    lines = [
        Line(
            title=revision.title,
            url=url_for("knowledge.show", code=revision.article.code),
            number=revision.article.code,
            note=revision.author.name if revision.author else "",
        )
        for revision in found[:SHOWN]
    ]
    return Waiting(Pile.ARTICLES, len(found), lines, url_for("knowledge.list_"))


def _urgent(person: Staff, now: dt.datetime, count: int) -> Waiting:
    lines = [
        Line(
            title=one.ticket.title,
            url=url_for("urgent_reports.show", report_id=one.id),
            number=one.ticket.number,
            note=one.reported_by.name,
        )
        for one in urgent.listed(person)[:SHOWN]
        if one.seen_at is None
    ]
    return Waiting(Pile.URGENT, count, lines, url_for("urgent_reports.list_"))


def _errands(person: Staff, now: dt.datetime, count: int) -> Waiting:
    lines = [
        Line(
            title=shortened(one.words, GLIMPSE) or in_words(one.kind),
            url=url_for("errands.show", errand_id=one.id),
            note=in_words(one.kind),
            due_at=one.due_at,
            state=_by_moment(one.due_at, now),
        )
        for one in owing.listed(person, now=now)[:SHOWN]
    ]
    return Waiting(Pile.ERRANDS, count, lines, url_for("errands.list_"))


def _suggestions(person: Staff, now: dt.datetime, count: int) -> Waiting:
    lines = [
        Line(
            title=shortened(one.summary, GLIMPSE),
            url=url_for("suggestions.show", entry_id=one.id),
            number=one.register_number,
            due_at=one.due_at,
            state=_by_moment(one.due_at, now),
        )
        for one in suggestions.listed()[:SHOWN]
    ]
    return Waiting(Pile.SUGGESTIONS, count, lines, url_for("suggestions.list_"))


def _visitors(person: Staff, now: dt.datetime, count: int) -> Waiting:
    lines = [
        Line(
            title=one.name,
            url=url_for("host_visits.show", visit_id=one.id),
            note=one.host.name,
            due_at=one.invite_by,
            state=_by_moment(one.invite_by or now, now),
        )
        for one in host_visits.to_invite(person, now=now)[:SHOWN]
    ]
    return Waiting(Pile.VISITORS, count, lines, url_for("host_visits.list_"))


def _letters_to_approve(person: Staff, now: dt.datetime, count: int) -> Waiting:
    lines = [_reply_line(one) for one in reply_letters.to_approve(person, SHOWN)]
    return Waiting(
        Pile.LETTERS_TO_APPROVE, count, lines, url_for("letters.list_", standing=Standing.TO_APPROVE)
    )


def _letters_to_send(person: Staff, now: dt.datetime, count: int) -> Waiting:
    lines = [_reply_line(one) for one in reply_letters.to_send(person, SHOWN)]
    mine = None if person.is_any(*reply_letters.SEES_ALL) else 1
    url = url_for("letters.list_", standing=Standing.TO_SEND, mine=mine)
    return Waiting(Pile.LETTERS_TO_SEND, count, lines, url)


def _reply_line(reply: ReplyLetter) -> Line:
    return Line(
        title=reply.subject,
        url=url_for("letters.reply", reply_id=reply.id),
        number=reply.number or "",
        note=reply.drafted_by.name,
    )


def _by_moment(due_at: dt.datetime, now: dt.datetime) -> Lateness:
    return Lateness.OVERDUE if due_at < now else Lateness.OK


def _with_states(piles: Iterable[Waiting], now: dt.datetime) -> list[Waiting]:
    """Return the piles with the state of every ticket on them, read in one query for all."""
    piles = list(piles)
    ids = {line.ticket_id for pile in piles for line in pile.lines if line.state is Lateness.NONE}
    wanted = [one for one in ids if one is not None]
    clocks = lists.clocks(wanted) if wanted else {}
    return [replace(pile, lines=[_with_state(line, clocks, now) for line in pile.lines]) for pile in piles]


def _with_state(line: Line, clocks: Mapping[int, Iterable[Clock]], now: dt.datetime) -> Line:
    if line.state is not Lateness.NONE or line.ticket_id is None:
        return line
    running = (one for one in clocks.get(line.ticket_id, ()) if one.is_running)
    return replace(line, state=lateness.worst(running, now))


Build = Callable[[Staff, dt.datetime], Waiting]

R = Role
_PILES: tuple[tuple[tuple[Role, ...], Build], ...] = (
    ((R.SHIFT_LEADER, R.SERVICE_MANAGER), _reviews),
    ((R.SHIFT_LEADER, R.SERVICE_MANAGER), _returns),
    ((R.SHIFT_LEADER, R.SERVICE_MANAGER, R.OVERSIGHT_OFFICER), _overdue),
    ((R.DEPARTMENT_CLERK, R.DEPARTMENT_HEAD, R.INFORMATION_OFFICER), _to_acknowledge),
    ((R.DEPARTMENT_CLERK, R.DEPARTMENT_HEAD, R.INFORMATION_OFFICER), _due_next),
    ((R.OPERATOR,), _replies),
    ((R.OPERATOR,), _promises),
    ((R.CALLBACK_AGENT,), _callbacks),
    ((R.KNOWLEDGE_EDITOR,), _articles),
)
"""Who sees which pile, the most pressing first."""

_HOUSE = tuple(role for role in Role if role not in DEPARTMENT_ROLES)
Counted = Callable[[Staff, Moment], sa.ScalarSelect[int]]
_RARE: tuple[tuple[tuple[Role, ...], Counted, Callable[[Staff, dt.datetime, int], Waiting]], ...] = (
    (urgent.LEADS, urgent.waiting_count, _urgent),
    (_HOUSE, owing.waiting_count, _errands),
    (suggestions.LEADS, suggestions.waiting_count, _suggestions),
    (tuple(Role), host_visits.waiting_count, _visitors),
    (_HOUSE, reply_letters.to_approve_count, _letters_to_approve),
    (tuple(SENDS), reply_letters.to_send_count, _letters_to_send),
)
"""Who sees which pile where there is something on it, and how much that is."""

"""What waits for a person, pile by pile: a count and the first few, one short query each."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import contains_eager, joinedload

from blueprints.desk import ticket_piles
from blueprints.desk.waiting import MOST_COUNTED, NOW, SHOWN, Line, Pile, Waiting, by_moment, ticket_line
from hotline.callbacks import queue
from hotline.categories import catalogue
from hotline.contacts.written import shortened
from hotline.db import Moment, session
from hotline.errands import owing
from hotline.letters import waiting as reply_letters
from hotline.letters.finding import Standing
from hotline.letters.models import ReplyLetter
from hotline.letters.replying import SENDS
from hotline.people import standing
from hotline.people.models import Staff
from hotline.people.roles import DEPARTMENT_ROLES, Role
from hotline.reception import host_visits, suggestions, urgent
from hotline.tickets import lateness, lists
from hotline.tickets.lateness import Clock, Lateness
from hotline.wording import in_words
from knowledge_base.models import ArticleRevision, RevisionStatus

GLIMPSE = 80


def waiting_for(person: Staff, now: dt.datetime) -> list[Waiting]:
    """Return the piles of everything that `person` does here, the most pressing work first."""
    piles = [build(person, now) for roles, build in _PILES if person.is_any(*roles)]
    return _with_states([*_rare(person, now), *piles], now)


def _rare(person: Staff, now: dt.datetime) -> list[Waiting]:
    """Return the piles that are shown only where something lies on them; one query finds those."""
    counts = session.execute(_rare_counts(person), {NOW.key: now}).one()
    mine = (build for roles, _, build in _RARE if person.is_any(*roles))
    return [build(person, now, number) for build, number in zip(mine, counts, strict=True) if number]


@partial(standing.kept, beside=lambda: catalogue.current().stamp)
def _rare_counts(person: Staff) -> sa.Select[*tuple[int, ...]]:
    return sa.select(*(count(person, NOW) for roles, count, _ in _RARE if person.is_any(*roles)))


def _callbacks(person: Staff, now: dt.datetime) -> Waiting:
    counts = queue.counts(person, now=now)
    lines = [
        replace(
            ticket_line(task.ticket, task.due_at),
            url=url_for("callbacks.show", task_id=task.id),
            state=by_moment(task.due_at, now),
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
            state=by_moment(one.due_at, now),
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
            state=by_moment(one.due_at, now),
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
            state=by_moment(one.invite_by or now, now),
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
    ((R.SHIFT_LEADER, R.SERVICE_MANAGER), ticket_piles.reviews),
    ((R.SHIFT_LEADER, R.SERVICE_MANAGER), ticket_piles.returns),
    ((R.SHIFT_LEADER, R.SERVICE_MANAGER, R.OVERSIGHT_OFFICER), ticket_piles.overdue),
    ((R.DEPARTMENT_CLERK, R.DEPARTMENT_HEAD, R.INFORMATION_OFFICER), ticket_piles.to_acknowledge),
    ((R.DEPARTMENT_CLERK, R.DEPARTMENT_HEAD, R.INFORMATION_OFFICER), ticket_piles.due_next),
    ((R.OPERATOR,), ticket_piles.replies),
    ((R.OPERATOR,), ticket_piles.promises),
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

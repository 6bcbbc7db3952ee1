"""Piles of tickets: one statement each, written once per person's standing."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from flask import url_for

from blueprints import looking
from blueprints.desk.waiting import MOST_COUNTED, NOW, SHOWN, Pile, Waiting, by_moment, ticket_line
from hotline.categories.terms import Stage
from hotline.db import session, unindexed
from hotline.people import absences, standing
from hotline.people.models import Staff
from hotline.tickets import access, lists
from hotline.tickets.lists import View
from hotline.tickets.models import Assignment, Deadline, Ticket
from hotline.tickets.states import TicketStatus

IS_OPEN = lists.is_open()
"""Part of every query here: the indexes over open tickets answer it."""

FOR_LINES = (Ticket.id, Ticket.number, Ticket.title, Ticket.category, Ticket.confidentiality)


def _in_order(
    fits: sa.Select[Ticket], due: sa.SQLColumnExpression[Any] = Ticket.next_due_at
) -> sa.Select[*tuple[Any, ...]]:
    """Return the query for the first tickets that fit, by what is due, and how many there are in all."""
    counted = fits.with_only_columns(Ticket.id).limit(MOST_COUNTED + 1).subquery()
    count = sa.select(sa.func.count()).select_from(counted).scalar_subquery()
    shown = fits.with_only_columns(*FOR_LINES, due.label("due_at"), count.label("in_all"))
    # SQLite would rather read all limits in the order they end than the few of a person's own tickets.
    first = due if due is Ticket.next_due_at else unindexed(due)
    return shown.order_by(first, Ticket.id).limit(SHOWN)


def _read(
    statement: sa.Select[*tuple[Any, ...]], now: dt.datetime
) -> tuple[Sequence[sa.Row[*tuple[Any, ...]]], int]:
    rows = session.execute(statement, {NOW.key: now}).all()
    return rows, rows[0].in_all if rows else 0


def _tickets(pile: Pile, statement: sa.Select[*tuple[Any, ...]], now: dt.datetime, url: str) -> Waiting:
    rows, count = _read(statement, now)
    looking.not_restricted(rows)
    return Waiting(pile, count, [ticket_line(row, row.due_at) for row in rows], url)


def replies(person: Staff, now: dt.datetime) -> Waiting:
    """Return the replies that wait to be read to callers."""
    return _tickets(Pile.REPLIES, _replied(person), now, url_for("tickets.list_", view=View.TO_ANSWER))


@standing.kept
def _replied(person: Staff) -> sa.Select[*tuple[Any, ...]]:
    fits = sa.select(Ticket).where(
        lists.stands(TicketStatus.REPLIED),
        Ticket.first_contact_owner_id.in_(absences.hands(person, NOW)),
        access.visible(person),
    )
    return _in_order(fits)


def promises(person: Staff, now: dt.datetime) -> Waiting:
    """Return the promised replies."""
    rows, count = _read(_promised(person), now)
    looking.not_restricted(rows)
    lines = [replace(ticket_line(row, row.due_at), state=by_moment(row.due_at, now)) for row in rows]
    return Waiting(Pile.PROMISES, count, lines, url_for("tickets.list_", view=View.MINE))


@standing.kept
def _promised(person: Staff) -> sa.Select[*tuple[Any, ...]]:
    fits = (
        sa.select(Ticket)
        .join(Deadline, Deadline.ticket_id == Ticket.id)
        .where(
            IS_OPEN,
            Ticket.first_contact_owner_id.in_(absences.hands(person, NOW)),
            access.visible(person),
            Deadline.stage == Stage.PROMISED_REPLY,
            Deadline.met_at.is_(None),
            Deadline.cancelled_at.is_(None),
        )
    )
    return _in_order(fits, Deadline.due_at)


def reviews(person: Staff, now: dt.datetime) -> Waiting:
    """Return what waits for review."""
    return _tickets(Pile.REVIEWS, _to_review(person), now, url_for("review.list_"))


@standing.kept
def _to_review(person: Staff) -> sa.Select[*tuple[Any, ...]]:
    return _in_order(sa.select(Ticket).where(lists.stands(TicketStatus.TO_REVIEW), access.visible(person)))


def returns(person: Staff, now: dt.datetime) -> Waiting:
    """Return the returns to rule on."""
    return _tickets(Pile.RETURNS, _returned(person), now, url_for("review.list_"))


@standing.kept
def _returned(person: Staff) -> sa.Select[*tuple[Any, ...]]:
    return _in_order(sa.select(Ticket).where(lists.stands(TicketStatus.RETURNED), access.visible(person)))


def overdue(person: Staff, now: dt.datetime) -> Waiting:
    """Return what is overdue."""
    return _tickets(Pile.OVERDUE, _late(person), now, url_for("tickets.list_", view=View.OVERDUE))


@standing.kept
def _late(person: Staff) -> sa.Select[*tuple[Any, ...]]:
    return _in_order(sa.select(Ticket).where(lists.is_overdue(NOW), access.visible(person)))


def to_acknowledge(person: Staff, now: dt.datetime) -> Waiting:
    """Return what the person's department has to acknowledge."""
    return _tickets(Pile.TO_ACKNOWLEDGE, _new_parts(person), now, url_for("department.list_"))


@standing.kept
def _new_parts(person: Staff) -> sa.Select[*tuple[Any, ...]]:
    return _in_order(_of_department(person).where(Assignment.acknowledged_at.is_(None)))


def due_next(person: Staff, now: dt.datetime) -> Waiting:
    """Return what is due next in the person's department."""
    return _tickets(Pile.DUE_NEXT, _parts_at_work(person), now, url_for("department.list_"))


@standing.kept
def _parts_at_work(person: Staff) -> sa.Select[*tuple[Any, ...]]:
    return _in_order(
        _of_department(person).where(Assignment.acknowledged_at.is_not(None), Assignment.replied_at.is_(None))
    )


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

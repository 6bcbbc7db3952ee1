"""The queue of callbacks without a ticket: whose they are, and what is free to be given out (A7.7, A8.5a)."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from hotline.callbacks.customer_models import CustomerCall
from hotline.callbacks.models import CallbackState
from hotline.db import session
from hotline.people.models import Staff

PAGE = 50


def is_callable(now: dt.datetime) -> sa.ColumnElement[bool]:
    """Return the condition for callbacks that may be made at `now` already."""
    return sa.or_(CustomerCall.not_before.is_(None), CustomerCall.not_before <= now)


def free(*, until: dt.datetime, limit: int = PAGE) -> list[CustomerCall]:
    """Return the callbacks that nobody has and that may be made by `until`, due first."""
    query = (
        sa.select(CustomerCall)
        .where(CustomerCall.state == CallbackState.OPEN, CustomerCall.owner_id.is_(None), is_callable(until))
        .order_by(CustomerCall.due_at, CustomerCall.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def batch_of(person: Staff, limit: int = PAGE) -> list[CustomerCall]:
    """Return the callbacks in the batch of a person, due first."""
    query = (
        sa.select(CustomerCall)
        .where(CustomerCall.state == CallbackState.OPEN, CustomerCall.owner_id == person.id)
        .options(joinedload(CustomerCall.requester))
        .order_by(CustomerCall.due_at, CustomerCall.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def following(call: CustomerCall, person: Staff, *, now: dt.datetime) -> CustomerCall | None:
    """Return the callback of the person's batch to make after `call`."""
    query = (
        sa.select(CustomerCall)
        .where(
            CustomerCall.state == CallbackState.OPEN,
            CustomerCall.owner_id == person.id,
            CustomerCall.id != call.id,
            is_callable(now),
        )
        .order_by(CustomerCall.due_at, CustomerCall.id)
        .limit(1)
    )
    return session.scalar(query)


def take(call: CustomerCall, person: Staff) -> None:
    """Put a callback that nobody has into the batch of a person; another's is left alone."""
    if call.owner_id is None and call.state is CallbackState.OPEN:
        call.owner = person
        session.flush()

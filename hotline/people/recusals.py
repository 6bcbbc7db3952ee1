"""Whom a matter is kept from: the questions that every part of the service asks."""

import sqlalchemy as sa

from hotline.db import session
from hotline.people import standing
from hotline.people.models import Department, Staff
from hotline.people.recusal_models import NeedToKnow, Recusal, departments_of


@standing.kept
def kept_from(person: Staff) -> sa.Select[int]:
    """Return the query for the ids of the tickets that are kept from `person`."""
    theirs: list[sa.ColumnElement[bool]] = [Recusal.staff_id == person.id]
    if person.department is not None:
        theirs.append(Recusal.department_id.in_(departments_of(person)))
    return sa.select(Recusal.ticket_id).where(Recusal.lifted_at.is_(None), sa.or_(*theirs))


def with_a_list() -> sa.Select[int]:
    """Return the query for the ids of the tickets that only listed people may see."""
    return sa.select(NeedToKnow.ticket_id).where(NeedToKnow.ended_at.is_(None))


def listed_for(person: Staff) -> sa.Select[int]:
    """Return the query for the ids of the tickets on whose list `person` stands."""
    return with_a_list().where(NeedToKnow.staff_id == person.id)


def among(ticket_id: int, people: set[int]) -> set[int]:
    """Return which of `people` a ticket is kept from."""
    if not people:
        return set()
    met = sa.or_(
        Recusal.staff_id == Staff.id,
        Recusal.department_id == Staff.department_id,
        Recusal.department_id.in_(
            sa.select(Department.parent_id)
            .where(Department.id == Staff.department_id, Department.parent_id.is_not(None))
            .correlate(Staff)
        ),
    )
    query = (
        sa.select(Staff.id)
        .join(Recusal, met)
        .where(Recusal.ticket_id == ticket_id, Recusal.lifted_at.is_(None), Staff.id.in_(people))
    )
    return set(session.scalars(query))

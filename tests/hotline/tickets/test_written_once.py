"""A contact and its ticket are written in one go, each row once."""

import sqlalchemy as sa

from hotline.contacts.models import Disposition
from hotline.db import Base, session, transaction
from hotline.tickets import registration
from hotline.tickets.models import Ticket
from hotline.tickets.registration import Matter
from tests.matters import Desk, at
from tests.statements import counted

NINE = at("2026-03-02 09:00")


def test_opening_a_ticket_changes_no_row_that_it_has_just_written(app: object) -> None:
    desk = Desk()
    desk.ticket("complaint", NINE)
    with counted() as asked:
        opened = desk.ticket("complaint", NINE)
    session.expire_all()
    assert [one.split()[1] for one in asked if one.startswith("UPDATE")] == []
    contact = opened.contacts[0]
    assert (contact.disposition, contact.ticket_id) == (Disposition.TICKET, opened.id)


def test_a_contact_recorded_long_ago_becomes_a_ticket(app: object) -> None:
    desk = Desk()
    with transaction():
        contact = desk.contact("complaint", NINE)
    with transaction():
        matter = Matter(category="complaint", title="A lamp is out", content="It is dark.")
        registration.register(matter, contact, by=desk.operator, now=NINE)
    session.expire_all()
    only = session.scalars(sa.select(Ticket)).one()
    assert [one.id for one in only.contacts] == [contact.id]
    assert contact.disposition is Disposition.TICKET


def test_no_flush_looks_for_keys_that_changed(app: object) -> None:
    """SQLAlchemy keeps its searchers there: another version of it may keep them elsewhere."""
    sa.orm.configure_mappers()
    assert [one for one in Base.registry.mappers if one._dependency_processors] == []

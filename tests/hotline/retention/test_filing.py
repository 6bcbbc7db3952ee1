"""Which class ended matters get, and the archive."""

import datetime as dt

import pytest

from hotline import chores
from hotline.categories.keeping import RetentionClass
from hotline.db import session, transaction
from hotline.dispatch import supervising
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.retention import filing
from hotline.retention.filing import FiledAlreadyError, FileNumberTakenError, ReasonNeededError
from hotline.retention.models import RetentionRecord
from hotline.tickets import closing, timeline
from hotline.tickets.models import Ticket
from hotline.tickets.states import TicketStatus
from tests.hotline.retention.conftest import NOW, end
from tests.matters import Desk, at, somebody


@pytest.mark.parametrize(
    ("category", "given", "until"),
    [
        ("complaint", RetentionClass.YEARS_30, dt.date(2045, 12, 31)),
        ("suggestion", RetentionClass.YEARS_10, dt.date(2025, 12, 31)),
    ],
)
def test_an_ended_matter_gets_the_class_of_the_rule(
    desk: Desk, category: str, given: RetentionClass, until: dt.date
) -> None:
    record = filing.find(end(desk, category))
    assert (record.retention, record.keep_until, record.set_by) == (given, until, None)
    assert record.ended_on == dt.date(2015, 3, 2)
    assert record.person_data_until == dt.date(2018, 3, 2)


def test_what_somebody_above_instructed_is_kept_for_ever(desk: Desk) -> None:
    received, oversight = at("2015-03-02 09:00"), somebody(Role.OVERSIGHT_OFFICER)
    ticket = desk.ticket("suggestion", received)
    desk.send(ticket, received)
    with transaction():
        supervising.open_(ticket, reason="The mayor wrote on it", by=oversight, now=received)
        closing.terminate(ticket, reason="Withdrawn", by=desk.leader, now=received)
        filing.classify([ticket.id], now=NOW)
    assert filing.find(ticket).keep_until is None


def test_the_clock_classifies_what_ended_and_forgets_what_was_opened_again(desk: Desk, ended: Ticket) -> None:
    with transaction():
        session.delete(filing.find(ended))
    ticket_id = ended.id
    assert chores.classify_ended() == 1
    assert chores.classify_ended() == 0
    with transaction():
        closing.open_round(
            session.get_one(Ticket, ticket_id), reason="Not solved", by=somebody(Role.SHIFT_LEADER), now=NOW
        )
    chores.classify_ended()
    assert session.get(RetentionRecord, ticket_id) is None


def test_the_archivist_changes_a_class_with_a_reason_only(ended: Ticket, archivist: Staff) -> None:
    record = filing.find(ended)
    with pytest.raises(ReasonNeededError):
        filing.change(record, RetentionClass.PERMANENT, reason=" ", by=archivist, now=NOW)
    with transaction():
        filing.change(record, RetentionClass.PERMANENT, reason="First of its kind", by=archivist, now=NOW)
    line = next(iter(timeline.lines(ended, archivist)))
    assert (line.kind, line.note) == ("retention_changed", "First of its kind")
    assert filing.find(ended).keep_until is None


def test_filing_gives_a_number_and_the_day_once(desk: Desk, ended: Ticket, archivist: Staff) -> None:
    other = end(desk, "suggestion")
    with transaction():
        filing.archive(filing.find(ended), file_number="", by=archivist, now=NOW)
    record = filing.find(ended)
    assert (record.file_number, record.filed_by, record.filed_on) == (
        "D2026-00001",
        archivist,
        dt.date(2026, 3, 4),
    )
    assert session.get_one(Ticket, ended.id).status is TicketStatus.ARCHIVED
    with pytest.raises(FiledAlreadyError):
        filing.archive(record, file_number="", by=archivist, now=NOW)
    with pytest.raises(FileNumberTakenError):
        filing.archive(filing.find(other), file_number="D2026-00001", by=archivist, now=NOW)
    assert [one.ticket_id for one in filing.listed(archivist, filed=True)] == [ended.id]
    assert [one.ticket_id for one in filing.listed(archivist, filed=False)] == [other.id]

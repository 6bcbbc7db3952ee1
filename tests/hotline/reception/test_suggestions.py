"""A6.2: the suggestion book is answered every day; what matters is reported up or passed on."""

import pytest
import sqlalchemy as sa
from flask import Flask

from hotline.categories.channels import Channel
from hotline.contacts.models import Contact, Disposition
from hotline.db import session, transaction
from hotline.delivery.models import Notice
from hotline.errors import NotAllowedError
from hotline.reception import suggestions
from hotline.reception.models import BookEntry, SuggestionWeight
from hotline.registers import reading
from hotline.registers.columns import Kind
from hotline.wording import in_words
from tests.matters import Desk, at

NOW = at("2026-03-04 10:00")


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


def entered(desk: Desk, moment: str = "2026-03-04 10:00") -> BookEntry:
    with transaction():
        return suggestions.enter(
            "Put more chairs into the hall", page="12", name="Zhou Li", by=desk.operator, now=at(moment)
        )


def test_an_entry_is_due_the_same_day_and_stands_in_the_ledger(desk: Desk) -> None:
    entry = entered(desk)
    assert entry.due_at == at("2026-03-04 17:30")
    assert entry.register_number == "S2026-00001"
    session.expire_all()
    assert isinstance(session.get_one(Contact, entry.id), BookEntry)
    (line,) = reading.page(reading.Asked(Kind.LEDGER, NOW.date(), NOW.date())).lines
    assert in_words(Channel.SUGGESTION_BOOK) in line.cells
    assert reading.page(reading.Asked(Kind.VISITS, NOW.date(), NOW.date())).count == 0


def test_the_alarm_comes_every_day_until_the_entry_is_answered(desk: Desk) -> None:
    entry = entered(desk)

    def alarms(moment: str) -> int:
        with transaction():
            suggestions.alarm(at(moment))
        told = sa.select(sa.func.count()).where(
            Notice.kind == "suggestions_late", Notice.staff_id == desk.manager.id
        )
        return session.scalar(told) or 0

    assert alarms("2026-03-04 17:30") == 0
    assert alarms("2026-03-04 17:31") == 1
    assert alarms("2026-03-04 23:00") == 1
    assert alarms("2026-03-05 00:10") == 2
    with transaction():
        suggestions.answer(entry, "Six more were ordered.", by=desk.leader, now=at("2026-03-05 09:00"))
    assert alarms("2026-03-06 09:00") == 2
    assert entry.disposition is Disposition.ANSWERED
    assert suggestions.listed() == []
    assert suggestions.listed(answered=True) == [entry]


def test_an_entry_is_answered_once_and_by_a_leader(desk: Desk) -> None:
    entry = entered(desk)
    with pytest.raises(NotAllowedError):
        suggestions.answer(entry, "Thank you", by=desk.operator, now=NOW)
    with pytest.raises(suggestions.AnswerMissingError):
        suggestions.answer(entry, "  ", by=desk.leader, now=NOW)
    with transaction():
        suggestions.answer(entry, "Thank you", by=desk.leader, now=NOW)
    with pytest.raises(suggestions.AnsweredAlreadyError):
        suggestions.answer(entry, "Again", by=desk.leader, now=NOW)
    with pytest.raises(suggestions.NothingSuggestedError):
        suggestions.enter(" ", by=desk.operator, now=NOW)


def test_what_matters_is_reported_up_and_passed_on(desk: Desk) -> None:
    entry = entered(desk)
    with transaction():
        suggestions.report_up(entry, SuggestionWeight.CONCENTRATED, by=desk.leader, now=NOW)
        ticket = suggestions.pass_on(entry, by=desk.leader, now=NOW)
    told = session.scalars(
        sa.select(Notice.kind).where(Notice.staff_id == desk.manager.id).order_by(Notice.id)
    ).all()
    assert "suggestion_reported" in told
    assert (ticket.category, ticket.channel.value) == ("suggestion", "suggestion_book")
    assert (entry.disposition, entry.ticket_id) == (Disposition.TICKET, ticket.id)
    with pytest.raises(suggestions.ReportedAlreadyError):
        suggestions.report_up(entry, SuggestionWeight.IMPORTANT, by=desk.leader, now=NOW)
    with pytest.raises(suggestions.PassedOnAlreadyError):
        suggestions.pass_on(entry, by=desk.leader, now=NOW)
    assert session.scalar(sa.select(suggestions.waiting_count(desk.leader, NOW))) == 1

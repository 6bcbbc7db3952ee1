"""What people write into a history: shown with it, outside its chain, and gone when it is erased."""

import sqlalchemy as sa

from hotline.audit import chains
from hotline.db import session, transaction
from hotline.dispatch import handling
from hotline.tickets import closing, history, notes, timeline, waiting, words
from hotline.tickets.models import EventWords, Ticket, TicketEvent
from tests.matters import Desk, at

SECRET = "Mrs Ouyang, 13812345678, waits at gate 9"
MOMENT = at("2026-03-02 10:00")


def written_into(desk: Desk) -> Ticket:
    """Return a ticket with the secret in every line that takes words."""
    ticket = desk.ticket("complaint", at("2026-03-02 09:00"))
    desk.send(ticket, MOMENT)
    part = ticket.lead
    assert part is not None
    clerk = desk.clerk(part.department.code)
    with transaction():
        notes.add(ticket, note=SECRET, by=desk.operator, now=MOMENT)
        notes.hand_over(ticket, to=desk.leader, by=desk.operator, now=MOMENT)
        handling.acknowledge(part, by=clerk, now=MOMENT)
        handling.caller_contacted(part, note=SECRET, by=clerk, now=MOMENT)
        handling.report_progress(part, note=SECRET, by=clerk, now=MOMENT)
        waiting.begin(ticket, reason=SECRET, by=clerk, now=MOMENT)
        closing.terminate(ticket, reason=SECRET, by=desk.leader, now=MOMENT)
    return ticket


def test_no_word_that_people_write_stands_in_the_chain(desk: Desk) -> None:
    ticket = written_into(desk)
    chained = str([one.details for one in ticket.events])
    assert SECRET not in chained
    assert desk.leader.name not in chained
    assert [line.note for line in timeline.lines(ticket, desk.leader)].count(SECRET) == 5
    stored = session.scalars(sa.select(sa.type_coerce(EventWords.said, sa.Text))).all()
    assert stored
    assert not any("Ouyang" in (one or "") for one in stored)


def test_words_are_erased_and_the_chain_holds(desk: Desk) -> None:
    ticket = written_into(desk)
    with transaction():
        assert history.erase_words(ticket, by=desk.manager, now=MOMENT) == 6
    session.expire_all()
    assert list(chains.check(ticket.id)) == []
    shown = [line.note for line in timeline.lines(ticket, desk.leader)]
    assert SECRET not in shown
    assert shown.count("（已删除）") >= 5


def test_what_does_not_look_like_a_code_is_taken_for_words(desk: Desk) -> None:
    ticket = desk.ticket("complaint", at("2026-03-02 09:00"))
    with transaction():
        event = history.note(
            ticket,
            "note_added",
            by=desk.operator,
            now=MOMENT,
            route="lamp_out",
            due_at=MOMENT,
            somewhere="At gate 9",
            listed=["王敏"],
        )
    assert set(event.details) == {"route", "due_at", words.DIGEST}
    assert words.details(event)["listed"] == ["王敏"]


def test_the_same_words_leave_another_digest_each_time(desk: Desk) -> None:
    ticket = desk.ticket("complaint", at("2026-03-02 09:00"))
    with transaction():
        lines: list[TicketEvent] = [
            history.note(ticket, "note_added", by=desk.operator, now=MOMENT, note="yes") for _ in range(2)
        ]
    first, second = (one.details[words.DIGEST] for one in lines)
    assert first != second

"""Reply letters: filled, approved by another, numbered without gaps, unaltered, sent as the answer."""

import datetime as dt

import pytest
import sqlalchemy as sa

from hotline.db import session, transaction
from hotline.errors import NotAllowedError
from hotline.letters import deciding, drafting, replying, rights, waiting
from hotline.letters.models import ReplyLetter, ReplyState
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.tickets import answering, timeline
from hotline.tickets.models import Answer, Ticket
from hotline.tickets.registration import Matter
from hotline.tickets.states import TicketStatus
from tests.hotline.letters.conftest import MONDAY, Written
from tests.matters import Desk, at, somebody

TUESDAY = at("2026-03-03 10:00")
MATTER = Matter(category="complaint", title="Noise", content="Every night", place="Lane 5")


@pytest.fixture
def ticket(desk: Desk, letter: Written) -> Ticket:
    """A complaint by letter that the department has replied to."""
    with transaction():
        ticket = deciding.make_ticket(
            letter(written_on=dt.date(2026, 2, 27)), MATTER, reason="", by=desk.operator, now=MONDAY
        )
    desk.send(ticket, MONDAY)
    desk.reply(ticket, at("2026-03-02 15:00"))
    return ticket


def drafted(ticket: Ticket, desk: Desk, template: str = "result") -> ReplyLetter:
    letter = ticket.contacts[0]
    with transaction():
        return replying.draft(letter, template, by=desk.operator, now=TUESDAY)  # type: ignore[arg-type] # it came by letter


def approved(ticket: Ticket, desk: Desk) -> ReplyLetter:
    reply = drafted(ticket, desk)
    with transaction():
        replying.submit(reply, by=desk.operator, now=TUESDAY)
        replying.approve(reply, by=desk.leader, now=TUESDAY)
    return reply


def test_a_template_is_filled_from_the_ticket(ticket: Ticket, desk: Desk) -> None:
    reply = drafted(ticket, desk)
    assert (reply.recipient, reply.address) == ("Wang Fang", "Lane 5")
    assert "The lamp was mended." in reply.body
    assert ticket.number in reply.body
    assert drafting.blanks(reply.subject, reply.body) == []


def test_blanks_are_filled_by_hand_before_approval(desk: Desk, letter: Written) -> None:
    undated = letter()
    with transaction():
        reply = replying.draft(undated, "thanks", by=desk.operator, now=TUESDAY)
    assert drafting.blanks(reply.body) == ["written_on"]
    with pytest.raises(replying.BlanksLeftError), transaction():
        replying.submit(reply, by=desk.operator, now=TUESDAY)
    with transaction():
        replying.write(
            reply,
            recipient="Ms Wang",
            address="Lane 5",
            subject="Thank you",
            body="Thank you for your letter.",
            by=desk.operator,
            now=TUESDAY,
        )
        replying.submit(reply, by=desk.operator, now=TUESDAY)
    assert reply.state is ReplyState.SUBMITTED


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"recipient": ""}, replying.RecipientMissingError),
        ({"address": " "}, replying.AddressMissingError),
        ({"body": ""}, replying.WordsMissingError),
        ({"subject": ""}, replying.WordsMissingError),
    ],
)
def test_what_is_missing_is_said(
    ticket: Ticket, desk: Desk, change: dict[str, str], error: type[Exception]
) -> None:
    reply = drafted(ticket, desk)
    words = {"recipient": "A", "address": "B", "subject": "C", "body": "D"} | change
    with transaction():
        replying.write(reply, **words, by=desk.operator, now=TUESDAY)
    with pytest.raises(error), transaction():
        replying.submit(reply, by=desk.operator, now=TUESDAY)


def test_an_answer_rests_on_a_reply_of_the_department(desk: Desk, letter: Written) -> None:
    noisy = letter(written_on=dt.date(2026, 2, 27))
    with transaction():
        deciding.make_ticket(noisy, MATTER, reason="", by=desk.operator, now=MONDAY)
        reply = replying.draft(noisy, "result", by=desk.operator, now=TUESDAY)
        words = {"recipient": "A", "address": "B", "subject": "C", "body": "It will be mended."}
        replying.write(reply, **words, by=desk.operator, now=TUESDAY)
    with pytest.raises(answering.NoReplyYetError), transaction():
        replying.submit(reply, by=desk.operator, now=TUESDAY)


def test_nobody_approves_their_own_words(ticket: Ticket, desk: Desk) -> None:
    letter = ticket.contacts[0]
    with transaction():
        reply = replying.draft(letter, "result", by=desk.leader, now=TUESDAY)  # type: ignore[arg-type] # it came by letter
        replying.submit(reply, by=desk.leader, now=TUESDAY)
    with pytest.raises(replying.OwnWordsError), transaction():
        replying.approve(reply, by=desk.leader, now=TUESDAY)
    with pytest.raises(NotAllowedError), transaction():
        replying.approve(reply, by=desk.operator, now=TUESDAY)
    with transaction():
        replying.approve(reply, by=desk.manager, now=TUESDAY)
    assert reply.state is ReplyState.APPROVED


def test_a_draft_sent_back_is_written_anew(ticket: Ticket, desk: Desk) -> None:
    reply = drafted(ticket, desk)
    with transaction():
        replying.submit(reply, by=desk.operator, now=TUESDAY)
    with pytest.raises(replying.RemarkMissingError), transaction():
        replying.send_back(reply, remark=" ", by=desk.leader, now=TUESDAY)
    with transaction():
        replying.send_back(reply, remark="Name the day", by=desk.leader, now=TUESDAY)
    assert (reply.state, reply.remark) == (ReplyState.DRAFT, "Name the day")


def test_numbers_have_no_gaps_and_words_are_fixed(ticket: Ticket, desk: Desk) -> None:
    first, second = approved(ticket, desk), approved(ticket, desk)
    assert first.number is not None
    assert second.number is not None
    assert (first.number.count("2026"), first.number[-2:], second.number[-2:]) == (1, "1号", "2号")
    for refused in (
        lambda: replying.write(
            first, recipient="A", address="B", subject="C", body="D", by=desk.operator, now=TUESDAY
        ),
        lambda: replying.submit(first, by=desk.operator, now=TUESDAY),
    ):
        with pytest.raises(replying.NotADraftError), transaction():
            refused()
    assert replying.is_as_approved(first)
    with transaction():
        session.execute(sa.update(ReplyLetter).where(ReplyLetter.id == first.id).values(body="Other words"))
    session.expire_all()
    with pytest.raises(replying.AlteredError):
        replying.require_as_approved(first)


def test_sending_the_answer_ends_the_round_and_stands_in_the_history(ticket: Ticket, desk: Desk) -> None:
    reply = approved(ticket, desk)
    for day in (None, dt.date(2026, 3, 2), dt.date(2026, 3, 4)):
        with pytest.raises(replying.SentDayError), transaction():
            replying.send(reply, sent_on=day, how="", by=desk.operator, now=TUESDAY)
    with transaction():
        replying.send(reply, sent_on=dt.date(2026, 3, 3), how="Mail 77", by=desk.operator, now=TUESDAY)
    assert ticket.status is TicketStatus.RESOLVED
    assert session.scalars(sa.select(Answer.words)).one() == reply.body
    told = {line.kind: line.what for line in timeline.lines(ticket, desk.operator)}
    assert reply.number is not None
    assert reply.number in told["reply_letter_approved"]
    assert "2026-03-03" in told["reply_letter_sent"]
    with pytest.raises(replying.NotApprovedError), transaction():
        replying.send(reply, sent_on=dt.date(2026, 3, 3), how="", by=desk.operator, now=TUESDAY)


def test_a_letter_that_answers_nothing_leaves_the_ticket_as_it_is(ticket: Ticket, desk: Desk) -> None:
    reply = drafted(ticket, desk, "accepted")
    with transaction():
        replying.submit(reply, by=desk.operator, now=TUESDAY)
        replying.approve(reply, by=desk.manager, now=TUESDAY)
        replying.send(reply, sent_on=dt.date(2026, 3, 3), how="", by=desk.operator, now=TUESDAY)
    assert ticket.status is TicketStatus.REPLIED
    assert session.scalar(sa.select(sa.func.count(Answer.id))) == 0


def test_no_reply_to_a_state_secret_is_written_here(desk: Desk, letter: Written) -> None:
    with pytest.raises(rights.StateSecretError), transaction():
        replying.draft(letter(secrecy="top_secret"), "accepted", by=desk.operator, now=TUESDAY)


def test_reply_letters_wait_on_the_desk_of_who_approves_and_of_who_sends(ticket: Ticket, desk: Desk) -> None:
    def counted(person: Staff) -> tuple[int, int]:
        both = (waiting.to_approve_count(person, TUESDAY), waiting.to_send_count(person, TUESDAY))
        approve, send = session.execute(sa.select(*both)).one()
        return approve, send

    reply = drafted(ticket, desk)
    assert counted(desk.leader) == (0, 0)
    with transaction():
        replying.submit(reply, by=desk.operator, now=TUESDAY)
    assert [counted(one) for one in (desk.leader, desk.manager, desk.operator)] == [(1, 0), (1, 0), (0, 0)]
    assert waiting.to_approve(desk.leader, 5) == [reply]
    with transaction():
        replying.approve(reply, by=desk.leader, now=TUESDAY)
    other = somebody(Role.OPERATOR)
    assert [counted(one) for one in (desk.leader, desk.operator, other)] == [(0, 1), (0, 1), (0, 0)]
    assert waiting.to_send(desk.operator, 5) == [reply]
    with transaction():
        replying.send(reply, sent_on=dt.date(2026, 3, 3), how="", by=desk.operator, now=TUESDAY)
    assert [counted(one) for one in (desk.leader, desk.operator)] == [(0, 0), (0, 0)]


def test_nobody_approves_their_own_from_the_desk(ticket: Ticket, desk: Desk) -> None:
    with transaction():
        reply = replying.draft(ticket.contacts[0], "result", by=desk.leader, now=TUESDAY)  # type: ignore[arg-type] # it came by letter
        replying.submit(reply, by=desk.leader, now=TUESDAY)
    assert (waiting.to_approve(desk.leader, 5), waiting.to_approve(desk.manager, 5)) == ([], [reply])

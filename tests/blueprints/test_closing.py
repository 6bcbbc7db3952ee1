"""The forms that end a round ask for what the category wants on record; the fallback department; notices."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from hotline.callbacks.models import CallbackTask
from hotline.categories.terms import ClosingNeed
from hotline.db import session, transaction, utc_now
from hotline.delivery import gathering, notices
from hotline.delivery.gathering import Gathered
from hotline.dispatch import handling, returning
from hotline.people.models import Staff
from hotline.tickets import merging, registration
from hotline.tickets.models import Ticket
from hotline.tickets.states import TicketStatus
from hotline.wording import N_
from tests.matters import Desk

SignIn = Callable[[Staff], FlaskClient]
CAUSE = {
    "reply-cause_recorded_choice": "our_fault",
    "reply-cause_recorded_words": "The lamp section, spoken to",
}


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


def acknowledged(desk: Desk, category: str, **more: object) -> Ticket:
    ticket = desk.ticket(category, utc_now(), **more)
    desk.send(ticket, utc_now())
    with transaction():
        assert ticket.lead is not None
        handling.acknowledge(ticket.lead, by=desk.clerk("urban_management"), now=utc_now())
    return ticket


def test_the_reply_form_of_a_complaint_asks_for_the_cause_beside_the_field(
    desk: Desk, sign_in: SignIn
) -> None:
    ticket = acknowledged(desk, "complaint")
    browser = sign_in(desk.clerk("urban_management"))
    page = browser.get(f"/tickets/{ticket.number}/reply").text
    assert 'name="reply-cause_recorded_choice"' in page
    assert 'name="reply-adoption_decided_choice"' not in page
    answer = browser.post(f"/tickets/{ticket.number}/reply", data={"reply-reply": "Mended."})
    assert answer.status_code == 422
    assert "请选择原因" in answer.text
    assert "Mended." in answer.text
    done = browser.post(f"/tickets/{ticket.number}/reply", data={"reply-reply": "Mended.", **CAUSE})
    assert done.status_code == 303
    session.expire_all()
    assert ticket.status is TicketStatus.REPLIED
    assert "The lamp section, spoken to" in browser.get(f"/tickets/{ticket.number}").text


def test_the_answering_step_of_an_emergency_asks_who_was_phoned(desk: Desk, sign_in: SignIn) -> None:
    ticket = acknowledged(desk, "emergency")
    with transaction():
        assert ticket.lead is not None
        handling.reply(ticket.lead, text="Safe.", by=desk.clerk("urban_management"), now=utc_now())
    browser = sign_in(desk.operator)
    page = browser.get(f"/tickets/{ticket.number}/answer").text
    assert 'name="answer-phone_dispatch_recorded_words"' in page
    said = {"answer-words": "It is safe.", "answer-channel": "call"}
    assert browser.post(f"/tickets/{ticket.number}/answer", data=said).status_code == 422
    phoned = {"phoned-phone_dispatch_recorded_words": "119", "phoned-phone_dispatch_recorded_when": ""}
    assert browser.post(f"/tickets/{ticket.number}/phoned", data=phoned).status_code == 422
    phoned["phoned-phone_dispatch_recorded_when"] = "2026-03-02T09:02"
    assert browser.post(f"/tickets/{ticket.number}/phoned", data=phoned).status_code == 303
    page = browser.get(f"/tickets/{ticket.number}/answer").text
    assert "phone_dispatch_recorded_words" not in page, "on record already"
    assert browser.post(f"/tickets/{ticket.number}/answer", data=said).status_code == 303


def test_an_anonymous_matter_is_filed_instead_of_answered(desk: Desk, sign_in: SignIn) -> None:
    ticket = acknowledged(desk, "complaint", phone=None)
    sign_in(desk.clerk("urban_management")).post(
        f"/tickets/{ticket.number}/reply", data={"reply-reply": "Mended.", **CAUSE}
    )
    browser = sign_in(desk.operator)
    page = browser.get(f"/tickets/{ticket.number}").text
    assert 'data-opens="act-file_reply"' in page
    assert 'data-opens="act-answer"' not in page
    assert browser.get(f"/tickets/{ticket.number}/answer").status_code == 409
    assert browser.post(f"/tickets/{ticket.number}/file_reply", data={}).status_code == 303
    session.expire_all()
    assert ticket.status is TicketStatus.RESOLVED


def test_a_praise_letter_is_closed_with_both_places(desk: Desk, sign_in: SignIn) -> None:
    ticket = desk.ticket("praise", utc_now())
    with transaction():
        ticket.channel = ticket.channel.LETTER
    browser = sign_in(desk.operator)
    data = {"close-note": "posted"}
    refused = browser.post(f"/tickets/{ticket.number}/close", data=data)
    assert refused.status_code == 422
    for need in (ClosingNeed.ORIGINAL_POSTED, ClosingNeed.COPY_POSTED):
        data |= {f"close-{need}_words": "Office", f"close-{need}_when": "2026-03-03T10:00"}
    assert browser.post(f"/tickets/{ticket.number}/close", data=data).status_code == 303


def test_a_return_is_ruled_to_the_fallback_department(desk: Desk, sign_in: SignIn) -> None:
    ticket = desk.ticket("complaint", utc_now())
    desk.send(ticket, utc_now())
    with transaction():
        assert ticket.lead is not None
        returning.ask(
            ticket.lead,
            reason="not_our_duty",
            grounds="Not ours",
            suggested=None,
            by=desk.clerk("urban_management"),
            now=utc_now(),
        )
    browser = sign_in(desk.leader)
    assert "区人民政府" in browser.get(f"/tickets/{ticket.number}/rule").text
    data = {"rule-decision": "fallback", "rule-ruling": "Nobody's duty"}
    assert browser.post(f"/tickets/{ticket.number}/rule", data=data).status_code == 303
    session.expire_all()
    assert ticket.lead is not None
    assert (ticket.lead.department.code, ticket.lead.may_return) == ("district_government", False)
    assert "兜底单位" in browser.get(f"/tickets/{ticket.number}").text


def test_the_review_sends_to_the_fallback_department_by_one_button(desk: Desk, sign_in: SignIn) -> None:
    ticket = desk.ticket("help", utc_now())
    with transaction():
        registration.send_on(ticket, by=desk.operator, now=utc_now())
    browser = sign_in(desk.leader)
    assert 'name="to_fallback"' in browser.get(f"/review/{ticket.number}").text
    opinions = {f"opinions-{number}": "Please" for number in range(3)}
    answer = browser.post(f"/review/{ticket.number}", data=opinions | {"lead": "", "to_fallback": "1"})
    assert answer.status_code == 303
    session.expire_all()
    assert ticket.lead is not None
    assert ticket.lead.department.code == "district_government"


def test_every_caller_of_a_merged_matter_is_on_its_page(desk: Desk, sign_in: SignIn) -> None:
    first = desk.ticket("complaint", utc_now(), phone="13800000001")
    repeat = desk.ticket("complaint", utc_now(), phone="13900000002")
    with transaction():
        merging.merge(repeat, first, by=desk.leader, now=utc_now())
    page = sign_in(desk.operator).get(f"/tickets/{first.number}").text
    assert "138****0001" in page
    assert "139****0002" in page
    assert repeat.number in page


def test_a_merged_caller_who_asked_for_secrecy_is_not_shown_to_the_department(
    desk: Desk, sign_in: SignIn
) -> None:
    first = acknowledged(desk, "complaint", phone="13800000001")
    repeat = desk.ticket("complaint", utc_now(), phone="13900000002")
    with transaction():
        for contact in repeat.contacts:
            contact.secrecy_requested = True
        merging.merge(repeat, first, by=desk.leader, now=utc_now())
    browser = sign_in(desk.clerk("urban_management"))
    page = browser.get(f"/tickets/{first.number}").text
    assert "138****0001" in page
    assert "139****0002" not in page
    [hidden] = repeat.contacts
    asked = browser.post(
        f"/tickets/{first.number}/contacts/{hidden.id}/reveal", data={"reveal-reason": "to call"}
    )
    assert asked.status_code == 404


def test_twelve_notices_are_one_line_that_opens_the_list(desk: Desk, sign_in: SignIn) -> None:
    tickets = [desk.ticket("consultation", utc_now()) for _ in range(4)]
    with transaction():
        for ticket in tickets:
            notices.tell(
                [desk.leader],
                "deadline",
                N_("Ticket %(number)s waits for your review."),
                once=f"due:{ticket.id}",
                now=utc_now(),
                ticket_id=ticket.id,
                group=gathering.of_moment(Gathered.DUE, utc_now()),
                number=ticket.number,
            )
    browser = sign_in(desk.leader)
    page = browser.get("/notices").text
    assert "今天有4件工单到期" in page
    assert tickets[0].number not in page
    address = page.partition('href="/notices/due/')[2].partition('"')[0]
    opened = browser.get(f"/notices/due/{address}").text
    assert all(ticket.number in opened for ticket in tickets)
    browser.post("/notices/read", data={"group": f"due:{address}"})
    assert notices.unread_count(desk.leader) == 0
    assert browser.get("/notices/due/yesterday").status_code == 404


def test_who_took_a_tip_off_down_is_told_its_number_without_a_way_in(desk: Desk, sign_in: SignIn) -> None:
    ticket = desk.ticket("tip_off", utc_now())
    [contact] = ticket.contacts
    page = sign_in(desk.operator).get(f"/intake/saved/{contact.id}")
    assert page.status_code == 200
    assert ticket.query_code[:3] in page.text
    assert f"/tickets/{ticket.number}" not in page.text
    assert f"/requesters/{contact.requester_id}" not in page.text


def test_the_callbacks_of_a_merged_matter_name_the_ticket_each_caller_knows(
    desk: Desk, sign_in: SignIn
) -> None:
    now = utc_now()
    first = desk.ticket("complaint", now, phone="13800000001")
    repeat = desk.ticket("complaint", now, phone="13900000002")
    with transaction():
        merging.merge(repeat, first, by=desk.leader, now=now)
    desk.send(first, now)
    desk.reply(first, now)
    desk.answer(first, now)
    tasks = session.scalars(sa.select(CallbackTask).order_by(CallbackTask.id)).all()
    assert len(tasks) == 2
    browser = sign_in(desk.agent)
    listed = browser.get("/callbacks?view=all").text
    assert listed.count("共2位诉求人之一") == 2
    own = browser.get(f"/callbacks/{tasks[0].id}").text
    other = browser.get(f"/callbacks/{tasks[1].id}").text
    assert repeat.number not in own
    assert repeat.number in other
    assert "139****0002" in other
    assert "138****0001" not in other

"""Links of one vote, callbacks without a ticket, the caller's data and new needs, in a browser's hands."""

import datetime as dt
import re
import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from hotline.callbacks import customer_calls, links, needs, tags
from hotline.callbacks.models import CallbackMode, CallbackState, CallbackTask, Satisfaction
from hotline.categories.terms import CallbackKind
from hotline.contacts.models import Reveal
from hotline.db import session, transaction, utc_now
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.working_time import Limit
from tests.blueprints.intake.desk import HELP, send
from tests.matters import Desk, somebody

SignIn = Callable[[Staff], FlaskClient]


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


@pytest.fixture
def task(desk: Desk) -> CallbackTask:
    now = utc_now().replace(microsecond=0)
    made = desk.handled("complaint", now - dt.timedelta(days=3), now - dt.timedelta(days=2))
    assert made is not None
    return made


@pytest.fixture
def token(desk: Desk, task: CallbackTask) -> str:
    with transaction():
        return links.hand_over(task, CallbackMode.WEB, by=desk.agent, now=utc_now())


def test_a_caller_votes_once_without_signing_in(client: FlaskClient, task: CallbackTask, token: str) -> None:
    for language, words in (("zh_Hans_CN", "请您评价办理情况"), ("en", "How was your matter handled?")):
        client.post("/language", data={"language": language})
        html = client.get(f"/v/{token}").get_data(as_text=True)
        assert words in html
        assert task.ticket.number in html
        assert "Wang Fang" not in html
        assert task.ticket.title not in html, "whoever finds the telephone learns nothing of the matter"
    assert client.post(f"/v/{token}", data={}).status_code == 422, "an empty answer"
    answer = client.post(f"/v/{token}", data={"is_solved": "yes", "satisfaction": "satisfied"})
    assert answer.status_code == 303
    assert client.get(answer.headers["Location"]).status_code == 200
    assert client.get(f"/v/{token}").status_code == 404
    assert client.post(f"/v/{token}", data={"is_solved": "no"}).status_code == 404
    session.refresh(task)
    assert task.state is CallbackState.OPEN


def test_an_agent_reads_the_vote_and_signs_it_off(
    desk: Desk, client: FlaskClient, sign_in: SignIn, task: CallbackTask, token: str
) -> None:
    client.post(f"/v/{token}", data={"is_solved": "no", "satisfaction": "dissatisfied", "opinion": "Dark"})
    browser = sign_in(desk.agent)
    assert task.ticket.number in browser.get("/callbacks/answered").get_data(as_text=True)
    assert "Dark" in browser.get(f"/callbacks/{task.id}").get_data(as_text=True)
    browser.post(f"/callbacks/{task.id}/sign-off", data={})
    session.refresh(task)
    assert task.state is CallbackState.OPEN, "a reason is missing"
    browser.post(f"/callbacks/{task.id}/sign-off", data={"sign-rehandle_reason": "Still dark"})
    session.refresh(task)
    assert (task.state, task.satisfaction) == (CallbackState.DONE, Satisfaction.DISSATISFIED)
    assert task.ticket.round == 2


def test_a_link_is_shown_once_for_the_agent_to_hand_over(
    desk: Desk, client: FlaskClient, sign_in: SignIn, task: CallbackTask
) -> None:
    browser = sign_in(desk.agent)
    html = browser.post(f"/callbacks/{task.id}/link", data={"link-mode": "letter"}).get_data(as_text=True)
    found = re.search(r"/v/[\w-]+", html)
    assert found is not None
    assert client.get(found.group()).status_code == 200
    assert found.group() not in browser.get(f"/callbacks/{task.id}").get_data(as_text=True)
    assert browser.post(f"/callbacks/{task.id}/sms").status_code == 303


def test_guessing_tokens_is_slowed_down(client: FlaskClient) -> None:
    answers = [client.get(f"/v/guess-{number}").status_code for number in range(40)]
    assert answers[0] == 404
    assert answers[-1] == 429


def test_the_caller_s_data_marks_and_new_needs(
    desk: Desk, sign_in: SignIn, task: CallbackTask, client: FlaskClient
) -> None:
    leader = sign_in(desk.leader)
    leader.post(
        f"/callbacks/{task.id}/caller", data={"caller-address": "Lane 9", "caller-phone": "13900001111"}
    )
    leader.post(f"/callbacks/{task.id}/marks", data={"marks-marks": ["media"]})
    session.refresh(task.requester)
    assert (task.requester.address, len(task.requester.phones)) == ("Lane 9", 2)
    assert tags.of(task.requester) == {"media"}
    leader.post(f"/callbacks/{task.id}/marks", data={})
    assert tags.of(task.requester) == set()
    answer = leader.post(f"/callbacks/{task.id}/needs")
    assert answer.headers["Location"].startswith("/intake/call/")
    assert "13812345678" in leader.get(answer.headers["Location"]).get_data(as_text=True)
    assert len(needs.of_ticket(task.ticket_id)) == 1
    clerk = sign_in(desk.clerk("urban_management"))
    assert clerk.post(f"/callbacks/{task.id}/caller", data={}).status_code == 403


def test_an_agent_takes_in_what_a_callback_brought_and_nothing_else(
    desk: Desk, sign_in: SignIn, task: CallbackTask
) -> None:
    agent = sign_in(desk.agent)
    for path in ("/intake/call", "/intake/letter", f"/intake/call/{uuid.uuid4()}"):
        assert agent.get(path).status_code == 403, path
    where = agent.post(f"/callbacks/{task.id}/needs").headers["Location"]
    assert "13812345678" in agent.get(where).text
    assert sign_in(somebody(Role.CALLBACK_AGENT)).get(where).status_code == 403, "another agent's form"
    assert agent.post("/intake/call/likely", data=HELP).status_code == 200
    answer = send(agent, HELP, key=where.rpartition("/")[2])
    assert answer.status_code == 303
    assert agent.get(answer.headers["Location"]).status_code == 200
    (need,) = needs.of_ticket(task.ticket_id)
    assert need.ticket_number is not None
    assert need.ticket_number in agent.get(f"/callbacks/{task.id}").text


def test_a_need_at_a_callback_without_a_ticket_becomes_a_ticket(desk: Desk, sign_in: SignIn) -> None:
    agent = sign_in(desk.agent)
    call = agent.post("/callbacks/customers/missed", data={"missed-phone": "13811112222"}).headers["Location"]
    assert agent.post(f"{call}/take").status_code == 303
    assert call in agent.get("/callbacks").text, "it stands in my batch"
    form = agent.post(f"{call}/needs").headers["Location"]
    assert "13811112222" in agent.get(form).text
    assert send(agent, HELP, key=form.rpartition("/")[2]).status_code == 303
    (need,) = needs.of_call(int(call.rpartition("/")[2]))
    assert need.ticket_number is not None
    assert need.ticket_number in agent.get(call).text


def test_the_number_of_a_known_customer_in_a_new_need_counts_as_shown(
    desk: Desk, sign_in: SignIn, task: CallbackTask
) -> None:
    with transaction():
        tags.give(task.requester, "media", by=desk.leader, now=utc_now())
        customer_calls.plan_for_tag(
            CallbackKind.GREETING,
            "media",
            purpose="Good wishes",
            campaign="spring",
            within=Limit.parse("7 nd"),
            by=desk.manager,
            now=utc_now(),
        )
    (call,) = customer_calls.owed()
    sign_in(desk.agent).post(f"/callbacks/customers/{call.id}/needs")
    shown = session.scalars(sa.select(Reveal)).one()
    assert (shown.requester_id, shown.revealed_by_id) == (task.requester_id, desk.agent.id)


def test_a_missed_call_is_returned_from_its_page(desk: Desk, sign_in: SignIn) -> None:
    browser = sign_in(desk.agent)
    assert browser.post("/callbacks/customers/missed", data={"missed-phone": "x"}).status_code == 422
    where = browser.post("/callbacks/customers/missed", data={"missed-phone": "13811112222"}).headers[
        "Location"
    ]
    assert "138****2222" in browser.get(where).get_data(as_text=True)
    answer = browser.post(f"{where}/number", data={"reveal-reason": "calling back"})
    assert "13811112222" in answer.get_data(as_text=True)
    assert browser.post(where, data={}).status_code == 422
    assert browser.post(where, data={"result": "reached", "mode": "phone"}).status_code == 303
    assert customer_calls.owed_count() == 0
    assert browser.get("/callbacks/customers").status_code == 200


def test_rounds_of_calls_and_summaries_are_a_supervisor_s(desk: Desk, sign_in: SignIn) -> None:
    manager, agent = sign_in(desk.manager), sign_in(desk.agent)
    round_of_calls = {"kind": "greeting", "tag": "media", "purpose": "Good wishes", "days": "7"}
    assert agent.post("/callbacks/customers", data=round_of_calls).status_code == 403
    assert manager.post("/callbacks/customers", data=round_of_calls).status_code == 303
    summary = {"first": "2026-03-01", "last": "2026-03-31", "words": "A quiet month"}
    assert agent.post("/callbacks/summaries", data=summary).status_code == 403
    assert manager.post("/callbacks/summaries", data=summary | {"first": "2026-04-01"}).status_code == 422
    assert manager.post("/callbacks/summaries", data=summary).status_code == 303
    assert "A quiet month" in agent.get("/callbacks/summaries").get_data(as_text=True)


def test_an_inspection_is_written_down_and_settled(desk: Desk, sign_in: SignIn) -> None:
    manager = sign_in(desk.manager)
    sheet = {
        "whom": f"staff:{desk.agent.id}",
        "timeliness-met": "no",
        "timeliness-problem": "Two orders late",
        "timeliness-points": "-3",
        "manners-met": "yes",
    }
    assert (
        manager.post("/statistics/inspections/new", data=sheet | {"timeliness-problem": ""}).status_code
        == 422
    )
    where = manager.post("/statistics/inspections/new", data=sheet).headers["Location"]
    html = manager.get(where).get_data(as_text=True)
    found = re.search(r"/statistics/inspections/findings/(\d+)", html)
    assert found is not None
    manager.post(found.group(), data={f"f{found.group(1)}-put_right": "Sorted since"})
    assert "Sorted since" in manager.get(f"{where}?print=1").get_data(as_text=True)
    auditor = sign_in(somebody(Role.AUDITOR))
    assert auditor.get("/statistics/inspections").status_code == 200
    assert auditor.post("/statistics/inspections/new", data=sheet).status_code == 403


def test_the_cost_of_a_complaint_is_entered_and_reviewed_by_another(
    desk: Desk, sign_in: SignIn, task: CallbackTask
) -> None:
    manager = sign_in(desk.manager)
    cost = {"number": task.ticket.number, "kind": "repair", "bearer": "department", "amount": "12.50"}
    assert manager.post("/statistics/complaints", data=cost | {"number": "1"}).status_code in (404, 422)
    assert manager.post("/statistics/complaints", data=cost).status_code == 303
    page = manager.get("/statistics/complaints").get_data(as_text=True)
    assert "12.50" in page
    assert "/statistics/complaints/costs/" not in page, "nobody reviews their own"
    officer = sign_in(somebody(Role.OVERSIGHT_OFFICER))
    found = re.search(
        r"/statistics/complaints/costs/\d+", officer.get("/statistics/complaints").get_data(as_text=True)
    )
    assert found is not None
    assert officer.post(found.group()).status_code == 303

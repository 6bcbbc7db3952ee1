"""The callback pages in a browser's hands."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hotline.callbacks.models import CallbackState, CallbackTask
from hotline.categories import catalogue
from hotline.contacts import reveals
from hotline.db import session, transaction, utc_now
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.tickets import words
from tests.matters import Desk, somebody

SignIn = Callable[[Staff], FlaskClient]


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


@pytest.fixture
def task(desk: Desk) -> CallbackTask:
    now = utc_now().replace(microsecond=0)
    made = desk.handled(
        "complaint", now.replace(year=now.year - 1), now.replace(year=now.year - 1, minute=59)
    )
    assert made is not None
    return made


@pytest.fixture
def browser(desk: Desk, sign_in: SignIn) -> FlaskClient:
    return sign_in(desk.agent)


def page(browser: FlaskClient, path: str) -> str:
    browser.post("/language", data={"language": "en"})
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def test_the_queue_shows_what_is_overdue_and_lets_an_agent_take_it(
    browser: FlaskClient, task: CallbackTask
) -> None:
    html = page(browser, "/callbacks")
    assert task.ticket.number in html
    assert "row-late" in html
    assert browser.post("/callbacks/take").status_code == 303
    session.refresh(task)
    assert task.owner is not None


def test_the_page_masks_the_number_until_a_reason_is_given(browser: FlaskClient, task: CallbackTask) -> None:
    html = page(browser, f"/callbacks/{task.id}")
    assert "138****5678" in html
    assert "13812345678" not in html
    assert "The lamp was mended." in html, "what the caller was told"
    answer = browser.post(f"/callbacks/{task.id}/number", data={"reveal-reason": " "})
    assert answer.status_code == 422
    answer = browser.post(f"/callbacks/{task.id}/number", data={"reveal-reason": "calling back"})
    assert "13812345678" in answer.get_data(as_text=True)
    assert task.ticket.requester is not None
    assert [one.reason for one in reveals.of(task.ticket.requester)] == ["calling back"]


def test_looking_at_the_number_is_in_the_tickets_history(
    browser: FlaskClient, desk: Desk, task: CallbackTask
) -> None:
    browser.post(f"/callbacks/{task.id}/number", data={"reveal-reason": "calling back"})
    lines = [one for one in task.ticket.events if one.kind == "contact_revealed"]
    assert [(one.by_id, words.details(one)["note"]) for one in lines] == [(desk.agent.id, "calling back")]


def test_the_number_is_shown_only_to_who_is_to_call_and_while_it_is_owed(
    browser: FlaskClient, desk: Desk, task: CallbackTask, sign_in: SignIn
) -> None:
    url, why = f"/callbacks/{task.id}/number", {"reveal-reason": "calling back"}
    handler = somebody(Role.CALLBACK_AGENT)
    with transaction():
        task.ticket.assignments[0].replied_by_id = handler.id
    answer = sign_in(handler).post(url, data=why)
    assert answer.status_code == 403, "nobody asks about their own work"
    assert "13812345678" not in answer.text
    said = {"said-mode": "phone", "said-is_solved": "yes", "said-satisfaction": "satisfied"}
    browser.post(f"/callbacks/{task.id}/answers", data=said)
    answer = browser.post(url, data=why)
    assert answer.status_code == 403, "it is done"
    assert "13812345678" not in answer.text
    assert task.ticket.requester is not None
    assert reveals.of(task.ticket.requester) == []


def test_a_tip_off_is_not_among_the_earlier_contacts(
    browser: FlaskClient, desk: Desk, task: CallbackTask
) -> None:
    tip_off = desk.ticket("tip_off", utc_now())
    help_ = desk.ticket("help", utc_now())
    assert task.ticket.requester is not None
    assert tip_off.contacts[0].requester_id == help_.contacts[0].requester_id == task.ticket.requester.id
    policies = catalogue.current().policies
    html = page(browser, f"/callbacks/{task.id}")
    assert str(policies["help"].names["en"]) in html
    assert str(policies["tip_off"].names["en"]) not in html


def test_an_answer_ends_the_callback(browser: FlaskClient, task: CallbackTask) -> None:
    said = {"said-mode": "phone", "said-is_solved": "yes", "said-satisfaction": "satisfied"}
    assert browser.post(f"/callbacks/{task.id}/answers", data=said).status_code == 303
    session.refresh(task)
    assert task.state is CallbackState.DONE


def test_an_answer_without_its_reason_comes_back_with_what_was_typed(
    browser: FlaskClient, task: CallbackTask
) -> None:
    said = {
        "said-mode": "phone",
        "said-is_solved": "no",
        "said-satisfaction": "dissatisfied",
        "said-opinion": "Still dark",
    }
    answer = browser.post(f"/callbacks/{task.id}/answers", data=said)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Still dark" in html
    assert "said-rehandle_reason-error" in html
    session.refresh(task)
    assert task.state is CallbackState.OPEN


def test_too_few_attempts_are_refused_in_words(browser: FlaskClient, task: CallbackTask) -> None:
    browser.post("/language", data={"language": "en"})
    answer = browser.post(f"/callbacks/{task.id}/give-up")
    assert answer.status_code == 409
    assert "0 of at least 3 attempts" in answer.get_data(as_text=True)


def test_a_restricted_callback_is_not_there_for_others(browser: FlaskClient, task: CallbackTask) -> None:
    with transaction():
        task.by_role = Role.OVERSIGHT_OFFICER
    assert browser.get(f"/callbacks/{task.id}").status_code == 404
    assert task.ticket.number not in page(browser, "/callbacks?view=all")


def test_the_managing_pages_open_for_managers_only(
    browser: FlaskClient, desk: Desk, task: CallbackTask, sign_in: SignIn
) -> None:
    assert browser.get("/callbacks/manage").status_code == 403
    manager = sign_in(desk.manager)
    for path in ("/callbacks/manage", "/callbacks/reports"):
        page(manager, path)
    assert manager.post("/callbacks/manage/allocate").status_code == 303
    session.refresh(task)
    assert task.owner_id == desk.agent.id


def test_a_department_reads_what_was_said_and_objects(
    browser: FlaskClient, desk: Desk, task: CallbackTask, sign_in: SignIn
) -> None:
    said = {
        "said-mode": "phone",
        "said-is_solved": "no",
        "said-satisfaction": "dissatisfied",
        "said-rehandle_reason": "Not mended",
    }
    browser.post(f"/callbacks/{task.id}/answers", data=said)
    clerk = sign_in(desk.clerk("urban_management"))
    assert task.ticket.number in page(clerk, "/assessments")
    answer = clerk.post(f"/assessments/{task.id}/objections", data={f"t{task.id}-grounds": "Not ours"})
    assert answer.status_code == 303
    assert "Not ours" in page(sign_in(desk.manager), "/callbacks/manage")
    other = sign_in(somebody(Role.DEPARTMENT_CLERK, department="water_group"))
    assert task.ticket.number not in page(other, "/assessments")


def test_an_answer_is_left_out_with_grounds_and_counts_again(
    browser: FlaskClient, desk: Desk, sign_in: SignIn, task: CallbackTask
) -> None:
    said = {"said-mode": "phone", "said-is_solved": "yes", "said-satisfaction": "satisfied"}
    assert browser.post(f"/callbacks/{task.id}/answers", data=said).status_code == 303
    assert browser.post(f"/callbacks/{task.id}/leave-out", data={"grounds": "Mine"}).status_code == 403
    assert "/leave-out" not in page(browser, f"/callbacks/{task.id}")
    manager = sign_in(desk.manager)
    assert f"/callbacks/{task.id}/leave-out" in page(manager, f"/callbacks/{task.id}")
    empty = manager.post(f"/callbacks/{task.id}/leave-out", data={"grounds": " "})
    assert empty.status_code == 422
    assert "field-error" in empty.text
    assert manager.post(f"/callbacks/{task.id}/leave-out", data={"grounds": "Unlawful"}).status_code == 303
    session.refresh(task)
    assert (task.excluded_ground, task.excluded_by) == ("Unlawful", desk.manager)
    assert "Unlawful" in page(manager, f"/callbacks/{task.id}")
    assert browser.post(f"/callbacks/{task.id}/count-again").status_code == 403
    assert manager.post(f"/callbacks/{task.id}/count-again").status_code == 303
    session.refresh(task)
    assert task.excluded_at is None

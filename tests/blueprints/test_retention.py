"""The archive, destruction and requests for personal data in a browser."""

import json
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from hotline.audit.models import Act, JournalLine
from hotline.contacts.models import Requester
from hotline.db import session
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.retention import filing
from hotline.retention.models import BatchState, DataRequest, DestructionBatch, RequestState
from hotline.tickets.models import Ticket
from tests.hotline.retention.conftest import end
from tests.matters import Desk, somebody

SignIn = Callable[[Staff], FlaskClient]


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


@pytest.fixture
def ended(desk: Desk) -> Ticket:
    return end(desk, "suggestion")


def test_the_archivist_files_and_keeps_longer(ended: Ticket, sign_in: SignIn) -> None:
    browser, number = sign_in(somebody(Role.ARCHIVIST)), ended.number
    assert number in browser.get("/archive").text
    answer = browser.post(f"/archive/{number}/class", data={"class-retention": "years_30"})
    assert answer.status_code == 422
    changed = {"class-retention": "years_30", "class-reason": "Of note"}
    assert browser.post(f"/archive/{number}/class", data=changed).status_code == 303
    assert browser.post(f"/archive/{number}/file", data={"file-file_number": "区 7"}).status_code == 422
    assert browser.post(f"/archive/{number}/file", data={"file-file_number": "A-7"}).status_code == 303
    assert number not in browser.get("/archive").text
    assert "A-7" in browser.get("/archive?state=filed&class=years_30").text
    assert "A-7" in browser.get("/archive?state=filed&number=A-7").text
    assert "2045-12-31" in browser.get(f"/archive/{number}").text


def test_a_batch_goes_from_hand_to_hand(ended: Ticket, desk: Desk, sign_in: SignIn) -> None:
    number, manager = ended.number, desk.manager
    archivist, auditor = sign_in(somebody(Role.ARCHIVIST)), sign_in(somebody(Role.AUDITOR))
    approver = sign_in(manager)
    prepared = {"prepare-scope": "matters", "prepare-reason": "Kept long enough"}
    assert approver.post("/destruction", data=prepared).status_code == 403
    page = archivist.post("/destruction", data=prepared).headers["Location"]
    batch = page.rpartition("/")[2]
    assert number in archivist.get(page).text
    decision = {"decide-decision": "approve"}
    assert archivist.post(f"{page}/decide", data=decision).status_code == 403
    assert archivist.get(f"{page}/certificate").status_code == 404
    assert approver.post(f"{page}/decide", data={"decide-decision": "refuse"}).status_code == 422
    assert approver.post(f"{page}/decide", data=decision).status_code == 303
    assert approver.post(f"{page}/sign", data={"sign-typed": batch}).status_code == 422
    assert archivist.post(f"{page}/sign", data={"sign-typed": "x"}).status_code == 422
    assert archivist.post(f"{page}/sign", data={"sign-typed": batch}).status_code == 303
    assert auditor.post(f"{page}/sign", data={"sign-typed": batch}).status_code == 303
    assert session.scalars(sa.select(DestructionBatch.state)).one() is BatchState.CARRIED_OUT
    paper = archivist.get(f"{page}/certificate").text
    assert number in paper
    digest = session.scalars(sa.select(DestructionBatch.certificate_digest)).one() or "missing"
    assert " ".join(digest[at : at + 8] for at in range(0, 64, 8)) in paper
    assert "A lamp is out" not in archivist.get(f"/tickets/{number}").text
    acts = session.scalars(
        sa.select(JournalLine.act).where(JournalLine.about == batch).order_by(JournalLine.id)
    ).all()
    assert acts == [Act.PREPARED, Act.APPROVED, Act.SIGNED, Act.SIGNED, Act.DESTROYED, Act.PRINTED]


def test_a_request_is_found_by_phone_handed_out_and_decided(ended: Ticket, sign_in: SignIn) -> None:
    administrator = sign_in(somebody(Role.ADMINISTRATOR))
    auditor = sign_in(somebody(Role.AUDITOR))
    assert administrator.post("/data-requests/find", data={"find-phone": "nonsense"}).status_code == 422
    shown = administrator.post("/data-requests/find", data={"find-phone": "13812345678"}).text
    assert "13812345678" not in re.sub(r'value="13812345678"', "", shown)
    known = re.search(r'name="request-requester_id" value="(\d+)"', shown)
    assert known is not None
    asked = {"request-requester_id": known[1], "request-asked": "erasure"}
    assert administrator.post("/data-requests", data=asked).status_code == 422
    page = administrator.post(
        "/data-requests", data={**asked, "request-identity_check": "Called back"}
    ).headers["Location"]
    assert ended.number in administrator.get(page).text
    held = administrator.post(f"{page}/hand-out", data={"format": "file"})
    assert json.loads(held.data)["persons"][0]["name"] == "Wang Fang"
    assert "Wang Fang" in administrator.post(f"{page}/hand-out", data={"format": "page"}).text
    decision = {"decide-decision": "grant", "decide-grounds": "Erased as you asked"}
    assert administrator.post(f"{page}/decide", data=decision).status_code == 422
    assert auditor.post(f"{page}/decide", data=decision).status_code == 303
    assert session.scalars(sa.select(DataRequest.state)).one() is RequestState.GRANTED
    assert {one.name for one in session.scalars(sa.select(Requester))} == {None}
    assert filing.find(session.get_one(Ticket, ended.id)).person_data_erased_at is not None
    assert "Erased as you asked" in auditor.get(page).text
    assert page.rpartition("/")[2] in auditor.get("/data-requests?state=all").text
    assert page.rpartition("/")[2] not in auditor.get("/data-requests").text

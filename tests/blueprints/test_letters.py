"""The pages of letters: register, scans, decision, hand-over, reply letters; what is refused, and to whom."""

import io
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from hotline.audit.models import JournalLine, Sight, Subject, Viewing
from hotline.contacts.models import Disposition, Letter
from hotline.db import session, transaction, utc_now
from hotline.letters import deciding, receiving
from hotline.letters.models import LetterScan, ReplyLetter, ReplyState
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.tickets.models import Ticket
from hotline.tickets.registration import Matter
from hotline.wording import LOCAL_ZONE, in_words
from tests.blueprints.intake.desk import saved, send

SignIn = Callable[[Staff], FlaskClient]
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
COMPLAINT = {
    "letter_class": "complaint",
    "name": "Wang Fang",
    "address": "Lane 5",
    "written_on": "2026-02-27",
    "sender_number": "A-7",
    "title": "Noise at night",
    "content": "Until two in the morning",
    "action": "register",
}


@pytest.fixture
def browser(person: Callable[..., Staff], sign_in: SignIn) -> FlaskClient:
    return sign_in(person(Role.OPERATOR))


@pytest.fixture
def leader(person: Callable[..., Staff], sign_in: SignIn) -> FlaskClient:
    return sign_in(person(Role.SHIFT_LEADER))


def registered(browser: FlaskClient, **more: str) -> Letter:
    letter = saved(browser, COMPLAINT | more, "letter")
    assert isinstance(letter, Letter)
    return letter


def upload(browser: FlaskClient, letter: Letter, *files: tuple[bytes, str]) -> TestResponse:
    data = {"scans-files": [(io.BytesIO(content), name) for content, name in files]}
    return browser.post(f"/letters/{letter.id}/scans", data=data, content_type="multipart/form-data")


def test_a_letter_is_registered_first_and_decided_later(browser: FlaskClient) -> None:
    letter = registered(
        browser, secrecy="internal", postmark="Hefei 27 Feb", envelope_number="E9", copies="2"
    )
    assert letter.disposition is Disposition.OPEN
    page = browser.get(f"/letters/{letter.id}").text
    for shown in (letter.register_number, "Wang Fang", "A-7", "Hefei 27 Feb", "E9"):
        assert shown in page
    assert "Lane 5" not in page, "an address is shown on the caller's page, with a reason"
    assert letter.register_number in browser.get("/letters?standing=to_decide").text
    assert letter.register_number not in browser.get("/letters?class=praise").text


def test_a_letter_registered_before_is_shown_and_linked_with_one_click(browser: FlaskClient) -> None:
    first = registered(browser)
    fragment = browser.post("/intake/letter/earlier", data={"sender_number": "A-7"}).text
    assert f'value="{first.id}"' in fragment
    refused = send(browser, COMPLAINT, "letter")
    assert refused.status_code == 422
    assert 'id="not_repeat-error"' in refused.text
    assert "Until two in the morning" in refused.text
    again = registered(browser, earlier=str(first.id))
    assert again.earlier_id == first.id
    assert again.register_number in browser.get(f"/letters/{first.id}").text
    other = registered(browser, not_repeat="y")
    assert other.earlier_id is None
    assert send(browser, COMPLAINT | {"earlier": "999999"}, "letter").status_code == 422


@pytest.mark.parametrize(
    "change",
    [
        {"sender_number": "A" * 61},
        {"postmark": "A" * 61},
        {"secrecy": "most_secret"},
        {"written_on": "yesterday"},
        {"copies": "0"},
    ],
)
def test_bad_entries_are_told_beside_their_field(browser: FlaskClient, change: dict[str, str]) -> None:
    answer = send(browser, COMPLAINT | change, "letter")
    assert answer.status_code == 422
    assert f'id="{next(iter(change))}-error"' in answer.text
    assert "Until two in the morning" in answer.text


def test_of_a_state_secret_only_the_register_entry_is_kept(browser: FlaskClient) -> None:
    secret = {"secrecy": "secret", "title": "Paper 12"}
    refused = send(browser, COMPLAINT | secret, "letter")
    assert refused.status_code == 422
    assert 'id="secrecy-error"' in refused.text
    ticket = {"content": "", "action": "ticket", "category": "complaint", "object": "A", "demand": "B"}
    assert send(browser, COMPLAINT | secret | ticket, "letter").status_code == 422
    letter = registered(browser, **secret, content="")
    refused = upload(browser, letter, (PNG, "page.png"))
    assert refused.status_code == 422
    assert session.scalar(sa.select(sa.func.count(LetterScan.id))) == 0
    draft = browser.post(f"/letters/{letter.id}/replies", data={"template-template": "accepted"})
    assert draft.status_code == 422
    assert session.scalar(sa.select(sa.func.count(ReplyLetter.id))) == 0
    assert browser.get(f"/letters/{letter.id}/order").status_code == 409


def test_scans_are_shown_by_their_own_address_and_run_nothing(browser: FlaskClient) -> None:
    letter = registered(browser)
    assert upload(browser, letter).status_code == 422
    refused = upload(browser, letter, (b"<script>", "page.png"))
    assert refused.status_code == 422
    assert 'id="scans-files-error"' in refused.text
    assert upload(browser, letter, (PNG, "page.jpg"), (b"%PDF-1.7", "more.pdf")).status_code == 303
    picture, paper = session.scalars(sa.select(LetterScan.id).order_by(LetterScan.id))
    with browser.get(f"/letters/{letter.id}/scans/{picture}/image") as image:
        assert image.mimetype == "image/png"
        assert "default-src 'none'" in image.headers["Content-Security-Policy"]
        assert image.headers["X-Content-Type-Options"] == "nosniff"
        assert "attachment" not in image.headers.get("Content-Disposition", "")
    assert browser.get(f"/letters/{letter.id}/scans/{paper}/image").status_code == 404
    with browser.get(f"/letters/{letter.id}/scans/{paper}/file") as handed_out:
        assert "attachment" in handed_out.headers["Content-Disposition"]
    assert "more.pdf" in browser.get(f"/letters/{letter.id}/scans/{paper}").text
    moved = browser.post(f"/letters/{letter.id}/scans/{paper}/move", data={"way": "up"})
    assert moved.status_code == 303
    page = browser.get(f"/letters/{letter.id}").text
    assert page.index("more.pdf") < page.index("page.png")
    assert browser.post(f"/letters/{letter.id}/scans/{paper}/remove").status_code == 303
    assert "more.pdf" not in browser.get(f"/letters/{letter.id}").text
    assert (
        browser.get(f"/letters/{registered(browser, not_repeat='y').id}/scans/{picture}").status_code == 404
    )


def test_looking_at_the_scans_of_who_asked_for_secrecy_is_written_down(browser: FlaskClient) -> None:
    letter = registered(browser, wish="secret")
    upload(browser, letter, (PNG, "page.png"))
    scan = session.scalars(sa.select(LetterScan.id)).one()
    before = session.scalar(sa.select(sa.func.count(Viewing.id))) or 0
    browser.get(f"/letters/{letter.id}/scans/{scan}")
    sights = session.scalars(sa.select(Viewing.sight)).all()
    assert len(sights) == before + 1
    assert set(sights) == {Sight.CALLER}


def test_the_check_keeps_what_was_typed(browser: FlaskClient) -> None:
    letter = registered(browser)
    address = f"/letters/{letter.id}/receipt"
    typed = {"receipt-stated": "Two pages", "receipt-found": "One page", "receipt-passed": ["seal"]}
    refused = browser.post(address, data=typed)
    assert refused.status_code == 422
    assert "Two pages" in refused.text
    assert 'id="receipt-discrepancy-error"' in refused.text
    assert browser.post(address, data=typed | {"receipt-discrepancy": "A page short"}).status_code == 303
    assert browser.post(f"{address}/told", data={"told-told_how": ""}).status_code == 422
    assert browser.post(f"{address}/told", data={"told-told_how": "by telephone"}).status_code == 303
    assert "by telephone" in browser.get(f"/letters/{letter.id}").text


def test_the_assistant_makes_a_ticket_or_says_why_not(browser: FlaskClient) -> None:
    letter = registered(browser)
    assert browser.post(f"/letters/{letter.id}/file", data={"file-reason": ""}).status_code == 422
    page = browser.get(f"/letters/{letter.id}/order?category=complaint").text
    assert "Noise at night" in page
    typed = {"category": "complaint", "title": "Noise at night", "content": "Until two", "object": "A site"}
    refused = browser.post(f"/letters/{letter.id}/order", data=typed)
    assert refused.status_code == 422
    assert 'id="demand-error"' in refused.text
    assert 'value="A site"' in refused.text
    made = browser.post(
        f"/letters/{letter.id}/order", data=typed | {"demand": "Quiet", "reason": "Third time"}
    )
    assert made.status_code == 303
    ticket = session.scalars(sa.select(Ticket)).one()
    assert ticket.facts["demand"] == "Quiet"
    assert f"/letters/{letter.id}" in browser.get(f"/tickets/{ticket.number}").text
    assert browser.post(f"/letters/{letter.id}/order", data=typed).status_code == 409
    other = registered(browser, not_repeat="y")
    assert browser.post(f"/letters/{other.id}/file", data={"file-reason": "Settled"}).status_code == 303
    assert "Settled" in browser.get(f"/letters/{other.id}").text


def test_a_praise_letter_is_posted_twice_and_closed(browser: FlaskClient) -> None:
    letter = registered(browser, letter_class="praise")
    typed = {"category": "praise", "title": "Thanks", "content": "To Li", "praised": "Li", "deed": "Help"}
    assert browser.post(f"/letters/{letter.id}/order", data=typed).status_code == 303
    assert browser.post(f"/letters/{letter.id}/close").status_code == 422
    posting = f"/letters/{letter.id}/postings"
    assert browser.post(f"{posting}/original_posted", data={"original_posted-words": ""}).status_code == 422
    for need in ("original_posted", "copy_posted"):
        typed = {f"{need}-words": "Board", f"{need}-happened_at": "2026-03-03T10:00"}
        assert browser.post(f"{posting}/{need}", data=typed).status_code == 303
    assert browser.post(f"{posting}/adopted", data={}).status_code == 404
    assert browser.post(f"/letters/{letter.id}/close").status_code == 303
    today = f"{utc_now().astimezone(LOCAL_ZONE):%Y-%m-%d}"
    days = f"from={today}&to={today}"
    register = browser.get(f"/registers?kind=letters&{days}").text
    assert "Board 2026-03-03 10:00" in register


def test_a_document_is_handed_over_and_signed_for(
    browser: FlaskClient, person: Callable[..., Staff], sign_in: SignIn
) -> None:
    letter = registered(browser, letter_class="official_document")
    archivist = person(Role.ARCHIVIST)
    receiver = str(archivist.id)
    clerk = sign_in(archivist)
    assert clerk.get(f"/letters/{letter.id}").status_code == 404
    address = f"/letters/{letter.id}/hand-over"
    refused = browser.post(address, data={"hand-receiver": "", "hand-reason": "For the file"})
    assert refused.status_code == 422
    assert "For the file" in refused.text
    assert browser.post(address, data={"hand-receiver": receiver}).status_code == 303
    mine = clerk.get("/papers/mine").text
    assert letter.register_number in mine
    sign = re.search(r"/papers/hand-overs/\d+/sign", mine)
    assert sign is not None
    assert browser.post(sign[0]).status_code == 404
    assert clerk.post(sign[0]).status_code == 303
    assert letter.register_number not in clerk.get("/papers/mine").text
    assert clerk.get(f"/letters/{letter.id}").status_code == 200
    assert clerk.get("/letters").status_code == 403


def test_a_reply_letter_is_approved_by_another_numbered_and_printed(
    browser: FlaskClient, leader: FlaskClient
) -> None:
    letter = registered(browser)
    started = browser.post(f"/letters/{letter.id}/replies", data={"template-template": "thanks"})
    assert started.status_code == 303
    address = started.headers["Location"]
    assert browser.post(f"/letters/{letter.id}/replies", data={"template-template": "no"}).status_code == 422
    assert browser.get(f"{address}/print").status_code == 409
    words = {"recipient": "Ms Wang", "address": "Lane 5", "subject": "Thank you", "body": "Dear {sender}"}
    refused = browser.post(address, data=words | {"action": "submit"})
    assert refused.status_code == 422
    assert 'id="body-error"' in refused.text
    assert browser.post(address, data=words | {"action": "save"}).status_code == 303
    done = words | {"body": "Thank you for writing.", "action": "submit"}
    assert browser.post(address, data=done).status_code == 303
    assert browser.post(f"{address}/approve").status_code == 403
    assert leader.post(f"{address}/send-back", data={"remark-remark": ""}).status_code == 422
    assert leader.post(f"{address}/approve").status_code == 303
    reply = session.scalars(sa.select(ReplyLetter)).one()
    number = reply.number
    assert number is not None
    assert browser.post(address, data=done).status_code == 422
    printed = browser.get(f"{address}/print").text
    assert number in printed
    assert "Thank you for writing." in printed
    early = browser.post(f"{address}/sent", data={"sent-sent_on": "2020-01-01"})
    assert early.status_code == 422
    today = f"{utc_now().astimezone(LOCAL_ZONE):%Y-%m-%d}"
    sent = browser.post(f"{address}/sent", data={"sent-sent_on": today, "sent-sent_how": "Mail 77"})
    assert sent.status_code == 303
    session.expire_all()
    assert session.scalars(sa.select(ReplyLetter.state)).one() is ReplyState.SENT


def test_strangers_to_a_letter_find_nothing(
    app: Flask, browser: FlaskClient, person: Callable[..., Staff], sign_in: SignIn
) -> None:
    letter = registered(browser)
    upload(browser, letter, (PNG, "page.png"))
    scan = session.scalars(sa.select(LetterScan.id)).one()
    for role in (Role.DEPARTMENT_CLERK, Role.TRAINEE, Role.AUDITOR, Role.ADMINISTRATOR, Role.CALLBACK_AGENT):
        unit = "urban_management" if role is Role.DEPARTMENT_CLERK else None
        stranger = sign_in(person(role, department=unit))
        for path in ("", f"/scans/{scan}", f"/scans/{scan}/image", f"/scans/{scan}/file", "/order"):
            assert stranger.get(f"/letters/{letter.id}{path}").status_code == 404, (role, path)
        assert upload(stranger, letter, (PNG, "page.png")).status_code == 404


def test_the_letter_of_a_tip_off_is_closed_to_who_took_it_down(browser: FlaskClient) -> None:
    letter = registered(browser)
    with transaction():
        sealed = Matter(category="tip_off", title="Money taken", content="The chief took money.")
        by = session.get_one(Staff, letter.recorded_by_id)
        deciding.make_ticket(letter, sealed, reason="", by=by, now=utc_now())
    assert browser.get(f"/letters/{letter.id}").status_code == 404
    assert letter.register_number not in browser.get("/letters").text


ENTRY = {
    "title": "Noise at night",
    "content": "Until two in the morning",
    "name": "Wang Fang",
    "letter_class": "complaint",
    "written_on": "2026-02-27",
    "sender_number": "A-7",
    "copies": "1",
    "secrecy": "",
}


def test_an_entry_is_corrected_and_what_it_said_stays_to_be_read(
    browser: FlaskClient, leader: FlaskClient
) -> None:
    letter = registered(browser)
    url = f"/letters/{letter.id}/correct"
    assert "Lane 5" not in browser.get(url).text, "an address is not shown to be corrected"
    refused = browser.post(url, data=ENTRY | {"sender_number": "A-1"})
    assert refused.status_code == 422
    assert 'id="reason-error"' in refused.text
    assert 'value="A-1"' in refused.text
    done = browser.post(url, data=ENTRY | {"sender_number": "A-1", "address": "Lane 6", "reason": "misread"})
    assert done.headers["Location"] == f"/letters/{letter.id}"
    page = leader.get(f"/letters/{letter.id}").text
    card = page[page.index('id="corrections"') :]
    for shown in ("A-7", "A-1", "misread"):
        assert shown in card
    assert "Lane 6" not in page
    line = session.scalars(sa.select(JournalLine).where(JournalLine.subject == Subject.ENTRY)).one()
    assert (line.about, line.details) == (
        letter.register_number,
        {"sender_number": "changed", "address": "changed"},
    )


def test_entries_of_others_and_of_letters_handed_over_are_not_corrected(
    browser: FlaskClient, person: Callable[..., Staff], sign_in: SignIn
) -> None:
    letter = registered(browser, letter_class="official_document")
    other = sign_in(person(Role.OPERATOR))
    assert "/correct" not in other.get(f"/letters/{letter.id}").text
    assert other.get(f"/letters/{letter.id}/correct").status_code == 403
    receiver = person(Role.ARCHIVIST)
    browser.post(f"/letters/{letter.id}/hand-over", data={"hand-receiver": str(receiver.id)})
    assert browser.get(f"/letters/{letter.id}/correct").status_code == 409
    page = browser.get(f"/letters/{letter.id}").text
    assert "/correct" not in page
    entry = page[page.index('id="entry"') : page.index('id="replies"')]
    assert receiver.name in entry, "the page says why"


def test_the_receipt_slip_says_what_came_and_until_when_something_is_to_be_expected(
    browser: FlaskClient, person: Callable[..., Staff], sign_in: SignIn
) -> None:
    letter = registered(browser, copies="3")
    url = f"/letters/{letter.id}/slip"
    assert f'href="{url}"' in browser.get(f"/letters/{letter.id}").text
    checked = {"receipt-stated": "2 sheets", "receipt-found": "2 sheets, one photo"}
    passed = [("receipt-passed", one.code) for one in receiving.checks()]
    browser.post(f"/letters/{letter.id}/receipt", data=MultiDict([*checked.items(), *passed]))
    slip = browser.get(url).text
    for shown in (letter.register_number, "Wang Fang", "A-7", "2 sheets, one photo"):
        assert shown in slip
    with transaction():
        ticket = deciding.make_ticket(
            letter,
            Matter(category="complaint", title="Noise", content="Noise", place="Lane 5"),
            reason="",
            by=letter.recorded_by,
            now=utc_now(),
        )
    slip = browser.get(url).text
    assert ticket.overall_due_at is not None
    for shown in (ticket.number, ticket.query_code, in_words(ticket.overall_due_at), "/status"):
        assert shown in slip
    assert f'href="{url}"' in browser.get(f"/tickets/{ticket.number}").text
    assert sign_in(person(Role.INSPECTOR)).get(url).status_code == 403


def test_the_slip_of_a_state_secret_does_not_say_what_it_is_about(browser: FlaskClient) -> None:
    letter = registered(browser, secrecy="secret", content="")
    slip = browser.get(f"/letters/{letter.id}/slip").text
    assert letter.register_number in slip
    assert "Noise at night" not in slip

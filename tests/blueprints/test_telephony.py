"""The telephone's pages: calls open where they ring, refused numbers, tokens, recordings."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from hotline.audit.models import JournalLine
from hotline.contacts.models import Call, Contact
from hotline.db import session, transaction, utc_now
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.people.session_models import UserSession
from hotline.telephony import events, tokens
from hotline.telephony.events import Told
from hotline.telephony.models import DeskPhone, EventKind, PhoneCall, PhoneLeg, RefusedNumber
from hotline.tickets.models import Ticket
from tests.blueprints.intake.desk import HELP, saved

SignIn = Callable[[Staff], FlaskClient]
Person = Callable[..., Staff]
CALLER = "13812345678"


def tell(kind: EventKind, *, ago: float = 0, call: str = "c1", **more: Any) -> PhoneCall:
    at = utc_now() - dt.timedelta(seconds=ago)
    with transaction():
        return events.take(Told(call_key=call, kind=kind, at=at, **more), now=utc_now()).call


@pytest.fixture
def operator(person: Person) -> Staff:
    return person(Role.OPERATOR)


@pytest.fixture
def browser(operator: Staff, sign_in: SignIn) -> FlaskClient:
    """An operator who sits at extension 8001."""
    found = sign_in(operator)
    assert found.post("/telephony/extension", data={"extension": "8001"}).status_code == 303
    return found


def rung(browser: FlaskClient) -> dict[str, str]:
    answer = browser.get("/telephony/now")
    assert answer.status_code == 200
    return dict(answer.json or {})


def test_a_call_opens_a_filled_form_where_it_rings_and_nowhere_else(
    browser: FlaskClient, person: Person, sign_in: SignIn
) -> None:
    assert rung(browser) == {"state": "", "form": ""}
    tell(EventKind.NEW_CALL, ago=30, number=CALLER, queue="general")
    assert rung(browser)["state"] == ""
    tell(EventKind.OFFER, ago=25, extension="8001")
    ring = rung(browser)
    assert ring["state"] == "ringing"
    page = browser.get(ring["url"]).text
    assert f'value="{CALLER}"' in page
    assert 'data-state="ringing"' in page
    stranger = sign_in(person(Role.OPERATOR))
    assert CALLER not in stranger.get(ring["url"]).text
    assert stranger.get(ring["strip"]).status_code == 404
    assert stranger.get("/telephony/now").status_code == 404, "who sits at no telephone is told nothing"


def test_talk_time_counts_from_the_answer_and_ends_with_the_call(browser: FlaskClient) -> None:
    tell(EventKind.NEW_CALL, ago=100, number=CALLER)
    tell(EventKind.OFFER, ago=90, extension="8001")
    answered = tell(EventKind.ANSWER, ago=80, extension="8001").answered_at
    assert answered is not None
    ring = rung(browser)
    assert f'data-timer-start="{answered.isoformat()}"' in browser.get(ring["url"]).text
    contact = saved(browser, HELP | {"ring_count": ""}, key=ring["form"])
    assert isinstance(contact, Call)
    assert contact.ring_count == 3
    assert contact.talk_seconds in (80, 81, 82)
    tell(EventKind.HANGUP, ago=0, recording="https://pbx/rec/1")
    session.expire_all()
    assert contact.talk_seconds in (80, 81, 82)
    call = session.scalars(sa.select(PhoneCall)).one()
    assert call.legs[0].contact_id == contact.id
    assert call.recording == "https://pbx/rec/1"


def test_a_form_saved_after_the_call_has_the_time_that_was_talked(browser: FlaskClient) -> None:
    tell(EventKind.ANSWER, ago=200, extension="8001", number=CALLER)
    key = rung(browser)["form"]
    tell(EventKind.HANGUP, ago=150)
    contact = saved(browser, HELP, key=key)
    assert isinstance(contact, Call)
    assert contact.talk_seconds == 50


def test_what_was_typed_stays_parked_when_a_second_call_comes(browser: FlaskClient) -> None:
    tell(EventKind.ANSWER, ago=60, extension="8001", number=CALLER)
    first = rung(browser)
    draft = f"{first['url']}/draft"
    assert browser.post(draft, data={"title": "half a sentence"}).status_code == 204
    tell(EventKind.ANSWER, ago=5, call="c2", extension="8001", number="13911112222")
    second = rung(browser)
    assert second["form"] != first["form"]
    page = browser.get(second["url"]).text
    assert 'value="13911112222"' in page
    assert "half a sentence" in page, "in the list of parked forms"
    assert first["url"] in page
    again = browser.get(first["url"]).text
    assert "half a sentence" in again
    assert f'value="{CALLER}"' in again


def test_asking_what_rings_keeps_no_session_alive(browser: FlaskClient, operator: Staff) -> None:
    long_ago = utc_now() - dt.timedelta(minutes=30)
    with transaction():
        session.execute(sa.update(UserSession).values(last_seen_at=long_ago))
    rung(browser)
    session.rollback()
    assert session.scalars(sa.select(UserSession.last_seen_at)).one() == long_ago
    browser.get("/telephony")
    session.rollback()
    assert session.scalars(sa.select(UserSession.last_seen_at)).one() > long_ago


def test_an_extension_is_kept_over_the_night_and_taken_over_by_who_sits_there(
    browser: FlaskClient, operator: Staff, person: Person, sign_in: SignIn
) -> None:
    assert "data-telephone-url" in browser.get("/").text
    browser.post("/sign-out")
    assert session.scalars(sa.select(DeskPhone.is_ready)).one() is False
    session.rollback()
    again = sign_in(operator)
    assert "data-telephone-url" in again.get("/").text
    assert rung(again)["state"] == ""
    other = sign_in(person(Role.OPERATOR))
    assert "data-telephone-url" not in other.get("/").text
    other.post("/telephony/extension", data={"extension": "8001"})
    assert again.get("/telephony/now").status_code == 404
    assert "data-telephone-url" not in again.get("/").text
    assert other.post("/telephony/extension", data={"extension": "no such place"}).status_code == 422
    other.post("/telephony/leave")
    assert "data-telephone-url" not in other.get("/").text


def test_a_break_is_seen_on_the_page(browser: FlaskClient, person: Person, sign_in: SignIn) -> None:
    leader = sign_in(person(Role.SHIFT_LEADER))
    assert "8001" in leader.get("/telephony").text
    browser.post("/telephony/ready")
    assert session.scalars(sa.select(DeskPhone.is_ready)).one() is False
    session.rollback()
    browser.post("/telephony/ready", data={"ready": "y"})
    session.rollback()
    assert session.scalars(sa.select(DeskPhone.is_ready)).one() is True
    assert leader.post("/telephony/ready").status_code == 409


def test_the_list_masks_numbers_and_shows_each_their_own(
    browser: FlaskClient, person: Person, sign_in: SignIn
) -> None:
    tell(EventKind.ANSWER, ago=60, extension="8001", number=CALLER)
    tell(EventKind.HANGUP, ago=50)
    tell(EventKind.NEW_CALL, ago=40, call="c2", number="13911112222")
    tell(EventKind.ABANDON, ago=30, call="c2")
    own = browser.get("/telephony").text
    assert "138****5678" in own
    assert "139****2222" not in own
    leader = sign_in(person(Role.SHIFT_LEADER))
    everything, missed = leader.get("/telephony").text, leader.get("/telephony?view=missed").text
    assert "138****5678" in everything
    assert "139****2222" in everything
    assert "138****5678" not in missed
    assert "139****2222" in missed
    for page in (own, everything):
        assert CALLER not in page


def test_shift_leaders_refuse_numbers_and_take_them_back(
    browser: FlaskClient, person: Person, sign_in: SignIn
) -> None:
    assert browser.get("/telephony/refused").status_code == 403
    assert browser.post("/telephony/refused").status_code == 403
    leader = sign_in(person(Role.SHIFT_LEADER))
    until = (utc_now() + dt.timedelta(days=5)).date().isoformat()
    whole = {"phone": CALLER, "reason": "abuse, dissuaded three times", "until": until}
    for wrong in ({"phone": "12"}, {"reason": ""}, {"until": ""}, {"until": "2020-01-01"}, {"phone": "110"}):
        assert leader.post("/telephony/refused", data=whole | wrong).status_code == 422
    assert leader.post("/telephony/refused", data=whole).status_code == 303
    page = leader.get("/telephony/refused").text
    assert "138****5678" in page
    assert "dissuaded three times" in page
    assert CALLER not in page
    refused = session.scalars(sa.select(RefusedNumber.id)).one()
    session.rollback()
    assert browser.post(f"/telephony/refused/{refused}/lift").status_code == 403
    assert leader.post(f"/telephony/refused/{refused}/lift").status_code == 303
    assert session.scalars(sa.select(RefusedNumber.lifted_at)).one() is not None
    assert leader.post("/telephony/refused/999/lift").status_code == 404
    about = sa.select(JournalLine).where(JournalLine.about == "refused_number").order_by(JournalLine.id)
    told = session.scalars(about).all()
    assert [one.act.value for one in told] == ["added", "changed"]
    assert CALLER not in str([one.details for one in told])


def test_a_token_is_shown_once_and_ended_by_an_administrator(
    browser: FlaskClient, person: Person, sign_in: SignIn
) -> None:
    assert browser.get("/telephony/exchange").status_code == 403
    administrator = sign_in(person(Role.ADMINISTRATOR))
    assert administrator.get("/telephony").status_code == 403, "calls are not the administrator's"
    assert administrator.post("/telephony/exchange", data={"name": ""}).status_code == 422
    made = administrator.post("/telephony/exchange", data={"name": "Main"}).text
    found = re.search(r"<code[^>]*>([^<]+)</code>", made)
    assert found is not None
    words = found[1]
    assert words not in administrator.get("/telephony/exchange").text
    with transaction():
        token = tokens.find(words)
        assert token is not None
        token_id = token.id
    assert administrator.post(f"/telephony/exchange/{token_id}/revoke").status_code == 303
    assert tokens.find(words) is None


def test_a_recording_is_heard_by_who_took_the_call_and_that_is_written_down(
    browser: FlaskClient, person: Person, sign_in: SignIn
) -> None:
    call = tell(EventKind.ANSWER, ago=60, extension="8001", number=CALLER, recording="https://pbx/rec/1")
    address = f"/telephony/calls/{call.id}/recording"
    heard = browser.get(address)
    assert (heard.status_code, heard.headers["Location"]) == (302, "https://pbx/rec/1")
    assert session.scalar(sa.select(sa.func.count()).where(JournalLine.about == f"recording {call.id}"))
    session.rollback()
    assert sign_in(person(Role.OPERATOR)).get(address).status_code == 404
    assert sign_in(person(Role.INSPECTOR)).get(address).status_code == 302
    assert browser.get("/telephony/calls/999/recording").status_code == 404


def test_the_ticket_leads_to_the_recording_of_its_call(
    browser: FlaskClient, person: Person, sign_in: SignIn
) -> None:
    call = tell(EventKind.ANSWER, ago=60, extension="8001", number=CALLER, recording="https://pbx/rec/1")
    contact = saved(browser, HELP, key=rung(browser)["form"])
    ticket = session.get_one(Ticket, contact.ticket_id).number
    session.rollback()
    link = f"/telephony/calls/{call.id}/recording"
    assert link in browser.get(f"/tickets/{ticket}").text
    assert link in sign_in(person(Role.SHIFT_LEADER)).get(f"/tickets/{ticket}").text
    assert link not in sign_in(person(Role.OPERATOR)).get(f"/tickets/{ticket}").text


def test_the_recording_of_a_tip_off_is_for_those_who_need_to_know(
    browser: FlaskClient, person: Person, sign_in: SignIn
) -> None:
    call = tell(EventKind.ANSWER, ago=60, extension="8001", number=CALLER, recording="https://pbx/rec/1")
    key = rung(browser)["form"]
    tip = HELP | {"category": "tip_off", "suspect": "X", "happened": "May", "wish": "secret", "place": "here"}
    contact = saved(browser, tip, key=key)
    assert session.scalars(sa.select(PhoneLeg.contact_id)).one() == contact.id
    session.rollback()
    address = f"/telephony/calls/{call.id}/recording"
    assert sign_in(person(Role.INSPECTOR)).get(address).status_code == 404
    assert sign_in(person(Role.SHIFT_LEADER)).get(address).status_code == 302


def test_a_form_sent_twice_belongs_to_its_call_once(browser: FlaskClient) -> None:
    tell(EventKind.ANSWER, ago=60, extension="8001", number=CALLER)
    key = rung(browser)["form"]
    assert saved(browser, HELP, key=key).id == saved(browser, HELP, key=key).id
    assert session.scalar(sa.select(sa.func.count()).select_from(Contact)) == 1

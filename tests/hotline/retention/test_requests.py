"""What a person may ask of us: a copy of what is held, and to have it erased as far as the law allows."""

import json

import pytest
import sqlalchemy as sa

from hotline.audit import chains, seals
from hotline.audit.models import Act, JournalLine, Subject
from hotline.categories.keeping import RetentionClass
from hotline.contacts import requesters
from hotline.contacts.models import Contact, Requester, Reveal
from hotline.db import session, transaction
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.retention import certificates, filing, requests
from hotline.retention.holdings import Stays
from hotline.retention.models import Asked, DataRequest, RequestState
from hotline.retention.requests import (
    AllStaysError,
    DecidedError,
    GroundsMissingError,
    IdentityUncheckedError,
    SameDeciderError,
)
from hotline.tickets import closing
from hotline.tickets.models import Ticket
from tests.hotline.retention.conftest import LONG_AGO, NOW, end
from tests.matters import Desk, somebody


@pytest.fixture
def administrator(desk: Desk) -> Staff:
    return somebody(Role.ADMINISTRATOR)


def asked(what: Asked, by: Staff) -> DataRequest:
    with transaction():
        person = requesters.by_phone("13812345678")[0]
        return requests.receive(person, what, identity_check="Called back", by=by, now=NOW)


def test_a_request_has_its_deadline_and_says_how_the_person_was_known(
    ended: Ticket, administrator: Staff
) -> None:
    request = asked(Asked.COPY, administrator)
    assert request.due_on.isoformat() == "2026-04-03"
    with pytest.raises(IdentityUncheckedError):
        requests.receive(request.requester, Asked.COPY, identity_check=" ", by=administrator, now=NOW)


def test_what_is_held_is_handed_out_whole_and_written_down(
    desk: Desk, ended: Ticket, administrator: Staff
) -> None:
    desk.answered_at_once(NOW)
    request = asked(Asked.COPY, administrator)
    with transaction():
        held = requests.hand_out(request, by=administrator, address="10.0.0.1", now=NOW)
    assert json.loads(json.dumps(held)) == held
    assert held["persons"][0]["phones"] == ["13812345678"]
    assert [one["number"] for one in held["tickets"]] == [ended.number]
    assert held["tickets"][0]["answers"][0]["words"] == "The lamp was mended."
    assert len(held["contacts"]) == 1
    assert session.scalars(sa.select(Reveal.reason)).all() == [request.number]
    told = (
        sa.select(JournalLine.act).where(JournalLine.subject == Subject.DATA_REQUEST).order_by(JournalLine.id)
    )
    assert session.scalars(told).all() == [Act.ADDED, Act.HANDED_OUT]


def test_a_tip_off_is_handed_out_by_those_who_may_see_it(desk: Desk, administrator: Staff) -> None:
    desk.ticket("tip_off", NOW)
    request = asked(Asked.COPY, administrator)
    with transaction():
        held = requests.hand_out(request, by=administrator, address="", now=NOW)
        also = requests.hand_out(request, by=somebody(Role.OVERSIGHT_OFFICER), address="", now=NOW)
    assert (held["tickets"], held["tickets_kept_apart"]) == ([], 1)
    assert (len(also["tickets"]), also["tickets_kept_apart"]) == (1, 0)


def test_an_erasure_takes_the_person_out_of_everything(
    desk: Desk, ended: Ticket, administrator: Staff, auditor: Staff
) -> None:
    contact = desk.answered_at_once(LONG_AGO)
    request = asked(Asked.ERASURE, administrator)
    with transaction():
        requests.grant(request, grounds="Erased as you asked", by=auditor, now=NOW)
    assert session.get_one(DataRequest, request.id).state is RequestState.GRANTED
    assert {one.name for one in session.scalars(sa.select(Requester))} == {None}
    assert session.get_one(Ticket, ended.id).requester_id is None
    assert session.get_one(Contact, contact.id).summary == "–"
    assert list(chains.check()) == list(seals.check()) == list(certificates.check()) == []


def test_open_matters_tip_offs_and_permanent_ones_keep_their_caller(
    desk: Desk, ended: Ticket, auditor: Staff, archivist: Staff
) -> None:
    running = desk.ticket("complaint", NOW)
    kept = end(desk, "suggestion")
    tip_off = desk.ticket("tip_off", LONG_AGO)
    oversight = somebody(Role.OVERSIGHT_OFFICER)
    from_now_on = session.get_one(Ticket, tip_off.id)
    with transaction():
        closing.terminate(from_now_on, reason="Unfounded", by=oversight, now=LONG_AGO)
        filing.classify([tip_off.id], now=NOW)
        filing.change(filing.find(kept), RetentionClass.PERMANENT, reason="Of note", by=archivist, now=NOW)
    request = asked(Asked.ERASURE, auditor)
    with transaction():
        requests.grant(request, grounds="As far as the law lets us", by=oversight, now=NOW)
    request = session.get_one(DataRequest, request.id)
    assert request.state is RequestState.PARTLY
    assert request.refused == {
        running.number: Stays.OPEN.value,
        kept.number: Stays.PERMANENT.value,
        tip_off.number: Stays.INVESTIGATED.value,
    }
    assert session.get_one(Ticket, ended.id).requester_id is None
    assert session.get_one(Ticket, running.id).requester is not None
    assert "Wang Fang" in {one.name for one in session.scalars(sa.select(Requester))}


def test_where_nothing_may_go_the_request_is_refused_with_reasons(
    desk: Desk, administrator: Staff, auditor: Staff
) -> None:
    ticket = desk.ticket("complaint", NOW)
    request = asked(Asked.ERASURE, administrator)
    with pytest.raises(AllStaysError):
        requests.grant(request, grounds="Erased", by=auditor, now=NOW)
    with pytest.raises(GroundsMissingError):
        requests.refuse(request, grounds=" ", by=auditor, now=NOW)
    with transaction():
        requests.refuse(request, grounds="Your complaint is being handled", by=auditor, now=NOW)
    assert request.refused == {ticket.number: "open"}
    with pytest.raises(DecidedError):
        requests.refuse(request, grounds="Again", by=auditor, now=NOW)


def test_who_took_the_request_does_not_decide_about_an_erasure(ended: Ticket, administrator: Staff) -> None:
    request = asked(Asked.ERASURE, administrator)
    with pytest.raises(SameDeciderError):
        requests.grant(request, grounds="Erased", by=administrator, now=NOW)
    assert session.get_one(Ticket, ended.id).requester_id is not None

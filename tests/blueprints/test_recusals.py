"""Scenario 17: a tip-off against a section chief, and everybody who must not see it."""

import re
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from hotline.audit import alarms
from hotline.audit.models import ListViewing, Oddity, Sight, Viewing
from hotline.db import session, transaction, utc_now
from hotline.delivery.models import Notice
from hotline.dispatch import notifying, sending, supervising
from hotline.people import departments, staff
from hotline.people.models import Staff
from hotline.people.recusal_models import RecusalGround
from hotline.people.roles import Role
from hotline.tickets import access, recusing, registration
from hotline.tickets.models import Ticket
from hotline.tickets.registration import Matter
from tests.conftest import PASSWORD
from tests.matters import Desk, at, somebody

SignIn = Callable[[Staff], FlaskClient]
WORDS = "Took envelopes behind the depot"


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


def named(name: str, *roles: Role, number: str, department: str | None = None) -> Staff:
    unit = departments.by_code(department) if department else None
    with transaction():
        return staff.add(number, name, PASSWORD, roles=roles, department=unit, now=utc_now())


@pytest.fixture
def chief(desk: Desk) -> Staff:
    """The accused: head of the section, and in this test an oversight officer too, the strongest role."""
    return named(
        "钱处长", Role.OVERSIGHT_OFFICER, Role.DEPARTMENT_HEAD, number="Q70", department="urban_management"
    )


def tip_off(desk: Desk, suspect: str) -> Ticket:
    with transaction():
        contact = desk.contact("tip_off", at("2026-03-02 09:00"))
        contact.secrecy_requested = True
        matter = Matter(
            category="tip_off", title=WORDS, content=f"{WORDS}, every Friday.", facts={"suspect": suspect}
        )
        return registration.register(matter, contact, by=desk.operator, now=at("2026-03-02 09:05"))


@pytest.fixture
def ticket(desk: Desk, chief: Staff) -> Ticket:
    return tip_off(desk, "城市管理局钱处长")


def open_page(browser: FlaskClient, path: str) -> int:
    return browser.get(path).status_code


def test_the_accused_and_their_unit_are_kept_out_without_anybody_s_doing(
    desk: Desk, ticket: Ticket, chief: Staff
) -> None:
    kept = {(one.staff_id, one.department_id) for one in ticket.recusals}
    unit = departments.by_code("urban_management")
    assert unit is not None
    assert kept == {(chief.id, None), (None, unit.id)}
    assert not access.may_see(ticket, chief)
    colleague = somebody(Role.OVERSIGHT_OFFICER, Role.INFORMATION_OFFICER, department="urban_management")
    assert not access.may_see(ticket, colleague)
    assert access.may_see(ticket, somebody(Role.OVERSIGHT_OFFICER))


def test_it_goes_to_the_discipline_group_and_never_to_the_unit(desk: Desk, ticket: Ticket) -> None:
    unit = departments.by_code("urban_management")
    assert unit is not None
    with pytest.raises(sending.TipOffRefusedError):
        sending.send(ticket, sending.Order(lead=unit), by=desk.leader, now=at("2026-03-02 10:00"))
    discipline = departments.by_code("discipline")
    assert discipline is not None
    with transaction():
        recusing.keep_from(
            ticket,
            department=discipline,
            ground=RecusalGround.RELATIVE,
            by=desk.leader,
            now=at("2026-03-02 11:00"),
        )
    with pytest.raises(sending.DepartmentRecusedError):
        sending.send(ticket, sending.Order(lead=discipline), by=desk.leader, now=at("2026-03-02 12:00"))
    assert sending.suggested(ticket) is None, "no rule sends it there either"


def test_the_handler_sees_the_matter_without_the_person(desk: Desk, ticket: Ticket, sign_in: SignIn) -> None:
    desk.send(ticket, at("2026-03-02 10:00"), "discipline")
    page = sign_in(desk.clerk("discipline")).get(f"/tickets/{ticket.number}").text
    assert WORDS in page
    assert "Wang Fang" not in page
    assert "5678" not in page


def addresses(app: Flask, ticket: Ticket) -> Iterator[tuple[str, str]]:
    """Yield every address of the url map, its parameters filled with what belongs to the ticket."""
    contact = ticket.contacts[0]
    values = {
        "number": ticket.number,
        "contact_id": contact.id,
        "requester_id": contact.requester_id,
        "part_id": ticket.assignments[0].id,
        "file_id": 1,
        "urge_id": 1,
        "task_id": 1,
        "staff_id": 1,
        "recusal_id": ticket.recusals[0].id,
        "reader_id": 1,
        "alarm_id": 1,
        "action": "note",
    }
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            if rule.endpoint == "static" or not rule.arguments <= set(values):
                continue
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                chosen = {name: values[name] for name in rule.arguments}
                yield method, adapter.build(rule.endpoint, chosen, method=method)


def test_whoever_is_kept_out_finds_nothing_at_any_address(
    app: Flask, desk: Desk, ticket: Ticket, chief: Staff, sign_in: SignIn
) -> None:
    desk.send(ticket, at("2026-03-02 10:00"), "discipline")
    with transaction():
        supervising.open_(ticket, reason="Watched", by=somebody(Role.OVERSIGHT_OFFICER), now=utc_now())
        notifying.reviewers_told(ticket, now=utc_now())
    mighty = named("孙全能", *(set(Role) - {Role.TRAINEE}), number="S80", department="discipline")
    with transaction():
        recusing.keep_from(
            ticket, person=mighty, ground=RecusalGround.RELATIVE, by=desk.leader, now=utc_now()
        )
    number, row_id = ticket.number, ticket.id
    told = re.compile(f"{WORDS}|{number}")
    tried = 0
    for person in (chief, mighty):
        browser = sign_in(person)
        for method, path in addresses(app, session.get_one(Ticket, row_id)):
            if path == "/sign-out":
                continue
            answer = browser.open(path, method=method)
            shown = answer.get_data().decode(errors="replace").replace(f"没有编号为{number}的工单", "")
            tried += 1
            if number in path:
                assert answer.status_code in {403, 404}, (person.number, method, path)
                continue
            assert answer.status_code < 500, (person.number, method, path)
            leak = told.search(shown)
            around = shown[max(0, leak.start() - 300) : leak.end() + 80] if leak else ""
            assert not leak, (person.number, method, path, around)
        for path in (
            f"/tickets?q={WORDS[:12]}",
            "/tickets?view=all",
            f"/tickets?q={number[:8]}",
            "/statistics/matters?count=contacts&first=2026-03-01&last=2026-03-31",
        ):
            assert not told.search(browser.get(path).text.replace(f'value="{WORDS[:12]}"', "")), path
            tried += 1
    assert tried > 150
    assert session.scalars(sa.select(Notice).where(Notice.staff_id.in_([chief.id, mighty.id]))).all() == []


def test_asking_for_it_is_written_down_and_raises_an_alarm(
    desk: Desk, ticket: Ticket, chief: Staff, sign_in: SignIn
) -> None:
    auditor = somebody(Role.AUDITOR)
    assert open_page(sign_in(chief), f"/tickets/{ticket.number}") == 404
    row = session.scalars(sa.select(Viewing)).one()
    assert (row.staff_id, row.ticket_id, row.sight) == (chief.id, ticket.id, Sight.REFUSED)
    with transaction():
        assert [one.oddity for one in alarms.raise_due(utc_now())] == [Oddity.RECUSED]
        assert alarms.raise_due(utc_now()) == []
    assert session.scalars(sa.select(Notice.staff_id)).all() == [auditor.id]


def test_every_opening_is_written_down_before_the_page_is_shown(
    desk: Desk, ticket: Ticket, sign_in: SignIn
) -> None:
    browser = sign_in(desk.leader)
    assert open_page(browser, f"/tickets/{ticket.number}") == 200
    assert open_page(browser, f"/review/{ticket.number}") == 200
    assert browser.post(f"/tickets/{ticket.number}/note", data={"note-note": ""}).status_code == 422
    seen = session.scalars(sa.select(Viewing).order_by(Viewing.id)).all()
    assert [one.sight for one in seen] == [Sight.PAGE, Sight.REVIEW, Sight.PAGE]
    assert {(one.staff_id, one.ticket_id, one.address) for one in seen} == {
        (desk.leader.id, ticket.id, "127.0.0.1")
    }


def test_an_ordinary_ticket_is_opened_without_a_line(desk: Desk, sign_in: SignIn) -> None:
    complaint = desk.ticket("complaint", at("2026-03-02 09:00"))
    assert open_page(sign_in(desk.operator), f"/tickets/{complaint.number}") == 200
    assert session.scalars(sa.select(Viewing)).all() == []


def test_a_caller_who_asked_for_secrecy_is_watched_too(desk: Desk, sign_in: SignIn) -> None:
    complaint = desk.ticket("complaint", at("2026-03-02 09:00"))
    with transaction():
        complaint.contacts[0].secrecy_requested = True
    requester_id = complaint.requester_id
    browser = sign_in(desk.operator)
    assert open_page(browser, f"/tickets/{complaint.number}") == 200
    assert open_page(browser, f"/requesters/{requester_id}") == 200
    sights = session.scalars(sa.select(Viewing.sight).order_by(Viewing.id)).all()
    assert sights == [Sight.PAGE, Sight.CALLER]


def test_a_leader_keeps_somebody_out_and_lets_them_in_again(desk: Desk, sign_in: SignIn) -> None:
    complaint = desk.ticket("complaint", at("2026-03-02 09:00"))
    path = f"/tickets/{complaint.number}/recusals"
    relative = named("周关联", Role.OPERATOR, number="Z90")
    leader = sign_in(desk.leader)
    form = {"recusal-number": "Z90", "recusal-department": "", "recusal-ground": "relative"}
    assert leader.post(path, data=form).status_code == 303
    assert leader.post(path, data=form).status_code == 422
    assert leader.post(path, data=form | {"recusal-number": "nobody"}).status_code == 422
    theirs = sign_in(relative)
    assert open_page(theirs, f"/tickets/{complaint.number}") == 404
    assert open_page(theirs, path) == 403
    session.expire_all()
    lift = f"{path}/{complaint.recusals[0].id}/lift"
    assert leader.post(lift).status_code == 303
    assert open_page(theirs, f"/tickets/{complaint.number}") == 200


def test_nobody_lets_themselves_in(desk: Desk, ticket: Ticket, chief: Staff) -> None:
    with pytest.raises(Exception, match="role"):
        recusing.lift(ticket.recusals[0], ticket, by=chief, now=utc_now())


def test_a_list_narrows_who_sees_a_restricted_matter(desk: Desk, ticket: Ticket, sign_in: SignIn) -> None:
    officer, inspector = somebody(Role.OVERSIGHT_OFFICER), somebody(Role.INSPECTOR)
    number = ticket.number
    leader = sign_in(desk.leader)
    assert open_page(leader, f"/tickets/{number}") == 200
    path = f"/tickets/{number}/recusals/readers"
    data = {"reader-number": inspector.number, "reader-reason": "Checks the recording"}
    assert leader.post(path, data=data).status_code == 403
    overseer = sign_in(officer)
    assert overseer.post(path, data=data).status_code == 303
    assert open_page(leader, f"/tickets/{number}") == 404
    assert open_page(sign_in(inspector), f"/tickets/{number}") == 200
    assert open_page(overseer, f"/tickets/{number}") == 200
    session.expire_all()
    assert overseer.post(f"{path}/{ticket.readers[0].id}/end").status_code == 303
    assert open_page(leader, f"/tickets/{number}") == 200


def test_an_ordinary_complaint_is_kept_from_the_person_it_names_alone(desk: Desk) -> None:
    clerk = named("吴经办", Role.DEPARTMENT_CLERK, number="W50", department="urban_management")
    with transaction():
        contact = desk.contact("complaint", at("2026-03-02 09:00"))
        matter = Matter(
            category="complaint",
            title="Rude",
            content="Was rude.",
            facts={"object": "城市管理局工号W50的工作人员"},
        )
        complaint = registration.register(matter, contact, by=desk.operator, now=at("2026-03-02 09:05"))
    desk.send(complaint, at("2026-03-02 10:00"), "urban_management")
    assert not access.may_see(complaint, clerk)
    assert access.may_see(complaint, desk.clerk("urban_management"))


def test_a_list_that_shows_restricted_matters_is_written_down_once_an_hour(
    desk: Desk, sign_in: SignIn
) -> None:
    tip_off, plain = (
        desk.ticket("tip_off", at("2026-03-02 09:00")),
        desk.ticket("complaint", at("2026-03-02 09:00")),
    )
    numbers = (tip_off.number, plain.number)
    officer, operator = somebody(Role.OVERSIGHT_OFFICER), somebody(Role.OPERATOR)
    officer_id = officer.id
    browser = sign_in(officer)
    assert all(number in browser.get("/tickets").text for number in numbers)
    browser.get("/tickets")
    browser.get(f"/tickets/{numbers[0]}")
    assert numbers[0] not in sign_in(operator).get("/tickets").text
    rows = session.execute(sa.select(ListViewing.staff_id, ListViewing.page, ListViewing.numbers)).all()
    assert [tuple(row) for row in rows] == [(officer_id, "tickets.list_", numbers[0])]
    looks = sign_in(somebody(Role.AUDITOR)).get(f"/audit/looks?ticket={numbers[0]}").text
    assert officer.number in looks

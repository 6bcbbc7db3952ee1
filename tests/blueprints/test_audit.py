"""The auditor's pages: the journal, who looked, alarms, and what gets into them by itself."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from hotline.audit import alarms, journal, viewings
from hotline.audit.models import Act, JournalLine, Oddity, Sight, Subject
from hotline.categories import catalogue
from hotline.categories.models import RoutingRule
from hotline.contacts import reveals
from hotline.contacts.reveals import TooManyRevealsError
from hotline.db import session, transaction, utc_now
from hotline.people import departments, staff
from hotline.people.models import Staff
from hotline.people.roles import Role
from tests.matters import Desk, at, somebody

SignIn = Callable[[Staff], FlaskClient]


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


@pytest.fixture
def auditor(app: Flask, sign_in: SignIn) -> FlaskClient:
    browser = sign_in(somebody(Role.AUDITOR))
    browser.post("/language", data={"language": "en"})
    return browser


def newest(subject: Subject) -> JournalLine:
    session.rollback()
    query = sa.select(JournalLine).where(JournalLine.subject == subject).order_by(JournalLine.id.desc())
    return session.scalars(query.limit(1)).one()


def test_roles_given_by_an_administrator_are_written_down_with_what_they_were(
    app: Flask, sign_in: SignIn, auditor: FlaskClient
) -> None:
    administrator, target = somebody(Role.ADMINISTRATOR), somebody(Role.OPERATOR)
    staff_id, number = target.id, target.number
    data = {"name": target.name, "roles": ["shift_leader"], "department": "", "is_active": "y"}
    assert sign_in(administrator).post(f"/people/{staff_id}", data=data).status_code == 303
    line = newest_about(number)
    assert (line.act, line.by_id, line.address) == (Act.CHANGED, administrator.id, "127.0.0.1")
    assert line.details["roles"] == [["operator"], ["shift_leader"]]
    page = auditor.get(f"/audit?subject=staff&about={number}").text
    assert "Operator" in page
    assert "Shift leader" in page


def newest_about(number: str) -> JournalLine:
    session.rollback()
    query = sa.select(JournalLine).where(JournalLine.about == number, JournalLine.act == Act.CHANGED)
    return session.scalars(query.order_by(JournalLine.id.desc()).limit(1)).one()


def test_a_password_and_a_name_are_told_as_changed_only(app: Flask) -> None:
    person = somebody(Role.OPERATOR)
    with transaction():
        staff.set_password(person, "another sentence")
        person.name = "Wu Min"
    query = sa.select(JournalLine.details).where(
        JournalLine.about == person.number, JournalLine.act == Act.CHANGED
    )
    told = session.scalars(query.order_by(JournalLine.id))
    assert list(told) == [
        {"password_hash": "changed"},
        {"name": "changed"},
    ]


def test_a_closed_account_and_another_department_are_written_down(app: Flask) -> None:
    clerk = somebody(Role.DEPARTMENT_CLERK, department="housing")
    with transaction():
        staff.change(
            clerk,
            name=clerk.name,
            roles=clerk.roles,
            department=departments.by_code("urban_management"),
            is_active=False,
        )
    details = newest_about(clerk.number).details
    assert details["is_active"] == [True, False]
    assert details["department"][1] == "urban_management"


def test_departments_and_routing_are_written_down_from_the_command_line_too(app: Flask) -> None:
    unit = departments.by_code("housing")
    assert unit is not None
    with transaction():
        unit.takes_tip_offs = True
        rule = session.scalars(sa.select(RoutingRule).limit(1)).one()
        place = rule.place
        rule.place = "Lane 9"
    try:
        assert newest(Subject.DEPARTMENT).details == {"takes_tip_offs": [False, True]}
        line = newest(Subject.ROUTE)
        assert (line.details["place"], line.by_id) == ([place, "Lane 9"], None)
    finally:
        with transaction():
            unit.takes_tip_offs = False
            rule.place = place


def test_a_column_set_without_having_been_read_still_tells_what_it_was(app: Flask) -> None:
    person = somebody(Role.OPERATOR)
    session.rollback()
    session.expire_all()
    with transaction():
        person.is_active = False
    assert newest_about(person.number).details["is_active"] == [True, False]


def test_prints_and_files_are_written_down(desk: Desk, sign_in: SignIn) -> None:
    ticket = desk.ticket("complaint", at("2026-03-02 09:00"))
    desk.send(ticket, at("2026-03-02 10:00"))
    path = f"/tickets/{ticket.number}/orders/{ticket.assignments[0].id}"
    assert sign_in(desk.leader).get(path).status_code == 200
    line = newest(Subject.TICKET)
    assert (line.act, line.about, line.by_id) == (Act.PRINTED, ticket.number, desk.leader.id)


def test_the_journal_is_read_page_by_page(app: Flask, auditor: FlaskClient) -> None:
    with transaction():
        for turn in range(journal.PAGE + 5):
            journal.record(Act.PRINTED, Subject.REPORT, f"month-{turn:03}", by=journal.NOBODY, now=utc_now())
    first = auditor.get("/audit?subject=report").text
    assert f"month-{journal.PAGE + 4:03}" in first
    assert "month-004" not in first
    last = session.scalars(sa.select(JournalLine.id).where(JournalLine.about == "month-005")).one()
    second = auditor.get(f"/audit?subject=report&after={last}").text
    assert "month-004" in second
    assert "month-005" not in second


@pytest.mark.parametrize(
    "query",
    [
        "act=nonsense",
        "after=x",
        "first=2026-13-01",
        "last=0001-01-01",
        "by=nobody",
        "about=%25",
        "after=" + "9" * 30,
    ],
)
def test_nonsense_in_the_address_is_taken_for_nothing(auditor: FlaskClient, query: str) -> None:
    assert auditor.get(f"/audit?{query}").status_code == 200
    assert auditor.get(f"/audit/looks?{query}").status_code == 200


def test_who_looked_is_found_by_ticket_person_and_day(
    desk: Desk, sign_in: SignIn, auditor: FlaskClient
) -> None:
    ticket = desk.ticket("tip_off", at("2026-03-02 09:00"))
    number, leader = ticket.number, desk.leader.number
    sign_in(desk.leader).get(f"/tickets/{number}")
    requester = desk.ticket("complaint", at("2026-03-02 09:00")).requester
    assert requester is not None
    with transaction():
        reveals.reveal(
            requester, reason="calling back about it", by=desk.operator, now=utc_now(), address="10.0.0.9"
        )
    everything = auditor.get("/audit/looks").text
    assert number in everything
    assert "calling back about it" in everything
    assert "10.0.0.9" in everything
    theirs = auditor.get(f"/audit/looks?by={leader}").text
    assert number in theirs
    assert "calling back" not in theirs
    assert "calling back" not in auditor.get(f"/audit/looks?ticket={number}").text
    assert number not in auditor.get("/audit/looks?last=2020-01-01").text
    for page in (everything, theirs):
        assert "Wang Fang" not in page
        assert "5678" not in page


def test_reveals_end_at_the_hour_s_limit(desk: Desk) -> None:
    requester = desk.ticket("complaint", at("2026-03-02 09:00")).requester
    assert requester is not None
    most, now = catalogue.desk().looking.reveals_per_hour, at("2026-03-02 10:00")
    with transaction():
        for _ in range(most):
            reveals.reveal(requester, reason="looking around", by=desk.operator, now=now)
        with pytest.raises(TooManyRevealsError):
            reveals.reveal(requester, reason="once more", by=desk.operator, now=now)
        reveals.reveal(requester, reason="once more", by=desk.operator, now=at("2026-03-02 11:01"))


def test_many_reveals_raise_one_alarm_that_an_auditor_settles(desk: Desk, auditor: FlaskClient) -> None:
    requester = desk.ticket("complaint", at("2026-03-02 09:00")).requester
    assert requester is not None
    with transaction():
        for _ in range(catalogue.desk().looking.reveals_alarm):
            reveals.reveal(requester, reason="looking around", by=desk.operator, now=utc_now())
        raised = alarms.raise_due(utc_now())
    assert [one.oddity for one in raised] == [Oddity.MANY_REVEALS]
    alarm_id = raised[0].id
    assert desk.operator.number in auditor.get("/audit/alarms").text
    assert auditor.post(f"/audit/alarms/{alarm_id}", data={"outcome": " "}).status_code == 422
    assert (
        auditor.post(f"/audit/alarms/{alarm_id}", data={"outcome": "A list for the mayor"}).status_code == 303
    )
    assert auditor.post(f"/audit/alarms/{alarm_id}", data={"outcome": "Again"}).status_code == 404
    assert "A list for the mayor" not in auditor.get("/audit/alarms").text
    assert "A list for the mayor" in auditor.get("/audit/alarms?state=all").text


def test_restricted_matters_opened_at_night_raise_an_alarm(desk: Desk) -> None:
    ticket = desk.ticket("tip_off", at("2026-03-02 09:00"))
    officer = somebody(Role.OVERSIGHT_OFFICER)
    for moment, expected in (("2026-03-03 10:00", []), ("2026-03-03 23:00", [Oddity.OUT_OF_HOURS])):
        with transaction():
            session.execute(
                viewings.insertion(
                    Sight.PAGE, staff_id=officer.id, address="10.0.0.1", now=at(moment), ticket_id=ticket.id
                )
            )
            assert [one.oddity for one in alarms.raise_due(at(moment))] == expected

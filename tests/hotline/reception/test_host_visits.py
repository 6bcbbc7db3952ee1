"""A6.6: visits to one person: appointment, level by rank, host told, contact slip, invited again."""

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask

from hotline.contacts.models import Disposition, Visit
from hotline.db import session, transaction
from hotline.delivery.models import Notice
from hotline.errors import HotlineError, NotAllowedError, NotFoundError
from hotline.people import absences
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.reception import host_visits
from hotline.reception.host_visits import Announced
from hotline.reception.models import HostVisit, HostVisitState, VisitLevel
from tests.matters import Desk, at, somebody

NOW = at("2026-03-04 10:00")
TOMORROW = at("2026-03-05 15:00")


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


def told(host: Staff | None, **more: object) -> Announced:
    fields = {"name": "Zhou Li", "purpose": "About the contract", "organisation": "Lihua Ltd"} | more
    return Announced(host=host, **fields)  # type: ignore[arg-type] # passed on


def here(desk: Desk, host: Staff, **more: object) -> HostVisit:
    with transaction():
        return host_visits.walk_in(told(host, **more), by=desk.operator, now=NOW)


def notices_of(person: Staff) -> list[str]:
    query = sa.select(Notice.kind).where(Notice.staff_id == person.id).order_by(Notice.id)
    return list(session.scalars(query))


def test_who_comes_is_in_the_register_and_the_host_is_told(desk: Desk) -> None:
    visit = here(desk, desk.manager, phone="13812345678")
    assert visit.state is HostVisitState.ARRIVED
    assert visit.level is VisitLevel.A
    assert notices_of(desk.manager) == ["host_visit_arrived"]
    contact = session.get_one(Visit, visit.contact_id)
    assert "About the contract" in contact.summary
    assert contact.category == "front_desk_service"
    with transaction():
        host_visits.receive(visit, outcome="signed", by=desk.manager, now=NOW + dt.timedelta(minutes=5))
    assert (visit.state, contact.disposition) == (HostVisitState.RECEIVED, Disposition.FILED)
    assert host_visits.listed(desk.operator, now=NOW) == []
    assert host_visits.listed(desk.operator, now=NOW, is_open=False) == [visit]


@pytest.mark.parametrize(
    ("role", "level"),
    [
        (Role.SERVICE_MANAGER, VisitLevel.A),
        (Role.SHIFT_LEADER, VisitLevel.B),
        (Role.OPERATOR, VisitLevel.C),
    ],
)
def test_the_level_follows_the_rank_of_the_host(app: Flask, role: Role, level: VisitLevel) -> None:
    assert host_visits.level_of(somebody(role)) is level


def test_whose_host_is_out_is_invited_again_and_comes_back(desk: Desk) -> None:
    visit = here(desk, desk.leader)
    with pytest.raises(host_visits.SlipPhoneMissingError):
        host_visits.absent(visit, by=desk.operator, now=NOW)
    with transaction():
        host_visits.absent(visit, phone="138 1234 5678", by=desk.operator, now=NOW)
    assert visit.state is HostVisitState.ABSENT
    assert visit.invite_by == at("2026-03-05 17:30")
    assert host_visits.to_invite(desk.leader, now=NOW) == [visit]
    with transaction():
        assert host_visits.alarm(at("2026-03-05 17:30")) == 0
    for _ in range(2):
        with transaction():
            assert host_visits.alarm(at("2026-03-05 17:31")) == 1
    assert notices_of(desk.leader) == ["host_visit_arrived", "host_visit_missed", "host_visit_late"]
    with pytest.raises(host_visits.AppointmentPastError):
        host_visits.invite(visit, appointed_at=NOW, by=desk.operator, now=NOW)
    with transaction():
        host_visits.invite(visit, appointed_at=TOMORROW, by=desk.operator, now=NOW)
    assert (visit.state, visit.invited_at) == (HostVisitState.EXPECTED, NOW)
    with transaction():
        host_visits.arrive(visit, by=desk.operator, now=TOMORROW)
    assert {visit.state} == {HostVisitState.ARRIVED}
    assert session.scalar(sa.select(sa.func.count()).select_from(Visit)) == 2


def test_an_appointment_is_to_come_and_can_be_called_off(desk: Desk) -> None:
    with pytest.raises(host_visits.AppointmentPastError):
        host_visits.announce(told(desk.manager), appointed_at=NOW, by=desk.operator, now=NOW)
    with transaction():
        visit = host_visits.announce(told(desk.manager), appointed_at=TOMORROW, by=desk.operator, now=NOW)
    assert notices_of(desk.manager) == ["host_visit_expected"]
    with pytest.raises(host_visits.NotNowError):
        host_visits.receive(visit, by=desk.manager, now=NOW)
    with transaction():
        host_visits.cancel(visit, outcome="postponed", by=desk.manager, now=NOW)
    assert visit.state is HostVisitState.CANCELLED


def test_what_is_missing_has_its_sentence(desk: Desk) -> None:
    wrong: list[tuple[type[HotlineError], Announced]] = [
        (host_visits.HostMissingError, told(None)),
        (host_visits.VisitorMissingError, told(desk.manager, name=" ")),
        (host_visits.PurposeMissingError, told(desk.manager, purpose="")),
    ]
    for error, announced in wrong:
        with pytest.raises(error):
            host_visits.walk_in(announced, by=desk.operator, now=NOW)
    with pytest.raises(NotAllowedError):
        host_visits.walk_in(told(desk.manager), by=desk.agent, now=NOW)


def test_a_confidential_matter_is_the_hosts_and_nobody_elses(desk: Desk) -> None:
    visit = here(desk, desk.manager, is_confidential=True, purpose="A colleague's debts")
    other, stand_in = somebody(Role.OPERATOR), somebody(Role.SHIFT_LEADER)
    assert "debts" not in session.get_one(Visit, visit.contact_id).summary
    assert host_visits.sees_purpose(visit, desk.manager, now=NOW)
    assert host_visits.sees_purpose(visit, desk.operator, now=NOW)
    assert not host_visits.sees_purpose(visit, other, now=NOW)
    assert not host_visits.sees_purpose(visit, stand_in, now=NOW)
    raw = session.execute(sa.text("SELECT purpose, name, organisation FROM host_visit")).one()
    assert not any("debts" in str(one) or "Zhou" in str(one) or "Lihua" in str(one) for one in raw)


def test_only_the_desk_the_host_and_the_stand_in_find_a_visit(desk: Desk) -> None:
    clerk = somebody(Role.DEPARTMENT_CLERK, department="urban_management")
    visit = here(desk, clerk)
    assert host_visits.get(visit.id, clerk, NOW) is visit
    colleague = somebody(Role.DEPARTMENT_CLERK, department="urban_management")
    with pytest.raises(NotFoundError):
        host_visits.get(visit.id, colleague, NOW)
    assert host_visits.listed(colleague, now=NOW) == []
    with transaction():
        absences.ask(
            clerk,
            colleague,
            from_at=NOW - dt.timedelta(hours=1),
            until_at=TOMORROW,
            reason="Ill",
            by=desk.leader,
            now=NOW,
        )
    assert host_visits.listed(colleague, now=NOW) == [visit]
    assert host_visits.listed(colleague, now=TOMORROW) == []

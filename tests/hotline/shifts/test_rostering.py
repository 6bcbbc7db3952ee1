"""The roster, leave with a stand-in, and what comes to the stand-in meanwhile (A6.9)."""

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask

from hotline.callbacks import allocating
from hotline.db import session, transaction
from hotline.delivery import notices
from hotline.delivery.models import Notice
from hotline.errands import owing
from hotline.errors import HotlineError, NotAllowedError
from hotline.people import absences
from hotline.people.absence_models import Absence
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.shifts import rostering
from tests.matters import Desk, at, somebody

MONDAY = dt.date(2026, 3, 2)
NOW = at("2026-03-02 08:30")
FROM, UNTIL = at("2026-03-03 08:00"), at("2026-03-05 18:00")


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


def on_leave(person: Staff, stand_in: Staff | None, by: Staff, **fields: object) -> Absence:
    told = {"from_at": FROM, "until_at": UNTIL, "reason": "Ill", "now": NOW} | fields
    with transaction():
        return absences.ask(person, stand_in, by=by, **told)  # type: ignore[arg-type] # passed on


def test_the_week_shows_who_is_on_duty_and_who_stands_in(desk: Desk) -> None:
    other = somebody(Role.OPERATOR)
    with transaction():
        rostering.arrange(MONDAY, "early", desk.operator, by=desk.leader, now=NOW)
        rostering.arrange(dt.date(2026, 3, 3), "late", desk.operator, by=desk.leader, now=NOW)
    on_leave(desk.operator, other, desk.leader)
    week = {(one.day, one.slot.code): one for one in rostering.week(MONDAY)}
    assert len(week) == 21
    assert [one.present for one in week[MONDAY, "early"].people] == [desk.operator]
    assert [one.present for one in week[dt.date(2026, 3, 3), "late"].people] == [other]


def test_who_is_on_duty_now_is_told_over_midnight(desk: Desk) -> None:
    night, late = dt.date(2026, 3, 3), dt.date(2026, 3, 2)
    with transaction():
        rostering.arrange(late, "late", desk.operator, by=desk.leader, now=NOW)
        rostering.arrange(night, "night", desk.leader, by=desk.leader, now=NOW)

    def there(moment: str) -> list[Staff]:
        return [one.present for shift in rostering.on_duty(at(moment)) for one in shift.people]

    assert there("2026-03-02 15:59") == []
    assert there("2026-03-02 23:59") == [desk.operator]
    assert there("2026-03-03 00:00") == [desk.leader]
    assert there("2026-03-03 08:00") == []


def test_a_shift_of_trainees_alone_is_told(desk: Desk) -> None:
    trainee = somebody(Role.TRAINEE)
    with transaction():
        rostering.arrange(MONDAY, "early", trainee, by=desk.leader, now=NOW)
    (shift,) = rostering.on_duty(NOW)
    assert shift.has_only_trainees
    with transaction():
        rostering.arrange(MONDAY, "early", desk.operator, by=desk.leader, now=NOW)
    (shift,) = rostering.on_duty(NOW)
    assert not shift.has_only_trainees


def test_what_does_not_fit_the_roster_is_refused(desk: Desk) -> None:
    wrong: list[tuple[type[HotlineError], dt.date, str, Staff | None]] = [
        (rostering.ShiftUnknownError, MONDAY, "noon", desk.operator),
        (rostering.NobodyOnDutyError, MONDAY, "early", None),
        (rostering.DutyDayError, dt.date(2026, 3, 1), "early", desk.operator),
        (rostering.DutyDayError, dt.date(2028, 3, 1), "early", desk.operator),
    ]
    for error, day, slot, person in wrong:
        with pytest.raises(error):
            rostering.arrange(day, slot, person, by=desk.leader, now=NOW)
    with transaction():
        duty = rostering.arrange(MONDAY, "early", desk.operator, by=desk.leader, now=NOW)
    with pytest.raises(rostering.OnDutyAlreadyError):
        rostering.arrange(MONDAY, "early", desk.operator, by=desk.leader, now=NOW)
    with pytest.raises(NotAllowedError):
        rostering.take_off(duty.id, by=desk.operator)
    with transaction():
        rostering.take_off(duty.id, by=desk.leader)
    assert rostering.on_duty(NOW)[0].people == []


def test_no_stand_in_no_leave(desk: Desk) -> None:
    other, trainee = somebody(Role.OPERATOR), somebody(Role.TRAINEE)
    clerk = somebody(Role.DEPARTMENT_CLERK, department="urban_management")
    wrong: list[tuple[type[HotlineError], Staff | None, dict[str, object]]] = [
        (absences.StandInMissingError, None, {}),
        (absences.StandInMissingError, clerk, {}),
        (absences.OwnStandInError, desk.operator, {}),
        (absences.TraineeStandInError, trainee, {}),
        (absences.AbsenceTimesError, other, {"until_at": FROM}),
        (absences.AbsenceTimesError, other, {"now": UNTIL}),
        (absences.AbsenceReasonMissingError, other, {"reason": " "}),
    ]
    for error, stand_in, fields in wrong:
        with pytest.raises(error):
            on_leave(desk.operator, stand_in, desk.operator, **fields)
    on_leave(desk.operator, other, desk.operator)
    with pytest.raises(absences.AwayAlreadyError):
        on_leave(desk.operator, other, desk.operator)
    with pytest.raises(absences.StandInAwayError):
        on_leave(desk.manager, desk.operator, desk.manager)
    with pytest.raises(absences.StandsInElsewhereError):
        on_leave(other, desk.leader, other)
    with pytest.raises(NotAllowedError):
        on_leave(desk.agent, other, other)


def test_leave_asked_for_waits_for_somebody_else_to_decide(desk: Desk) -> None:
    asked = on_leave(desk.leader, desk.manager, desk.leader)
    assert asked.is_approved is None
    assert absences.stand_ins([desk.leader.id], FROM) == {}
    with pytest.raises(absences.OwnLeaveError):
        absences.decide(asked, is_approved=True, by=desk.leader, now=NOW)
    with pytest.raises(NotAllowedError):
        absences.decide(asked, is_approved=True, by=desk.operator, now=NOW)
    with transaction():
        absences.decide(asked, is_approved=True, by=desk.manager, now=NOW)
    with pytest.raises(absences.DecidedAlreadyError):
        absences.decide(asked, is_approved=False, by=desk.manager, now=NOW)
    assert absences.stand_ins([desk.leader.id], FROM) == {desk.leader.id: desk.manager.id}
    assert absences.listed(desk.operator, now=NOW) == []
    with transaction():
        absences.cancel(asked, by=desk.leader, now=FROM)
    assert absences.stand_ins([desk.leader.id], FROM) == {}


def test_whoever_is_away_is_given_no_callbacks(desk: Desk) -> None:
    task = desk.handled("complaint", at("2026-03-02 09:00"), at("2026-03-02 15:00"))
    assert task is not None
    on_leave(desk.agent, desk.manager, desk.leader)
    with transaction():
        assert allocating.allocate(now=FROM) == 0
        assert allocating.allocate(now=UNTIL) == 1
    assert task.owner == desk.agent


def test_notices_and_errands_come_to_the_stand_in_while_somebody_is_away(desk: Desk) -> None:
    other = somebody(Role.OPERATOR)
    with transaction():
        contact = desk.contact("consultation", at("2026-03-02 09:00"))
        errand = owing.leave_message(
            contact, desk.operator, words="Call me", by=desk.leader, now=at("2026-03-02 09:05")
        )
    on_leave(desk.operator, other, desk.leader)

    def tell(moment: dt.datetime, once: str, *, is_personal: bool = False) -> set[int]:
        with transaction():
            notices.tell([desk.operator], "k", "s", once=once, now=moment, is_personal=is_personal)
        return set(session.scalars(sa.select(Notice.staff_id).where(Notice.once_key == once)))

    assert tell(NOW, "before") == {desk.operator.id}
    assert tell(FROM, "meanwhile") == {desk.operator.id, other.id}
    assert tell(FROM, "personal", is_personal=True) == {desk.operator.id}
    assert tell(UNTIL, "after") == {desk.operator.id}
    assert owing.listed(other, now=NOW) == []
    assert owing.listed(other, now=FROM) == [errand]
    assert owing.open_count(other, FROM) == 1
    assert session.scalar(sa.select(owing.waiting_count(other, FROM))) == 1
    assert owing.get(errand.id, other, FROM) is errand
    with pytest.raises(NotAllowedError):
        owing.finish(errand, outcome="called", by=other, now=UNTIL)
    with transaction():
        owing.finish(errand, outcome="called", by=other, now=FROM)
    assert errand.done_by == other

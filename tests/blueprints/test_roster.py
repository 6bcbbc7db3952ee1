"""The roster with leave, and the qualification pages, in the browser."""

import datetime as dt
from collections.abc import Callable

import sqlalchemy as sa
from flask.testing import FlaskClient

from hotline.db import session, utc_now
from hotline.people.absence_models import Absence
from hotline.people.models import Staff
from hotline.people.qualification_models import Qualification
from hotline.people.roles import Role
from hotline.shifts.roster_models import Duty
from hotline.wording import LOCAL_ZONE
from tests.blueprints.intake.desk import HELP, send

Person = Callable[..., Staff]
SignIn = Callable[[Staff], FlaskClient]


def today() -> dt.date:
    return utc_now().astimezone(LOCAL_ZONE).date()


def moment(days: int) -> str:
    return f"{today() + dt.timedelta(days=days)}T08:00"


def test_a_leader_arranges_and_everybody_reads(person: Person, sign_in: SignIn) -> None:
    leads, reads = sign_in(person(Role.SHIFT_LEADER)), person(Role.OPERATOR, number="op-1")
    fields = {"duty-day": today().isoformat(), "duty-slot": "early", "duty-staff": str(reads.id)}
    assert leads.post("/roster/duties", data=fields).status_code == 303
    assert leads.post("/roster/duties", data=fields).status_code == 422
    assert leads.post("/roster/duties", data=fields | {"duty-slot": ""}).status_code == 422
    theirs = sign_in(reads)
    assert theirs.get("/roster").text.count("Li Ming") >= 1
    assert theirs.post("/roster/duties", data=fields).status_code == 403
    duty = session.scalars(sa.select(Duty)).one()
    assert theirs.post(f"/roster/duties/{duty.id}/remove").status_code == 403
    assert leads.post(f"/roster/duties/{duty.id}/remove").status_code == 303
    clerk = sign_in(person(Role.DEPARTMENT_CLERK, department="housing"))
    assert clerk.get("/roster").status_code == 403


def test_leave_is_asked_for_with_a_stand_in_and_approved(person: Person, sign_in: SignIn) -> None:
    away, other = person(Role.OPERATOR), person(Role.OPERATOR)
    mine, leads = sign_in(away), sign_in(person(Role.SHIFT_LEADER))
    asked = {"staff": str(away.id), "from_at": moment(0), "until_at": moment(2), "reason": "a wedding"}
    without = mine.post("/roster/leave", data=asked)
    assert without.status_code == 422
    assert 'id="stand_in-error"' in without.text
    assert "a wedding" in without.text
    assert mine.post("/roster/leave", data=asked | {"stand_in": str(other.id)}).status_code == 303
    absence = session.scalars(sa.select(Absence)).one()
    assert mine.post(f"/roster/leave/{absence.id}/decide", data={"decision": "approve"}).status_code == 403
    decided = leads.post(f"/roster/leave/{absence.id}/decide", data={"decision": "approve"})
    assert decided.status_code == 303
    session.refresh(absence)
    assert absence.is_approved
    assert sign_in(other).post(f"/roster/leave/{absence.id}/cancel").status_code == 403
    assert mine.post(f"/roster/leave/{absence.id}/cancel").status_code == 303


def test_a_trainee_is_examined_released_and_takes_calls(person: Person, sign_in: SignIn) -> None:
    trainee, leader = person(Role.TRAINEE), person(Role.SHIFT_LEADER)
    theirs, leads = sign_in(trainee), sign_in(leader)
    own = f"/qualifications/{trainee.id}"
    assert theirs.get("/qualifications").headers["Location"] == own
    assert theirs.get(own).status_code == 200
    assert theirs.get(f"/qualifications/{leader.id}").status_code == 404
    assert send(theirs, HELP).status_code in (403, 422)
    assert leads.post(f"{own}/release").status_code == 409
    yesterday = (today() - dt.timedelta(days=1)).isoformat()
    exam = {"course": "Taking calls", "course_ended_on": yesterday, "exam": "written", "taken_on": yesterday}
    wrong = leads.post(own, data=exam | {"score": "101"})
    assert wrong.status_code == 422
    assert 'id="score-error"' in wrong.text
    assert leads.post(own, data=exam | {"score": "86"}).status_code == 303
    assert theirs.post(own, data=exam | {"score": "86"}).status_code == 403
    assert leads.post(f"{own}/release").status_code == 303
    assert send(theirs, HELP).status_code == 303
    record = session.scalars(sa.select(Qualification)).one()
    withdrawal = f"/qualifications/records/{record.id}/withdraw"
    assert leads.post(withdrawal, data={"reason": ""}).status_code == 422
    assert leads.post(withdrawal, data={"reason": "copied"}).status_code == 303
    assert send(theirs, HELP).status_code in (403, 422)
    assert "86" in leads.get("/qualifications").text or "copied" in leads.get(own).text

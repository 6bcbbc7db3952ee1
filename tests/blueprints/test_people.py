"""Staff accounts in the browser."""

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from hotline.db import session, transaction, utc_now
from hotline.people import independence, staff
from hotline.people.models import Staff
from hotline.people.qualification_models import Exam, Qualification, Verdict
from hotline.people.roles import Role
from hotline.shifts import qualifying
from tests.conftest import PASSWORD

Person = Callable[..., Staff]
SignIn = Callable[[Staff], FlaskClient]

NEW = {"number": "1007", "name": "王敏", "password": "demo-12345", "roles": ["operator"], "department": ""}


@pytest.fixture
def administrator(person: Person) -> Staff:
    return person(Role.ADMINISTRATOR, number="9999")


@pytest.fixture
def browser(administrator: Staff, sign_in: SignIn) -> FlaskClient:
    return sign_in(administrator)


def test_a_person_is_added_and_can_sign_in(browser: FlaskClient) -> None:
    assert browser.post("/people/new", data=NEW).status_code == 303
    added = staff.sign_in("1007", "demo-12345")
    assert added.name == "王敏"
    assert added.roles == {Role.OPERATOR, Role.TRAINEE}
    assert "王敏" in browser.get("/people").text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"number": ""}, "number"),
        ({"number": "10 07"}, "number"),
        ({"number": "9999"}, "number"),
        ({"name": "  "}, "name"),
        ({"password": "short"}, "password"),
        ({"roles": []}, "roles"),
        ({"roles": ["emperor"]}, "roles"),
        ({"roles": ["department_clerk"]}, "department"),
        ({"department": "nowhere"}, "department"),
    ],
)
def test_a_mistake_stands_beside_its_field_and_the_rest_is_kept(
    browser: FlaskClient, wrong: dict[str, object], field: str
) -> None:
    answer = browser.post("/people/new", data=NEW | wrong)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert session.scalar(sa.select(sa.func.count()).select_from(Staff)) == 1
    if field != "name":
        assert 'value="王敏"' in answer.text


def test_an_account_is_changed(browser: FlaskClient, person: Person) -> None:
    somebody = person(Role.OPERATOR)
    path = f"/people/{somebody.id}"
    changed = {"name": "马水务", "roles": ["department_clerk"], "department": "water_group", "is_active": "y"}
    assert browser.post(path, data=changed).status_code == 303
    session.expire_all()
    assert somebody.roles == {Role.DEPARTMENT_CLERK}
    assert somebody.department is not None
    assert somebody.department.code == "water_group"


def test_closing_an_account_signs_the_person_out(
    browser: FlaskClient, person: Person, sign_in: SignIn
) -> None:
    somebody = person(Role.OPERATOR, number="5005")
    theirs = sign_in(somebody)
    data = {"name": "Li", "roles": ["operator"], "department": ""}
    browser.post(f"/people/{somebody.id}", data=data)
    assert theirs.get("/").status_code == 302
    assert "5005" not in browser.get("/people").text
    assert "5005" in browser.get("/people?state=closed").text


def test_the_form_does_not_release_a_trainee_by_the_way(browser: FlaskClient, person: Person) -> None:
    trainee = person(Role.TRAINEE)
    data = {"name": "Li", "roles": ["operator"], "department": "", "is_active": "y"}
    browser.post(f"/people/{trainee.id}", data=data)
    session.expire_all()
    assert trainee.roles == {Role.OPERATOR, Role.TRAINEE}


def test_an_operator_without_an_examination_is_a_trainee_whoever_gives_the_role(
    browser: FlaskClient, person: Person
) -> None:
    clerk, examined, working = person(Role.ARCHIVIST), person(Role.ARCHIVIST), person(Role.OPERATOR)
    day = utc_now().date() - dt.timedelta(days=1)
    with transaction():
        session.add(
            Qualification(
                staff=examined,
                course="岗前培训",
                course_ended_on=day,
                exam=Exam.WRITTEN,
                taken_on=day,
                score=86,
                pass_mark=60,
                within_days=5,
                verdict=Verdict.PASSED,
                paper_filed="",
                recorded_by=working,
                recorded_at=utc_now(),
            )
        )
    data = {"name": "Li", "roles": ["archivist", "operator"], "department": "", "is_active": "y"}
    for one in (clerk, examined, working):
        assert browser.post(f"/people/{one.id}", data=data).status_code == 303
    session.expire_all()
    kept = {Role.ARCHIVIST, Role.OPERATOR}
    assert [one.roles for one in (clerk, examined, working)] == [kept | {Role.TRAINEE}, kept, kept]


def test_the_last_administrator_is_told_why_not(browser: FlaskClient, administrator: Staff) -> None:
    data = {"name": "Li", "roles": ["operator"], "department": "", "is_active": "y"}
    answer = browser.post(f"/people/{administrator.id}", data=data)
    assert answer.status_code == 422
    assert 'id="roles-error"' in answer.text


def test_a_forgotten_password_is_replaced(browser: FlaskClient, person: Person, sign_in: SignIn) -> None:
    somebody = person(Role.OPERATOR)
    theirs = sign_in(somebody)
    path = f"/people/{somebody.id}/password"
    assert browser.post(path, data={"password": "short"}).status_code == 422
    assert theirs.get("/").status_code == 200
    assert browser.post(path, data={"password": "another sentence"}).status_code == 303
    assert theirs.get("/").status_code == 302
    assert staff.sign_in(somebody.number, "another sentence") is somebody


def test_a_trainee_is_released_with_a_reason_and_the_release_withdrawn(
    browser: FlaskClient, person: Person
) -> None:
    trainee = person(Role.TRAINEE)
    path = f"/people/{trainee.id}/independence"
    assert browser.post(path, data={"decision": "release", "reason": " "}).status_code == 422
    unexamined = browser.post(path, data={"decision": "release", "reason": "笔试86分"})
    assert unexamined.status_code == 422
    leader = person(Role.SHIFT_LEADER)
    with transaction():
        today = utc_now().date() - dt.timedelta(days=1)
        qualifying.record(
            trainee,
            course="岗前培训",
            course_ended_on=today - dt.timedelta(days=1),
            exam=Exam.WRITTEN,
            taken_on=today,
            score=86,
            by=leader,
            now=utc_now(),
        )
    assert browser.post(path, data={"decision": "release", "reason": "笔试86分"}).status_code == 303
    session.expire_all()
    assert trainee.roles == {Role.OPERATOR}
    assert browser.post(path, data={"decision": "withdraw", "reason": "离岗一年"}).status_code == 303
    session.expire_all()
    assert trainee.roles == {Role.OPERATOR, Role.TRAINEE}
    page = browser.get(f"/people/{trainee.id}").text
    assert "笔试86分" in page
    assert "离岗一年" in page
    assert len(independence.decisions_about(trainee)) == 2


def test_the_list_finds_by_name_number_role_and_department(browser: FlaskClient, person: Person) -> None:
    person(Role.OPERATOR, number="7001")
    person(Role.DEPARTMENT_CLERK, number="7002", department="water_group")
    fragment = {"HX-Request": "true"}
    for query, found in (
        ("q=700", {"7001", "7002"}),
        ("role=operator", {"7001"}),
        ("department=water_group", {"7002"}),
        ("q=7002&role=operator", set()),
        ("q=%25", set()),
        ("role=emperor&q=700", {"7001", "7002"}),
    ):
        text = browser.get(f"/people?{query}", headers=fragment).text
        assert {number for number in ("7001", "7002") if number in text} == found, query
        assert "<html" not in text


def test_the_list_goes_on_after_fifty(browser: FlaskClient, administrator: Staff) -> None:
    session.add_all(
        Staff(
            number=f"8{position:03}",
            name="Somebody",
            password_hash=administrator.password_hash,
            created_at=administrator.created_at,
        )
        for position in range(60)
    )
    session.commit()
    first = browser.get("/people").text
    assert "8049" in first
    assert "8050" not in first
    assert "after=8049" in first
    second = browser.get("/people?after=8049").text
    assert "8050" in second
    assert "9999" in second


def test_a_stranger_is_not_found(browser: FlaskClient) -> None:
    assert browser.get("/people/999999").status_code == 404
    assert browser.post("/people/999999/password", data={"password": PASSWORD}).status_code == 404

"""Accounts: adding and changing them, passwords, and the administrator who must stay."""

from collections.abc import Callable

import pytest
from argon2 import Type, extract_parameters
from flask import Flask

from hotline.db import transaction
from hotline.errors import NotFoundError
from hotline.people import departments, passwords, staff
from hotline.people.models import Staff
from hotline.people.roles import Role
from tests.conftest import NOON, PASSWORD

Person = Callable[..., Staff]


def add(number: str, *roles: Role, password: str = PASSWORD) -> Staff:
    with transaction():
        return staff.add(number, "Wang Min", password, roles=roles, now=NOON)


def test_two_people_cannot_share_a_staff_number(app: Flask) -> None:
    add("1001", Role.OPERATOR)
    with pytest.raises(staff.NumberTakenError):
        add("1001", Role.OPERATOR)


def test_an_account_needs_a_role(app: Flask) -> None:
    with pytest.raises(staff.RoleNeededError):
        add("1001")


@pytest.mark.parametrize("role", [Role.DEPARTMENT_CLERK, Role.DEPARTMENT_HEAD, Role.INFORMATION_OFFICER])
def test_a_departments_people_need_their_department(app: Flask, role: Role) -> None:
    with pytest.raises(staff.DepartmentNeededError):
        add("2001", role)


@pytest.mark.parametrize(("length", "is_enough"), [(9, False), (10, True)])
def test_a_password_has_ten_characters_at_least(app: Flask, length: int, is_enough: bool) -> None:
    password = "密码要长一些才不容易猜"[:length]
    if is_enough:
        assert staff.sign_in(add("1001", Role.OPERATOR, password=password).number, password)
    else:
        with pytest.raises(staff.PasswordUnfitError):
            add("1001", Role.OPERATOR, password=password)


def test_a_wrong_password_and_an_unknown_number_sound_the_same(person: Person) -> None:
    known = person(Role.OPERATOR)
    with pytest.raises(staff.SignInRefusedError) as wrong:
        staff.sign_in(known.number, "something else")
    with pytest.raises(staff.SignInRefusedError) as unknown:
        staff.sign_in("nobody", "something else")
    assert wrong.value.say() == unknown.value.say()


def test_a_closed_account_cannot_sign_in(person: Person) -> None:
    somebody = person(Role.OPERATOR)
    with transaction():
        staff.change(somebody, name="Wang Min", roles=[Role.OPERATOR], department=None, is_active=False)
    with pytest.raises(staff.SignInRefusedError):
        staff.sign_in(somebody.number, PASSWORD)


def test_changing_roles_keeps_what_is_kept_and_drops_the_rest(person: Person) -> None:
    somebody = person(Role.OPERATOR, Role.SHIFT_LEADER)
    unit = departments.by_code("water_group")
    with transaction():
        staff.change(
            somebody,
            name="Ma Shui",
            roles=[Role.OPERATOR, Role.DEPARTMENT_CLERK],
            department=unit,
            is_active=True,
        )
    assert somebody.roles == {Role.OPERATOR, Role.DEPARTMENT_CLERK}
    assert somebody.department is unit
    assert somebody.name == "Ma Shui"


def test_the_last_administrator_keeps_role_and_account(person: Person) -> None:
    only = person(Role.ADMINISTRATOR)
    for roles, is_active in (([Role.OPERATOR], True), ([Role.ADMINISTRATOR], False)):
        with pytest.raises(staff.LastAdministratorError), transaction():
            staff.change(only, name="Li", roles=roles, department=None, is_active=is_active)
    person(Role.ADMINISTRATOR)
    with transaction():
        staff.change(only, name="Li", roles=[Role.OPERATOR], department=None, is_active=True)
    assert only.roles == {Role.OPERATOR}


def test_a_closed_administrator_does_not_count(person: Person) -> None:
    one, other = person(Role.ADMINISTRATOR), person(Role.ADMINISTRATOR)
    with transaction():
        staff.change(other, name="Li", roles=[Role.ADMINISTRATOR], department=None, is_active=False)
    with pytest.raises(staff.LastAdministratorError), transaction():
        staff.change(one, name="Li", roles=[Role.OPERATOR], department=None, is_active=True)


def test_changing_the_password_asks_for_the_old_one(person: Person) -> None:
    somebody = person(Role.OPERATOR)
    with pytest.raises(staff.PasswordWrongError), transaction():
        staff.change_password(somebody, "a guess of mine", "a new password")
    with transaction():
        staff.change_password(somebody, PASSWORD, "a new password")
    assert staff.sign_in(somebody.number, "a new password") is somebody


def test_a_new_password_makes_another_session_mark(person: Person) -> None:
    somebody = person(Role.OPERATOR)
    before = somebody.get_id()
    with transaction():
        staff.set_password(somebody, "a new password")
    assert somebody.get_id() != before
    assert somebody.get_id().partition(".")[0] == before.partition(".")[0]


def test_nobody_is_found_under_a_strange_number(app: Flask) -> None:
    with pytest.raises(NotFoundError):
        staff.get(999_999)


def test_people_are_found_by_department_and_role(person: Person) -> None:
    clerk = person(Role.DEPARTMENT_CLERK, department="water_group", number="a1")
    head = person(Role.DEPARTMENT_HEAD, department="water_group", number="a2")
    person(Role.DEPARTMENT_CLERK, department="housing")
    unit = departments.by_code("water_group")
    assert unit is not None
    assert staff.of_department(unit.id) == [clerk, head]
    assert staff.of_department(unit.id, Role.DEPARTMENT_HEAD) == [head]
    assert head in staff.holding(Role.DEPARTMENT_HEAD)


def test_guessing_at_a_stolen_hash_costs_time_and_memory() -> None:
    """What the service starts with; tests that sign many people in take a cheaper cost."""
    cost = extract_parameters(passwords.NOBODYS)
    assert cost.type is Type.ID
    assert (cost.memory_cost, cost.time_cost) >= (19 * 1024, 2)

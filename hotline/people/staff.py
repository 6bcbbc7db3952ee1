"""Staff: adding them, signing them in, and what a trainee may not do yet."""

import datetime as dt
from collections.abc import Iterable

import sqlalchemy as sa

from hotline.db import session
from hotline.errors import HotlineError, NotAllowedError, NotFoundError
from hotline.people import passwords
from hotline.people.models import Department, Staff, StaffRole
from hotline.people.roles import DEPARTMENT_ROLES, Role
from hotline.wording import N_


class SignInRefusedError(HotlineError):
    """Number and password do not belong together, or the account is closed."""

    sentence = N_("The staff number or the password is not right.")


class NoAccountError(HotlineError):
    """Somebody is known elsewhere, and not here."""

    sentence = N_("You have no account here, or it is closed. Ask the administrator.")


class StaffRefusedError(HotlineError):
    """An account cannot be made or changed like this."""


class NumberTakenError(StaffRefusedError):
    """Two people cannot share a staff number."""

    sentence = N_("The staff number %(number)s is already taken.")
    field = "number"


class PasswordUnfitError(StaffRefusedError):
    """The password is easier to guess than the hotline allows; it says why."""

    field = "password"

    def __init__(self, refused: passwords.PasswordRefusedError) -> None:
        self.sentence = refused.sentence  # type: ignore[misc] # says what the rule about passwords says
        super().__init__(**refused.params)


class DepartmentNeededError(StaffRefusedError):
    """Department posts act for a department, so they need one."""

    sentence = N_("A department's clerk, head or information officer needs a department.")
    field = "department"


class RoleNeededError(StaffRefusedError):
    """An account without a role could do nothing."""

    sentence = N_("Choose at least one role.")
    field = "roles"


class PasswordWrongError(StaffRefusedError):
    """Who changes their password must know the old one."""

    sentence = N_("This is not your present password.")
    field = "old"


class LastAdministratorError(StaffRefusedError):
    """Without an administrator nobody could ever be given a role again."""

    sentence = N_("The last administrator keeps the role and the account. Appoint another one first.")
    field = "roles"


class TraineeRefusedError(NotAllowedError):
    """New staff not yet working independently may not take customers' calls (A3.7)."""

    sentence = N_("A trainee cannot save an inbound call. Hand the call to an independent colleague.")


def get(staff_id: int) -> Staff:
    """Return a person. Raises `NotFoundError`."""
    found = session.get(Staff, staff_id)
    if found is None:
        raise NotFoundError
    return found


class NobodyByThatNumberError(StaffRefusedError):
    """A staff number was typed that nobody has."""

    sentence = N_("Nobody has this staff number.")
    field = "number"


def by_number(number: str) -> Staff | None:
    """Return the person of that staff number, or `None`."""
    return session.scalar(sa.select(Staff).where(Staff.number == number))


def add(
    number: str,
    name: str,
    password: str,
    *,
    roles: Iterable[Role],
    department: Department | None = None,
    now: dt.datetime,
) -> Staff:
    """Add a person.

    Raises `NumberTakenError`, `PasswordUnfitError`, `RoleNeededError`, `DepartmentNeededError`.
    """
    if session.scalar(sa.select(sa.exists().where(Staff.number == number))):
        raise NumberTakenError(number=number)
    person = Staff(number=number, name=name, password_hash=_kept(password, number, name), created_at=now)
    _give(person, roles, department)
    session.add(person)
    session.flush()
    return person


def change(
    person: Staff, *, name: str, roles: Iterable[Role], department: Department | None, is_active: bool
) -> None:
    """Change what a person is called and what they may do; the staff number stays.

    Raises `RoleNeededError`, `DepartmentNeededError`, `LastAdministratorError`.
    """
    roles = frozenset(roles)
    if Role.ADMINISTRATOR not in roles or not is_active:
        _require_another_administrator(person)
    person.name = name
    person.is_active = is_active
    _give(person, roles, department)
    session.flush()


def _require_another_administrator(person: Staff) -> None:
    if [person] == holding(Role.ADMINISTRATOR):
        raise LastAdministratorError


def set_password(person: Staff, password: str) -> None:
    """Give a person a new password, which ends their sessions. Raises `PasswordUnfitError`."""
    person.password_hash = _kept(password, person.number, person.name)
    session.flush()


def change_password(person: Staff, old: str, new: str) -> None:
    """Change one's own password. Raises `PasswordWrongError`, `PasswordUnfitError`."""
    if not passwords.fits(old, person.password_hash):
        raise PasswordWrongError
    set_password(person, new)


def choose_locale(person: Staff, locale: str) -> None:
    """Remember the language that a person reads in; it is chosen again at every sign-in."""
    person.locale = locale
    session.flush()


def _give(person: Staff, roles: Iterable[Role], department: Department | None) -> None:
    wanted = frozenset(roles)
    if not wanted:
        raise RoleNeededError
    if wanted & DEPARTMENT_ROLES and department is None:
        raise DepartmentNeededError
    kept = [post for post in person.posts if post.role in wanted]
    person.posts = kept + [StaffRole(role=role) for role in sorted(wanted - {post.role for post in kept})]
    person.department = department


def _kept(password: str, *known: str) -> str:
    try:
        return passwords.hashed(password, *known)
    except passwords.PasswordRefusedError as error:
        raise PasswordUnfitError(error) from error


def sign_in(number: str, password: str) -> Staff:
    """Return the person of that number and password.

    Raises `SignInRefusedError`; it takes as long, and says the same, for a number that does not exist.
    """
    person = session.scalar(sa.select(Staff).where(Staff.number == number))
    fits = passwords.fits(password, person.password_hash if person else passwords.NOBODYS)
    if person is None or not fits or not person.is_active:
        raise SignInRefusedError
    return person


def signed_in_elsewhere(number: str) -> Staff:
    """Return the person whom an identity provider names; nobody is made.

    Raises `NoAccountError` where nobody has the number, or the account is closed.
    """
    person = by_number(number) if number else None
    if person is None or not person.is_active:
        raise NoAccountError
    return person


def require_independent(person: Staff) -> None:
    """Refuse a person who may not yet take calls alone. Raises `TraineeRefusedError` (A3.7)."""
    if person.is_any(Role.TRAINEE):
        raise TraineeRefusedError


def of_department(department_id: int, *roles: Role) -> list[Staff]:
    """Return the active people of a department, those of `roles` when any are named."""
    query = sa.select(Staff).where(Staff.department_id == department_id, Staff.is_active)
    if roles:
        query = query.where(Staff.posts.any(StaffRole.role.in_(roles)))
    return list(session.scalars(query.order_by(Staff.number)))


def holding(*roles: Role) -> list[Staff]:
    """Return the active people who hold one of `roles`."""
    return list(
        session.scalars(
            sa.select(Staff)
            .where(Staff.is_active, Staff.posts.any(StaffRole.role.in_(roles)))
            .order_by(Staff.number)
        )
    )

"""Who checks passwords: this service alone, or a directory (LDAP) besides."""

from importlib import import_module
from typing import Protocol

from flask import current_app

from hotline.config import Ldap, Settings
from hotline.errors import HotlineError
from hotline.people import passwords, staff
from hotline.people.models import Staff
from hotline.people.staff import SignInRefusedError
from hotline.wording import N_

DIRECTORY = "directory"
"""Under this name the application keeps its directory."""


class DirectoryGoneError(HotlineError):
    """Nobody can say now whether the password is right."""

    sentence = N_("The directory that checks passwords cannot be reached. Try again in a minute.")


class Directory(Protocol):
    """Who knows passwords besides us."""

    def accepts(self, number: str, password: str) -> bool:
        """Tell whether the password is that of the number. Raises `DirectoryGoneError`."""
        ...


def directory_for(settings: Settings) -> Directory | None:
    """Return the directory of a deployment; `None` where passwords are kept here alone."""
    return _ldap(settings.ldap) if settings.ldap else None


def _ldap(settings: Ldap) -> Directory:
    # Not imported at the top: few deployments have one, and what it is made of takes 5 MB of each process.
    found: Directory = import_module("hotline.people.ldap_directories").LdapDirectory(settings)
    return found


def sign_in(number: str, password: str) -> Staff:
    """Return the person of that number and password, whoever knows the password.

    Raises `SignInRefusedError`, the same for numbers that nobody has, and `DirectoryGoneError`.
    """
    directory: Directory | None = current_app.extensions.get(DIRECTORY)
    settings: Settings = current_app.extensions["settings"]
    person = staff.by_number(number)
    is_own = passwords.fits(password, person.password_hash if person else passwords.NOBODYS)
    if is_own and person is not None:
        allowed = settings.own_password_roles
        is_own = allowed is None or not allowed.isdisjoint(person.roles)
    if not is_own and (directory is None or not directory.accepts(number, password)):
        raise SignInRefusedError
    if person is None or not person.is_active:
        raise SignInRefusedError
    return person

"""A directory (LDAP) that checks passwords: bound to as the person who signs in, asked nothing else."""

import ssl
from typing import Protocol
from urllib.parse import urlsplit

import ldap3
from flask import current_app
from ldap3.core.exceptions import LDAPException
from ldap3.utils.dn import escape_rdn

from hotline.config import OWN_HOSTS, Ldap, Settings
from hotline.errors import HotlineError
from hotline.people import passwords, staff
from hotline.people.models import Staff
from hotline.people.staff import SignInRefusedError
from hotline.wording import N_

DIRECTORY = "directory"
"""Under this name the application keeps its directory."""
SECONDS = 5


class DirectoryGoneError(HotlineError):
    """Nobody can say now whether the password is right."""

    sentence = N_("The directory that checks passwords cannot be reached. Try again in a minute.")


class Directory(Protocol):
    """Who knows passwords besides us."""

    def accepts(self, number: str, password: str) -> bool:
        """Tell whether the password is that of the number. Raises `DirectoryGoneError`."""
        ...


class LdapDirectory:
    """A directory reached over TLS: `ldaps://`, or StartTLS; in clear only on this machine itself."""

    def __init__(self, settings: Ldap) -> None:
        self._settings = settings
        parts = urlsplit(settings.url)
        self._starts_tls = parts.scheme == "ldap" and parts.hostname not in OWN_HOSTS
        tls = ldap3.Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=settings.certificates or None)
        self._server = ldap3.Server(settings.url, tls=tls, connect_timeout=SECONDS, get_info=ldap3.NONE)

    def accepts(self, number: str, password: str) -> bool:
        """Tell whether a bind with that name and password succeeds. Raises `DirectoryGoneError`."""
        if not password:
            return False  # a bind without a password succeeds as nobody (RFC 4513, 5.1.2)
        name = self._settings.user.replace("{number}", escape_rdn(number))
        connection = ldap3.Connection(self._server, name, password, receive_timeout=SECONDS)
        try:
            if self._starts_tls and not connection.start_tls():
                raise DirectoryGoneError
            return bool(connection.bind())
        except LDAPException as error:
            raise DirectoryGoneError from error
        finally:
            connection.unbind()
            if connection.socket is not None:  # it stays open where connecting failed
                connection.socket.close()


def directory_for(settings: Settings) -> Directory | None:
    """Return the directory of a deployment; `None` where passwords are kept here alone."""
    return LdapDirectory(settings.ldap) if settings.ldap else None


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

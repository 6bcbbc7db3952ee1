"""A directory reached by LDAP: bound to as the person who signs in, asked nothing else."""

import ssl
from urllib.parse import urlsplit

import ldap3
from ldap3.core.exceptions import LDAPException
from ldap3.utils.dn import escape_rdn

from hotline.config import OWN_HOSTS, Ldap
from hotline.people.directories import DirectoryGoneError

SECONDS = 5


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

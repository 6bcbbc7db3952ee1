"""Personal data at rest: sealed for reading, hashed with a key for finding."""

import base64
import hashlib
import hmac
from functools import cached_property

import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from flask import current_app
from sqlalchemy.engine import Dialect


class Seal:
    """The keys of a deployment: the first seals and hashes, all open and find."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        self._secrets = secrets

    @cached_property
    def _cipher(self) -> MultiFernet:
        return MultiFernet([Fernet(base64.urlsafe_b64encode(_derive(one, b"seal"))) for one in self._secrets])

    @cached_property
    def _first(self) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(_derive(self._secrets[0], b"seal")))

    @cached_property
    def _hash_keys(self) -> tuple[bytes, ...]:
        return tuple(_derive(one, b"find") for one in self._secrets)

    def close(self, plain: str) -> str:
        """Return `plain` sealed."""
        return self._cipher.encrypt(plain.encode()).decode("ascii")

    def open(self, sealed: str) -> str:
        """Return what was sealed. Raises `cryptography.fernet.InvalidToken` for a foreign key."""
        return self._cipher.decrypt(sealed.encode("ascii")).decode()

    def is_current(self, sealed: str) -> bool:
        """Tell whether the first key opens what was sealed: then it need not be sealed anew."""
        try:
            self._first.decrypt(sealed.encode("ascii"))
        except InvalidToken:
            return False
        return True

    def renewed(self, sealed: str) -> str:
        """Return what was sealed by any key, sealed by the first. Raises `InvalidToken` for a foreign key."""
        return self._cipher.rotate(sealed.encode("ascii")).decode("ascii")

    def digest(self, plain: str) -> str:
        """Return the hash, keyed with the first key, by which `plain` is found without being stored."""
        return self.digests(plain)[0]

    def digests(self, plain: str) -> tuple[str, ...]:
        """Return the hash of `plain` with every key: what an older one hashed is still found."""
        return tuple(hmac.new(key, plain.encode(), hashlib.sha256).hexdigest() for key in self._hash_keys)


def _derive(secret: str, purpose: bytes) -> bytes:
    return hashlib.sha256(purpose + b"\0" + secret.encode()).digest()


def seal() -> Seal:
    """Return the running application's keys."""
    found: Seal = current_app.extensions["seal"]
    return found


class SealedText(sa.types.TypeDecorator[str]):
    """Text that the database holds sealed and the program sees plain."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Seal on the way in."""
        return None if value is None else seal().close(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Open on the way out."""
        return None if value is None else seal().open(value)

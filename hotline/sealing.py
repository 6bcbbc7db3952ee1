"""Personal data at rest: sealed for reading, hashed with a key for finding."""

import base64
import hashlib
import hmac
from functools import cached_property

import sqlalchemy as sa
from cryptography.fernet import Fernet, MultiFernet
from flask import current_app
from sqlalchemy.engine import Dialect


class Seal:
    """The keys of a deployment: the first seals, all open, one derived key hashes."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        self._secrets = secrets

    @cached_property
    def _cipher(self) -> MultiFernet:
        return MultiFernet([Fernet(base64.urlsafe_b64encode(_derive(one, b"seal"))) for one in self._secrets])

    @cached_property
    def _hash_key(self) -> bytes:
        # Taken from the oldest secret, so that adding a new one leaves every stored hash findable.
        return _derive(self._secrets[-1], b"find")

    def close(self, plain: str) -> str:
        """Return `plain` sealed."""
        return self._cipher.encrypt(plain.encode()).decode("ascii")

    def open(self, sealed: str) -> str:
        """Return what was sealed. Raises `cryptography.fernet.InvalidToken` for a foreign key."""
        return self._cipher.decrypt(sealed.encode("ascii")).decode()

    def digest(self, plain: str) -> str:
        """Return the keyed hash by which `plain` is found without being stored."""
        return hmac.new(self._hash_key, plain.encode(), hashlib.sha256).hexdigest()


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

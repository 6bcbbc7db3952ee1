"""Passwords: how they are kept, and which ones are too easy to guess."""

from functools import cache
from itertools import pairwise
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from hotline.errors import HotlineError
from hotline.wording import N_

# 19 MiB and two passes: about 30 ms a sign-in, and sixteen at once stay under half a gigabyte.
hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
NOBODYS = hasher.hash("nobody signs in with this")

SHORTEST = 10
FEWEST_DIFFERENT = 4
COMMON = Path(__file__).parent / "data" / "common_passwords.txt"


class PasswordRefusedError(HotlineError):
    """The password is easier to guess than the hotline allows."""

    field = "password"


class PasswordTooShortError(PasswordRefusedError):
    """Length is what makes a password hard to guess."""

    sentence = N_("A password needs at least %(least)s characters.")


class PasswordCommonError(PasswordRefusedError):
    """Whoever guesses begins with the passwords that most people choose."""

    sentence = N_("This password is one of the first that are guessed. Take a short sentence of your own.")


class PasswordTellsError(PasswordRefusedError):
    """Colleagues know name and number."""

    sentence = N_("A password must not hold the staff number or the name.")


def hashed(password: str, *known: str) -> str:
    """Return the stored form of `password`; `known` is what colleagues know of its owner.

    Asks nobody on the network. Raises `PasswordTooShortError`, `PasswordCommonError`, `PasswordTellsError`.
    """
    if len(password) < SHORTEST:
        raise PasswordTooShortError(least=SHORTEST)
    plain = password.casefold()
    if len(set(plain)) < FEWEST_DIFFERENT or plain in _common() or _is_a_run(plain):
        raise PasswordCommonError
    if any(len(word) > 2 and word.casefold() in plain for word in known):
        raise PasswordTellsError
    return hasher.hash(password)


def fits(password: str, kept: str) -> bool:
    """Tell whether `password` is the one that was kept."""
    try:
        return hasher.verify(kept, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


@cache
def _common() -> frozenset[str]:
    lines = COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _is_a_run(text: str) -> bool:
    """Tell whether every character follows the one before by the same step: 0123456789, abcdefghij."""
    steps = {ord(later) - ord(earlier) for earlier, later in pairwise(text)}
    return len(steps) == 1

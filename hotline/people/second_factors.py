"""Codes from a telephone (TOTP) besides the password, and codes for the day it is lost."""

import datetime as dt
import hashlib
import secrets

import pyotp
import sqlalchemy as sa

from hotline.db import session
from hotline.errors import HotlineError
from hotline.people.models import Staff
from hotline.people.session_models import RecoveryCode, SecondFactor
from hotline.wording import N_

STEP = 30
"""Seconds a code lasts; one step to either side is taken for a clock that goes wrong."""
RECOVERY_CODES = 8


class CodeWrongError(HotlineError):
    """Neither the telephone's code nor a recovery code that is left."""

    sentence = N_("The code is not right, or was used already. Wait for the next one.")
    field = "code"


def begin(person: Staff) -> None:
    """Make a secret for a person's telephone; it counts once `confirm` has seen a code made from it."""
    row = session.get(SecondFactor, person.id)
    if row is None:
        row = SecondFactor(staff_id=person.id, last_step=0)
        session.add(row)
    row.pending = pyotp.random_base32()
    session.flush()


def pending(person: Staff) -> str | None:
    """Return the secret that waits for its first code."""
    row = session.get(SecondFactor, person.id)
    return row.pending if row is not None else None


def address(secret: str, person: Staff, issuer: str) -> str:
    """Return what a telephone reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=person.number, issuer_name=issuer)


def confirm(person: Staff, code: str, *, now: dt.datetime) -> list[str]:
    """Make the second factor count; return recovery codes, shown this once. Raises `CodeWrongError`."""
    row = session.get(SecondFactor, person.id)
    if row is None or row.pending is None:
        raise CodeWrongError
    step = _step(row.pending, code, now)
    if step is None:
        raise CodeWrongError
    row.secret, row.pending, row.confirmed_at, row.last_step = row.pending, None, now, step
    person.has_second_factor = True
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.staff_id == person.id))
    codes = [
        "-".join(secrets.token_hex(4)[part : part + 4] for part in (0, 4)) for _ in range(RECOVERY_CODES)
    ]
    session.add_all(RecoveryCode(staff_id=person.id, digest=_digest(person, one)) for one in codes)
    session.flush()
    return codes


def check(person: Staff, code: str, *, now: dt.datetime) -> bool:
    """Check a code at sign-in; return whether it was a recovery code. Raises `CodeWrongError`."""
    row = session.get(SecondFactor, person.id, with_for_update=True)
    if row is not None and row.secret is not None:
        step = _step(row.secret, code, now)
        if step is not None and step > row.last_step:
            row.last_step = step
            session.flush()
            return False
    used = session.execute(
        sa.update(RecoveryCode)
        .where(
            RecoveryCode.staff_id == person.id,
            RecoveryCode.digest == _digest(person, code.strip().lower()),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
    ).first()
    if used is None:
        raise CodeWrongError
    return True


def remove(person: Staff) -> None:
    """Take the second factor away: the person signs in with the password alone until they set up another."""
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.staff_id == person.id))
    session.execute(sa.delete(SecondFactor).where(SecondFactor.staff_id == person.id))
    person.has_second_factor = False
    session.flush()


def codes_left(person: Staff) -> int:
    """Return how many recovery codes are left."""
    left = sa.select(sa.func.count()).where(
        RecoveryCode.staff_id == person.id, RecoveryCode.used_at.is_(None)
    )
    return session.scalar(left) or 0


def _step(secret: str, code: str, now: dt.datetime) -> int | None:
    """Return the half minute that a code belongs to, if it is that of now or of one beside."""
    wanted = "".join(code.split())
    present = int(now.timestamp()) // STEP
    totp = pyotp.TOTP(secret)
    for step in (present, present - 1, present + 1):
        if wanted.isascii() and secrets.compare_digest(totp.at(step * STEP), wanted):
            return step
    return None


def _digest(person: Staff, code: str) -> str:
    return hashlib.sha256(f"{person.id}:{code}".encode()).hexdigest()

"""Resident identity numbers: whether one can exist, and what it says of its holder (GB 11643)."""

import datetime as dt
import re
from dataclasses import dataclass

from hotline.errors import HotlineError
from hotline.wording import N_, Labelled

RESIDENT_ID = "resident_id"
"""The code of the identity card in the list of ID types."""

_FORM = re.compile(r"[1-9]\d{5}(\d{8})\d{2}(\d)[\dX]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


class Sex(Labelled):
    """What the last but one digit tells."""

    FEMALE = "female", N_("Female")
    MALE = "male", N_("Male")


class IdNumberNotPossibleError(HotlineError):
    """A digit was misheard or mistyped."""

    sentence = N_("This identity number cannot be right: check its 18 digits with the card.")
    field = "id_number"


@dataclass(frozen=True, slots=True)
class Holder:
    """What an identity number says."""

    number: str
    born_on: dt.date
    sex: Sex


def read(text: str) -> Holder:
    """Return the holder of the identity number in `text`. Raises `IdNumberNotPossibleError`."""
    number = re.sub(r"[\s-]", "", text).upper()
    found = _FORM.fullmatch(number)
    if found is None or number[-1] != check_character(number[:17]):
        raise IdNumberNotPossibleError
    try:
        born_on = dt.datetime.strptime(found[1], "%Y%m%d").replace(tzinfo=dt.UTC).date()
    except ValueError as error:
        raise IdNumberNotPossibleError from error
    return Holder(number, born_on, Sex.MALE if int(found[2]) % 2 else Sex.FEMALE)


def check_character(digits: str) -> str:
    """Return the eighteenth character for the first seventeen (ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return _CHECKS[total % 11]

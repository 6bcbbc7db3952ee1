"""Telephone numbers as callers give them, brought to one form so that people are recognised."""

import re
import unicodedata

from hotline.errors import HotlineError
from hotline.wording import N_

_MOBILE = re.compile(r"1[3-9]\d{9}")
_DATA_CARD = re.compile(r"14[01468]\d{10}")
_LANDLINE = re.compile(r"(0(?:10|2\d|[3-9]\d{2}))([2-9]\d{6,7})")
_LOCAL = re.compile(r"[2-9]\d{6,7}")
_SERVICE = re.compile(r"1\d{2}|1\d{4}|95\d{3}|96\d{3,4}")
_FREE = re.compile(r"[48]00\d{7}")
_COUNTRY = re.compile(r"^(?:\(?\+\s*86\)?|0086|86(?=[\s-]*1[3-9]))[\s-]*")
_EXTENSION = re.compile(r"(?:转|分机|ext\.?|x|#|-)\s*[:：]?\s*(\d{1,6})$", re.IGNORECASE)
_RUN = re.compile(r"[+(]*\d(?:[\d\s().\-–—]|转|分机)*\d")
_JOINERS = re.compile(r"[\s().\-–—]")


class PhoneNotUnderstoodError(HotlineError):
    """The text is not a telephone number in use in mainland China."""

    sentence = N_(
        "%(text)s is not a telephone number we can call back. Mobile numbers have 11 digits; "
        "landlines need their area code, such as 0551-62345678."
    )
    field = "phone"


def normalised(text: str) -> str:
    """Return the one form of a telephone number: digits, with `-` before an extension.

    Accepts full-width digits, spaces, brackets, hyphens, +86, 0086, area codes, extensions and service
    numbers, and a number that was pasted with words around it. Raises `PhoneNotUnderstoodError`.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    number = _read(plain) or _picked_out(plain)
    if number is None:
        raise PhoneNotUnderstoodError(text=text.strip()[:40])
    return number


def is_mobile(number: str) -> bool:
    """Tell whether a number in its one form can be sent an SMS."""
    return _MOBILE.fullmatch(number) is not None


def _read(plain: str) -> str | None:
    """Return the number that `plain` is as a whole, in its one form."""
    domestic = _COUNTRY.sub("", plain)
    for candidate, extension in _readings(domestic):
        digits = _JOINERS.sub("", candidate)
        if domestic != plain and _LANDLINE.fullmatch("0" + digits):
            digits = "0" + digits  # abroad the area code is dialled without its zero
        if _may_have_extension(digits):
            return f"{digits}-{extension}" if extension else digits
        if not extension and (_MOBILE.fullmatch(digits) or _DATA_CARD.fullmatch(digits)):
            return digits
    return None


def _picked_out(plain: str) -> str | None:
    """Return the one full number among other words; a short one may be a house number."""
    found = {_read(run.strip()) for run in _RUN.findall(plain)} - {None}
    full = [number for number in found if number is not None and _is_full(number.partition("-")[0])]
    return full[0] if len(full) == 1 else None


def _is_full(digits: str) -> bool:
    return any(form.fullmatch(digits) for form in (_MOBILE, _DATA_CARD, _LANDLINE, _FREE))


def _readings(plain: str) -> list[tuple[str, str]]:
    """Return the ways to cut `plain` into number and extension, whole number first."""
    found = _EXTENSION.search(plain)
    whole = [(plain, "")]
    return whole if found is None else [*whole, (plain[: found.start()], found[1])]


def _may_have_extension(digits: str) -> bool:
    return any(form.fullmatch(digits) for form in (_LANDLINE, _LOCAL, _SERVICE, _FREE))


def masked(number: str) -> str:
    """Return `number` with its middle hidden: 138****1234, 0551****5678."""
    main, _, extension = number.partition("-")
    if len(main) <= 5:
        return number
    keep = 3 if _MOBILE.fullmatch(main) else max(len(main) - 8, 0)
    hidden = main[:keep] + "****" + main[-4:]
    return f"{hidden}-{extension}" if extension else hidden

"""Resident identity numbers: the check digit, and what a number says of its holder."""

import datetime as dt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hotline.contacts import identity
from hotline.contacts.identity import IdNumberNotPossibleError, Sex

KNOWN = "11010519491231002X"
"""The number GB 11643 gives as its example."""


def numbered(born_on: dt.date, sequence: int) -> str:
    digits = f"340104{born_on:%Y%m%d}{sequence:03d}"
    return digits + identity.check_character(digits)


def test_the_standards_own_example_is_read() -> None:
    holder = identity.read(KNOWN.lower())
    assert holder == identity.Holder(KNOWN, dt.date(1949, 12, 31), Sex.FEMALE)


@given(born_on=st.dates(dt.date(1900, 1, 1), dt.date(2026, 1, 1)), sequence=st.integers(0, 999))
def test_birthday_and_sex_are_read_off_the_number(born_on: dt.date, sequence: int) -> None:
    holder = identity.read(numbered(born_on, sequence))
    assert holder.born_on == born_on
    assert holder.sex is (Sex.MALE if sequence % 2 else Sex.FEMALE)


@given(sequence=st.integers(0, 999), place=st.integers(0, 16), wrong=st.integers(0, 9))
def test_one_wrong_digit_is_always_noticed(sequence: int, place: int, wrong: int) -> None:
    number = numbered(dt.date(1988, 6, 4), sequence)
    assume(number[place] != str(wrong))
    with pytest.raises(IdNumberNotPossibleError):
        identity.read(number[:place] + str(wrong) + number[place + 1 :])


@pytest.mark.parametrize("text", ["", "1101051949123100", "110105194913310021", "abc", KNOWN[:-1] + "1"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(IdNumberNotPossibleError):
        identity.read(text)

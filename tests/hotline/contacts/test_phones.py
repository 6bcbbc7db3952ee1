"""Telephone numbers: however one is given, it becomes one form, and that form stays."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.contacts import phones
from hotline.contacts.phones import PhoneNotUnderstoodError

MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
LANDLINES = st.from_regex(r"0(10|2[0-9]|[3-9][0-9]{2})[2-9][0-9]{6,7}", fullmatch=True)
SERVICES = st.sampled_from(["110", "119", "12345", "12315", "95598", "96777", "4008001234", "8008101234"])
EXTENSIONS = st.from_regex(r"[0-9]{2,6}", fullmatch=True)
FULL_WIDTH = str.maketrans("0123456789-() +", "０１２３４５６７８９－（）　＋")


@pytest.mark.parametrize(
    ("given_as", "kept_as"),
    [
        ("138 1234 5678", "13812345678"),
        ("138-1234-5678", "13812345678"),
        ("+86 138 1234 5678", "13812345678"),
        ("(+86)13812345678", "13812345678"),
        ("008613812345678", "13812345678"),
        ("86-13812345678", "13812345678"),
        ("１３８１２３４５６７８", "13812345678"),
        ("1460123456789", "1460123456789"),
        ("1480123456789", "1480123456789"),
        ("0551-62345678", "055162345678"),
        ("（0551）6234 5678", "055162345678"),
        ("+86 551 6234 5678", "055162345678"),
        ("+86 10 6234 5678", "01062345678"),
        ("0551-62345678-801", "055162345678-801"),
        ("0551 62345678 转 801", "055162345678-801"),
        ("0551-62345678分机801", "055162345678-801"),
        ("0551-62345678 ext. 12", "055162345678-12"),
        ("6234567", "6234567"),
        ("6234-5678", "62345678"),
        ("12345", "12345"),
        ("110", "110"),
        ("95598", "95598"),
        ("400-800-1234", "4008001234"),
        ("手机：138 1234 5678（微信同号）", "13812345678"),
        ("人民路110号王女士，电话13812345678", "13812345678"),
        ("庐阳区长江中路88号 0551-6234 5678转801 李先生", "055162345678-801"),
        ("13812345678，13812345678", "13812345678"),
    ],
)
def test_a_number_has_one_form_however_it_is_given(given_as: str, kept_as: str) -> None:
    assert phones.normalised(given_as) == kept_as


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "没有电话",
        "1381234567",
        "138123456789",
        "12812345678",
        "0000-00000000",
        "*****",
        "0551-12345678",
        "人民路110号",
        "13812345678 或 13987654321",
        "+1 212 555 0100",
        "0",
        "=1+1",
    ],
)
def test_what_cannot_be_called_back_is_refused(text: str) -> None:
    with pytest.raises(PhoneNotUnderstoodError):
        phones.normalised(text)


@given(number=st.one_of(MOBILES, LANDLINES, SERVICES), data=st.data())
def test_marks_and_widths_do_not_matter(number: str, data: st.DataObject) -> None:
    split = data.draw(st.integers(0, len(number)))
    mark = data.draw(st.sampled_from(["", " ", "-", "  "])) if len(number) - split > 6 else ""
    written = number[:split] + mark + number[split:]
    assert phones.normalised(written) == number
    assert phones.normalised(written.translate(FULL_WIDTH)) == number


@given(number=st.one_of(MOBILES, LANDLINES))
def test_the_country_code_does_not_matter(number: str) -> None:
    for prefix in ("+86", "0086", "+86 ", "+86-"):
        assert phones.normalised(prefix + number) == number
    assert phones.normalised("+86 " + number.removeprefix("0")) == number


@given(number=LANDLINES, extension=EXTENSIONS)
def test_an_extension_is_kept_apart(number: str, extension: str) -> None:
    for mark in ("转", " 转 ", "-", "#", "ext", "分机"):
        assert phones.normalised(f"{number}{mark}{extension}") == f"{number}-{extension}"


@given(text=st.text(max_size=60))
def test_any_text_is_a_number_that_stays_or_is_refused(text: str) -> None:
    try:
        number = phones.normalised(text)
    except PhoneNotUnderstoodError:
        return
    assert re.fullmatch(r"\d+(-\d{1,6})?", number)
    assert phones.normalised(number) == number


@given(number=st.one_of(MOBILES, LANDLINES))
def test_a_mask_hides_four_digits_and_keeps_the_last_four(number: str) -> None:
    shown = phones.masked(number)
    assert shown.endswith(number[-4:])
    assert "****" in shown
    assert number not in shown


def test_masks_look_as_people_know_them() -> None:
    assert phones.masked("13812345678") == "138****5678"
    assert phones.masked("055162345678-801") == "0551****5678-801"
    assert phones.masked("12345") == "12345"

"""What people type and paste is kept as they meant it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.contacts import written


@pytest.mark.parametrize(
    "text", ["𠮷野家 䶮 㙍", "😀👨‍👩‍👧‍👦🇨🇳", "مرحبا بالعالم", "=HYPERLINK(1)", "+1-1@x", "a\tb\nc"]
)
def test_rare_text_stays_as_it_is(text: str) -> None:
    assert written.cleaned(text) == text


def test_line_ends_become_one_kind_and_unkeepable_characters_go() -> None:
    assert written.cleaned("a\r\nb\rc\u2028d\x00e\x07\ud800f\ufffe") == "a\nb\nc\nde" + "f"


@given(text=st.text(st.characters(codec=None), max_size=200))
def test_what_is_kept_can_be_stored_and_stays(text: str) -> None:
    kept = written.cleaned(text)
    assert written.cleaned(kept) == kept
    assert "\x00" not in kept
    kept.encode("utf-8")


@given(text=st.text(max_size=300), length=st.integers(2, 80))
def test_a_shortened_line_fits_and_says_that_it_was_cut(text: str, length: int) -> None:
    line = written.shortened(text, length)
    assert len(line) <= length
    assert "\n" not in line
    assert line == written.one_line(text) or line.endswith("…")

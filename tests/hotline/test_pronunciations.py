"""Spelling as pypinyin does, from its own tables."""

import random

import pypinyin
import pytest
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

from hotline import dictionaries


def spells_alike(text: str) -> bool:
    first = pypinyin.Style.FIRST_LETTER
    return dictionaries.syllables(text) == pypinyin.lazy_pinyin(text) and (
        dictionaries.initials(text) == pypinyin.lazy_pinyin(text, style=first)
    )


def test_every_character_is_spelt_as_pypinyin_does() -> None:
    assert [one for one in map(chr, PINYIN_DICT) if not spells_alike(one)] == []


def test_phrases_are_spelt_as_pypinyin_does() -> None:
    assert [one for one in list(PHRASES_DICT)[::7] if not spells_alike(one)] == []


def test_phrases_that_meet_and_break_off_are_cut_as_pypinyin_does() -> None:
    chosen, phrases, characters = random.Random(12345), list(PHRASES_DICT), list(map(chr, PINYIN_DICT))
    for _ in range(3000):
        phrase = chosen.choice(phrases)
        others = (phrase[:-1], phrase[1:], chosen.choice(characters), "3楼A", "，", " ")
        text = "".join(chosen.choice((phrase, chosen.choice(others))) for _ in range(4))
        assert spells_alike(text), text


@pytest.mark.parametrize("text", ["abc 12", "𰻝", "旅行", "重庆银行行长"])
def test_what_is_unusual_is_spelt_as_pypinyin_does(text: str) -> None:
    assert spells_alike(text)


def test_nothing_is_spelt_as_nothing() -> None:
    assert dictionaries.syllables("") == []

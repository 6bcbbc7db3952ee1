"""How Chinese is pronounced: pypinyin's tables and its way to cut phrases, in a tenth of its memory.

pypinyin reads its 47,000 phrases into lists in lists and a set of all their beginnings, 55 MB in all. What is
asked for here, syllables without tones, is kept as lines of text.
"""

import json
import re
import unicodedata
from array import array
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self

ENTRY = re.compile(r'"([^"]+)":\s*(\[[^:}]*\]|"[^"]*")')
"""A name and its value in one of the tables: taken one by one, they are never in memory all at once."""
HAN = "\u3007\u3400-\u9fff\ue815-\ue864\uf900-\ufaff\U00020000-\U0003ffff"
CHUNK = re.compile(rf"([{HAN}]+)|[^{HAN}]+")
LAST_HAN = 0x3FFFF
TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0304\u030c"))
"""Falling, rising, level, falling and rising."""


class Pronunciations:
    """The syllables of characters and of phrases."""

    def __init__(self) -> None:
        self._syllables = [""]
        self._of_characters = array("H", bytes(2 * (LAST_HAN + 1)))
        """For each character the place of its syllable; 0 where it has none."""
        self._of_phrases: dict[str, str] = {}
        """The phrases that begin with a character, a line for each: `阿爸 a ba`."""

    @classmethod
    def read(cls) -> Self:
        """Return what pypinyin's tables say; importing it would be reading them its way."""
        spec = find_spec("pypinyin")
        assert spec is not None
        assert spec.origin is not None
        folder, made = Path(spec.origin).parent, cls()
        places: dict[str, int] = {"": 0}
        for code, readings in _entries(folder / "pinyin_dict.json"):
            syllable = _without_tones(readings.partition(",")[0])
            made._of_characters[int(code)] = places.setdefault(syllable, len(places))
        made._syllables = list(places)
        plain: dict[str, str] = {}
        for phrase, readings in _entries(folder / "phrases_dict.json"):
            for toned, *_ in readings:
                if toned not in plain:
                    plain[toned] = _without_tones(toned)
            line = f"{phrase} {' '.join(plain[toned] for toned, *_ in readings)}\n"
            made._of_phrases[phrase[0]] = made._of_phrases.get(phrase[0], "\n") + line
        return made

    def syllables(self, text: str) -> list[str]:
        """Return the syllable of each Chinese character, ü written v; what stands between stays as it is."""
        return [
            syllable
            for chunk in CHUNK.finditer(text)
            for syllable in (self._of_run(chunk[1]) if chunk[1] else [chunk[0]])
        ]

    def initials(self, text: str) -> list[str]:
        """Return the first letter of each Chinese character; what stands between stays as it is."""
        return [
            initial
            for chunk in CHUNK.finditer(text)
            for initial in ([one[0] for one in self._of_run(chunk[1])] if chunk[1] else [chunk[0]])
        ]

    def _of_run(self, run: str) -> Iterator[str]:
        for piece in self._pieces(run):
            yield from self._spelt(piece)

    def _pieces(self, run: str) -> Iterator[str]:
        """Yield the longest phrases in order, and the single characters between them."""
        at = 0
        while at < len(run):
            known = self._of_phrases.get(run[at], "")
            end, after = at + 1, at + 1
            while end < len(run) and f"\n{run[at : end + 1]}" in known:
                end += 1
                if f"\n{run[at:end]} " in known:
                    after = end
            if end == len(run) and after == at + 1:
                yield from run[at:]  # it ends inside a phrase: pypinyin looks for no shorter ones in it
                return
            yield run[at:after]
            at = after

    def _spelt(self, piece: str) -> list[str]:
        if len(piece) == 1:
            return [self._syllables[self._of_characters[ord(piece)]] or piece]
        known = self._of_phrases[piece[0]]
        begin = known.index(f"\n{piece} ") + len(piece) + 2
        return known[begin : known.index("\n", begin)].split(" ")


def _entries(table: Path) -> Iterator[tuple[str, Any]]:
    for entry in ENTRY.finditer(table.read_text(encoding="utf-8")):
        yield entry[1], json.loads(entry[2])


def _without_tones(syllable: str) -> str:
    bare = unicodedata.normalize("NFD", syllable).translate(TONES)
    return unicodedata.normalize("NFC", bare).replace("ü", "v")

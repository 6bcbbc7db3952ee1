"""Text as people type and paste it, made fit to be kept: nothing they meant is lost."""

import re

LONGEST_TITLE = 200
LONGEST_CONTENT = 20_000

_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029]")
_UNKEEPABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|[\ud800-\udfff]")


def cleaned(text: str | None) -> str:
    """Return `text` with one kind of line end and without characters no database keeps.

    Emoji, rare characters and text written from right to left stay as they are.
    """
    if not text:
        return ""
    return _UNKEEPABLE.sub("", _LINE_ENDS.sub("\n", text)).strip()


def one_line(text: str | None) -> str:
    """Return `text` on one line, as titles and names are."""
    return " ".join(cleaned(text).split())


def shortened(text: str, length: int) -> str:
    """Return the beginning of `text` on one line, marked where it was cut."""
    line = one_line(text)
    return line if len(line) <= length else line[: length - 1] + "…"

"""The Chinese of the pages, looked up by its English: tests press what people see."""

import gettext
from functools import cache
from pathlib import Path

TRANSLATIONS = Path(__file__).parents[2] / "translations"


@cache
def load() -> gettext.NullTranslations:
    """Read the words once; a desk does so when it starts, so that its pages and the tests say the same."""
    return gettext.translation("messages", str(TRANSLATIONS), ["zh_Hans_CN"])


def zh(english: str, **values: object) -> str:
    """Return the words of the Chinese pages for `english`."""
    words = load().gettext(english)
    return words % values if values else words

"""Both languages are complete: no message without words, none marked as doubtful."""

import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
LANGUAGES = ("zh_Hans_CN", "en")


def catalog(language: str) -> Catalog:
    path = ROOT / "translations" / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What the code and the templates say now."""
    target = tmp_path_factory.mktemp("messages") / "messages.pot"
    words = ["-F", "translations/babel.cfg", "-k", "N_", "-k", "_l", "--no-location", "-o", str(target), "."]
    subprocess.run(
        [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", *words], cwd=ROOT, check=True
    )
    with target.open("rb") as file:
        return read_po(file)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_has_words(language: str, written: Catalog) -> None:
    known = catalog(language)
    missing = []
    for message in written:
        if not message.id:
            continue
        found = known.get(message.id if isinstance(message.id, str) else message.id[0])
        words = found.string if found else None
        if not words or not all([words] if isinstance(words, str) else words):
            missing.append(message.id)
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_is_fuzzy_or_left_over(language: str, written: Catalog) -> None:
    known = catalog(language)
    fuzzy = [message.id for message in known if message.id and message.fuzzy]
    wanted = {message.id if isinstance(message.id, str) else message.id[0] for message in written}
    left_over = [
        message.id
        for message in known
        if message.id and (message.id if isinstance(message.id, str) else message.id[0]) not in wanted
    ]
    assert (fuzzy, left_over) == ([], [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_survive_translation(language: str) -> None:
    broken = [
        (message.id, [str(error) for error in message.check()])
        for message in catalog(language)
        if message.id and message.check()
    ]
    assert broken == []


def test_chinese_messages_are_in_chinese() -> None:
    """A message copied instead of translated would pass every other check."""
    long_enough = 24  # shorter ones may be codes or units that are the same in every language
    same = [
        message.id
        for message in catalog("zh_Hans_CN")
        if isinstance(message.id, str) and len(message.id) > long_enough and message.string == message.id
    ]
    assert same == []

"""Both languages are complete: no message without words, none marked as doubtful."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
LANGUAGES = ("zh_Hans_CN", "en")
MARKS = {"N_", "_", "_l", "gettext", "lazy_gettext", "ngettext"}


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


def marked_words() -> Iterator[tuple[str, str]]:
    """Yield the place and the words of every message marked in the code."""
    for folder in ("hotline", "blueprints", "knowledge_base"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                    continue
                words = node.args[0] if node.args else None
                if node.func.id in MARKS and isinstance(words, ast.Constant):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", str(words.value)


def test_no_marked_message_is_overlooked(written: Catalog) -> None:
    """Inside an f-string a mark is a mark for the program but not for who collects the messages."""
    assert [(place, words) for place, words in marked_words() if words not in written] == []

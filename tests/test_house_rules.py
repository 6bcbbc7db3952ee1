"""The rules the code keeps of itself, each with the reason it was made for."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from blueprints.navigation import MENU

ROOT = Path(__file__).parent.parent
CODE = sorted(
    path
    for folder in ("hotline", "knowledge_base", "blueprints")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations/versions" not in path.as_posix()
)
CLOCK_READERS = {
    "hotline/db.py",
    "hotline/delivery/outbox.py",  # leases are taken and given back in the worker's own time
    "hotline/delivery/periodic.py",  # a chore's end is written down when it ends
    "hotline/chores.py",
    "knowledge_base/chores.py",
    "hotline/clock.py",
    "hotline/audit/watching.py",  # a change of the service is written down when it is made, whoever makes it
    "hotline/cli.py",
}
LONGEST_MODULE = 400


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def calls(path: Path) -> Iterator[str]:
    """Yield the dotted names that a module calls."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_only_the_database_module_commits(path: Path) -> None:
    """One commit at the edge: a verb that commits cannot be composed with another."""
    committing = [call for call in calls(path) if call.endswith(".commit")]
    assert not committing or name_of(path) in {
        "hotline/db.py",
        "hotline/write_line.py",
        "hotline/migrations/env.py",
    }


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_the_clock_is_read_at_the_edges_only(path: Path) -> None:
    """Verbs are told the time, so that every rule can be tested at any moment."""
    name = name_of(path)
    is_edge = name in CLOCK_READERS or name.startswith("blueprints/") or name.endswith("/cli.py")
    reading = [call for call in calls(path) if call.endswith(("utc_now", ".now", ".today", ".utcnow"))]
    assert not reading or is_edge, reading


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_the_environment_is_read_by_the_settings_only(path: Path) -> None:
    """One place says what can be configured."""
    source = path.read_text(encoding="utf-8")
    assert "os.environ" not in source or name_of(path) == "hotline/config.py"


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_imports_stand_at_the_top(path: Path) -> None:
    """An import inside a function hides a cycle."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    hidden = [
        ast.unparse(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


@pytest.mark.parametrize("path", [path for path in CODE if path.name == "__init__.py"], ids=name_of)
def test_a_package_says_its_job_and_does_nothing(path: Path) -> None:
    """Logic in `__init__.py` runs for everybody who only passes by."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    extra = [
        node
        for node in tree.body
        if not isinstance(node, ast.ImportFrom | ast.Import | ast.Expr)
        and not (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__")
    ]
    assert extra == []


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_modules_say_their_job_and_stay_small(path: Path) -> None:
    """A module is one noun; the sentence at its top says which."""
    source = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(source))
    assert source.count("\n") <= LONGEST_MODULE


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_every_ignore_gives_its_reason(path: Path) -> None:
    """An unexplained ignore is kept for ever."""
    for line in path.read_text(encoding="utf-8").splitlines():
        found = re.search(r"#\s*(type: ignore|noqa)(\[[^\]]*\]|:\s*[A-Z0-9, ]+)?(.*)", line)
        if found:
            assert re.search(r"\w{3}", found[3]), line


TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_templates_keep_the_content_security_policy(path: Path) -> None:
    """Inline styles and handlers are refused by the browser, so they must not be written."""
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"<[^>]*\sstyle=", source)
    assert not re.search(r"<[^>]*\son[a-z]+=", source)
    for script in re.findall(r"<script\b[^>]*>", source):
        assert "src=" in script or "nonce=" in script or "application/json" in script


def test_every_icon_that_is_named_exists() -> None:
    """A name that is not in the sprite shows nothing, and nobody notices."""
    sprite = (ROOT / "static" / "vendor" / "icons" / "sprite.svg").read_text(encoding="utf-8")
    named = {item.icon for _, items in MENU for item in items}
    for path in TEMPLATES:
        named |= set(re.findall(r'(?:\bicon\(|\bicon_name=)"([^"]+)"', path.read_text(encoding="utf-8")))
    assert named - set(re.findall(r'\bid="([^"]+)"', sprite)) == set()


def test_no_personal_data_is_promised_or_logged_by_name() -> None:
    """Ids travel through queues and logs; names, numbers and addresses do not."""
    private = re.compile(r"\b(phone|address|id_number|requester_name|caller_name)=")
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and re.search(
                r"(outbox\.promise|logger\.\w+)$", ast.unparse(node.func)
            ):
                assert not private.search(ast.unparse(node)), f"{name_of(path)}: {ast.unparse(node)}"

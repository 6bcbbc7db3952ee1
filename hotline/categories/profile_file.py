"""A profile file: read, checked as a whole, and refused as a whole if anything in it is doubtful."""

import tomllib
from collections.abc import Mapping
from pathlib import Path as FilePath
from types import MappingProxyType
from typing import Any

from hotline.categories import profile_checks as checks
from hotline.categories.desk import Desk
from hotline.categories.desk_reader import read_desk
from hotline.categories.policy import Policy
from hotline.categories.policy_reader import read_policy
from hotline.categories.profile_parts import (
    ClassItem,
    DepartmentFile,
    ListFile,
    ListItem,
    ProfileFile,
    RouteFile,
)
from hotline.categories.reader import Doubts, Problem, ProfileRefusedError, Table
from hotline.categories.toml_lines import Path, line_of, line_of_syntax_error, locate
from hotline.wording import N_

SHIPPED = FilePath(__file__).parent / "profiles"
"""Where the profiles that come with the service are."""


NOT_TEXT = N_("is not UTF-8 text")
CANNOT_BE_READ = N_("cannot be read: %(reason)s")


def shipped() -> tuple[str, ...]:
    """Return the codes of the profiles that come with the service."""
    return tuple(sorted(path.stem for path in SHIPPED.glob("*.toml")))


def read(code_or_path: str | FilePath) -> ProfileFile:
    """Return the profile of a shipped code or of a file.

    Raises `ProfileRefusedError` naming each line, key and reason; nothing of such a file is used.
    """
    path = FilePath(code_or_path)
    if isinstance(code_or_path, str) and code_or_path in shipped():
        path = SHIPPED / f"{code_or_path}.toml"
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise ProfileRefusedError(
            str(path),
            [Problem(None, str(path), CANNOT_BE_READ, {"reason": error.strerror})],
        ) from error
    except UnicodeDecodeError as error:
        raise ProfileRefusedError(str(path), [Problem(None, str(path), NOT_TEXT, {})]) from error
    return parse(text, file=path.name)


def parse(text: str, *, file: str) -> ProfileFile:
    """Return the profile written in `text`; `file` is what refusals call it. Raises `ProfileRefusedError`."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = line_of_syntax_error(error, text)
        raise ProfileRefusedError(
            file, [Problem(line, "TOML", CANNOT_BE_READ, {"reason": str(error)})]
        ) from error
    doubts = Doubts()
    profile = _read(Table(data, (), doubts))
    if doubts.found:
        places = locate(text)
        problems = [
            Problem(line_of(path, places), spell(path, data), sentence, params)
            for path, sentence, params in doubts.found
        ]
        raise ProfileRefusedError(file, sorted(problems, key=lambda problem: problem.line or 0))
    return profile


def kept_policy(data: Mapping[str, Any]) -> Policy:
    """Return the policy that was kept as `data`. Raises `ProfileRefusedError` if it was tampered with."""
    doubts = Doubts()
    policy = read_policy(Table(data, (), doubts))
    _refuse_kept(doubts, data, "category_policy")
    return policy


def kept_desk(data: Mapping[str, Any]) -> Desk:
    """Return the desk's settings that were kept as `data`. Raises `ProfileRefusedError` likewise."""
    doubts = Doubts()
    desk = read_desk(Table(data, (), doubts))
    _refuse_kept(doubts, data, "profile")
    return desk


def _refuse_kept(doubts: Doubts, data: Mapping[str, Any], name: str) -> None:
    if doubts.found:
        raise ProfileRefusedError(
            name, [Problem(None, spell(path, data), why, params) for path, why, params in doubts.found]
        )


def spell(path: Path, data: Mapping[str, Any]) -> str:
    """Return `path` as people write it, with codes in place of positions: `category[help].limits.overall`."""
    spelled, here = "", data
    for step in path:
        try:
            here = here[step]  # type: ignore[index] # tables and lists alike, and a step may lead nowhere
        except (KeyError, IndexError, TypeError):
            here = {}
        if isinstance(step, int):
            code = here.get("code") if isinstance(here, dict) else None
            spelled += f"[{code or step + 1}]"
        else:
            spelled += f".{step}" if spelled else step
    return spelled or "TOML"


def _read(table: Table) -> ProfileFile:
    tables = table.tables("category")
    policies = [read_policy(one) for one in tables]
    list_tables = table.tables("code_list")
    code_lists = tuple(_code_list(one) for one in list_tables)
    class_tables = _class_tables(table)
    classes = tuple(ClassItem(one.code(), one.in_languages()) for one in class_tables)
    department_tables = table.tables("department")
    departments = tuple(_department(one) for one in department_tables)
    route_tables = table.tables("route")
    routes = tuple(_route(one) for one in route_tables)
    profile = ProfileFile(
        desk=read_desk(table),
        policies=MappingProxyType({policy.code: policy for policy in policies}),
        code_lists=code_lists,
        content_classes=classes,
        departments=departments,
        routes=routes,
        data=table.data,
    )
    table.finish()
    for listed in (tables, list_tables, department_tables, route_tables, class_tables):
        checks.refuse_repeats(listed)
    checks.check_policies(profile, policies, tables)
    checks.check_classes(class_tables, table)
    checks.check_departments(profile, department_tables)
    checks.check_routes(profile, route_tables, table)
    checks.check_guesses(profile, table)
    checks.check_tags(profile, table)
    checks.check_fallback(profile, table)
    checks.check_retention(profile, table)
    return profile


def _code_list(table: Table) -> ListFile:
    item_tables = table.tables("items")
    items = tuple(_item(one) for one in item_tables)
    found = ListFile(table.code(), table.words("names"), table.text("source", longest=200), items)
    table.finish()
    if not items:
        table.refuse("items", N_("must not be empty"))
    checks.refuse_repeats(item_tables)
    codes = {item.code for item in items}
    for one, item in zip(item_tables, items, strict=True):
        if item.parent is not None and (item.parent not in codes or item.parent == item.code):
            one.refuse("parent", N_("%(code)s is not another code of this list"), code=item.parent)
    return found


def _item(table: Table) -> ListItem:
    item = ListItem(
        code=table.code(),
        names=table.in_languages(),
        parent=table.text_or_none("parent"),
        note=table.words_or_none("note"),
        phone=table.text_or_none("phone", longest=20),
    )
    table.finish()
    return item


def _class_tables(table: Table) -> list[Table]:
    """Return the content classes of all three levels, parents first."""
    found: list[Table] = []
    for first in table.tables("content_class"):
        found.append(first)
        for second in first.tables("parts"):
            found.append(second)
            found.extend(second.tables("topics"))
    return found


def _department(table: Table) -> DepartmentFile:
    department = DepartmentFile(
        code=table.code(),
        names=table.words("names"),
        takes_tip_offs=table.flag("takes_tip_offs", default=False),
        parent=table.text_or_none("parent"),
    )
    table.finish()
    return department


def _route(table: Table) -> RouteFile:
    route = RouteFile(
        code=table.code(),
        department=table.text("department"),
        category=table.text_or_none("category"),
        content_class=table.text_or_none("content_class"),
        place=table.text_or_none("place", longest=100),
        words=table.texts("words"),
        note=table.words("note"),
    )
    table.finish()
    asks = ("category", "content_class", "place", "words")
    if not any(table.has(key) for key in asks):
        table.refuse(None, N_("needs at least one of: %(choices)s"), choices=", ".join(asks))
    return route

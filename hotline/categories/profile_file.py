"""A profile file: read, checked as a whole, and refused as a whole if anything in it is doubtful."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hotline.categories.desk import (
    CallbackTerms,
    Desk,
    Guess,
    LetterTerms,
    Satisfaction,
    Script,
    Targets,
)
from hotline.categories.policy import Policy, Words
from hotline.categories.policy_reader import read_policy
from hotline.categories.reader import Doubts, Problem, ProfileRefusedError, Table
from hotline.categories.terms import Confidentiality, Dispatching
from hotline.categories.toml_lines import Path, line_of, line_of_syntax_error, locate
from hotline.wording import N_
from hotline.working_time import OfficeHours, OfficeHoursError

SHIPPED = FilePath(__file__).parent / "profiles"
"""Where the profiles that come with the service are."""


@dataclass(frozen=True, slots=True)
class ListItem:
    """One entry of a code list."""

    code: str
    names: Words
    parent: str | None = None
    note: Words | None = None
    """What goes with the entry: the route told with a decline reason, the rule behind it."""
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class ListFile:
    """One code list."""

    code: str
    names: Words
    source: str
    items: tuple[ListItem, ...]


@dataclass(frozen=True, slots=True)
class ClassItem:
    """One entry of the content classification; the code has two digits per level."""

    code: str
    names: Words

    @property
    def level(self) -> int:
        """1, 2 or 3."""
        return len(self.code) // 2

    @property
    def parent(self) -> str | None:
        """The code one level up."""
        return self.code[:-2] or None


@dataclass(frozen=True, slots=True)
class DepartmentFile:
    """One handling department."""

    code: str
    names: Words
    takes_tip_offs: bool
    parent: str | None


@dataclass(frozen=True, slots=True)
class RouteFile:
    """One rule of the dispatch catalogue (派单目录, B1.1)."""

    code: str
    department: str
    category: str | None
    content_class: str | None
    place: str | None
    words: tuple[str, ...]
    note: Words


@dataclass(frozen=True, slots=True)
class ProfileFile:
    """Everything a profile holds."""

    desk: Desk
    policies: Mapping[str, Policy]
    code_lists: tuple[ListFile, ...]
    content_classes: tuple[ClassItem, ...]
    departments: tuple[DepartmentFile, ...]
    routes: tuple[RouteFile, ...]
    data: Mapping[str, Any]
    """The tables as written, for keeping: `policy_data` and `desk_data` are read from it."""

    def policy_data(self, code: str) -> dict[str, Any]:
        """Return the `[[category]]` table of `code` as it was written."""
        return next(dict(one) for one in self.data["category"] if one["code"] == code)

    def desk_data(self) -> dict[str, Any]:
        """Return the tables that the desk's settings come from, as they were written."""
        return {name: self.data[name] for name in DESK_TABLES if name in self.data}


REQUESTER_TAGS = "requester_tag"
NOT_TEXT = N_("is not UTF-8 text")
CANNOT_BE_READ = N_("cannot be read: %(reason)s")
NO_SUCH_CATEGORY = N_("%(code)s is no category of this profile")
DESK_TABLES = ("profile", "script", "satisfaction", "callback", "targets", "letters", "import", "emergency")


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
    desk = _read_desk(Table(data, (), doubts))
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
    code_lists = tuple(_code_list(one) for one in table.tables("code_list"))
    class_tables = _class_tables(table)
    classes = tuple(ClassItem(one.text("code"), one.in_languages()) for one in class_tables)
    department_tables = table.tables("department")
    departments = tuple(_department(one) for one in department_tables)
    route_tables = table.tables("route")
    routes = tuple(_route(one) for one in route_tables)
    profile = ProfileFile(
        desk=_read_desk(table),
        policies=MappingProxyType({policy.code: policy for policy in policies}),
        code_lists=code_lists,
        content_classes=classes,
        departments=departments,
        routes=routes,
        data=table.data,
    )
    table.finish()
    _refuse_repeats(table, "category", (policy.code for policy in policies))
    _refuse_repeats(table, "code_list", (one.code for one in code_lists))
    _refuse_repeats(table, "department", (one.code for one in departments))
    _refuse_repeats(table, "route", (one.code for one in routes))
    _refuse_repeats(table, "content_class", (one.code for one in classes))
    _check_policies(profile, tables)
    _check_classes(class_tables, table)
    _check_departments(profile, department_tables)
    _check_routes(profile, route_tables, table)
    _check_guesses(profile, table)
    _check_tags(profile, table)
    return profile


def _refuse_repeats(table: Table, key: str, codes: Iterable[str]) -> None:
    for code, count in Counter(codes).items():
        if code and count > 1:
            table.refuse(key, N_("the code %(code)s is given %(count)s times"), code=code, count=count)


def _read_desk(table: Table) -> Desk:
    profile = _needed(table, "profile")
    imported, emergency = _needed(table, "import"), _needed(table, "emergency")
    desk = Desk(
        code=profile.text("code"),
        names=profile.words("names"),
        hours=_hours(profile, "hours"),
        zone=_zone(profile),
        greeting=profile.words("greeting"),
        scripts=tuple(_script(one) for one in table.tables("script")),
        banned_phrases=profile.texts("banned_phrases"),
        satisfaction=_satisfaction(_needed(table, "satisfaction")),
        callbacks=_callbacks(_needed(table, "callback")),
        targets=_targets(_needed(table, "targets")),
        letters=_letters(_needed(table, "letters")),
        guesses=tuple(_guess(one) for one in imported.tables("guess")),
        otherwise=imported.text("otherwise"),
        emergency_words=emergency.texts("words"),
    )
    for read in (profile, imported, emergency):
        read.finish()
    return desk


def _needed(table: Table, key: str) -> Table:
    if not table.has(key):
        table.refuse(None, N_("%(name)s is missing"), name=f"[{key}]")
    return table.table(key) or Table({}, (key,), Doubts())


def _hours(table: Table, key: str) -> OfficeHours:
    slots = table.texts(key)
    try:
        return OfficeHours.parse(slots)
    except OfficeHoursError:
        table.refuse(key, N_("must be slots in order, such as 09:00-12:00 and 13:30-17:30"))
        return OfficeHours.parse(["09:00-17:00"])


def _zone(table: Table) -> ZoneInfo:
    name = table.text("zone")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        table.refuse("zone", N_("%(name)s is not a time zone"), name=name)
        return ZoneInfo("UTC")


def _script(table: Table) -> Script:
    script = Script(table.text("code"), table.words("names"), table.words("text"))
    table.finish()
    return script


def _satisfaction(table: Table) -> Satisfaction:
    scale = Satisfaction(table.whole("levels", 3, 5), table.whole("satisfied_from", 3, 4))
    if scale.levels == 4:
        table.refuse("levels", N_("must be 3 or 5"))
    table.finish()
    return scale


def _callbacks(table: Table) -> CallbackTerms:
    shares = table.table("level_shares") or table.table_of({}, "level_shares")
    terms = CallbackTerms(
        level_shares=MappingProxyType({level: shares.whole(f"level_{level}", 0, 100) for level in (1, 2, 3)}),
        least_attempts=table.whole("least_attempts", 1, 20),
        attempt_gap=table.limit("attempt_gap"),
        quiet=_hours(table, "quiet"),
        report_within=table.limit("report_within"),
        must_call=table.texts("must_call"),
    )
    shares.finish()
    table.finish()
    return terms


def _targets(table: Table) -> Targets:
    targets = Targets(
        handling_rate=table.whole("handling_rate", 0, 100),
        quick_finish_share=table.whole("quick_finish_share", 0, 100),
        quick_finish_seconds=table.whole("quick_finish_seconds", 1, 3600),
        three_ring_rate=table.whole("three_ring_rate", 0, 100),
        most_rings=table.whole("most_rings", 1, 20),
        connection_rate=table.whole("connection_rate", 0, 100),
        quick_answer_rate=table.whole("quick_answer_rate", 0, 100),
        quick_answer_seconds=table.whole("quick_answer_seconds", 1, 600),
        satisfaction_rate=table.whole("satisfaction_rate", 0, 100),
    )
    table.finish()
    return targets


def _letters(table: Table) -> LetterTerms:
    terms = LetterTerms(table.limit("register"), table.limit("classify"), table.limit("opinions"))
    table.finish()
    return terms


def _guess(table: Table) -> Guess:
    guess = Guess(table.text("category"), table.texts("words"))
    if not guess.words:
        table.refuse("words", N_("must not be empty"))
    table.finish()
    return guess


def _code_list(table: Table) -> ListFile:
    item_tables = table.tables("items")
    items = tuple(_item(one) for one in item_tables)
    found = ListFile(table.text("code"), table.words("names"), table.text("source"), items)
    table.finish()
    if not items:
        table.refuse("items", N_("must not be empty"))
    _refuse_repeats(table, "items", (item.code for item in items))
    codes = {item.code for item in items}
    for one, item in zip(item_tables, items, strict=True):
        if item.parent is not None and (item.parent not in codes or item.parent == item.code):
            one.refuse("parent", N_("%(code)s is not another code of this list"), code=item.parent)
    return found


def _item(table: Table) -> ListItem:
    item = ListItem(
        code=table.text("code"),
        names=table.in_languages(),
        parent=table.text_or_none("parent"),
        note=table.words_or_none("note"),
        phone=table.text_or_none("phone"),
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


def _check_classes(tables: list[Table], table: Table) -> None:
    if not tables:
        table.refuse(None, N_("%(name)s is missing"), name="[[content_class]]")
    above: dict[int, str] = {0: ""}
    for one in tables:
        one.finish()
        level = sum(isinstance(step, int) for step in one.path)
        code = one.data.get("code")
        if not isinstance(code, str) or not code.isascii() or not code.isdigit() or len(code) != 2 * level:
            one.refuse("code", N_("must be %(digits)s digits"), digits=2 * level)
        elif not code.startswith(above.get(level - 1, "")):
            one.refuse("code", N_("must begin with %(code)s"), code=above[level - 1])
        else:
            above[level] = code


def _department(table: Table) -> DepartmentFile:
    department = DepartmentFile(
        code=table.text("code"),
        names=table.words("names"),
        takes_tip_offs=table.flag("takes_tip_offs", default=False),
        parent=table.text_or_none("parent"),
    )
    table.finish()
    return department


def _route(table: Table) -> RouteFile:
    route = RouteFile(
        code=table.text("code"),
        department=table.text("department"),
        category=table.text_or_none("category"),
        content_class=table.text_or_none("content_class"),
        place=table.text_or_none("place"),
        words=table.texts("words"),
        note=table.words("note"),
    )
    table.finish()
    if not (route.category or route.content_class or route.place or route.words):
        table.refuse(
            None, N_("needs at least one of: %(choices)s"), choices="category, content_class, place, words"
        )
    return route


def _check_policies(profile: ProfileFile, tables: list[Table]) -> None:
    kinds = {item.code for one in profile.code_lists for item in one.items}
    for table, policy in zip(tables, profile.policies.values(), strict=False):
        if policy.without_contact is not None and policy.without_contact not in profile.policies:
            table.refuse("without_contact", NO_SUCH_CATEGORY, code=policy.without_contact)
        if policy.without_contact == policy.code:
            table.refuse("without_contact", N_("must be another category"))
        for position, variant in enumerate(policy.variants):
            for kind in sorted(variant.when.kind - kinds):
                table.table_of({}, "variant", position, "when").refuse(
                    "kind", N_("%(code)s is in no code list of this profile"), code=kind
                )


def _check_departments(profile: ProfileFile, tables: list[Table]) -> None:
    codes = {one.code for one in profile.departments}
    for table, one in zip(tables, profile.departments, strict=True):
        if one.parent is not None and (one.parent not in codes or one.parent == one.code):
            table.refuse("parent", N_("%(code)s is no other department of this profile"), code=one.parent)


def _check_routes(profile: ProfileFile, tables: list[Table], table: Table) -> None:
    departments = {one.code: one for one in profile.departments}
    classes = {one.code for one in profile.content_classes}
    restricted = {
        policy.code
        for policy in profile.policies.values()
        if policy.confidentiality is Confidentiality.RESTRICTED and policy.dispatching is not Dispatching.NONE
    }
    for one, route in zip(tables, profile.routes, strict=True):
        department = departments.get(route.department)
        if department is None:
            one.refuse("department", N_("%(code)s is no department of this profile"), code=route.department)
        elif route.category in restricted and not department.takes_tip_offs:
            one.refuse(
                "department",
                N_("%(category)s may go only to a department that takes tip-offs"),
                category=route.category,
            )
        if route.category is not None and route.category not in profile.policies:
            one.refuse("category", NO_SUCH_CATEGORY, code=route.category)
        if route.content_class is not None and route.content_class not in classes:
            one.refuse(
                "content_class", N_("%(code)s is no content class of this profile"), code=route.content_class
            )
    for code in sorted(restricted - {route.category for route in profile.routes}):
        table.refuse("route", N_("no rule routes the category %(category)s"), category=code)
    routed = {
        route.content_class for route in profile.routes if not (route.category or route.place or route.words)
    }
    for content_class in profile.content_classes:
        if content_class.level == 1 and content_class.code not in routed:
            table.refuse("route", N_("no rule routes content class %(code)s"), code=content_class.code)


def _check_guesses(profile: ProfileFile, table: Table) -> None:
    imported = table.table_of({}, "import")
    if profile.desk.otherwise not in profile.policies:
        imported.refuse("otherwise", NO_SUCH_CATEGORY, code=profile.desk.otherwise)
    for position, guess in enumerate(profile.desk.guesses):
        if guess.category not in profile.policies:
            imported.table_of({}, "guess", position).refuse("category", NO_SUCH_CATEGORY, code=guess.category)


def _check_tags(profile: ProfileFile, table: Table) -> None:
    tags = {item.code for one in profile.code_lists if one.code == REQUESTER_TAGS for item in one.items}
    for tag in profile.desk.callbacks.must_call:
        if tag not in tags:
            table.table_of({}, "callback").refuse(
                "must_call", N_("%(code)s is not in the code list %(list)s"), code=tag, list=REQUESTER_TAGS
            )

"""Loading a profile: the file rules, what it no longer names is retired, and the report says what changed."""

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa

from hotline import dictionaries, working_time
from hotline.categories import catalogue
from hotline.categories.models import (
    Category,
    CategoryPolicy,
    CodeItem,
    CodeList,
    ContentClass,
    Profile,
    RoutingRule,
)
from hotline.categories.profile_file import read
from hotline.categories.profile_parts import ProfileFile
from hotline.db import session
from hotline.people.models import Department
from hotline.wording import N_, Labelled, say

Key = TypeVar("Key", str, tuple[str, str])


class Noun(Labelled):
    """What a profile brings."""

    DESK = "desk", N_("Desk settings")
    CATEGORY = "category", N_("Categories")
    POLICY = "policy", N_("Policies")
    CODE_LIST = "code_list", N_("Code lists")
    CODE_ITEM = "code_item", N_("Code list entries")
    CONTENT_CLASS = "content_class", N_("Content classes")
    DEPARTMENT = "department", N_("Departments")
    ROUTE = "route", N_("Routing rules")


@dataclass(slots=True)
class Change:
    """What loading did to one noun, by code."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.retired)


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What loading a profile changed; nouns without a change are left out."""

    profile: str
    version: int
    changes: Mapping[Noun, Change]

    def __bool__(self) -> bool:
        return bool(self.changes)

    def lines(self) -> Iterator[str]:
        """Yield the report in the reader's language, one line per noun."""
        if not self.changes:
            yield say(N_("Profile %(profile)s: nothing to change."), {"profile": self.profile})
            return
        yield say(
            N_("Profile %(profile)s is loaded, version %(version)s of the rules."),
            {"profile": self.profile, "version": self.version},
        )
        for noun, change in self.changes.items():
            counts = {
                "added": len(change.added),
                "changed": len(change.changed),
                "retired": len(change.retired),
            }
            yield say(
                N_("%(noun)s: %(added)s added, %(changed)s changed, %(retired)s retired"),
                {"noun": noun} | counts,
            )


class _Kept(Protocol):
    """A row that is retired instead of deleted."""

    is_active: Any


Row = TypeVar("Row", bound=_Kept)


def load(code_or_path: str | Path, *, now: dt.datetime) -> LoadReport:
    """Make the profile of a shipped code or of a file the current one.

    The profile wins over what was changed by hand in rows it names; rules that an administrator added, and
    departments no profile ever named, are left alone. Nothing is deleted: what the profile no longer names
    is deactivated. A policy that differs makes a new version, so that stored deadlines keep the one they
    were reckoned by. Loading the same file twice changes nothing.
    Raises `ProfileRefusedError`; nothing of a refused file is used.
    """
    file = read(code_or_path)
    before = session.scalar(sa.select(Profile).where(Profile.is_current))
    changes = {
        Noun.DEPARTMENT: _load_departments(file, before),
        Noun.CATEGORY: _load_categories(file),
        Noun.POLICY: _load_policies(file, now),
        Noun.CODE_LIST: _load_code_lists(file),
        Noun.CODE_ITEM: _load_code_items(file),
        Noun.CONTENT_CLASS: _load_content_classes(file),
        Noun.ROUTE: _load_routes(file),
    }
    changes[Noun.DESK] = _desk_change(file, before)
    changes = {noun: changes[noun] for noun in Noun if changes[noun]}
    profile = _make_current(file, before, now) if changes or before is None else before
    session.flush()
    working_time.set_office_hours(file.desk.hours.written())
    working_time.seed(working_time.years_to_seed(now.date()), now=now)
    catalogue.forget()
    return LoadReport(file.desk.code, profile.version, changes)


def touch() -> None:
    """Tell every process that rules were changed by hand. Call it in the transaction that changed them."""
    profile = session.scalars(sa.select(Profile).where(Profile.is_current)).one()
    profile.version += 1
    profile.stamp = uuid.uuid4().hex
    session.flush()
    catalogue.forget()


def _profile_data(file: ProfileFile) -> dict[str, Any]:
    return {"desk": file.desk_data(), "departments": sorted(one.code for one in file.departments)}


def _desk_change(file: ProfileFile, before: Profile | None) -> Change:
    if before is None or before.code != file.desk.code:
        return Change(added=[file.desk.code], retired=[before.code] if before else [])
    same = before.data == _profile_data(file)
    return Change() if same else Change(changed=[file.desk.code])


def _make_current(file: ProfileFile, before: Profile | None, now: dt.datetime) -> Profile:
    if before is not None and before.code != file.desk.code:
        before.is_current = False
        session.flush()  # the index allows one current profile at a time
    newest = session.scalar(sa.select(sa.func.max(Profile.version))) or 0
    profile = session.get(Profile, file.desk.code) or Profile(code=file.desk.code)
    session.add(profile)
    profile.version = newest + 1
    profile.stamp = uuid.uuid4().hex
    profile.names = dict(file.desk.names)
    profile.is_current = True
    profile.loaded_at = now
    profile.data = _profile_data(file)
    session.add(profile)
    return profile


def _sync(
    rows: Mapping[Key, Row],
    wanted: Mapping[Key, dict[str, Any]],
    make: Callable[[Key], Row],
    retired: Callable[[Key, Row], bool] = lambda key, row: True,
) -> Change:
    """Bring `rows` to `wanted`: add, change and reactivate, and deactivate what is not wanted.

    Rows that only move because others were put in or taken out between them are not told as changed.
    """
    change = Change()
    in_use = {key for key, row in rows.items() if row.is_active}
    tells_moves = in_use == wanted.keys()
    for key, values in wanted.items():
        row = rows.get(key)
        if row is None:
            row = make(key)
            change.added.append(_spelled(key))
        else:
            differing = {name for name, value in values.items() if getattr(row, name) != value}
            if not row.is_active or differing - {"position"} or (differing and tells_moves):
                change.changed.append(_spelled(key))
        for name, value in values.items():
            setattr(row, name, value)
        row.is_active = True
        session.add(row)
    for key, row in rows.items():
        if key not in wanted and row.is_active and retired(key, row):
            row.is_active = False
            change.retired.append(_spelled(key))
    session.flush()
    return change


def _spelled(key: str | tuple[str, str]) -> str:
    return key if isinstance(key, str) else "/".join(key)


def _load_departments(file: ProfileFile, before: Profile | None) -> Change:
    rows = {row.code: row for row in session.scalars(sa.select(Department))}
    brought = set(before.data["departments"]) if before else set()
    change = _sync(
        rows,
        {
            one.code: {"names": dict(one.names), "takes_tip_offs": one.takes_tip_offs}
            for one in file.departments
        },
        lambda code: Department(code=code),
        retired=lambda code, row: code in brought,
    )
    by_code = {row.code: row for row in session.scalars(sa.select(Department))}
    for one in file.departments:
        parent_id = by_code[one.parent].id if one.parent else None
        if by_code[one.code].parent_id != parent_id:
            by_code[one.code].parent_id = parent_id
            if one.code not in change.added + change.changed:
                change.changed.append(one.code)
    return change


def _load_categories(file: ProfileFile) -> Change:
    rows = {row.code: row for row in session.scalars(sa.select(Category))}
    wanted = {
        policy.code: {"names": dict(policy.names), "position": position}
        for position, policy in enumerate(file.policies.values())
    }
    return _sync(rows, wanted, lambda code: Category(code=code))


def _load_policies(file: ProfileFile, now: dt.datetime) -> Change:
    change = Change()
    in_order = session.scalars(sa.select(CategoryPolicy).order_by(CategoryPolicy.version))
    newest = {row.category_code: row for row in in_order}
    for code in file.policies:
        data = file.policy_data(code)
        digest = hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
        last = newest.get(code)
        if last is not None and last.digest == digest:
            continue
        (change.changed if last else change.added).append(code)
        session.add(
            CategoryPolicy(
                category_code=code,
                version=last.version + 1 if last else 1,
                profile_code=file.desk.code,
                data=data,
                digest=digest,
                loaded_at=now,
            )
        )
    session.flush()
    return change


def _load_code_lists(file: ProfileFile) -> Change:
    rows = {row.code: row for row in session.scalars(sa.select(CodeList))}
    wanted = {
        one.code: {"names": dict(one.names), "source": one.source, "position": position}
        for position, one in enumerate(file.code_lists)
    }
    return _sync(rows, wanted, lambda code: CodeList(code=code))


def _load_code_items(file: ProfileFile) -> Change:
    rows = {(row.list_code, row.code): row for row in session.scalars(sa.select(CodeItem))}
    wanted = {
        (one.code, item.code): {
            "names": dict(item.names),
            "parent_code": item.parent,
            "note": dict(item.note) if item.note else None,
            "phone": item.phone,
            "position": position,
        }
        for one in file.code_lists
        for position, item in enumerate(one.items)
    }
    return _sync(rows, wanted, lambda key: CodeItem(list_code=key[0], code=key[1]))


def _load_content_classes(file: ProfileFile) -> Change:
    rows = {row.code: row for row in session.scalars(sa.select(ContentClass))}
    wanted = {
        one.code: {
            "names": dict(one.names),
            "level": one.level,
            "parent_code": one.parent,
            "initials": initials(one.names["zh"]),
            "position": position,
        }
        for position, one in enumerate(file.content_classes)
    }
    return _sync(rows, wanted, lambda code: ContentClass(code=code))


def _load_routes(file: ProfileFile) -> Change:
    rows = {row.code: row for row in session.scalars(sa.select(RoutingRule))}
    departments = {row.code: row.id for row in session.scalars(sa.select(Department))}
    wanted = {
        one.code: {
            "department_id": departments[one.department],
            "category_code": one.category,
            "content_class": one.content_class,
            "place": one.place,
            "words": list(one.words),
            "note": dict(one.note),
            "position": position,
            "is_from_profile": True,
        }
        for position, one in enumerate(file.routes)
    }
    return _sync(
        rows,
        wanted,
        lambda code: RoutingRule(code=code),
        retired=lambda code, row: row.is_from_profile,
    )


@lru_cache(maxsize=4096)  # forms spell the same few hundred entries again and again
def initials(name: str) -> str:
    """Return the first letters of the pinyin of `name`, small, other letters and figures as they are."""
    letters = "".join(dictionaries.initials(name)).lower()
    return "".join(char for char in letters if char.isalnum())[:60]

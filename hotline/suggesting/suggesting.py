"""What is offered while somebody types: by the trained model, or by the names of the profile."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from hotline.categories import catalogue
from hotline.categories.catalogue import ClassEntry
from hotline.db import session
from hotline.people import departments
from hotline.people.models import Department
from hotline.suggesting import by_names
from hotline.suggesting.features import counted
from hotline.suggesting.model import Model, Suggestion
from hotline.suggesting.models import SuggestionModel, Target

LEAST_TYPED = 4
"""Characters: what is shorter could be anything."""
MOST_CLASSES = 3

_held: dict[Target, tuple[int, Model]] = {}
"""The newest model of each kind this process has read, by its id; ids are never used twice."""


@dataclass(frozen=True, slots=True)
class OfferedClass:
    """A content class with the words that speak for it."""

    entry: ClassEntry
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OfferedDepartment:
    """A department that matters in such words ended with."""

    department: Department
    words: tuple[str, ...]


def classes(title: str, content: str) -> list[OfferedClass]:
    """Return the content classes that fit what is typed, best first."""
    if len(title.strip()) + len(content.strip()) < LEAST_TYPED:
        return []
    known = catalogue.current().classes
    found = _suggested(Target.CONTENT_CLASS, title, content, MOST_CLASSES)
    if found is None:
        found = by_names.suggest(f"{title}\n{content}", most=MOST_CLASSES)
    return [OfferedClass(known[one.code], one.words) for one in found if one.code in known]


def department(title: str, content: str) -> OfferedDepartment | None:
    """Return the department that matters in such words ended with, where the model has learned that."""
    if len(title.strip()) + len(content.strip()) < LEAST_TYPED:
        return None
    found = _suggested(Target.DEPARTMENT, title, content, 1)
    known = departments.by_code(found[0].code) if found else None
    if not found or known is None or not known.is_active:
        return None
    return OfferedDepartment(known, found[0].words)


def versions() -> Sequence[SuggestionModel]:
    """Return the versions that are kept, newest first."""
    newest_first = sa.select(SuggestionModel).order_by(SuggestionModel.target, SuggestionModel.version.desc())
    return session.scalars(newest_first).all()


def _suggested(target: Target, title: str, content: str, most: int) -> list[Suggestion] | None:
    """Return what the model says, or None where none has been trained."""
    model = _current(target)
    return model.suggest(counted(title, content), most=most) if model is not None else None


def _current(target: Target) -> Model | None:
    newest = session.scalar(
        sa.select(sa.func.max(SuggestionModel.id)).where(SuggestionModel.target == target)
    )
    if newest is None:
        return None
    held = _held.get(target)
    if held is None or held[0] != newest:
        packed = session.scalar(sa.select(SuggestionModel.packed).where(SuggestionModel.id == newest))
        if packed is None:
            return None
        held = _held[target] = newest, Model.unpacked(packed)
    return held[1]

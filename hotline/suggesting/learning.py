"""Trains models from the deployment's own ended matters and the profile's words, version after version."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from hotline.categories import catalogue
from hotline.categories.terms import Confidentiality
from hotline.db import reading, session, transaction
from hotline.people.models import Department
from hotline.suggesting import fitting, trying
from hotline.suggesting.features import counted
from hotline.suggesting.fitting import Matter
from hotline.suggesting.models import SuggestionModel, Target
from hotline.tickets.models import Ticket
from hotline.tickets.states import OPEN

FEWEST_MATTERS = 60
"""Fewer teach nothing that the profile's own words do not say."""
FEWEST_OF_LABEL = 5
"""A class or department with fewer is counted to the class above, or left out."""
NEWEST_READ = 50_000
TESTED_SHARE = 0.1
LONGEST_READ = 4_000
"""Characters of a matter's details."""
VERSIONS_KEPT = 5


def train(target: Target, *, now: dt.datetime) -> SuggestionModel | None:
    """Train the next version and keep it; return None where matters are too few.

    Sealed matters are not read. It is first trained without the newest tenth and tried on that tenth, then
    with all. Raises `NoTrainerError` where the library is not installed.
    """
    with reading():
        matters = labelled(target)
        taught = by_profile(target, {label for _, label in matters})
        newest = session.scalar(sa.select(sa.func.max(SuggestionModel.version)).where(_of(target)))
    if len(matters) < FEWEST_MATTERS or len({label for _, label in matters}) < 2:
        return None
    held_back = matters[: max(1, round(len(matters) * TESTED_SHARE))]
    earlier = matters[len(held_back) :]
    if len({label for _, label in earlier}) < 2:
        return None
    trial = trying.tried(fitting.fit([*earlier, *taught]), held_back)
    model = fitting.fit([*matters, *taught])
    version = SuggestionModel(
        target=target,
        version=(newest or 0) + 1,
        trained_at=now,
        matter_count=len(matters),
        label_count=len(model.labels),
        tested_count=trial.tried,
        right_count=trial.right,
        packed=model.packed(),
    )
    with transaction():
        session.add(version)
        session.execute(
            sa.delete(SuggestionModel).where(
                _of(target), SuggestionModel.version <= version.version - VERSIONS_KEPT
            )
        )
    return version


def is_due(target: Target) -> bool:
    """Tell whether matters have ended since the newest version was trained, a tenth more than it knows."""
    known = session.scalar(
        sa.select(SuggestionModel.matter_count).where(_of(target)).order_by(SuggestionModel.version.desc())
    )
    # Counted only as far as it matters: a city has millions.
    wanted = min(NEWEST_READ, max(FEWEST_MATTERS, round((known or 0) * (1 + TESTED_SHARE))))
    if known is not None and known >= NEWEST_READ:
        return _is_old(target)
    found = session.scalar(sa.select(sa.func.count()).select_from(_ended(target).limit(wanted).subquery()))
    return (found or 0) >= wanted


def _is_old(target: Target) -> bool:
    """Tell whether more than a tenth of the matters read last time have been followed by newer ones."""
    trained_at = session.scalar(sa.select(sa.func.max(SuggestionModel.trained_at)).where(_of(target)))
    wanted = round(NEWEST_READ * TESTED_SHARE)
    newer = _ended(target).where(Ticket.closed_at > trained_at).limit(wanted)
    return (session.scalar(sa.select(sa.func.count()).select_from(newer.subquery())) or 0) >= wanted


def labelled(target: Target) -> list[Matter]:
    """Return the ended matters that have a label, newest first."""
    rows = session.execute(_ended(target).limit(NEWEST_READ)).all()
    labels = _grouped([code or "" for _, _, code in rows], target)
    return [
        (counted(title, content[:LONGEST_READ]), label)
        for (title, content, _), label in zip(rows, labels, strict=True)
        if label
    ]


def by_profile(target: Target, labels: set[str]) -> list[Matter]:
    """Return what the profile says of `labels`: the names of classes, the words of the dispatch catalogue."""
    return [(counted(words), label) for words, label in _said(target) if label in labels]


def _said(target: Target) -> Iterator[tuple[str, str]]:
    if target is Target.CONTENT_CLASS:
        for one in catalogue.content_classes():
            yield one.names["zh"], one.code
        return
    for department in session.scalars(sa.select(Department).where(Department.is_active)):
        yield department.names["zh"], department.code
    for rule in catalogue.current().rules:
        for word in rule.words:
            yield word, rule.department_code


def _ended(target: Target) -> sa.Select[str, str, str | None]:
    """Return title, content and label of the ended matters that anybody at the desk may read."""
    label = Ticket.content_class if target is Target.CONTENT_CLASS else Department.code
    query = (
        sa.select(Ticket.title, Ticket.content, label)
        .where(
            Ticket.status.not_in(sorted(OPEN)),
            Ticket.confidentiality == Confidentiality.NORMAL,
            Ticket.category.not_in(catalogue.restricted_categories()),
            label.is_not(None),
        )
        .order_by(Ticket.id.desc())
    )
    if target is Target.DEPARTMENT:
        query = query.join(Department, Department.id == Ticket.lead_department_id).where(Department.is_active)
    return query


def _grouped(codes: Sequence[str], target: Target) -> list[str]:
    """Return for each code itself, or the class above it that has enough matters; empty where none has."""
    if target is Target.DEPARTMENT:
        of_code = Counter(codes)
        return [code if of_code[code] >= FEWEST_OF_LABEL else "" for code in codes]
    known = catalogue.current().classes
    of_class = Counter(code[:end] for code in codes for end in range(2, len(code) + 1, 2))
    return [
        next(
            (
                code[:end]
                for end in range(len(code), 0, -2)
                if code[:end] in known and of_class[code[:end]] >= FEWEST_OF_LABEL
            ),
            "",
        )
        for code in codes
    ]


def _of(target: Target) -> sa.ColumnElement[bool]:
    return SuggestionModel.target == target

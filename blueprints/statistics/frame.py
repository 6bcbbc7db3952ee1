"""What the statistics pages share: who may open them, and what each needs around its figures."""

import datetime as dt
from collections.abc import Iterable

from flask import Blueprint

from blueprints import access
from blueprints.access import current_staff
from blueprints.statistics.cells import Cells
from blueprints.statistics.choices import Choice, Span, chosen
from hotline.categories import catalogue as rules
from hotline.categories.channels import Channel
from hotline.people import departments
from hotline.people.roles import Role
from hotline.statistics import figures, rolled
from hotline.statistics.catalogue import MEASURES
from hotline.statistics.figures import Sums
from hotline.statistics.periods import local_day
from hotline.wording import in_both

bp = Blueprint("statistics", __name__, url_prefix="/statistics")
access.only(
    bp,
    Role.SHIFT_LEADER,
    Role.SERVICE_MANAGER,
    Role.OVERSIGHT_OFFICER,
    Role.INSPECTOR,
    Role.DEPARTMENT_HEAD,
    Role.AUDITOR,
)

HOTLINE = (
    Role.SHIFT_LEADER,
    Role.SERVICE_MANAGER,
    Role.OVERSIGHT_OFFICER,
    Role.INSPECTOR,
    Role.AUDITOR,
)
"""Who sees all departments side by side; a department's head sees the own figures only."""


def choice_at(now: dt.datetime) -> Choice:
    """Return what the address chooses for the person signed in."""
    return chosen(current_staff(), today=local_day(now))


def counts_of(codes: Iterable[str], *counts: str) -> frozenset[str]:
    """Return the counts that measures are made of, and further ones."""
    return frozenset(counts).union(*(MEASURES[code].counts for code in codes))


def divided(choice: Choice, by: str, now: dt.datetime, wanted: frozenset[str]) -> Sums:
    """Return counts of the choice by something, for the eyes of who chose."""
    found = figures.sums(choice.period, now=now, by=by, scope=choice.scope, wanted=wanted)
    return found.without(choice.kept_back) if by == "category" else found


def framed(choice: Choice, now: dt.datetime, here: str) -> dict[str, object]:
    """Return what every statistics page needs."""
    units = departments.named()
    known = rolled.state(now)
    return {
        "choice": choice,
        "cells": Cells(choice),
        "here": here,
        "measures": MEASURES,
        "spans": Span,
        "channels": Channel,
        "categories": [one for one in rules.open_categories() if one.code not in choice.kept_back],
        "departments": [one for one in units if one.is_active],
        "department_codes": {str(one.id): one.code for one in units},
        "unit_names": {one.id: in_both(one.names) for one in units},
        "category_names": {code: in_both(one.names) for code, one in rules.current().policies.items()},
        "is_waiting": known.is_waiting,
        "counted_until": known.counted_until,
        "today": local_day(now),
    }

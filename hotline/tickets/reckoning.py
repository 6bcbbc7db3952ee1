"""Asking what would be due when, without a ticket: for the command line, the API and the admin page."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from hotline.categories.policy import Policy
from hotline.categories.terms import RunsFrom, Stage
from hotline.tickets.deadlines import CAPPED_BY_OVERALL
from hotline.tickets.deadlines import reckon as reckon_stage
from hotline.wording import LOCAL_ZONE, in_words, say
from hotline.working_time import Due

IN_JSON = (Stage.FRONT_DESK, Stage.DEPARTMENT, Stage.OVERALL, Stage.CALLBACK)
"""The stages the machine-readable answer names, whether the category has them or not."""


@dataclass(frozen=True, slots=True)
class StageDue:
    """One stage and when it is due."""

    stage: Stage
    due: Due

    def heading(self) -> str:
        """Return the stage and its due moment in the reader's language."""
        return f"{in_words(self.stage)}  {in_words(self.due.at)}"

    def sentences(self) -> list[str]:
        """Return why, one sentence a step."""
        return self.due.explanation.say()


@dataclass(frozen=True, slots=True)
class Reckoning:
    """Every stage of a category whose starting moment is known."""

    category: str
    stages: tuple[StageDue, ...]

    def due(self, stage: Stage) -> Due | None:
        """Return when `stage` is due, or `None` where it has no limit or its start is not known."""
        return next((one.due for one in self.stages if one.stage is stage), None)

    def to_json(self, received: dt.datetime) -> dict[str, Any]:
        """Return the reckoning in the fixed shape of `deadline explain --json`."""
        shown = {f"{stage.value}_due": _local(self.due(stage)) for stage in IN_JSON}
        return {
            "category": self.category,
            "received_at": received.astimezone(LOCAL_ZONE).isoformat(),
            **shown,
            "explanation": [
                say("%(stage)s: %(sentence)s", {"stage": one.stage, "sentence": sentence})
                for one in self.stages
                for sentence in one.sentences()
            ],
        }


def reckon(
    policy: Policy,
    *,
    received: dt.datetime,
    dispatched: dt.datetime | None = None,
    closed: dt.datetime | None = None,
) -> Reckoning:
    """Return when each stage of `policy` is due for these aware moments.

    Without `dispatched` the department's stages run from receipt, as for a ticket dispatched at once; without
    `closed` the callback's from the overall limit, its latest start. A department's stage never ends after
    the overall limit (DOMAIN C).
    """
    overall_limit = policy.limits.get(Stage.OVERALL)
    overall = reckon_stage(received, overall_limit) if overall_limit else None
    starts = {
        RunsFrom.RECEIVED: received,
        RunsFrom.ACCEPTED: received,
        RunsFrom.DISPATCHED: dispatched or received,
        RunsFrom.CLOSED: closed or (overall.at if overall else None),
    }
    found = []
    for stage, limit in policy.limits.items():
        start = starts.get(limit.runs_from)
        if start is not None:
            cap = overall if stage in CAPPED_BY_OVERALL else None
            found.append(StageDue(stage, reckon_stage(start, limit, cap)))
    return Reckoning(policy.code, tuple(found))


def _local(due: Due | None) -> str | None:
    return None if due is None else due.at.astimezone(LOCAL_ZONE).isoformat()

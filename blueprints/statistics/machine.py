"""The figures for programs: the same catalogue, counts and filters as the pages, as JSON."""

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from blueprints.statistics.frame import bp, choice_at
from hotline.config import LOCALES
from hotline.db import utc_now
from hotline.errors import NotFoundError
from hotline.statistics import figures, names, tallies
from hotline.statistics.catalogue import MEASURES
from hotline.statistics.figures import Sums
from hotline.statistics.measures import Measure
from hotline.wording import say

Words = dict[str, str]


@bp.get("/figures.json")
def figures_json() -> ResponseReturnValue:
    """Return every measure of a period with its definition; `by` divides those that can be divided so."""
    now = utc_now()
    choice, by = choice_at(now), request.args.get("by", "")
    if by and by not in figures.DIVISIONS:
        raise NotFoundError
    if by in tallies.AXES and not choice.scope.is_whole:
        raise NotFoundError
    sums = figures.sums(choice.period, now=now, by=by, scope=choice.scope)
    shown = sums.without(choice.kept_back) if by == "category" else sums
    return jsonify(
        first=choice.period.first.isoformat(),
        last=choice.period.last.isoformat(),
        by=by or None,
        measures=[_measure(one, shown, by) for one in MEASURES.values() if figures.can_be_divided(one, by)],
    )


def _measure(measure: Measure, sums: Sums, by: str) -> dict[str, object]:
    found: dict[str, object] = {
        "code": measure.code,
        "name": _in_each(measure.name),
        "numerator_is": _in_each(measure.words),
        "denominator_is": _in_each(measure.out_of) if measure.denominator else None,
        "target": measure.target,
        "source": measure.basis,
    }
    if not by:
        return found | _counts(measure, sums, "")
    return found | {
        "groups": [
            {"group": group, "name": names.of(by, group), **_counts(measure, sums, group)}
            for group in sums.groups
        ]
    }


def _counts(measure: Measure, sums: Sums, group: str) -> dict[str, object]:
    figure = sums.figure(measure, group)
    return {"numerator": figure.numerator, "denominator": figure.denominator}


def _in_each(message: str) -> Words:
    words: Words = {}
    for code, locale in zip(("zh", "en"), LOCALES, strict=True):
        with force_locale(locale):
            words[code] = say(message)
    return words

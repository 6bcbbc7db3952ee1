"""How well the knowledge base answers: shares with both their counts, by content class."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints import access
from blueprints.access import current_staff
from blueprints.knowledge import names, queries, rights
from blueprints.knowledge.pages import bp
from hotline.db import utc_now
from hotline.statistics import figures, periods
from hotline.statistics.catalogue import MEASURES
from hotline.statistics.periods import ONE_DAY, Period, local_day
from hotline.wording import N_, say
from knowledge_base import reviews

MEASURE_CODES = ("first_contact_solution", "kb_hit_rate")
MOST_CITED = 10


@dataclass(frozen=True, slots=True)
class Share:
    """One content class: of `total` consultations, how many were solved at once, and from an article."""

    code: str
    name: str
    solved: int
    from_article: int
    total: int
    url: str


@bp.get("/statistics")
def statistics() -> ResponseReturnValue:
    """Show the share of consultations answered at first contact in one month, by content class."""
    access.require(*rights.OVERSEERS)
    now = utc_now()
    today = local_day(now)
    period = _month(today)
    within = request.args.get("class", "")[:40]
    measures = [MEASURES[code] for code in MEASURE_CODES]
    wanted = frozenset[str]().union(*(one.counts for one in measures))
    total = figures.sums(period, now=now, wanted=wanted)
    cited = reviews.most_cited(since=period.begins, until=period.ends, limit=MOST_CITED)
    lines = queries.published_lines([one.article.id for one in cited])
    return render_template(
        "knowledge/statistics.html",
        period=period,
        earlier=(period.first - ONE_DAY).replace(day=1),
        later=period.last + ONE_DAY if period.last < today else None,
        figures=[total.figure(one) for one in measures],
        shares=_shares(period, now, within, wanted),
        within=within,
        class_path=names.class_path,
        cited=[(one, lines.get(one.article.id)) for one in cited],
        tabs=rights.tabs(current_staff()),
    )


def _shares(period: Period, now: dt.datetime, within: str, wanted: frozenset[str]) -> list[Share]:
    """Return the shares of the main classes, or of those within one; the largest first."""
    sums = figures.sums(period, now=now, by="content_class", wanted=wanted)
    solution, hits = (MEASURES[code] for code in MEASURE_CODES)
    groups: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for code in sums.groups:
        group = names.step_below(within, code)
        if group is None:
            continue
        solved, hit = sums.figure(solution, code), sums.figure(hits, code)
        for at, amount in enumerate((solved.numerator, hit.numerator, solved.denominator or 0)):
            groups[group][at] += amount
    if not within:
        whole = figures.sums(period, now=now, wanted=wanted)
        rest = [
            whole.figure(solution).numerator - sum(one[0] for one in groups.values()),
            whole.figure(hits).numerator - sum(one[1] for one in groups.values()),
            (whole.figure(solution).denominator or 0) - sum(one[2] for one in groups.values()),
        ]
        if rest[2]:
            groups[""] = rest
    shares = [
        Share(
            code=code,
            name=names.class_name(code) if code else say(N_("Not classified")),
            solved=solved,
            from_article=hit,
            total=total,
            url=_deeper(period, code, within),
        )
        for code, (solved, hit, total) in groups.items()
        if total
    ]
    return sorted(shares, key=lambda one: (-one.total, one.code))


def _deeper(period: Period, code: str, within: str) -> str:
    if not code or code == within or not names.has_parts(code):
        return ""
    chosen: dict[str, Any] = {"month": f"{period.first:%Y-%m}", "class": code}
    return url_for("knowledge.statistics", **chosen)


def _month(today: dt.date) -> Period:
    try:
        return periods.month(dt.date.fromisoformat(f"{request.args.get('month', '')}-01"))
    except ValueError:
        return periods.month(today)

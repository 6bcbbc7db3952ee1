"""What a reader of figures chose in the address: period, what it is narrowed to, and links that keep both."""

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for

from hotline.categories import catalogue
from hotline.categories.channels import Channel
from hotline.errors import NotFoundError
from hotline.people import departments
from hotline.people.models import Department, Staff
from hotline.statistics import periods
from hotline.statistics.measures import Measure
from hotline.statistics.periods import Period
from hotline.statistics.tallies import Scope
from hotline.tickets.access import NEED_TO_KNOW
from hotline.wording import N_, Labelled


class Span(Labelled):
    """How a period is chosen."""

    DAY = "day", N_("Day")
    WEEK = "week", N_("Week")
    MONTH = "month", N_("Month")
    RANGE = "range", N_("From … to")


@dataclass(frozen=True)
class Choice:
    """Period and scope, and the address that leads back to them."""

    span: Span
    period: Period
    scope: Scope
    department: Department | None
    is_own_department: bool
    """A department's head sees the figures of that department and no others."""
    kept_back: frozenset[str] = frozenset()
    """Categories whose figures this reader does not see apart: a figure of few could be one matter's."""
    _begun: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def args(self) -> dict[str, Any]:
        """The query that chooses the same again."""
        found: dict[str, Any] = {"span": self.span.value}
        if self.span is Span.RANGE:
            found |= {"from": self.period.first.isoformat(), "to": self.period.last.isoformat()}
        else:
            found["on"] = self.period.first.isoformat()
        if self.scope.channel:
            found["channel"] = self.scope.channel
        if self.scope.category:
            found["category"] = self.scope.category
        if self.department is not None and not self.is_own_department:
            found["department"] = self.department.code
        return found

    def url(self, endpoint: str, **more: Any) -> str:
        """Return the address of another statistics page for the same choice."""
        if endpoint not in self._begun:
            self._begun[endpoint] = url_for(endpoint, **self.args)
        if more.keys() & self.args.keys():
            return url_for(endpoint, **(self.args | more))
        return f"{self._begun[endpoint]}&{urlencode(more, safe=',')}" if more else self._begun[endpoint]

    def over(self, period: Period) -> str:
        """Return the address of this page for another period."""
        kept = {key: value for key, value in self.args.items() if key not in ("on", "from", "to", "span")}
        is_alike = self.span is not Span.RANGE and (period.days == self.period.days or period.is_month)
        if is_alike:
            kept |= {"span": self.span.value, "on": period.first.isoformat()}
        else:
            kept |= {
                "span": Span.RANGE.value,
                "from": period.first.isoformat(),
                "to": period.last.isoformat(),
            }
        return url_for(request.endpoint or "", **kept)

    def matters(self, *codes: str, **more: str) -> str:
        """Return the address of the list of matters that counts of the catalogue are made of.

        Without codes it is the beginning of such an address: they go at its end.
        """
        # A page has hundreds of these: what they share is made once.
        key = str(tuple(more.items()))
        if key not in self._begun:
            self._begun[key] = f"{self.url('statistics.matters', **more)}&count="
        return self._begun[key] + ",".join(codes)

    def numerator(self, measure: Measure, **more: str) -> str:
        """Return the address of what a measure's numerator counts."""
        return self.matters(*measure.counted, **more)

    def denominator(self, measure: Measure, **more: str) -> str:
        """Return the address of what a measure's denominator counts."""
        return self.matters(measure.denominator or "", **more)


def chosen(person: Staff, *, today: dt.date) -> Choice:
    """Return what the address chooses; this month by default.

    Raises `PeriodError`, `NotFoundError` for a department or a channel that does not exist or a category
    that this person does not see apart.
    """
    channel = request.args.get("channel", "")
    if channel and channel not in set(Channel):
        raise NotFoundError
    kept_back = kept_back_from(person)
    if request.args.get("category", "") in kept_back:
        raise NotFoundError
    span, period = _period(today)
    department, is_own = _department(person)
    return Choice(
        span,
        period,
        Scope(
            channel=channel,
            category=request.args.get("category", ""),
            department_id=department.id if department else 0,
        ),
        department,
        is_own,
        kept_back,
    )


def kept_back_from(person: Staff) -> frozenset[str]:
    """Return the sealed categories, unless the person may know of every matter in them."""
    if person.is_any(*NEED_TO_KNOW):
        return frozenset()
    return frozenset(catalogue.restricted_categories())


def _period(today: dt.date) -> tuple[Span, Period]:
    on = _day("on", today)
    match request.args.get("span", ""):
        case Span.DAY.value:
            return Span.DAY, periods.day(on)
        case Span.WEEK.value:
            return Span.WEEK, periods.week(on)
        case Span.RANGE.value:
            return Span.RANGE, Period(_day("from", today.replace(day=1)), _day("to", today))
        case _:
            return Span.MONTH, periods.month(on)


def _day(name: str, otherwise: dt.date) -> dt.date:
    try:
        return dt.date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return otherwise


def _department(person: Staff) -> tuple[Department | None, bool]:
    if person.acts_for_department and person.department is not None:
        return person.department, True
    code = request.args.get("department", "")
    found = departments.by_code(code) if code else None
    if code and found is None:
        raise NotFoundError
    return found, False

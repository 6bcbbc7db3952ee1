"""Why a deadline falls where it does: steps kept as data, said in the reader's language."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Self

from hotline.wording import LOCAL_ZONE, N_, Labelled, in_words, say
from hotline.working_time.calendars import DayKind
from hotline.working_time.clocks import Limit
from hotline.working_time.hours import OfficeHours


class StepKind(Labelled):
    """One thing an explanation can say. The value is stored; the sentence may be reworded."""

    CLOCK_HOURS_RULE = (
        "clock_hours_rule",
        N_("Limit of %(limit)s, nights, weekends and holidays included."),
    )
    WORKING_HOURS_RULE = (
        "working_hours_rule",
        N_("Limit of %(limit)s: only office hours on working days count (%(hours)s)."),
    )
    WORKING_DAYS_RULE = (
        "working_days_rule",
        N_(
            "Limit of %(limit)s: the starting day does not count; "
            "due at close of business (%(close)s) on the last working day."
        ),
    )
    SAME_DAY_RULE = "same_day_rule", N_("Due by close of business (%(close)s) on the same working day.")
    NATURAL_DAYS_RULE = (
        "natural_days_rule",
        N_(
            "Limit of %(limit)s: the starting day does not count, weekends and holidays do; "
            "due at close of business (%(close)s) on the last day, or where that is a rest day, "
            "on the next working day."
        ),
    )
    STARTS = "starts", N_("Runs from %(start)s.")
    STARTS_AFTER_CLOSE = (
        "starts_after_close",
        N_(
            "%(start)s is after close of business (%(close)s): "
            "counts as received on the next working day, %(day)s."
        ),
    )
    STARTS_ON_REST_DAY = (
        "starts_on_rest_day",
        N_("%(start)s is on a rest day: counts as received on the next working day, %(day)s."),
    )
    STARTS_AT_OPENING = (
        "starts_at_opening",
        N_("%(start)s is outside office hours: time runs from %(opening)s."),
    )
    SKIPPED = "skipped", N_("Days off: %(stretches)s.")
    WORKED = "worked", N_("Taken as working days: %(stretches)s.")
    ROLLED_FORWARD = (
        "rolled_forward",
        N_("The last day, %(last)s, is a rest day: moved to the next working day, %(day)s."),
    )
    DUE = "due", N_("Due %(due)s.")
    EXTENDED = "extended", N_("Extended by %(limit)s.")
    PAUSED = "paused", N_("Stood still from %(start)s to %(end)s, waiting for the caller.")
    CAPPED = "capped", N_("The overall limit ends earlier: due %(due)s at the latest.")
    ESTIMATED = (
        "estimated",
        N_(
            "Rests on a calendar not yet announced (%(years)s): the holidays fixed by law were assumed; "
            "the official arrangement may move this deadline."
        ),
    )
    NO_CALENDAR = (
        "no_calendar",
        N_(
            "There is no calendar for %(years)s: Monday to Friday were counted as working days; "
            "holidays may move this deadline."
        ),
    )


_NAMED: Mapping[DayKind, str] = MappingProxyType(
    {
        DayKind.HOLIDAY: N_("%(name)s holiday"),
        DayKind.LOCAL_REST: N_("%(name)s, day off by local decision"),
        DayKind.MAKE_UP: N_("make-up working day for %(name)s"),
        DayKind.LOCAL_WORK: N_("%(name)s, working day by local decision"),
    }
)
_WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days in a row that are special for the same reason."""

    first: dt.date
    last: dt.date
    kind: DayKind
    names: tuple[Mapping[str, str], ...] = ()

    def say(self) -> str:
        """Return the days and their reason: `2026-05-01 to 2026-05-05 (Labour Day holiday)`."""
        named = _NAMED.get(self.kind)
        reason = say(named, {"name": self.names}) if named and self.names else say(self.kind.label)
        if self.first == self.last:
            weekday = say(_WEEKDAYS[self.first.weekday()])
            return say(
                N_("%(day)s (%(weekday)s, %(reason)s)"),
                {"day": self.first, "weekday": weekday, "reason": reason},
            )
        return say(
            N_("%(first)s to %(last)s (%(reason)s)"),
            {"first": self.first, "last": self.last, "reason": reason},
        )

    def to_json(self) -> dict[str, Any]:
        """Return the stretch as JSON keeps it."""
        return {
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "kind": self.kind.value,
            "names": [dict(name) for name in self.names],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote."""
        return cls(
            dt.date.fromisoformat(data["first"]),
            dt.date.fromisoformat(data["last"]),
            DayKind(data["kind"]),
            tuple(data["names"]),
        )


Param = dt.datetime | dt.date | dt.time | Limit | OfficeHours | tuple[Stretch, ...] | tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One sentence of an explanation, as data."""

    kind: StepKind
    params: Mapping[str, Param] = field(default_factory=dict)

    def say(self) -> str:
        """Return the sentence in the reader's language."""
        return say(self.kind.label, {name: _words(value) for name, value in self.params.items()})

    def to_json(self) -> dict[str, Any]:
        """Return the step as JSON keeps it."""
        return {"step": self.kind.value, **{name: _plain(value) for name, value in self.params.items()}}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote."""
        params = {name: _typed(value) for name, value in data.items() if name != "step"}
        return cls(StepKind(data["step"]), params)


@dataclass(frozen=True, slots=True)
class Explanation:
    """The steps that lead to one due moment, in the order a person would tell them."""

    steps: tuple[Step, ...] = ()

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def with_step(self, step: Step) -> "Explanation":
        """Return the explanation with one more step at its end."""
        return Explanation((*self.steps, step))

    def say(self) -> list[str]:
        """Return one sentence per step, in the reader's language."""
        return [step.say() for step in self.steps]

    def to_json(self) -> list[dict[str, Any]]:
        """Return the explanation as a JSON column or an API answer keeps it."""
        return [step.to_json() for step in self.steps]

    @classmethod
    def from_json(cls, data: Sequence[Mapping[str, Any]]) -> Self:
        """Read what `to_json` wrote. Raises ValueError or KeyError for anything else."""
        return cls(tuple(Step.from_json(step) for step in data))


def _plain(value: Param) -> dict[str, Any]:
    """Return a value as JSON keeps it, under the name of its type."""
    match value:
        case dt.datetime():
            return {"moment": value.astimezone(dt.UTC).isoformat()}
        case dt.date():
            return {"day": value.isoformat()}
        case dt.time():
            return {"time": value.isoformat()}
        case Limit():
            return {"limit": str(value)}
        case OfficeHours():
            return {"office_hours": value.written()}
        case _:
            if all(isinstance(one, Stretch) for one in value):
                return {"stretches": [one.to_json() for one in value if isinstance(one, Stretch)]}
            return {"years": list(value)}


_READERS: Mapping[str, Callable[[Any], Param]] = MappingProxyType(
    {
        "moment": dt.datetime.fromisoformat,
        "day": dt.date.fromisoformat,
        "time": dt.time.fromisoformat,
        "limit": Limit.parse,
        "office_hours": OfficeHours.parse,
        "stretches": lambda stretches: tuple(Stretch.from_json(one) for one in stretches),
        "years": tuple,
    }
)


def _typed(data: Mapping[str, Any]) -> Param:
    [(kind, value)] = data.items()
    return _READERS[kind](value)


def _words(value: Param) -> str:
    """Return a value as a person reads it."""
    match value:
        case dt.datetime():
            return _say_moment(value)
        case dt.date():
            return _say_day(value)
        case dt.time():
            return f"{value:%H:%M}"
        case Limit():
            return value.say()
        case OfficeHours():
            return in_words([f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in value.slots])
        case _:
            stretches = [one.say() for one in value if isinstance(one, Stretch)]
            return say(N_("; ")).join(stretches) if stretches else in_words(value)


def _say_day(day: dt.date) -> str:
    return say(N_("%(day)s (%(weekday)s)"), {"day": day, "weekday": say(_WEEKDAYS[day.weekday()])})


def _say_moment(moment: dt.datetime) -> str:
    local = moment.astimezone(LOCAL_ZONE)
    clock = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    return say(N_("%(day)s %(time)s"), {"day": _say_day(local.date()), "time": clock})

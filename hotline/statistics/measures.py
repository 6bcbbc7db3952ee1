"""What a measure is: two counts, their words, and where the rule comes from."""

from collections.abc import Callable
from dataclasses import dataclass

from hotline.categories import catalogue
from hotline.categories.desk import Targets
from hotline.statistics.counts import COUNTS
from hotline.statistics.sources import Source
from hotline.wording import N_, Labelled


class Group(Labelled):
    """What a measure is about."""

    INTAKE = "intake", N_("Taking in")
    TELEPHONE = "telephone", N_("Telephone")
    TIMELINESS = "timeliness", N_("Timeliness")
    HANDLING = "handling", N_("Handling by departments")
    CALLBACKS = "callbacks", N_("Callbacks")
    SATISFACTION = "satisfaction", N_("What callers said")


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure: what is counted, and where it is a rate, out of what."""

    code: str
    name: str
    group: Group
    numerator: tuple[str, ...] | Callable[[], tuple[str, ...]]
    """Codes of counts that are added; asked anew where the loaded profile decides."""
    denominator: str | None
    words: str
    """What the numerator counts."""
    basis: str
    """Where the rule comes from (DOMAIN): S source, O outside, P proposal."""
    aim: Callable[[Targets], int] | None = None
    """The target in percent that the profile sets."""
    is_low_good: bool = False
    note: str = ""
    """What a reader must know so as not to misread it."""
    is_average: bool = False
    """Seconds to each of the denominator rather than a share of it."""

    @property
    def counted(self) -> tuple[str, ...]:
        """The codes of the counts in the numerator."""
        return self.numerator() if callable(self.numerator) else self.numerator

    @property
    def counts(self) -> frozenset[str]:
        """The codes of every count it needs."""
        return frozenset(self.counted) | ({self.denominator} if self.denominator else set())

    @property
    def out_of(self) -> str:
        """What the denominator counts, in words; empty for a plain count."""
        return COUNTS[self.denominator].words if self.denominator else ""

    @property
    def source(self) -> Source:
        """The rows it is counted from."""
        return COUNTS[self.denominator or self.counted[0]].source

    @property
    def target(self) -> int | None:
        """The target in percent, or `None`."""
        return self.aim(catalogue.desk().targets) if self.aim else None


def plain(code: str, name: str, group: Group, words: str, basis: str, note: str = "") -> Measure:
    """Return a measure that only counts."""
    return Measure(code, name, group, (code,), None, words, basis, note=note)


def average(code: str, name: str, group: Group, seconds: str, of: str, basis: str) -> Measure:
    """Return a measure that divides seconds by what took them."""
    words = COUNTS[seconds].words
    return Measure(code, name, group, (seconds,), of, words, basis, is_low_good=True, is_average=True)


def rate(
    code: str,
    name: str,
    group: Group,
    numerator: str,
    denominator: str,
    basis: str,
    aim: Callable[[Targets], int] | None = None,
    *,
    is_low_good: bool = False,
    note: str = "",
) -> Measure:
    """Return a measure that divides one count by another."""
    words = COUNTS[numerator].words
    return Measure(code, name, group, (numerator,), denominator, words, basis, aim, is_low_good, note)

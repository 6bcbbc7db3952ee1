"""How long matters and callers' data are kept, as the profile says (A4.12-A4.17)."""

from dataclasses import dataclass

from hotline.categories.reader import Table
from hotline.wording import N_, Labelled


class RetentionClass(Labelled):
    """How long a matter is kept (保管期限)."""

    PERMANENT = "permanent", N_("Permanent")
    YEARS_30 = "years_30", N_("30 years")
    YEARS_10 = "years_10", N_("10 years")
    NONE = "none", N_("Not archived")

    @property
    def years(self) -> int | None:
        """The years it names itself; `None` where it is for ever, or the profile says how many."""
        return {RetentionClass.YEARS_30: 30, RetentionClass.YEARS_10: 10}.get(self)


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """The class of matters that fit; what a rule does not name does not matter to it."""

    gives: RetentionClass
    categories: tuple[str, ...]
    supervised: bool | None
    """Whether somebody above put the matter under supervision."""
    answered: bool | None
    """Whether there was a result: the caller was answered."""

    def fits(self, category: str, *, supervised: bool, answered: bool) -> bool:
        """Tell whether a matter falls under this rule."""
        return (
            (not self.categories or category in self.categories)
            and self.supervised in (None, supervised)
            and self.answered in (None, answered)
        )


@dataclass(frozen=True, slots=True)
class RetentionTerms:
    """What is kept how long."""

    rules: tuple[RetentionRule, ...]
    """The first that fits decides."""
    otherwise: RetentionClass
    unfiled_years: int
    """How long what is not archived is kept after its end."""
    person_data_years: int
    """How long callers' names, numbers and addresses are kept after the end of their last matter."""
    investigated: tuple[str, ...]
    """Categories of which nothing is erased at a person's request before their end."""
    answer_days: int
    """Natural days within which a person who asks for their data is answered."""
    source: str

    def class_of(self, category: str, *, supervised: bool, answered: bool) -> RetentionClass:
        """Return the class of a matter."""
        found = (
            rule.gives for rule in self.rules if rule.fits(category, supervised=supervised, answered=answered)
        )
        return next(found, self.otherwise)

    def years(self, retention: RetentionClass) -> int | None:
        """Return for how many years a class is kept; `None`: for ever."""
        return self.unfiled_years if retention is RetentionClass.NONE else retention.years


def read_keeping(table: Table | None) -> RetentionTerms | None:
    """Return what the profile's table says; `None` where it has none."""
    if table is None:
        return None
    terms = RetentionTerms(
        rules=tuple(_rule(one) for one in table.tables("rule")),
        otherwise=table.choice("otherwise", RetentionClass),
        unfiled_years=table.whole("unfiled_years", 1, 30),
        person_data_years=table.whole("person_data_years", 1, 30),
        investigated=table.texts("investigated"),
        answer_days=table.whole("answer_days", 1, 90),
        source=table.text("source"),
    )
    table.finish()
    return terms


def named_categories(terms: RetentionTerms) -> frozenset[str]:
    """Return the categories that the rules name."""
    return frozenset(one for rule in terms.rules for one in rule.categories) | set(terms.investigated)


def _rule(table: Table) -> RetentionRule:
    rule = RetentionRule(
        gives=table.choice("class", RetentionClass),
        categories=table.texts("categories") if table.has("categories") else (),
        supervised=table.flag_or_none("supervised"),
        answered=table.flag_or_none("answered"),
    )
    table.finish()
    return rule

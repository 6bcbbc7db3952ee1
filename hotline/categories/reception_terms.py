"""What a profile says of the reception and its people: hosts, hall, suggestions, shifts, examinations."""

import datetime as dt
from dataclasses import dataclass

from hotline.categories.policy import Words
from hotline.categories.reader import Doubts, Table
from hotline.people.roles import Role
from hotline.wording import N_, Labelled
from hotline.working_time import Limit


class HallStep(Labelled):
    """What may have to be done for a service of the hall (A6.1)."""

    ID_VERIFIED = "id_verified", N_("Identity verified")
    FORM_FILLED = "form_filled", N_("Form filled in")
    FEE_TAKEN = "fee_taken", N_("Fee taken, receipt given")
    ITEMS_RETURNED = "items_returned", N_("Items handed back")
    CLOSING_RECORDED = "closing_recorded", N_("Closing of the account recorded")
    OPERATIONS_TOLD = "operations_told", N_("Operations told")
    STAFF_PHONED = "staff_phoned", N_("Colleague in charge phoned")
    NEEDS_ASKED = "needs_asked", N_("Asked for further needs")


@dataclass(frozen=True, slots=True)
class HallItem:
    """One service of the hall, and what must be done for it."""

    code: str
    names: Words
    steps: tuple[HallStep, ...]


@dataclass(frozen=True, slots=True)
class ReceptionTerms:
    """How visitors, services of the hall, suggestions and urgent matters are treated (A5.3, A6)."""

    category: str
    """What visits to a colleague and services of the hall are recorded as."""
    book_category: str
    """What a suggestion is recorded as."""
    urgent_to: tuple[Role, ...]
    """Who is told of an urgent matter at once."""
    level_a: tuple[Role, ...]
    """Hosts whose visitors are received on level A; B likewise, everybody else's on C."""
    level_b: tuple[Role, ...]
    invite_within: Limit
    """How soon a visitor whose host was absent hears when the host is free."""
    book_answer: Limit
    """How soon an entry of the suggestion book is answered."""
    longest_wait: dt.timedelta | None
    """Who waits longer for a desk is served late; `None`: the profile draws no line."""
    other_term_months: int | None
    """The limit of a petition that may be chosen instead of the category's own, in months (A5.2 (23))."""
    hall: tuple[HallItem, ...]
    source: str

    def hall_item(self, code: str) -> HallItem | None:
        """Return a service of the hall, or None where the profile has none of that code."""
        return next((one for one in self.hall if one.code == code), None)


@dataclass(frozen=True, slots=True)
class ShiftSlot:
    """One shift of the day; one that ends before it begins runs over midnight."""

    code: str
    names: Words
    begins: dt.time
    ends: dt.time


@dataclass(frozen=True, slots=True)
class RosterTerms:
    """The shifts of a day, and what an examination must fulfil to count for the post (A6.9, A7.8)."""

    shifts: tuple[ShiftSlot, ...]
    exam_within_days: int
    """Natural days after the end of the course; an examination later than that leaves one unqualified."""
    pass_mark: int
    highest_mark: int
    source: str


def read_reception(table: Table | None) -> ReceptionTerms:
    """Return what the table `[reception]` says; whatever it leaves out has the value of the sources."""
    read = table or Table({}, ("reception",), Doubts())
    terms = ReceptionTerms(
        category=read.text_or_none("category") or "front_desk_service",
        book_category=read.text_or_none("book_category") or "suggestion",
        urgent_to=read.choices("urgent_to", Role) or (Role.SHIFT_LEADER, Role.SERVICE_MANAGER),
        level_a=read.choices("level_a", Role) or (Role.DEPARTMENT_HEAD, Role.SERVICE_MANAGER),
        level_b=read.choices("level_b", Role) or (Role.SHIFT_LEADER, Role.OVERSIGHT_OFFICER),
        invite_within=read.limit_or_none("invite_within") or Limit.parse("1 wd"),
        book_answer=read.limit_or_none("book_answer") or Limit.parse("0 wd"),
        longest_wait=_minutes(read.whole_or_none("longest_wait_minutes", 1, 480)),
        other_term_months=read.whole_or_none("other_term_months", 1, 24),
        hall=tuple(_hall_item(one) for one in read.tables("hall_item")),
        source=read.text_or_none("source") or "",
    )
    read.finish()
    return terms


def _minutes(count: int | None) -> dt.timedelta | None:
    return None if count is None else dt.timedelta(minutes=count)


def read_roster(table: Table | None) -> RosterTerms:
    """Return what the table `[roster]` says; whatever it leaves out has the value of the sources."""
    read = table or Table({}, ("roster",), Doubts())
    terms = RosterTerms(
        shifts=tuple(_shift(one) for one in read.tables("shift")),
        exam_within_days=read.whole_or_none("exam_within_days", 1, 90) or 5,
        pass_mark=read.whole_or_none("pass_mark", 1, 1000) or 60,
        highest_mark=read.whole_or_none("highest_mark", 1, 1000) or 100,
        source=read.text_or_none("source") or "",
    )
    if terms.pass_mark > terms.highest_mark:
        read.refuse("pass_mark", N_("must not be more than %(name)s"), name="highest_mark")
    read.finish()
    return terms


def _hall_item(table: Table) -> HallItem:
    item = HallItem(table.code(), table.words("names"), table.choices("steps", HallStep))
    if not item.steps:
        table.refuse("steps", N_("must not be empty"))
    table.finish()
    return item


def _shift(table: Table) -> ShiftSlot:
    shift = ShiftSlot(
        table.code(), table.words("names"), time_of_day(table, "begins"), time_of_day(table, "ends")
    )
    table.finish()
    return shift


def time_of_day(table: Table, key: str) -> dt.time:
    """Return a time of day such as `21:00` that must be given."""
    text = table.text(key)
    try:
        return dt.datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a time of day has no zone
    except ValueError:
        table.refuse(key, N_("must be a time of day such as 21:00"))
        return dt.time()

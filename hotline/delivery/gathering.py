"""Many notices of one kind and day told in one line: in the in-tray, and in what goes out (digest)."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import sqlalchemy as sa

from hotline.categories import catalogue
from hotline.db import session
from hotline.delivery.models import Notice
from hotline.people import recusals
from hotline.people.models import Staff
from hotline.wording import LOCAL_ZONE, N_, Labelled, say

FIRST_LOOK = 4
"""How many notices per line the in-tray looks at first: mostly that is enough."""
SCANNED = 500
"""How far back the in-tray looks for its newest lines."""
MOST_IN_GROUP = 500


class Gathered(Labelled):
    """The kinds of notices that come in numbers."""

    DUE = "due", N_("Tickets that fall due")
    OVERDUE = "overdue", N_("Tickets that are overdue")
    ESCALATED = "escalated", N_("Overdue tickets put before you")


TODAY: Mapping[Gathered, str] = MappingProxyType(
    {
        Gathered.DUE: N_("%(count)s tickets fall due today."),
        Gathered.OVERDUE: N_("%(count)s tickets fell due today and are overdue."),
        Gathered.ESCALATED: N_("%(count)s tickets that fell due today are still open and now before you."),
    }
)
OTHER_DAY: Mapping[Gathered, str] = MappingProxyType(
    {
        Gathered.DUE: N_("%(count)s tickets fall due on %(day)s."),
        Gathered.OVERDUE: N_("%(count)s tickets fell due on %(day)s and are overdue."),
        Gathered.ESCALATED: N_(
            "%(count)s tickets that fell due on %(day)s are still open and now before you."
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Group:
    """What gathered notices have in common."""

    kind: Gathered
    day: dt.date
    """The local day the limits end or ended on."""

    @property
    def key(self) -> str:
        """How notices keep it."""
        return f"{self.kind}:{self.day.isoformat()}"

    def in_words(self, count: int, now: dt.datetime) -> str:
        """Return what stands for `count` notices, in the reader's language."""
        is_today = self.day == now.astimezone(LOCAL_ZONE).date()
        sentence = TODAY[self.kind] if is_today else OTHER_DAY[self.kind]
        return say(sentence, {"count": count, "day": self.day})


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an in-tray: one notice, or a group of them with the newest in front."""

    newest: Notice
    group: Group | None = None
    count: int = 1
    """Tickets the line is about."""
    unread: int = 0

    def in_words(self, now: dt.datetime) -> str:
        """Return what the line says in the reader's language."""
        if self.group is None:
            return say(self.newest.sentence, self.newest.params)
        return self.group.in_words(self.count, now)


def of_moment(kind: Gathered, due_at: dt.datetime) -> Group:
    """Return the group of notices about a limit that ends at `due_at`."""
    return Group(kind, due_at.astimezone(LOCAL_ZONE).date())


def read(key: str | None) -> Group | None:
    """Return the group of a kept key; `None` for what is no key."""
    kind, _, day = (key or "").partition(":")
    if kind not in set(Gathered):
        return None
    try:
        return Group(Gathered(kind), dt.date.fromisoformat(day))
    except ValueError:
        return None


def lines(person: Staff, limit: int = 50) -> list[Line]:
    """Return the newest lines of a person's in-tray: many notices of one kind and day are one line."""
    newest = sa.select(Notice).where(_told_to(person)).order_by(Notice.id.desc())
    for most in (min(limit * FIRST_LOOK, SCANNED), SCANNED):
        found = list(session.scalars(newest.limit(most)))
        if len(found) < most or len({one.gather_key or one.id for one in found}) >= limit:
            break
    tallies = _tallies(person, {one.gather_key for one in found if one.gather_key})
    return _joined(found, tallies)[:limit]


def together(notices: Iterable[Notice]) -> list[Line]:
    """Return lines for just these notices, in their order."""
    found = list(notices)
    tickets: dict[str, set[int | None]] = {}
    for one in found:
        if one.gather_key:
            tickets.setdefault(one.gather_key, set()).add(one.ticket_id)
    unread = Counter(one.gather_key for one in found if one.read_at is None)
    return _joined(found, {key: (len(ids), unread[key]) for key, ids in tickets.items()})


def members(person: Staff, group: Group) -> list[Notice]:
    """Return the notices of a person that a line stands for, newest first."""
    query = sa.select(Notice).where(_told_to(person), Notice.gather_key == group.key)
    return list(session.scalars(query.order_by(Notice.id.desc()).limit(MOST_IN_GROUP)))


def _told_to(person: Staff) -> sa.ColumnElement[bool]:
    """Leave out what was told before the matter was kept from `person`."""
    is_free = sa.or_(Notice.ticket_id.is_(None), Notice.ticket_id.not_in(recusals.kept_from(person)))
    return sa.and_(Notice.staff_id == person.id, is_free)


def _tallies(person: Staff, keys: set[str]) -> dict[str, tuple[int, int]]:
    """Return for each key about how many tickets it tells, and how many notices are unread."""
    if not keys:
        return {}
    unread = sa.func.sum(sa.case((Notice.read_at.is_(None), 1), else_=0))
    rows = session.execute(
        sa.select(Notice.gather_key, sa.func.count(Notice.ticket_id.distinct()), unread)
        .where(_told_to(person), Notice.gather_key.in_(keys))
        .group_by(Notice.gather_key)
    )
    return {key: (count, unread_count or 0) for key, count, unread_count in rows if key is not None}


def _joined(notices: Iterable[Notice], tallies: Mapping[str, tuple[int, int]]) -> list[Line]:
    least = catalogue.desk().notices.gather_from
    found: list[Line] = []
    told: set[str] = set()
    for notice in notices:
        key = notice.gather_key
        count, unread = tallies.get(key or "", (1, 0))
        group = read(key) if count >= least else None
        if group is None:
            found.append(Line(notice, unread=int(notice.read_at is None)))
        elif group.key not in told:
            told.add(group.key)
            found.append(Line(notice, group, count, unread))
    return found

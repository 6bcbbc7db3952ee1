"""Where counts come from: per source the rows, the moment they belong to, and what divides them."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from hotline.callbacks.models import CallbackState, CallbackTask
from hotline.categories import catalogue
from hotline.categories.terms import Confidentiality
from hotline.contacts.models import Call, Contact
from hotline.statistics.periods import Period
from hotline.telephony.models import Direction, PhoneCall, PhoneLeg
from hotline.tickets.models import Assignment, Deadline, Part, Ticket
from hotline.wording import N_

Column = sa.SQLColumnExpression[Any]

CONTACT = sa.inspect(Contact).local_table
CALL = sa.inspect(Call).local_table


class local_hour(FunctionElement[str]):  # noqa: N801 - reads as the SQL function it stands for
    """The hour of a moment in Beijing, as two digits; Beijing knows no summer time."""

    type = sa.String()
    inherit_cache = True


@compiles(local_hour, "sqlite")
def _hour_on_sqlite(element: local_hour, compiler: SQLCompiler, **kw: Any) -> str:
    return f"strftime('%H', {compiler.process(element.clauses, **kw)}, '+8 hours')"


@compiles(local_hour, "postgresql")
def _hour_on_postgresql(element: local_hour, compiler: SQLCompiler, **kw: Any) -> str:
    return f"to_char(({compiler.process(element.clauses, **kw)}) AT TIME ZONE 'Asia/Shanghai', 'HH24')"


NO_DEPARTMENT = sa.literal(0)
NO_CATEGORY = sa.literal_column("''", sa.String)


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """Rows of one kind. `moment` decides the day they belong to."""

    name: str
    counts: str
    """What one row is, in words."""
    belongs: str
    """By which moment a row belongs to a day, in words."""
    rows: sa.FromClause
    moment: Column
    channel: Column
    category: Column
    department: Column
    ticket_id: Column
    contact_id: Column
    row_id: Column
    always: sa.ColumnElement[bool] = field(default_factory=sa.true)
    """What keeps a row out of every count."""
    waits: bool = False
    """Rows whose moment lies ahead do not count yet, even within the day."""
    is_open: Callable[[], sa.ColumnElement[bool]] = sa.true
    """What keeps sealed matters out where a division could tell one from another (`TELLING`)."""
    axes: Mapping[str, Column] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def has_departments(self) -> bool:
        """Tell whether its rows belong to departments."""
        return self.department is not NO_DEPARTMENT

    @property
    def has_categories(self) -> bool:
        """Tell whether its rows belong to categories."""
        return self.category is not NO_CATEGORY

    def within(self, period: Period, now: dt.datetime) -> sa.ColumnElement[bool]:
        """Return the condition for rows of `period`."""
        ends = min(period.ends, now) if self.waits else period.ends
        return sa.and_(self.moment >= period.begins, self.moment < ends, self.always)

    def along(self, axis: str) -> sa.ColumnElement[bool]:
        """Return the condition for rows that are divided along `axis`."""
        return self.is_open() if axis in TELLING else sa.true()


TELLING = frozenset({"agent", "area", "hour", "content_class"})
"""Who took it down, where, when and about what: enough to tell one sealed matter from the others. Nobody's
figures by one of these have sealed matters in them; all other figures have."""


def _is_open_ticket() -> sa.ColumnElement[bool]:
    return Ticket.confidentiality != Confidentiality.RESTRICTED


def _is_open_contact() -> sa.ColumnElement[bool]:
    sealed = sa.exists().where(Ticket.id == CONTACT.c.ticket_id, ~_is_open_ticket()).correlate(CONTACT)
    return sa.and_(CONTACT.c.category.not_in(catalogue.restricted_categories()), ~sealed)


_led_round = (
    sa.select(Assignment.department_id)
    .where(
        Assignment.ticket_id == Deadline.ticket_id,
        Assignment.round == Deadline.round,
        Assignment.part == Part.LEAD,
    )
    .order_by(Assignment.id.desc())
    .limit(1)
    .correlate(Deadline)
    .scalar_subquery()
)

CONTACTS = Source(
    name="contacts",
    counts=N_("calls, visits and letters"),
    belongs=N_("the day they came in"),
    rows=CONTACT.outerjoin(CALL, CALL.c.id == CONTACT.c.id),
    moment=CONTACT.c.received_at,
    channel=CONTACT.c.channel,
    category=CONTACT.c.category,
    department=NO_DEPARTMENT,
    ticket_id=CONTACT.c.ticket_id,
    contact_id=CONTACT.c.id,
    row_id=CONTACT.c.id,
    is_open=_is_open_contact,
    axes=MappingProxyType(
        {
            "agent": CONTACT.c.recorded_by_id,
            "hour": local_hour(CONTACT.c.received_at),
            "content_class": CONTACT.c.content_class,
        }
    ),
)

TICKETS = Source(
    name="tickets",
    counts=N_("tickets"),
    belongs=N_("the day the matter came in"),
    rows=Ticket.__table__,
    moment=Ticket.received_at,
    channel=Ticket.channel,
    category=Ticket.category,
    department=Ticket.lead_department_id,
    ticket_id=Ticket.id,
    contact_id=sa.null(),
    row_id=Ticket.id,
    is_open=_is_open_ticket,
    axes=MappingProxyType({"area": Ticket.area}),
)

CLOSED = Source(
    name="closed",
    counts=N_("tickets"),
    belongs=N_("the day they were closed"),
    rows=Ticket.__table__,
    moment=Ticket.closed_at,
    channel=Ticket.channel,
    category=Ticket.category,
    department=Ticket.lead_department_id,
    ticket_id=Ticket.id,
    contact_id=sa.null(),
    row_id=Ticket.id,
)

DISPATCHES = Source(
    name="dispatches",
    counts=N_("dispatches to a lead department"),
    belongs=N_("the day of the dispatch"),
    rows=Assignment.__table__.join(Ticket.__table__, Ticket.id == Assignment.ticket_id),
    moment=Assignment.dispatched_at,
    channel=Ticket.channel,
    category=Ticket.category,
    department=Assignment.department_id,
    ticket_id=Ticket.id,
    contact_id=sa.null(),
    row_id=Assignment.id,
    always=Assignment.part == Part.LEAD,
)

DEADLINES = Source(
    name="deadlines",
    counts=N_("limits of tickets"),
    belongs=N_("the day the limit ended"),
    rows=Deadline.__table__.join(Ticket.__table__, Ticket.id == Deadline.ticket_id).outerjoin(
        Assignment.__table__, Assignment.id == Deadline.assignment_id
    ),
    moment=Deadline.due_at,
    channel=Ticket.channel,
    category=Ticket.category,
    department=sa.func.coalesce(Assignment.department_id, _led_round),
    ticket_id=Ticket.id,
    contact_id=sa.null(),
    row_id=Deadline.id,
    # What was no longer owed before it was late is nobody's merit and nobody's fault.
    # A clock that stands still ends on another day, once it runs again.
    always=sa.and_(
        sa.or_(Deadline.cancelled_at.is_(None), Deadline.breached_at.is_not(None)),
        Deadline.stopped_since.is_(None),
    ),
    waits=True,
)

_TASKS = CallbackTask.__table__.join(Ticket.__table__, Ticket.id == CallbackTask.ticket_id)

CALLBACKS_DUE = Source(
    name="callbacks_due",
    counts=N_("callbacks owed"),
    belongs=N_("the day the callback was due"),
    rows=_TASKS,
    moment=CallbackTask.due_at,
    channel=Ticket.channel,
    category=CallbackTask.category,
    department=CallbackTask.department_id,
    ticket_id=Ticket.id,
    contact_id=sa.null(),
    row_id=CallbackTask.id,
    always=CallbackTask.state != CallbackState.CANCELLED,
    waits=True,
    axes=MappingProxyType({"level": CallbackTask.level}),
)

CALLBACKS_ENDED = Source(
    name="callbacks_ended",
    counts=N_("callbacks that ended"),
    belongs=N_("the day the callback ended"),
    rows=_TASKS,
    moment=CallbackTask.completed_at,
    channel=Ticket.channel,
    category=CallbackTask.category,
    department=CallbackTask.department_id,
    ticket_id=Ticket.id,
    contact_id=sa.null(),
    row_id=CallbackTask.id,
    is_open=_is_open_ticket,
    axes=MappingProxyType(
        {"level": CallbackTask.level, "agent": CallbackTask.completed_by_id, "area": Ticket.area}
    ),
)

_TAKEN_DOWN = (
    sa.select(sa.func.max(PhoneLeg.contact_id))
    .where(PhoneLeg.call_id == PhoneCall.id)
    .correlate(PhoneCall)
    .scalar_subquery()
)

PHONE_CALLS = Source(
    name="phone_calls",
    counts=N_("incoming calls, as the exchange tells"),
    belongs=N_("the day they came in"),
    rows=PhoneCall.__table__,
    moment=PhoneCall.received_at,
    channel=sa.literal_column("'call'", sa.String),
    category=NO_CATEGORY,
    department=NO_DEPARTMENT,
    ticket_id=sa.select(CONTACT.c.ticket_id).where(CONTACT.c.id == _TAKEN_DOWN).scalar_subquery(),
    contact_id=_TAKEN_DOWN,
    row_id=PhoneCall.id,
    always=PhoneCall.direction == Direction.INBOUND,
    axes=MappingProxyType({"agent": PhoneCall.staff_id, "hour": local_hour(PhoneCall.received_at)}),
)

SOURCES = (CONTACTS, PHONE_CALLS, TICKETS, CLOSED, DISPATCHES, DEADLINES, CALLBACKS_DUE, CALLBACKS_ENDED)

"""Visits to one person of the house: appointment, level, telling the host, inviting again (A6.6)."""

import datetime as dt
from dataclasses import dataclass
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from hotline.categories import catalogue
from hotline.contacts import intake, phones
from hotline.contacts.intake import Caller, VisitDetails
from hotline.contacts.models import Contact, Disposition
from hotline.contacts.written import cleaned, one_line
from hotline.db import Moment, session
from hotline.delivery import notices
from hotline.errors import HotlineError, NotAllowedError, NotFoundError
from hotline.people import absences, staff
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.reception.models import HostVisit, HostVisitState, VisitLevel
from hotline.wording import LOCAL_ZONE, N_, say
from hotline.working_time import due, load, office_hours

DESK = (Role.TRAINEE, Role.OPERATOR, Role.SHIFT_LEADER, Role.SERVICE_MANAGER)
LONGEST = 300
LONGEST_NAME = 60
SHOWN = 200

State = HostVisitState


class HostMissingError(HotlineError):
    """A visit to somebody names them."""

    sentence = N_("Choose whom the visitor wants to see.")
    field = "host"


class VisitorMissingError(HotlineError):
    """The host is told who came."""

    sentence = N_("Write down the visitor's name.")
    field = "name"


class PurposeMissingError(HotlineError):
    """The host is told what about."""

    sentence = N_("Write down what the visitor wants to see them about.")
    field = "purpose"


class AppointmentPastError(HotlineError):
    """An appointment is to come."""

    sentence = N_("An appointment must be still to come.")
    field = "appointed_at"


class AppointmentMissingError(HotlineError):
    """Who is invited hears when to come."""

    sentence = N_("Say when the host is free.")
    field = "appointed_at"


class SlipPhoneMissingError(HotlineError):
    """The contact slip says how the visitor is told."""

    sentence = N_("The contact slip needs a phone number, so that the visitor can be told.")
    field = "phone"


class NotNowError(HotlineError):
    """The visit stands elsewhere by now."""

    sentence = N_("This visit stands at “%(state)s” by now.")


@dataclass(frozen=True, kw_only=True)
class Announced:
    """Who comes to see whom, and what about."""

    host: Staff | None
    name: str
    purpose: str
    organisation: str = ""
    phone: str = ""
    is_confidential: bool = False


def announce(told: Announced, *, appointed_at: dt.datetime | None, by: Staff, now: dt.datetime) -> HostVisit:
    """Write an appointment down, and tell the host.

    Raises `AppointmentMissingError`, `AppointmentPastError`, and what is wrong with what was told.
    """
    if appointed_at is None:
        raise AppointmentMissingError
    if appointed_at <= now:
        raise AppointmentPastError
    visit = _made(told, by=by, now=now)
    visit.state, visit.appointed_at = State.EXPECTED, appointed_at
    session.add(visit)
    session.flush()
    _tell_host(
        visit, "host_visit_expected", N_("A visitor is announced to you for %(when)s. See Host visits."), now
    )
    return visit


def walk_in(told: Announced, *, by: Staff, now: dt.datetime) -> HostVisit:
    """Write down that somebody came without an appointment, and tell the host."""
    visit = _made(told, by=by, now=now)
    visit.state = State.EXPECTED
    session.add(visit)
    session.flush()
    arrive(visit, by=by, now=now)
    return visit


def arrive(visit: HostVisit, *, by: Staff, now: dt.datetime) -> None:
    """Write down that the visitor is here: it goes into the reception register, and the host is told.

    Raises `NotNowError`, `NotAllowedError`.
    """
    _require_desk(by)
    _require(visit, State.EXPECTED)
    visit.state, visit.arrived_at = State.ARRIVED, now
    visit.contact = _recorded(visit, by=by, now=now)
    session.flush()
    _tell_host(
        visit,
        "host_visit_arrived",
        N_("A visitor is waiting for you at the reception. See Host visits."),
        now,
    )


def receive(visit: HostVisit, *, outcome: str = "", by: Staff, now: dt.datetime) -> None:
    """Write down that the host received the visitor. Raises `NotNowError`, `NotAllowedError`."""
    _require_concerned(visit, by, now)
    _require(visit, State.ARRIVED)
    _end(visit, State.RECEIVED, outcome, now)
    _file(visit, say(N_("Received by %(host)s"), {"host": visit.host.name}))


def absent(visit: HostVisit, *, phone: str = "", by: Staff, now: dt.datetime) -> None:
    """Take the contact slip of a visitor whose host is out: the visitor is to be invited again.

    Raises `SlipPhoneMissingError`, `PhoneNotUnderstoodError`, `NotNowError`, `NotAllowedError`.
    """
    _require_concerned(visit, by, now)
    _require(visit, State.ARRIVED)
    number = phones.normalised(phone) if phone.strip() else visit.phone
    if not number:
        raise SlipPhoneMissingError
    invite_by = due(now, catalogue.desk().reception.invite_within, load(), office_hours()).at
    visit.phone, visit.invite_by = number, invite_by
    visit.state, visit.invited_at = State.ABSENT, None
    _file(visit, say(N_("%(host)s was out; contact slip taken"), {"host": visit.host.name}))
    session.flush()
    _tell_host(
        visit,
        "host_visit_missed",
        N_("A visitor missed you and left a contact slip. Say by %(when)s when you are free: Host visits."),
        now,
        when=visit.invite_by,
    )


def invite(visit: HostVisit, *, appointed_at: dt.datetime | None, by: Staff, now: dt.datetime) -> None:
    """Write down that the visitor was told when the host is free, and is expected then.

    Raises `AppointmentMissingError`, `AppointmentPastError`, `NotNowError`, `NotAllowedError`.
    """
    _require_concerned(visit, by, now)
    _require(visit, State.ABSENT)
    if appointed_at is None:
        raise AppointmentMissingError
    if appointed_at <= now:
        raise AppointmentPastError
    visit.state, visit.appointed_at, visit.invited_at = State.EXPECTED, appointed_at, now
    session.flush()


def cancel(visit: HostVisit, *, outcome: str = "", by: Staff, now: dt.datetime) -> None:
    """Write down that the visit does not take place. Raises `NotNowError`, `NotAllowedError`."""
    _require_concerned(visit, by, now)
    _require(visit, State.EXPECTED, State.ARRIVED, State.ABSENT)
    _end(visit, State.CANCELLED, outcome, now)
    if visit.contact is not None:
        _file(visit, say(N_("The visit to %(host)s did not take place"), {"host": visit.host.name}))


def get(visit_id: int, person: Staff, now: dt.datetime) -> HostVisit:
    """Return a visit for the reception, the host, or who stands in for the host. Raises `NotFoundError`."""
    found = session.get(HostVisit, visit_id)
    if found is None or not _concerns(found, person, now):
        raise NotFoundError
    return found


def listed(person: Staff, *, now: dt.datetime, is_open: bool = True) -> list[HostVisit]:
    """Return the visits that concern `person`: those under way by their moment, or the last that ended."""
    query = sa.select(HostVisit).options(joinedload(HostVisit.created_by))
    query = query.where(HostVisit.ended_at.is_(None) if is_open else HostVisit.ended_at.is_not(None))
    if not person.is_any(*DESK):
        query = query.where(HostVisit.host_id.in_(absences.hands_of(person, now)))
    moment = sa.func.coalesce(HostVisit.invite_by, HostVisit.appointed_at, HostVisit.created_at)
    order = (moment, HostVisit.id) if is_open else (HostVisit.ended_at.desc(), HostVisit.id)
    return list(session.scalars(query.order_by(*order).limit(SHOWN)))


def to_invite(person: Staff, *, now: dt.datetime) -> list[HostVisit]:
    """Return whom `person` has to tell when they are free."""
    query = sa.select(HostVisit).where(
        HostVisit.state == State.ABSENT,
        HostVisit.ended_at.is_(None),
        HostVisit.host_id.in_(absences.hands_of(person, now)),
    )
    return list(session.scalars(query.order_by(HostVisit.invite_by, HostVisit.id)))


def waiting_count(person: Staff, now: Moment) -> sa.ScalarSelect[int]:
    """Return how many visitors `person` has to invite again, as a column of a query."""
    return (
        sa.select(sa.func.count())
        .select_from(HostVisit)
        .where(
            HostVisit.state == State.ABSENT,
            HostVisit.ended_at.is_(None),
            HostVisit.host_id.in_(absences.hands(person, now)),
        )
        .scalar_subquery()
    )


def sees_purpose(visit: HostVisit, person: Staff, *, now: dt.datetime) -> bool:
    """Tell whether `person` may read what the visit is about: a confidential one is the host's."""
    if not visit.is_confidential or person.id == visit.created_by_id:
        return True
    return visit.host_id in absences.hands_of(person, now)


def hosts() -> list[Staff]:
    """Return everybody a visitor can ask for."""
    return staff.holding(*Role)


def level_of(host: Staff) -> VisitLevel:
    """Return how visitors of `host` are received, by the host's rank as the profile has it (A6.6)."""
    terms = catalogue.desk().reception
    if host.is_any(*terms.level_a):
        return VisitLevel.A
    return VisitLevel.B if host.is_any(*terms.level_b) else VisitLevel.C


def alarm(now: dt.datetime) -> int:
    """Tell host and shift leaders of visitors who should have been invited again; return how many."""
    query = sa.select(HostVisit).where(HostVisit.state == State.ABSENT, HostVisit.invite_by < now)
    late = list(session.scalars(query))
    leaders = staff.holding(Role.SHIFT_LEADER) if late else []
    for visit in late:
        notices.tell(
            {person.id: person for person in [visit.host, *leaders]}.values(),
            "host_visit_late",
            N_("A visitor who missed %(host)s has not been told when to come. See Host visits."),
            once=f"host_visit_late:{visit.id}:{visit.invite_by:%Y%m%d%H%M}",
            now=now,
            host=visit.host.name,
        )
    return len(late)


def _made(told: Announced, *, by: Staff, now: dt.datetime) -> HostVisit:
    _require_desk(by)
    if told.host is None:
        raise HostMissingError
    name, purpose = one_line(told.name)[:LONGEST_NAME], cleaned(told.purpose)[:LONGEST]
    if not name:
        raise VisitorMissingError
    if not purpose:
        raise PurposeMissingError
    return HostVisit(
        host=told.host,
        level=level_of(told.host),
        name=name,
        organisation=one_line(told.organisation)[:LONGEST] or None,
        phone=phones.normalised(told.phone) if told.phone.strip() else None,
        purpose=purpose,
        is_confidential=told.is_confidential,
        created_by=by,
        created_at=now,
    )


def _recorded(visit: HostVisit, *, by: Staff, now: dt.datetime) -> Contact:
    about = say(N_("confidential")) if visit.is_confidential else visit.purpose
    words = {"host": visit.host.name, "level": visit.level, "purpose": about}
    return intake.record(
        VisitDetails(arrived_at=now),
        Caller(name=visit.name, phone=visit.phone),
        category=catalogue.desk().reception.category,
        content_class=None,
        summary=say(N_("To see %(host)s (%(level)s): %(purpose)s"), words),
        received_at=now,
        is_read_back=None,
        submission_key=f"host-visit:{uuid4()}",
        by=by,
        now=now,
    )


def _file(visit: HostVisit, because: str) -> None:
    """End the contact in the reception register with what came of it."""
    if visit.contact is not None:
        visit.contact.disposition, visit.contact.filed_because = Disposition.FILED, because[:LONGEST]
        session.flush()


def _end(visit: HostVisit, state: HostVisitState, outcome: str, now: dt.datetime) -> None:
    visit.state, visit.ended_at = state, now
    visit.outcome = cleaned(outcome)[:LONGEST] or None
    session.flush()


def _tell_host(
    visit: HostVisit, kind: str, sentence: str, now: dt.datetime, when: dt.datetime | None = None
) -> None:
    told = when or visit.appointed_at or now
    notices.tell(
        [visit.host],
        kind,
        sentence,
        once=f"{kind}:{visit.id}:{now:%Y%m%d%H%M%S}",
        now=now,
        when=told.astimezone(LOCAL_ZONE).strftime("%Y-%m-%d %H:%M"),
    )


def _concerns(visit: HostVisit, person: Staff, now: dt.datetime) -> bool:
    return person.is_any(*DESK) or visit.host_id in absences.hands_of(person, now)


def _require(visit: HostVisit, *states: HostVisitState) -> None:
    if visit.state not in states:
        raise NotNowError(state=visit.state)


def _require_desk(person: Staff) -> None:
    if not person.is_any(*DESK):
        raise NotAllowedError


def _require_concerned(visit: HostVisit, person: Staff, now: dt.datetime) -> None:
    if not _concerns(visit, person, now):
        raise NotAllowedError

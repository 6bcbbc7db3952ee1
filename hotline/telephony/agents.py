"""Who sits at which extension, whether they are ready, and what the lines look like this minute."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from hotline.db import session
from hotline.errors import HotlineError
from hotline.people.models import Staff
from hotline.telephony.models import DeskPhone, Direction, PhoneCall, PhoneLeg
from hotline.wording import N_, Labelled

_Rung = tuple[str, str | None, dt.datetime | None, dt.datetime | None]
EXTENSION = re.compile(r"[0-9A-Za-z_.-]{1,20}")


class ExtensionError(HotlineError):
    """An extension is what the exchange calls a telephone."""

    sentence = N_("An extension has up to 20 digits or letters, such as 8001.")
    field = "extension"


class NoExtensionError(HotlineError):
    """Who takes no calls cannot be ready for them."""

    sentence = N_("Say first which extension you sit at.")


class AgentState(Labelled):
    """What a person at a telephone does."""

    TALKING = "talking", N_("Talking")
    RINGING = "ringing", N_("Ringing")
    READY = "ready", N_("Ready for a call")
    AWAY = "away", N_("On a break")


@dataclass(frozen=True, slots=True)
class Agent:
    """One person at one telephone."""

    staff: Staff
    extension: str
    state: AgentState
    since: dt.datetime


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines this minute."""

    waiting: int
    oldest_waiting: dt.datetime | None
    agents: tuple[Agent, ...]

    def count(self, state: AgentState) -> int:
        """Return how many people do that."""
        return sum(1 for one in self.agents if one.state is state)

    @property
    def talking(self) -> int:
        """How many people talk."""
        return self.count(AgentState.TALKING)

    @property
    def ready(self) -> int:
        """How many people could take a call."""
        return self.count(AgentState.READY)


@dataclass(frozen=True, slots=True)
class Ring:
    """What a browser must know of its person's telephone."""

    extension: str
    form_key: str
    state: str
    """`ringing`, `talking` or `ended`; empty where nothing rang yet."""


def sit_at(extension: str, person: Staff, *, now: dt.datetime) -> DeskPhone:
    """Put `person` at an extension; whoever sat there does no longer. Raises `ExtensionError`."""
    extension = extension.strip()
    if not EXTENSION.fullmatch(extension):
        raise ExtensionError
    found = of(person)
    if found is not None and found.extension == extension:
        found.is_ready = True
        return found
    session.execute(
        sa.delete(DeskPhone).where(sa.or_(DeskPhone.extension == extension, DeskPhone.staff_id == person.id))
    )
    made = DeskPhone(extension=extension, staff_id=person.id, since=now, is_ready=True)
    session.add(made)
    session.flush()
    return made


def leave(person: Staff) -> None:
    """Free the extension of `person`, if they sit at one."""
    session.execute(sa.delete(DeskPhone).where(DeskPhone.staff_id == person.id))


def be_ready(person: Staff, is_ready: bool) -> None:
    """Say that `person` takes calls, or has a break. Raises `NoExtensionError`."""
    found = of(person)
    if found is None:
        raise NoExtensionError
    found.is_ready = is_ready
    session.flush()


def sign_on(person: Staff) -> str:
    """Let calls come to a person who signed in; return their extension, empty where they have none."""
    found = of(person)
    if found is None:
        return ""
    found.is_ready = True
    session.flush()
    return found.extension


def sign_off(person: Staff) -> None:
    """Let nobody count on a person who signed out; their extension stays theirs."""
    session.execute(sa.update(DeskPhone).where(DeskPhone.staff_id == person.id).values(is_ready=False))


def of(person: Staff) -> DeskPhone | None:
    """Return the telephone of `person`, or `None`."""
    return session.scalar(sa.select(DeskPhone).where(DeskPhone.staff_id == person.id))


_RINGS = (
    sa.select(DeskPhone.extension, PhoneLeg.form_key, PhoneLeg.answered_at, PhoneLeg.ended_at)
    .outerjoin(PhoneLeg, PhoneLeg.id == DeskPhone.leg_id)
    .where(DeskPhone.staff_id == sa.bindparam("person_id"))
)
"""Asked by every desk more than once a second, so it is not put together anew each time."""


def ring(person_id: int) -> Ring | None:
    """Return what rings at a person's telephone, read by two indexes; `None` without a telephone."""
    row = session.execute(_RINGS, {"person_id": person_id}).first()
    if row is None:
        return None
    extension, form_key, answered_at, ended_at = cast(_Rung, tuple(row))
    if form_key is None:
        return Ring(extension, "", "")
    state = "ended" if ended_at is not None else "talking" if answered_at is not None else "ringing"
    return Ring(extension, form_key, state)


def lines() -> Lines:
    """Return the lines as they are: read over open calls only, through their own indexes."""
    waiting, oldest = session.execute(
        sa.select(sa.func.count(), sa.func.min(PhoneCall.received_at)).where(
            PhoneCall.ended_at.is_(None),
            PhoneCall.answered_at.is_(None),
            PhoneCall.direction == Direction.INBOUND,
        )
    ).one()
    open_legs = session.scalars(
        sa.select(PhoneLeg).where(PhoneLeg.ended_at.is_(None), PhoneLeg.staff_id.is_not(None))
    ).all()
    desks = session.scalars(
        sa.select(DeskPhone).options(joinedload(DeskPhone.staff)).order_by(DeskPhone.extension)
    ).unique()
    return Lines(waiting, oldest, tuple(_agent(one, open_legs) for one in desks))


def _agent(desk: DeskPhone, open_legs: Sequence[PhoneLeg]) -> Agent:
    mine = [one for one in open_legs if one.staff_id == desk.staff_id]
    answered = [one.answered_at for one in mine if one.answered_at is not None]
    if answered:
        return Agent(desk.staff, desk.extension, AgentState.TALKING, min(answered))
    rings = [one.offered_at for one in mine if one.offered_at is not None]
    if rings:
        return Agent(desk.staff, desk.extension, AgentState.RINGING, min(rings))
    state = AgentState.READY if desk.is_ready else AgentState.AWAY
    return Agent(desk.staff, desk.extension, state, desk.since)

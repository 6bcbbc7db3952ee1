"""Calls of an exchange for the figures: answered soon and late, abandoned, refused, still open."""

import datetime as dt
import random

from hotline.db import transaction
from hotline.people.roles import Role
from hotline.telephony import agents, events
from hotline.telephony.events import Told
from hotline.telephony.models import Direction, EventKind
from tests.matters import somebody


def take_calls(begins: dt.datetime, hours: float, count: int, seed: int = 20260301) -> None:
    """Take `count` calls within `hours` of `begins`, the same each time."""
    chance = random.Random(seed)
    operator = somebody(Role.OPERATOR)
    with transaction():
        agents.sit_at(f"8{seed % 1000:03d}", operator, now=begins)
    for number in range(count):
        _call(f"{seed}-{number}", begins + dt.timedelta(hours=chance.uniform(0, hours)), chance, number)


def _call(name: str, received: dt.datetime, chance: random.Random, number: int) -> None:
    direction = Direction.OUTBOUND if number % 11 == 5 else Direction.INBOUND
    told = [
        Told(call_key=name, kind=EventKind.NEW_CALL, at=received, direction=direction, number="13812345678")
    ]
    rang = received + dt.timedelta(seconds=chance.randint(0, 8))
    answered = rang + dt.timedelta(seconds=chance.randint(1, 25))
    ended = answered + dt.timedelta(seconds=chance.randint(5, 300))
    if number % 7 == 3:
        told.append(Told(call_key=name, kind=EventKind.ABANDON, at=answered))
    elif number % 13 == 6:
        told.append(Told(call_key=name, kind=EventKind.REJECT, at=received))
    else:
        told.append(Told(call_key=name, kind=EventKind.OFFER, at=rang, extension="8301"))
        told.append(Told(call_key=name, kind=EventKind.ANSWER, at=answered, extension="8301"))
        if number % 17 != 8:
            told.append(Told(call_key=name, kind=EventKind.HANGUP, at=ended))
    for one in told:
        with transaction():
            events.take(one, now=ended)

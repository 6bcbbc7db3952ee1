"""Samples cover every kind of matter and can be drawn again (scenario 20)."""

import datetime as dt
import math

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as some

from hotline.callbacks import sampling
from hotline.callbacks.models import CallbackTask
from hotline.callbacks.sample_models import SampleMember
from hotline.callbacks.sampling import DrawnBeforeError, NothingToDrawError
from hotline.categories.terms import Confidentiality
from hotline.db import session, transaction
from hotline.people.roles import Role
from hotline.tickets import registration
from hotline.tickets.models import Ticket
from hotline.tickets.registration import Matter
from hotline.tickets.states import TicketStatus
from tests.matters import Desk, at

MARCH = (dt.date(2026, 3, 1), dt.date(2026, 3, 31))
FIRST_OF_APRIL = at("2026-04-01 09:00")
TOPICS = {"documents": 120, "penalties": 50, "policy": 27, "public_morality": 3}


@pytest.fixture
def march(app: Flask) -> Desk:
    """200 consultations on four topics, closed in March."""
    desk = Desk()
    with transaction():
        contact = desk.contact("consultation", at("2026-03-02 09:00"))
        for topic, count in TOPICS.items():
            for _ in range(count):
                matter = Matter(category="consultation", title="How?", content="How?", facts={"topic": topic})
                ticket = registration.register(matter, contact, by=desk.operator, now=at("2026-03-02 09:00"))
                ticket.status, ticket.closed_at = TicketStatus.CLOSED, at("2026-03-20 10:00")
    return desk


def test_two_hundred_closed_consultations_give_twenty_and_ten(march: Desk) -> None:
    with transaction():
        second, third = sampling.draw_due(FIRST_OF_APRIL)
    assert (second.level, second.population_count, second.drawn_count) == (2, 200, 20)
    assert (third.level, third.population_count, third.drawn_count) == (3, 200, 10)
    for sample in (second, third):
        assert [one["stratum"] for one in sample.strata] == sorted(
            f"consultation:{topic}" for topic in TOPICS
        )
        assert all(one["drawn"] >= 1 for one in sample.strata)
        tasks = session.scalars(sa.select(CallbackTask).where(CallbackTask.sample_id == sample.id)).all()
        assert len(tasks) == sample.drawn_count
        assert {task.due_at for task in tasks} == {at("2026-04-08 17:30")}
    assert {task.by_role for task in tasks} == {Role.OVERSIGHT_OFFICER}
    with transaction():
        assert sampling.draw_due(FIRST_OF_APRIL) == [], "a month is drawn once"


def test_a_draw_comes_out_the_same_again_and_another_seed_does_not(march: Desk) -> None:
    with transaction():
        sample = sampling.draw(2, *MARCH, by=march.manager, now=FIRST_OF_APRIL, seed="a seed")
    assert sampling.repeats(sample)
    with pytest.raises(DrawnBeforeError), transaction():
        sampling.draw(2, *MARCH, by=march.manager, now=FIRST_OF_APRIL)
    pairs = [(one.ticket.number, one.stratum) for one in sample.members]
    assert sampling.chosen(pairs, 10, "a seed") != sampling.chosen(pairs, 10, "another seed")


def test_a_sample_that_somebody_changed_is_noticed(march: Desk) -> None:
    with transaction():
        sample = sampling.draw(2, *MARCH, by=march.manager, now=FIRST_OF_APRIL)
    with transaction():
        lucky = session.scalars(sa.select(SampleMember).where(~SampleMember.is_drawn).limit(1)).one()
        lucky.is_drawn = True
    assert not sampling.repeats(sample)


def test_sealed_matters_and_callers_without_contact_are_not_drawn(march: Desk) -> None:
    with transaction():
        tickets = session.scalars(sa.select(Ticket).order_by(Ticket.id)).all()
        tickets[0].confidentiality = Confidentiality.RESTRICTED
        tickets[1].has_contact = False
    assert len(sampling.population(*MARCH)) == 198


def test_an_empty_month_is_not_drawn(app: Flask) -> None:
    manager = Desk().manager
    with pytest.raises(NothingToDrawError), transaction():
        sampling.draw(2, *MARCH, by=manager, now=FIRST_OF_APRIL)
    assert sampling.draw_due(FIRST_OF_APRIL) == []


@given(
    some.dictionaries(
        some.text("abc", min_size=1, max_size=3), some.integers(1, 400), min_size=1, max_size=12
    ),
    some.integers(1, 100),
)
def test_every_stratum_gets_one_and_the_share_is_never_missed(strata: dict[str, int], share: int) -> None:
    sizes = sampling.allotted(strata, share)
    assert all(1 <= sizes[name] <= count for name, count in strata.items())
    total, wanted = sum(sizes.values()), math.ceil(sum(strata.values()) * share / 100)
    assert wanted <= total <= wanted + len(strata)

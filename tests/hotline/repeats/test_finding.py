"""Likely the same matter: by words, place and caller, among recent open tickets that may be seen."""

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask

from hotline import chores, jobs
from hotline.contacts import requesters
from hotline.db import session, transaction, utc_now
from hotline.delivery.models import OutboxMessage
from hotline.people.roles import Role
from hotline.repeats import finding, index, likeness
from hotline.repeats.finding import Because
from hotline.repeats.models import TicketPair
from hotline.tickets import closing, registration
from hotline.tickets.models import Ticket
from hotline.tickets.registration import Matter
from tests.conftest import NOON
from tests.matters import Desk, somebody

STATION = ("丽发新城小区旁建搅拌站", "开发商在小区旁边建搅拌站，噪音和灰尘很大，严重扰民。", "丽发新城")
OTHERS = (
    ("身份证办理时间太长", "到派出所办身份证等了两个月还没有拿到。", "东街派出所"),
    ("公交车不按站停靠", "七路公交车经常在站前甩客。", "火车站"),
    ("自来水水压不足", "六楼以上晚上没有水。", "幸福里"),
)


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


def open_one(
    desk: Desk,
    title: str,
    details: str,
    place: str,
    *,
    phone: str = "13812345678",
    category: str = "complaint",
) -> Ticket:
    with transaction():
        contact = desk.contact(category, NOON, phone=phone)
        matter = Matter(category=category, title=title, content=details, place=place)
        return registration.register(matter, contact, by=desk.operator, now=NOON)


@pytest.fixture
def station(desk: Desk) -> Ticket:
    for number, (title, details, place) in enumerate(OTHERS):
        open_one(desk, title, details, place, phone=f"1390000000{number}")
    ticket = open_one(desk, *STATION)
    with transaction():
        index.catch_up(NOON)
    return ticket


def find(desk: Desk, title: str, **more: object) -> list[finding.Likely]:
    return finding.find(title=title, person=desk.operator, now=NOON, **more)  # type: ignore[arg-type] # passed on


def test_the_same_matter_in_other_words_is_found(desk: Desk, station: Ticket) -> None:
    found = find(desk, "投诉丽发新城附近建搅拌站噪音扰民", details="搅拌站噪音大，灰尘多，没法开窗。")
    assert [one.number for one in found] == [station.number]
    assert found[0].because is Because.SAME_WORDS
    assert find(desk, "医院挂号排队时间太长", details="门诊没有号。") == []


def test_less_likeness_is_enough_at_the_same_place(desk: Desk, station: Ticket) -> None:
    title, details = "灰尘太大没法开窗", "每天夜里都这样，搅拌站的噪音很响。"
    assert find(desk, title, details=details) == []
    found = find(desk, title, details=details, place="丽发新城")
    assert [(one.number, one.because) for one in found] == [(station.number, Because.SAME_PLACE)]


def test_the_caller_s_own_tickets_come_first(desk: Desk, station: Ticket) -> None:
    own = open_one(desk, "搅拌站晚上又开工", "噪音很大。", "", phone="13700000000")
    with transaction():
        index.catch_up(NOON)
    callers = [one.id for one in requesters.by_phone("13700000000")]
    found = find(desk, "丽发新城搅拌站噪音扰民", details="开工到深夜。", callers=callers)
    assert found[0].number == own.number
    assert found[0].because is Because.SAME_CALLER


def test_closed_old_and_sealed_tickets_are_not_shown(desk: Desk, station: Ticket) -> None:
    asked = "丽发新城小区旁建搅拌站"
    sealed = open_one(desk, *STATION, category="tip_off")
    with transaction():
        assert index.catch_up(NOON) == 0
    leader = somebody(Role.SHIFT_LEADER)
    seen = finding.find(title=asked, person=leader, now=NOON)
    assert sealed.number not in [one.number for one in seen]
    assert finding.find(title=asked, person=leader, now=NOON + dt.timedelta(days=31)) == []
    with transaction():
        closing.decline(station, reason="other", route="114", by=desk.leader, now=NOON)
    assert find(desk, asked) == []
    with transaction():
        assert index.tidy(NOON) == 1
    assert index.rarities([]) == ({}, 3)


def test_indexing_twice_indexes_once(desk: Desk, station: Ticket) -> None:
    with transaction():
        assert index.catch_up(NOON) == 0
    assert index.rarities([])[1] == 4


def test_two_words_say_nothing_yet(desk: Desk, station: Ticket) -> None:
    assert find(desk, "搅拌") == []


def test_likeness_is_one_for_the_same_and_nothing_for_strangers(app: Flask) -> None:
    one, other = likeness.weights("路灯不亮"), likeness.weights("公交车晚点")
    asked = {pair: count * likeness.rarity(1, 10) for pair, count in one.items()}
    assert likeness.score(asked, one, one) == pytest.approx(1.0)
    assert likeness.score(asked, other, one) == 0.0
    session.rollback()


@pytest.mark.parametrize("category", ["help", "official_doc"])
def test_a_ticket_is_found_once_the_first_promise_of_its_registration_is_kept(
    desk: Desk, category: str
) -> None:
    made = desk.ticket(category, utc_now())
    with transaction():
        registration.send_on(made, by=desk.operator, now=utc_now())
    made_id = made.id
    waiting = session.scalars(sa.select(OutboxMessage.id)).all()
    session.rollback()
    assert index.rarities([])[1] == 0
    assert jobs.deliver(list(waiting)) == len(waiting) == 1
    assert index.rarities([])[1] == 1
    with transaction():
        assert not index.add(session.get_one(Ticket, made_id), utc_now())


def test_what_was_left_out_is_put_in_when_the_index_is_tidied(desk: Desk) -> None:
    made_id = desk.ticket("suggestion", utc_now()).id
    chores.tidy_repeats()
    assert session.scalars(sa.select(TicketPair.ticket_id).distinct()).all() == [made_id]

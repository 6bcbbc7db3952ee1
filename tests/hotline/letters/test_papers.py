"""Faxes and parcels: entered, signed for by the addressee or a named proxy, reported when left lying."""

import datetime as dt

import pytest
import sqlalchemy as sa

from hotline.db import session, transaction
from hotline.delivery.models import Notice
from hotline.errors import NotAllowedError, NotFoundError
from hotline.letters import alarms, papers
from hotline.letters.handing import SignedAlreadyError
from hotline.letters.models import PaperItem, PaperKind
from hotline.letters.papers import Arrived, Asked, Standing
from hotline.people.models import Staff
from hotline.people.roles import Role
from tests.hotline.letters.conftest import MONDAY
from tests.matters import Desk, at, somebody


@pytest.fixture
def chief(app: object) -> Staff:
    return somebody(Role.DEPARTMENT_HEAD, department="urban_management")


def arrived(chief: Staff | None, **more: object) -> Arrived:
    told: dict[str, object] = {
        "kind": PaperKind.FAX,
        "arrived_at": MONDAY,
        "sender": "District office",
        "addressee": chief,
        "pieces": 3,
    }
    return Arrived(**(told | more))  # type: ignore[arg-type] # passed on


@pytest.fixture
def fax(desk: Desk, chief: Staff) -> PaperItem:
    with transaction():
        return papers.register(arrived(chief), by=desk.operator, now=MONDAY)


def test_the_addressee_is_told_and_signs(desk: Desk, chief: Staff, fax: PaperItem) -> None:
    assert fax.number == "F2026-00001"
    assert session.scalars(sa.select(Notice.staff_id).where(Notice.kind == "paper_arrived")).all() == [
        chief.id
    ]
    with pytest.raises(NotAllowedError), transaction():
        papers.sign(fax, by=desk.operator, now=MONDAY)
    with pytest.raises(NotFoundError):
        papers.get(fax.id, somebody(Role.AUDITOR))
    assert papers.to_sign(chief) == [fax]
    with transaction():
        papers.sign(fax, by=chief, now=MONDAY)
    assert (fax.signed_by_id, fax.is_by_proxy) == (chief.id, False)
    with pytest.raises(SignedAlreadyError), transaction():
        papers.sign(fax, by=chief, now=MONDAY)


def test_a_named_proxy_signs_in_their_own_name(desk: Desk, chief: Staff, fax: PaperItem) -> None:
    clerk = desk.clerk("urban_management")
    with pytest.raises(NotAllowedError), transaction():
        papers.name_proxy(fax, clerk, by=clerk, now=MONDAY)
    for wrong in (None, chief):
        with pytest.raises(papers.ProxyMissingError), transaction():
            papers.name_proxy(fax, wrong, by=chief, now=MONDAY)
    with transaction():
        papers.name_proxy(fax, clerk, by=chief, now=MONDAY)
        papers.sign(fax, by=clerk, now=MONDAY)
    assert fax.is_by_proxy


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"sender": " "}, papers.SenderMissingError),
        ({"addressee": None}, papers.AddresseeMissingError),
        ({"arrived_at": MONDAY + dt.timedelta(hours=1)}, papers.ArrivedInFutureError),
    ],
)
def test_a_bad_entry_is_refused(
    desk: Desk, chief: Staff, change: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error), transaction():
        papers.register(arrived(chief, **change), by=desk.operator, now=MONDAY)


def test_what_is_not_collected_is_reported_once_and_listed(desk: Desk, chief: Staff, fax: PaperItem) -> None:
    with pytest.raises(papers.ToldHowMissingError), transaction():
        papers.tell_again(fax, how="", by=desk.operator, now=MONDAY)
    late = at("2026-03-04 09:00")
    with transaction():
        papers.tell_again(fax, how="by telephone", by=desk.operator, now=MONDAY)
        assert alarms.alarm(MONDAY) == 0
    with transaction():
        assert alarms.alarm(late) == 1
    with transaction():
        assert alarms.alarm(late) == 0
    whom = set(session.scalars(sa.select(Notice.staff_id).where(Notice.kind == "paper_late")))
    assert whom == {chief.id, desk.leader.id}
    day = dt.date(2026, 3, 2)
    wanted = {standing: papers.count(Asked(day, day, standing=standing), late) for standing in Standing}
    assert wanted == {Standing.ALL: 1, Standing.OPEN: 1, Standing.OVERDUE: 1, Standing.SIGNED: 0}
    assert papers.count(Asked(day, day, kind=PaperKind.PARCEL), late) == 0

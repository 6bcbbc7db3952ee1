"""Faxes and parcels on their pages: entered, signed for, printed, exported."""

import io
from collections.abc import Callable

import openpyxl
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from hotline.db import session
from hotline.letters.models import PaperItem
from hotline.people.models import Staff
from hotline.people.roles import Role

SignIn = Callable[[Staff], FlaskClient]


@pytest.fixture
def desk(person: Callable[..., Staff], sign_in: SignIn) -> FlaskClient:
    return sign_in(person(Role.OPERATOR))


@pytest.fixture
def chief(person: Callable[..., Staff]) -> Staff:
    return person(Role.DEPARTMENT_HEAD, department="urban_management")


def fields(chief_id: int) -> dict[str, str]:
    return {
        "kind": "fax",
        "arrived_at": "2026-03-02T10:00",
        "sender": "=HYPERLINK(1) 区政府",
        "sender_number": "0551-1",
        "pieces": "3",
        "addressee": str(chief_id),
        "note": "urgent",
    }


@pytest.fixture
def item_id(desk: FlaskClient, chief: Staff) -> int:
    assert desk.post("/papers", data=fields(chief.id)).status_code == 303
    return session.scalars(sa.select(PaperItem.id)).one()


@pytest.mark.parametrize(
    "change",
    [
        {"sender": ""},
        {"addressee": ""},
        {"arrived_at": ""},
        {"arrived_at": "2999-01-01T00:00"},
        {"pieces": "0"},
        {"kind": "pigeon"},
        {"note": "a" * 301},
    ],
)
def test_a_bad_entry_is_told_beside_its_field(
    desk: FlaskClient, chief: Staff, change: dict[str, str]
) -> None:
    answer = desk.post("/papers", data=fields(chief.id) | change)
    assert answer.status_code == 422
    assert f'id="{next(iter(change))}-error"' in answer.text
    assert 'value="0551-1"' in answer.text


def test_the_addressee_signs_on_their_own_page(
    desk: FlaskClient, chief: Staff, sign_in: SignIn, item_id: int
) -> None:
    own = sign_in(chief)
    assert session.get_one(PaperItem, item_id).number in own.get("/papers/mine").text
    assert own.get("/papers").status_code == 403
    assert own.get(f"/papers/{item_id}").status_code == 200
    assert desk.post(f"/papers/{item_id}/sign").status_code == 403
    assert own.post(f"/papers/{item_id}/told", data={"told-told_how": "x"}).status_code == 403
    assert own.post(f"/papers/{item_id}/sign").status_code == 303
    assert own.post(f"/papers/{item_id}/sign").status_code == 422


def test_a_stranger_finds_no_entry(person: Callable[..., Staff], sign_in: SignIn, item_id: int) -> None:
    stranger = sign_in(person(Role.DEPARTMENT_CLERK, department="housing"))
    assert stranger.get(f"/papers/{item_id}").status_code == 404
    assert stranger.post(f"/papers/{item_id}/sign").status_code == 404
    for path in ("/papers/print", "/papers/export"):
        assert stranger.get(path).status_code == 403


def test_a_proxy_is_named_and_the_addressee_told_again(
    desk: FlaskClient, person: Callable[..., Staff], sign_in: SignIn, chief: Staff, item_id: int
) -> None:
    assert desk.post(f"/papers/{item_id}/proxy", data={"proxy-proxy": str(chief.id)}).status_code == 422
    proxy = person(Role.DEPARTMENT_CLERK, department="urban_management")
    assert desk.post(f"/papers/{item_id}/proxy", data={"proxy-proxy": str(proxy.id)}).status_code == 303
    assert desk.post(f"/papers/{item_id}/told", data={"told-told_how": ""}).status_code == 422
    assert desk.post(f"/papers/{item_id}/told", data={"told-told_how": "by telephone"}).status_code == 303
    assert sign_in(proxy).post(f"/papers/{item_id}/sign").status_code == 303
    assert session.get_one(PaperItem, item_id).is_by_proxy


def test_the_register_is_filtered_printed_and_exported(desk: FlaskClient, item_id: int) -> None:
    for standing, shows in (("open", True), ("overdue", None), ("signed", False)):
        page = desk.get(f"/papers?standing={standing}&from=2026-03-01&to=2026-03-31").text
        if shows is not None:
            assert ("区政府" in page) is shows
    assert "区政府" not in desk.get("/papers?kind=parcel").text
    assert "区政府" in desk.get("/papers/print?standing=open").text
    answer = desk.get("/papers/export?standing=all&from=2026-03-01&to=2026-03-31")
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0].iter_rows(values_only=True))
    assert "=HYPERLINK(1) 区政府" in rows[1]

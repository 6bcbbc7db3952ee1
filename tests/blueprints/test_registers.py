"""The registers on their pages, on paper and as files."""

import io
from collections.abc import Callable

import openpyxl
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from hotline.categories.channels import Channel
from hotline.db import session, transaction
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.registers.columns import Kind, columns
from hotline.registers.models import LedgerRemark, LedgerReview
from hotline.tickets.models import Ticket
from tests.conftest import NOON
from tests.matters import Desk

DAY = "from=2026-03-04&to=2026-03-04"
SignIn = Callable[[Staff], FlaskClient]


@pytest.fixture
def ticket(app: object) -> Ticket:
    ticket = Desk().ticket("complaint", NOON)
    with transaction():
        ticket.contacts[0].summary = "=HYPERLINK(1) 😀 䶮"
    return ticket


@pytest.fixture
def manager(person: Callable[..., Staff], sign_in: SignIn) -> FlaskClient:
    return sign_in(person(Role.SERVICE_MANAGER))


@pytest.mark.parametrize("kind", list(Kind))
def test_each_register_opens_prints_and_exports(manager: FlaskClient, ticket: Ticket, kind: Kind) -> None:
    query = f"kind={kind}&{DAY}"
    for address in (f"/registers?{query}", f"/registers/print?{query}"):
        assert manager.get(address).status_code == 200
    answer = manager.get(f"/registers/export?{query}")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows[0]) == len(columns(kind))
    if kind in (Kind.CALLS, Kind.LEDGER, Kind.COMPLAINTS):
        assert "=HYPERLINK(1) 😀 䶮" in rows[1]
        assert "13812345678" not in str(rows)
        assert ticket.number in manager.get(f"/registers?{query}").text


def test_operators_read_their_own_lines(
    manager: FlaskClient, ticket: Ticket, person: Callable[..., Staff], sign_in: SignIn
) -> None:
    stranger = sign_in(person(Role.OPERATOR))
    assert ticket.number not in stranger.get(f"/registers?kind=calls&{DAY}").text
    assert stranger.post(f"/registers/review?kind=ledger&{DAY}").status_code == 403
    assert "HYPERLINK" not in stranger.get(f"/registers/print?kind=calls&{DAY}").text


def test_the_manager_remarks_and_signs_the_day(manager: FlaskClient, ticket: Ticket) -> None:
    query = f"?kind=ledger&{DAY}"
    entry = f"/registers/entries/{ticket.contacts[0].id}/remark{query}"
    assert manager.post(entry, data={"remark": ""}).status_code == 422
    assert manager.post(entry, data={"remark": "no room given"}).status_code == 303
    assert "no room given" in manager.get(f"/registers{query}").text
    remark = session.scalars(sa.select(LedgerRemark.id)).one()
    corrected = manager.post(f"/registers/remarks/{remark}/correct{query}", data={"correction": "added"})
    assert corrected.status_code == 303
    assert manager.post(f"/registers/review{query}", data={"comment": "fine"}).status_code == 303
    assert session.scalars(sa.select(LedgerReview.entry_count)).all() == [1]
    page = manager.get(f"/registers{query}").text
    assert "fine" in page
    assert manager.post(f"/registers/review{query}", data={"comment": "again"}).status_code == 422


def test_entries_of_letters_and_visits_lead_to_their_pages(manager: FlaskClient, app: object) -> None:
    with transaction():
        letter = Desk().contact("complaint", NOON, channel=Channel.LETTER)
        sealed = Desk().contact("tip_off", NOON, channel=Channel.LETTER)
    page = manager.get(f"/registers?kind=letters&{DAY}").text
    assert f'href="/letters/{letter.id}"' in page
    assert f'href="/letters/{sealed.id}"' not in page

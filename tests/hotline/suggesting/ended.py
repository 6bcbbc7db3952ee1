"""Matters that ended long ago, as suggestions are trained from."""

import itertools

import sqlalchemy as sa

from hotline.categories.terms import Confidentiality
from hotline.db import session, transaction
from hotline.people import departments
from hotline.tickets import registration
from hotline.tickets.models import Ticket
from hotline.tickets.registration import Matter
from hotline.tickets.states import TicketStatus
from tests.conftest import NOON
from tests.matters import Desk

WATER, HEATING = "010101", "010203"
SAID = {
    WATER: (("自来水", "水压", "水龙头", "供水管"), ("停水", "发黄", "漏水", "没有水"), "water_group"),
    HEATING: (("暖气", "供暖", "暖气片", "地暖"), ("不热", "温度低", "冰凉", "没有开"), "heating_company"),
}
PLACES = ("三号楼", "幸福小区", "长江路", "学府花园", "东门")


def end(
    desk: Desk, code: str, *, many: int, confidentiality: Confidentiality = Confidentiality.NORMAL
) -> None:
    """Let `many` matters of class `code` come in and end with the department that class goes to."""
    whats, hows, department = SAID[code]
    unit = departments.by_code(department)
    assert unit is not None
    words = itertools.cycle(itertools.product(PLACES, whats, hows))
    for place, what, how in itertools.islice(words, many):
        with transaction():
            ticket = registration.register(
                Matter(
                    category="help",
                    title=f"{place}{what}{how}",
                    content=f"家里{what}{how}好几天，希望处理。",
                    content_class=code,
                ),
                desk.contact("help", NOON),
                by=desk.operator,
                now=NOON,
            )
            session.flush()
            session.execute(
                sa.update(Ticket)
                .where(Ticket.id == ticket.id)
                .values(
                    status=TicketStatus.CLOSED,
                    closed_at=NOON,
                    lead_department_id=unit.id,
                    confidentiality=confidentiality,
                )
            )

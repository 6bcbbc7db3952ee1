"""Role × route × kind of ticket: every address of the url map, with the numbers of what is really there.

What is expected comes from one place: the rule of the blueprint, and `hotline.tickets.access.may_see`.
"""

import io
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from blueprints.tickets.acts import ACTS
from hotline.callbacks.models import CallbackTask
from hotline.categories.channels import Channel
from hotline.contacts.models import Letter
from hotline.db import session, transaction, utc_now
from hotline.letters import replying, rights, scans
from hotline.people import departments
from hotline.people.models import Staff
from hotline.people.recusal_models import RecusalGround
from hotline.people.roles import DEPARTMENT_ROLES, Role
from hotline.reception import urgent
from hotline.tickets import access, closing, recusing
from hotline.tickets.models import Ticket
from tests.matters import Desk, at, somebody

SignIn = Callable[[Staff], FlaskClient]
ENDS_SESSIONS = {"/sign-out", "/account/sessions/end-others"}
OF_LETTERS = {
    "letters.show",
    "letters.scan",
    "letters.image",
    "letters.fetch",
    "letters.reply",
    "letters.add",
}
"""What shows a letter: nobody opens it of whom its sender is kept."""
LEAST = {"GET": 60, "POST": 200}
"""So many addresses at least for each role: a map that shrank would test nothing."""


@dataclass(frozen=True)
class Case:
    """One ticket and the numbers of what belongs to it."""

    kind: str
    ticket_id: int
    number: str
    title: str
    values: dict[str, object]


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


def case(desk: Desk, kind: str, category: str, department: str | None) -> Case:
    ticket = desk.ticket(category, at("2026-03-02 09:00"))
    title = f"Matter of the kind {kind}"
    with transaction():
        ticket.title = title
    if department:
        desk.send(ticket, at("2026-03-02 10:00"), department)
    task = session.scalar(sa.select(CallbackTask.id).where(CallbackTask.ticket_id == ticket.id))
    contact = ticket.contacts[0]
    letter, scan, reply = written(desk, ticket, title)
    with transaction():
        report = urgent.report(ticket, contact, by=desk.operator, now=at("2026-03-02 10:30"))
    values: dict[str, object] = {
        "number": ticket.number,
        "contact_id": contact.id,
        "requester_id": contact.requester_id,
        "part_id": ticket.assignments[0].id if ticket.assignments else 999_999,
        "task_id": task or 999_999,
        "staff_id": desk.agent.id,
        "file_id": 1,
        "urge_id": 1,
        "recusal_id": 1,
        "reader_id": 1,
        "alarm_id": 1,
        "session_id": 999_999,
        "report_id": report.id,
        "visit_id": 999_999,
        "service_id": 999_999,
        "entry_id": 999_999,
        "duty_id": 999_999,
        "absence_id": 999_999,
        "record_id": 999_999,
        "letter_id": letter,
        "scan_id": scan,
        "reply_id": reply,
    }
    return Case(kind, ticket.id, ticket.number, title, values)


def written(desk: Desk, ticket: Ticket, title: str) -> tuple[int, int, int]:
    """Put a letter to `ticket`, with a scan and a reply letter; return their numbers."""
    noon = at("2026-03-02 12:00")
    with transaction():
        letter = desk.contact(ticket.category, noon, channel=Channel.LETTER)
        letter.summary = title
        closing.add_contact(ticket, letter, by=desk.operator, now=noon)
        assert isinstance(letter, Letter)
        (scan,) = scans.keep(
            letter, [(io.BytesIO(b"\x89PNG\r\n\x1a\n"), "a.png")], by=desk.operator, now=noon
        )
        reply = replying.draft(letter, "accepted", by=desk.operator, now=noon)
        reply.subject = title
        return letter.id, scan.id, reply.id


@pytest.fixture
def cases(desk: Desk) -> list[Case]:
    """An ordinary matter, one of another department, a tip-off, and one kept from whoever tries."""
    found = [
        case(desk, "ordinary", "complaint", "urban_management"),
        case(desk, "elsewhere", "complaint", "housing"),
        case(desk, "tip-off", "tip_off", "discipline"),
        case(desk, "kept", "complaint", "urban_management"),
    ]
    unit = departments.by_code("urban_management")
    assert unit is not None
    with transaction():
        recusing.keep_from(
            session.get_one(Ticket, found[-1].ticket_id),
            department=unit,
            ground=RecusalGround.INTEREST,
            by=desk.leader,
            now=utc_now(),
        )
    return found


def addresses(app: Flask, method: str, case: Case) -> Iterator[tuple[str, str]]:
    """Yield endpoint and address of every route of `method` that the numbers at hand can fill."""
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            # Whether the service is well is not a question of who asks.
            if rule.endpoint.startswith(("static", "health.")) or method not in (rule.methods or ()):
                continue
            acts = [{"action": one.value} for one in ACTS] if "action" in rule.arguments else [{}]
            for act in acts:
                values = case.values | act
                if rule.arguments <= values.keys():
                    chosen = {name: values[name] for name in rule.arguments}
                    yield rule.endpoint, adapter.build(rule.endpoint, chosen, method=method)


def may_open(app: Flask, endpoint: str, person: Staff) -> bool:
    kind, roles = app.blueprints[endpoint.rpartition(".")[0]].access_rule  # type: ignore[attr-defined] # set by blueprints.access
    return kind != "only" or person.is_any(*roles)


@pytest.mark.slow
@pytest.mark.parametrize("role", list(Role), ids=str)
def test_every_address_answers_as_role_and_ticket_say(
    app: Flask,
    desk: Desk,
    cases: list[Case],
    sign_in: SignIn,
    role: Role,
) -> None:
    department = "urban_management" if role in DEPARTMENT_ROLES else None
    person = somebody(role, department=department)
    staff_id, tried = person.id, 0
    browser = sign_in(person)
    for method in ("GET", "POST"):
        seen: set[str] = set()
        for one in cases:
            for endpoint, path in addresses(app, method, one):
                if path in ENDS_SESSIONS or path in seen:
                    continue
                seen.add(path)
                ticket = session.get_one(Ticket, one.ticket_id)
                who = session.get_one(Staff, staff_id)
                opens, sees = may_open(app, endpoint, who), access.may_see(ticket, who)
                answer = browser.open(path, method=method)
                where = (role, one.kind, method, path, answer.status_code)
                tried += 1
                assert answer.status_code < 500, where
                if not opens:
                    assert answer.status_code == 403, where
                elif one.number in path and not sees:
                    assert answer.status_code in {403, 404}, where
                if (
                    opens
                    and endpoint in OF_LETTERS
                    and not rights.may_see(
                        session.get_one(Letter, one.values["letter_id"]), session.get_one(Staff, staff_id)
                    )
                ):
                    assert answer.status_code in {403, 404}, where
                if not sees and endpoint != "public.status":
                    assert one.title not in answer.get_data().decode(errors="replace"), where
                answer.close()
        assert len(seen) > LEAST[method]
    logging.getLogger(__name__).info("%s: %s combinations", role, tried)

"""A6.1: services of the hall with their checklists, in the reception register and the ledger."""

import pytest
from flask import Flask

from hotline.categories import catalogue
from hotline.categories.reception_terms import HallStep
from hotline.contacts.models import Disposition
from hotline.db import transaction
from hotline.errors import HotlineError, NotAllowedError
from hotline.people.roles import Role
from hotline.reception import hall
from hotline.reception.models import HallService
from hotline.registers import reading
from hotline.registers.columns import Kind
from hotline.wording import in_words
from tests.matters import Desk, at, somebody

NOW, LATER = at("2026-03-04 10:00"), at("2026-03-04 10:20")
EVERY = tuple(HallStep)


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


def begun(desk: Desk, item: str = "new_account") -> HallService:
    with transaction():
        return hall.open_service(item, name="Zhou Li", phone="13812345678", by=desk.operator, now=NOW)


def test_every_service_of_the_source_has_a_checklist(app: Flask) -> None:
    steps = {one.code: one.steps for one in catalogue.desk().reception.hall}
    assert set(steps) == {"new_account", "payment", "card_replacement", "transfer", "closing", "agent_fee"}
    assert all(HallStep.NEEDS_ASKED in one for one in steps.values())
    assert HallStep.OPERATIONS_TOLD in steps["new_account"]
    assert HallStep.STAFF_PHONED in steps["agent_fee"]
    assert HallStep.CLOSING_RECORDED in steps["closing"]


def test_a_service_is_finished_when_every_step_is_done(desk: Desk) -> None:
    service = begun(desk)
    with transaction():
        hall.tick(service, [HallStep.ID_VERIFIED], by=desk.operator, now=NOW)
    with pytest.raises(hall.StepsMissingError, match=in_words(HallStep.FORM_FILLED)):
        hall.finish(service, by=desk.operator, now=LATER)
    with pytest.raises(hall.ReceiptMissingError):
        hall.tick(service, EVERY, by=desk.operator, now=LATER)
    with transaction():
        hall.tick(service, EVERY, receipt="R-77", by=desk.operator, now=LATER)
        hall.finish(service, by=desk.operator, now=LATER)
    assert service.steps["id_verified"] == NOW.isoformat()
    assert service.steps["form_filled"] == LATER.isoformat()
    assert HallStep.STAFF_PHONED.value not in service.steps
    with pytest.raises(hall.FinishedAlreadyError):
        hall.tick(service, [], by=desk.operator, now=LATER)


def test_registers_show_what_was_done(desk: Desk) -> None:
    service = begun(desk, "payment")
    with transaction():
        hall.tick(service, EVERY, receipt="R-78", by=desk.operator, now=LATER)
        hall.finish(service, by=desk.operator, now=LATER)
    day = NOW.date()
    for kind in (Kind.VISITS, Kind.LEDGER):
        (line,) = reading.page(reading.Asked(kind, day, day)).lines
        assert "Zhou Li" in line.cells
        assert any(hall.name_of(service) in cell for cell in line.cells)
    assert service.contact.disposition is Disposition.FILED


def test_a_service_not_carried_out_says_why(desk: Desk) -> None:
    service = begun(desk)
    with pytest.raises(hall.BreakReasonMissingError):
        hall.break_off(service, because=" ", by=desk.operator, now=LATER)
    with transaction():
        hall.break_off(service, because="No identity card", by=desk.operator, now=LATER)
    assert "No identity card" in (service.contact.filed_because or "")
    assert hall.listed(NOW.date()) == [service]


def test_what_is_missing_has_its_sentence(desk: Desk) -> None:
    wrong: list[tuple[type[HotlineError], str, str]] = [
        (hall.ItemMissingError, "nothing", "Zhou"),
        (hall.CustomerMissingError, "payment", " "),
    ]
    for error, item, name in wrong:
        with pytest.raises(error):
            hall.open_service(item, name=name, by=desk.operator, now=NOW)
    for person in (somebody(Role.TRAINEE), somebody(Role.OPERATOR, Role.TRAINEE)):
        with pytest.raises(NotAllowedError):
            hall.open_service("payment", name="Zhou", by=person, now=NOW)

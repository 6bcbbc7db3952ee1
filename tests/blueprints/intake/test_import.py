"""`intake import`: every good row once, every bad one told with its line, nothing half-saved."""

import csv
import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from hotline import jobs
from hotline.contacts.models import Call, Contact, Letter
from hotline.db import session
from hotline.delivery.models import OutboxMessage
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.tickets.models import Deadline, Ticket, TicketEvent
from hotline.tickets.states import TicketStatus

HEADER = ["message_id", "title", "detail", "created_at", "label", "name", "phone"]
Write = Callable[..., Path]
Run = Callable[..., Result]


@pytest.fixture
def leader(person: Callable[..., Staff]) -> Staff:
    return person(Role.SHIFT_LEADER)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write rows as a CSV file."""

    def written(*rows: list[str], header: list[str] = HEADER, encoding: str = "utf-8") -> Path:
        path = tmp_path / "messages.csv"
        with path.open("w", newline="", encoding=encoding) as file:
            csv.writer(file).writerows([header, *rows])
        return path

    return written


@pytest.fixture
def run(app: Flask, leader: Staff) -> Run:
    """Run the command."""

    def ran(path: Path, *options: str) -> Result:
        arguments = ["intake", "import", str(path), "--channel", "letter", *options]
        return app.test_cli_runner().invoke(args=arguments)

    return ran


def row(number: int, **changes: str) -> list[str]:
    fields = {
        "message_id": str(number),
        "title": f"反映第{number}栋停水问题",
        "detail": "从昨晚开始停水。\n请尽快处理。",
        "created_at": "2020-01-06 12:09:38",
        "label": "城乡建设",
        "name": "",
        "phone": "",
    }
    return [(fields | changes)[name] for name in HEADER]


def count(model: type[Contact] | type[Ticket] | type[OutboxMessage] | type[Deadline]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_a_row_becomes_a_letter_and_a_ticket_by_the_verbs_of_the_forms(
    write: Write, run: Run, leader: Staff
) -> None:
    number = leader.number
    assert run(write(row(1, name="王芳", phone="138 1234 5678"))).exit_code == 0
    letter = session.scalars(sa.select(Letter)).one()
    ticket = session.scalars(sa.select(Ticket)).one()
    assert letter.received_at == ticket.received_at == dt.datetime(2020, 1, 6, 4, 9, 38, tzinfo=dt.UTC)
    assert letter.ticket_id == ticket.id
    assert letter.recorded_by.number == number
    assert letter.requester is not None
    assert (letter.requester.name, letter.requester.phone) == ("王芳", "13812345678")
    assert (ticket.category, ticket.content_class) == ("complaint", "01")
    assert (ticket.title, ticket.content) == ("反映第1栋停水问题", "从昨晚开始停水。\n请尽快处理。")
    assert session.scalars(sa.select(TicketEvent.kind)).all() == ["ticket_registered"]
    assert session.scalars(sa.select(OutboxMessage.kind)).all() == ["ticket_to_route"]


def test_workers_dispatch_what_was_imported(write: Write, run: Run) -> None:
    run(write(*(row(number) for number in range(3))))
    jobs.deliver(list(session.scalars(sa.select(OutboxMessage.id))))
    assert set(session.scalars(sa.select(Ticket.status))) == {TicketStatus.DISPATCHED}


def test_old_messages_are_not_overdue_at_once(write: Write, run: Run) -> None:
    run(write(row(1)))
    ticket = session.scalars(sa.select(Ticket)).one()
    assert all(clock.started_at == ticket.registered_at for clock in ticket.deadlines)
    assert all(clock.due_at > ticket.registered_at for clock in ticket.deadlines)


def test_limits_count_from_receipt_where_that_is_asked_for(write: Write, run: Run) -> None:
    run(write(row(1)), "--limits-from-receipt")
    ticket = session.scalars(sa.select(Ticket)).one()
    assert all(clock.started_at == ticket.received_at for clock in ticket.deadlines)


def test_running_again_takes_in_nothing_twice(write: Write, run: Run) -> None:
    path = write(row(1), row(2), row(2))
    assert "2" in run(path).output
    assert run(path).exit_code == 0
    assert count(Contact) == count(Ticket) == count(OutboxMessage) == 2


def test_bad_rows_are_told_with_line_and_reason_and_leave_nothing(write: Write, run: Run) -> None:
    path = write(
        row(1),
        row(2, title="", detail="  "),
        row(3, created_at="yesterday"),
        row(4, created_at="2999-01-01 00:00:00"),
        row(5, label="Astrology"),
        row(6, phone="0000-00000000"),
        row(7, detail="字" * 20_001),
        [*row(8), "more"],
        row(9),
    )
    result = run(path)
    assert result.exit_code == 0
    # Every good row has two lines of detail, so the lines are those of the file, not of the rows.
    told = [line for line in result.output.splitlines() if "：" in line and line.startswith("第")]
    lines = [int("".join(filter(str.isdigit, line.split("行")[0]))) for line in told] or _english(result)
    assert lines == [4, 5, 7, 9, 11, 13, 14]
    assert count(Contact) == count(Ticket) == count(OutboxMessage) == 2
    assert count(Deadline) == sum(len(ticket.deadlines) for ticket in session.scalars(sa.select(Ticket)))


def _english(result: Result) -> list[int]:
    return [int(line.split()[1]) for line in result.output.splitlines() if line.startswith("Line ")]


def test_a_row_a_rule_refuses_takes_no_other_with_it(write: Write, run: Run) -> None:
    """A help request needs a contact; the rows around it in the same transaction stay."""
    path = write(row(1, phone="13812345678"), row(2), row(3, phone="13812345679"))
    run(path, "--category", "help")
    assert count(Contact) == count(Ticket) == 2
    assert session.scalars(sa.select(Ticket.category)).all() == ["help", "help"]


def test_what_excel_writes_is_read(write: Write, run: Run) -> None:
    run(write(row(1, created_at="2020/1/6 9:05"), encoding="gb18030"))
    ticket = session.scalars(sa.select(Ticket)).one()
    assert ticket.title == "反映第1栋停水问题"
    assert ticket.received_at == dt.datetime(2020, 1, 6, 1, 5, tzinfo=dt.UTC)


def test_a_byte_order_mark_and_missing_columns_do_no_harm(write: Write, run: Run) -> None:
    run(write(["咨询公积金", "怎么提取", ""], header=["title", "detail", "created_at"], encoding="utf-8-sig"))
    ticket = session.scalars(sa.select(Ticket)).one()
    assert ticket.category == "consultation"
    assert ticket.received_at == ticket.registered_at


def test_a_title_is_made_of_the_detail_and_a_long_one_is_kept_whole(write: Write, run: Run) -> None:
    run(write(row(1, title=""), row(2, title="长" * 300)))
    first, second = session.scalars(sa.select(Ticket).order_by(Ticket.id))
    assert first.title == "从昨晚开始停水。 请尽快处理。"
    assert len(second.title) == 200
    assert second.content.startswith("长" * 300)


def test_calls_are_imported_as_calls(app: Flask, write: Write, leader: Staff) -> None:
    arguments = ["intake", "import", str(write(row(1))), "--channel", "call", "--by", leader.number]
    assert app.test_cli_runner().invoke(args=arguments).exit_code == 0
    call = session.scalars(sa.select(Call)).one()
    assert call.readback_confirmed_at is None


@pytest.mark.parametrize(
    ("options", "code"), [(["--category", "nonsense"], 1), (["--by", "nobody"], 2), (["--channel", "fax"], 2)]
)
def test_wrong_options_are_one_sentence(write: Write, run: Run, options: list[str], code: int) -> None:
    result = run(write(row(1)), *options)
    assert result.exit_code == code
    assert count(Contact) == 0


def test_a_file_of_something_else_is_refused(tmp_path: Path, write: Write, run: Run) -> None:
    assert run(write(["1"], header=["a"])).exit_code == 1
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n\xff\xff\xff")
    assert run(picture).exit_code == 1
    assert run(tmp_path / "nowhere.csv").exit_code == 2

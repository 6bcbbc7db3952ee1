"""Splitting, recomputing, files, lists, and the words of the history."""

import ast
import datetime as dt
import io
import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa

from hotline.categories.terms import Confidentiality, Stage
from hotline.db import session, transaction
from hotline.dispatch import extending, returning, sending
from hotline.people import departments
from hotline.tickets import access, closing, files, lists, merging, recalculation, splitting, timeline
from hotline.tickets.lists import Filter, View
from hotline.tickets.models import Deadline, Ticket
from hotline.tickets.registration import Matter
from hotline.tickets.states import TicketStatus
from hotline.wording import in_words
from hotline.working_time import Limit, override_day
from tests.matters import Desk, at

ROOT = Path(__file__).parents[3]
NOW = at("2026-03-02 10:00")


def test_a_mixed_matter_becomes_two_that_do_not_give_each_other_away(desk: Desk) -> None:
    ticket = desk.ticket("complaint", at("2026-03-02 09:00"))
    off = Matter(category="tip_off", title="Money was asked for", content="The clerk asked for money.")
    with transaction():
        part = splitting.split(
            ticket, off, stays_title="Lamp in Lane 5", stays="The lamp is out.", by=desk.leader, now=NOW
        )
    assert part.split_from is ticket
    assert part.confidentiality is Confidentiality.RESTRICTED
    assert part.received_at == ticket.received_at
    assert part.status is TicketStatus.TO_REVIEW
    assert (ticket.title, ticket.content) == ("Lamp in Lane 5", "The lamp is out.")
    clerk = desk.clerk("urban_management")
    assert not [one for one in timeline.lines(ticket, clerk) if one.kind == "ticket_split"]


@pytest.mark.parametrize(("title", "stays"), [("Lamp", " "), (" ", "The lamp is out.")])
def test_both_halves_need_words(desk: Desk, title: str, stays: str) -> None:
    ticket = desk.ticket("complaint", at("2026-03-02 09:00"))
    off = Matter(category="tip_off", title="Money", content="The clerk asked for money.")
    with pytest.raises(splitting.SplitIncompleteError):
        splitting.split(ticket, off, stays_title=title, stays=stays, by=desk.leader, now=NOW)


def test_reclassifying_starts_the_clocks_of_the_new_category_from_the_same_receipt(desk: Desk) -> None:
    ticket = desk.ticket("consultation", at("2026-03-02 09:00"))
    with transaction():
        closing.reclassify(
            ticket, category="complaint", content_class=None, reason="Wants action", by=desk.leader, now=NOW
        )
    running = {one.stage: one for one in ticket.deadlines if one.is_running}
    assert running[Stage.OVERALL].due_at == at("2026-03-09 17:30")
    assert running[Stage.OVERALL].started_at == at("2026-03-02 09:00")
    assert ticket.original_category == "consultation"


def reclassified(desk: Desk, ticket: Ticket, category: str, now: dt.datetime = NOW) -> None:
    with transaction():
        closing.reclassify(
            ticket, category=category, content_class=None, reason="About a clerk", by=desk.leader, now=now
        )


def test_a_complaint_that_is_a_tip_off_after_all_is_sealed(desk: Desk) -> None:
    ticket = desk.ticket("complaint", at("2026-03-02 09:00"))
    assert access.find(ticket.number, desk.operator) is ticket
    reclassified(desk, ticket, "tip_off")
    assert ticket.confidentiality is Confidentiality.RESTRICTED
    with pytest.raises(access.NoSuchTicketError):
        access.find(ticket.number, desk.operator)
    with pytest.raises(sending.TipOffRefusedError):
        desk.send(ticket, NOW, "urban_management")
    event = ticket.events[-1]
    assert (event.details["was_confidentiality"], event.details["confidentiality"]) == (
        "contact_hidden",
        "restricted",
    )
    assert in_words(Confidentiality.RESTRICTED) in timeline.line(event).note


def test_another_category_never_unseals_a_matter(desk: Desk) -> None:
    ticket = desk.ticket("tip_off", at("2026-03-02 09:00"))
    reclassified(desk, ticket, "consultation")
    assert ticket.confidentiality is Confidentiality.RESTRICTED
    assert "confidentiality" not in ticket.events[-1].details


def test_who_asked_for_secrecy_keeps_it_in_another_category(desk: Desk) -> None:
    ticket = desk.ticket("consultation", at("2026-03-02 09:00"))
    with transaction():
        ticket.contacts[0].secrecy_requested = True
    reclassified(desk, ticket, "suggestion")
    assert ticket.confidentiality is Confidentiality.CONTACT_HIDDEN


def test_a_department_that_answered_a_complaint_does_not_see_the_tip_off_it_became(desk: Desk) -> None:
    ticket = desk.ticket("complaint", at("2026-03-02 09:00"))
    desk.send(ticket, NOW)
    desk.reply(ticket, at("2026-03-02 11:00"))
    desk.answer(ticket, at("2026-03-02 11:30"))
    with transaction():
        closing.open_round(ticket, reason="Not solved", by=desk.leader, now=at("2026-03-02 12:00"))
    clerk = desk.clerk("urban_management")
    assert access.may_see(ticket, clerk)
    reclassified(desk, ticket, "tip_off", at("2026-03-02 12:10"))
    assert not access.may_see(ticket, clerk)
    with pytest.raises(access.NoSuchTicketError):
        access.find(ticket.number, clerk)


def test_departments_that_assist_are_relieved_of_what_becomes_a_tip_off(desk: Desk) -> None:
    ticket = desk.ticket("complaint", at("2026-03-02 09:00"))
    desk.send(ticket, NOW)
    housing, lead = departments.by_code("housing"), ticket.lead
    assert housing is not None
    assert lead is not None
    clerk = desk.clerk("urban_management")
    with transaction():
        assist = sending.add_assist(ticket, housing, by=desk.leader, now=NOW)
        asked = returning.ask(lead, reason="other", grounds="No", suggested=None, by=clerk, now=NOW)
        returning.grant(asked, to=None, ruling="Right", by=desk.leader, now=NOW)
    assert assist.ended_at is None
    reclassified(desk, ticket, "tip_off", at("2026-03-02 10:30"))
    assert assist.ended_at == at("2026-03-02 10:30")
    assert not access.may_see(ticket, desk.clerk("housing"))


@pytest.mark.parametrize(("category", "other"), [("complaint", "tip_off"), ("tip_off", "complaint")])
def test_a_sealed_matter_and_an_open_one_are_not_merged(desk: Desk, category: str, other: str) -> None:
    ticket = desk.ticket(category, at("2026-03-02 09:00"))
    into = desk.ticket(other, at("2026-03-02 09:10"))
    with pytest.raises(merging.MergeRefusedError):
        merging.merge(ticket, into, by=desk.leader, now=NOW)
    assert (ticket.status, ticket.merged_into) == (TicketStatus.REGISTERED, None)


def test_departments_are_not_told_of_merges(desk: Desk) -> None:
    ticket = desk.ticket("complaint", at("2026-03-02 09:00"))
    desk.send(ticket, NOW)
    other = desk.ticket("complaint", at("2026-03-02 09:10"))
    with transaction():
        merging.merge(other, ticket, by=desk.leader, now=NOW)
        merging.unmerge(other, by=desk.leader, now=NOW)
    told = {"ticket_taken_in", "merge_taken_back"}
    assert told <= {one.kind for one in timeline.lines(ticket, desk.leader)}
    assert not told & {one.kind for one in timeline.lines(ticket, desk.clerk("urban_management"))}


@pytest.fixture
def extended(desk: Desk) -> Ticket:
    """A complaint due 2026-03-09, extended by two working days to 2026-03-11."""
    ticket = desk.ticket("complaint", at("2026-03-02 09:00"))
    desk.send(ticket, NOW)
    part = ticket.lead
    assert part is not None
    with transaction():
        asked = extending.ask(
            part, limit=Limit.parse("2 wd"), grounds="Parts", by=desk.clerk("urban_management"), now=NOW
        )
        extending.grant(asked, by=desk.leader, now=NOW)
    return ticket


def test_a_changed_calendar_moves_nothing_by_itself_and_everything_when_asked(
    desk: Desk, extended: Ticket
) -> None:
    def due() -> dict[Stage, str]:
        return {
            one.stage: f"{one.due_at:%m-%d}"
            for one in session.scalars(sa.select(Deadline).where(Deadline.assignment_id.is_not(None)))
            if one.stage is Stage.DEPARTMENT
        }

    assert list(recalculation.changes()) == []
    try:
        with transaction():
            for number in (4, 10):
                override_day(
                    dt.date(2026, 3, number),
                    is_working=False,
                    name={"zh": "台风", "en": "Typhoon"},
                    note="Closed by decision",
                    by=None,
                    now=NOW,
                )
        assert due() == {Stage.DEPARTMENT: "03-11"}
        listed = list(recalculation.changes())
        assert {one.clock.stage for one in listed if one.moves} >= {Stage.DEPARTMENT, Stage.OVERALL}
        with transaction():
            moved, _ = recalculation.apply(listed, reason="Typhoon", by=desk.leader, now=NOW)
        assert moved == len([one for one in listed if one.moves])
        assert due() == {Stage.DEPARTMENT: "03-13"}
        assert "deadline_recomputed" in [one.kind for one in extended.events]
        assert list(recalculation.changes()) == []
    finally:
        with transaction():
            for number in (4, 10):
                override_day(
                    dt.date(2026, 3, number),
                    is_working=True,
                    name=None,
                    note="As it was",
                    by=None,
                    now=NOW,
                )


def office_file(folder: str, *, macro: bool = False) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(f"{folder}/document.xml", "<w/>")
        if macro:
            archive.writestr(f"{folder}/vbaProject.bin", "x")
    return held.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kept"),
    [
        ("answer.pdf", b"%PDF-1.7 ...", "answer.pdf"),
        ("../../etc/passwd.pdf", b"%PDF-1.7 ...", "passwd.pdf"),
        ("photo.exe", b"\x89PNG\r\n\x1a\n...", "photo.png"),
        ("photo.jpeg", b"\xff\xd8\xff\xe0...", "photo.jpg"),
        ("答复.docx", office_file("word"), "答复.docx"),
        ("list.xlsx", office_file("xl"), "list.xlsx"),
        ("note.txt", "已办结".encode(), "note.txt"),
        ("note.txt", "已办结".encode("gb18030"), "note.txt"),
    ],
)
def test_files_are_known_by_their_contents(desk: Desk, name: str, content: bytes, kept: str) -> None:
    ticket = desk.ticket("complaint", at("2026-03-02 09:00"))
    with transaction():
        row = files.keep(ticket, io.BytesIO(content), name, by=desk.leader, now=NOW)
    assert row.name == kept
    assert files.stored(row).read_bytes() == content


@pytest.mark.parametrize(
    ("name", "content", "refused"),
    [
        ("page.pdf", b"<script>alert(1)</script>", files.FileKindRefusedError),
        ("page.html", b"<html></html>", files.FileKindRefusedError),
        ("picture.svg", b"<svg/>", files.FileKindRefusedError),
        ("program.txt", b"MZ\x00\x00", files.FileKindRefusedError),
        ("archive.docx", b"PK\x03\x04 broken", files.FileKindRefusedError),
        ("macro.docx", office_file("word", macro=True), files.FileKindRefusedError),
        ("nothing.pdf", b"", files.FileEmptyError),
    ],
)
def test_other_files_are_refused_and_leave_nothing(
    desk: Desk, name: str, content: bytes, refused: type[files.FileRefusedError]
) -> None:
    ticket = desk.ticket("complaint", at("2026-03-02 09:00"))
    with pytest.raises(refused):
        files.keep(ticket, io.BytesIO(content), name, by=desk.leader, now=NOW)
    assert ticket.attachments == []


def test_a_file_too_large_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = desk.ticket("complaint", at("2026-03-02 09:00"))
    monkeypatch.setattr(files, "LARGEST", 1000)  # twenty megabytes would only make the test slow
    with pytest.raises(files.FileTooLargeError):
        files.keep(ticket, io.BytesIO(b"%PDF-" + b"x" * 1000), "a.pdf", by=desk.leader, now=NOW)


def walked(wanted: Filter, desk: Desk) -> list[int]:
    """Return the ids of every page in turn."""
    found: list[int] = []
    after = ""
    while True:
        page = lists.page(wanted, desk.leader, after=after, now=NOW)
        found += [one.id for one in page.tickets]
        if not page.next_key:
            return found
        after = page.next_key


@pytest.mark.parametrize("view", [View.OPEN, View.ALL])
def test_paging_shows_every_ticket_once_in_order(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, view: View
) -> None:
    monkeypatch.setattr(lists, "PAGE", 3)  # three rows say as much as fifty
    opened = [desk.ticket("complaint", at(f"2026-03-02 09:{minute:02}")) for minute in range(7)]
    without = [opened[1], opened[4]]
    with transaction():
        for ticket in without:
            ticket.next_due_at = None
    found = walked(Filter(view=view), desk)
    ids = list(session.scalars(sa.select(Ticket.id)))
    assert sorted(found) == sorted(ids)
    if view is View.ALL:
        assert found == sorted(ids, reverse=True)
    else:
        assert found[-2:] == [one.id for one in without]


def test_a_broken_key_starts_at_the_beginning(desk: Desk) -> None:
    ticket = desk.ticket("complaint", at("2026-03-02 09:00"))
    for key in ("nonsense", "%%%", "bm90aGluZw==", "fjk5OTk5OTk5OTk5OTk5OTk5OTk5OQ=="):
        page = lists.page(Filter(), desk.leader, after=key, now=NOW)
        assert [one.id for one in page.tickets] in ([ticket.id], [])


@pytest.mark.parametrize(
    ("words", "found"),
    [("lamp", True), ("lamp dark", True), ("lamp sun", False), ("Lane 5", True), ("%", False), ("_", False)],
)
def test_searching_by_words(desk: Desk, words: str, found: bool) -> None:
    desk.ticket("complaint", at("2026-03-02 09:00"))
    page = lists.page(Filter(words=words), desk.leader, now=NOW)
    assert bool(page.tickets) is found


def test_every_kind_of_event_has_its_sentence() -> None:
    written = set()
    for path in (ROOT / "hotline").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("history.note", "history.move"):
                position = 1 if ast.unparse(node.func) == "history.note" else 2
                kind = node.args[position]
                written |= {one.value for one in ast.walk(kind) if isinstance(one, ast.Constant)}
    assert written <= set(timeline.SENTENCES), written - set(timeline.SENTENCES)

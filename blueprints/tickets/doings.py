"""What the buttons of a ticket's page do, where it takes more than one call of a verb."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from hotline.categories import catalogue
from hotline.dispatch import extending, handling, returning, sending, supervising, urging
from hotline.dispatch.actions import Action, NotOfferedError, Standing
from hotline.errors import NotFoundError
from hotline.people import departments
from hotline.people.models import Department, Staff
from hotline.tickets import answering, closing, closing_needs, files, notes, splitting
from hotline.tickets.models import Assignment
from hotline.tickets.registration import Matter
from hotline.wording import in_both


@dataclass(frozen=True, slots=True)
class Doing:
    """Everything an act needs: its form filled in, where the ticket stands, who does it and when."""

    form: Any
    """The form of the act: each act knows the fields of its own."""
    at: Standing
    by: Staff
    now: dt.datetime

    @property
    def part(self) -> Assignment:
        """The running part of the person's department."""
        part = self.at.part_of(self.by)
        if part is None:
            raise handling.NotYoursError
        return part


def department(code: str | None) -> Department | None:
    """Return the department of a code, or `None` where none was chosen."""
    return departments.by_code(code) if code else None


def chosen(code: str | None) -> Department:
    """Return the department of a code. Raises `NotFoundError`."""
    found = department(code)
    if found is None:
        raise NotFoundError
    return found


def answer(do: Doing) -> None:
    """Tell the caller, and finish the round."""
    answering.answer_from_reply(
        do.at.ticket,
        words=do.form.words.data,
        channel=do.form.channel.data,
        facts=do.form.facts(),
        by=do.by,
        now=do.now,
    )
    closing.finish(do.at.ticket, by=do.by, now=do.now)


def file_reply(do: Doing) -> None:
    """File a reply that nobody waits for, and finish the round."""
    answering.file_reply(do.at.ticket, facts=do.form.facts(), by=do.by, now=do.now)
    closing.finish(do.at.ticket, by=do.by, now=do.now)


def phoned(do: Doing) -> None:
    """Put on record who was phoned."""
    closing_needs.record(do.at.ticket, do.form.facts(), by=do.by, now=do.now)


def close(do: Doing) -> None:
    """Close what the desk settles itself."""
    note = do.form.note.data
    closing.close_at_desk(do.at.ticket, do.form.facts(), note=note, by=do.by, now=do.now)


def rule(do: Doing) -> None:
    """Rule on the return that waits."""
    asked, form = do.at.pending_return, do.form
    if asked is None:
        raise NotOfferedError(action=Action.RULE)
    if form.decision.data == "refuse":
        returning.refuse(asked, ruling=form.ruling.data, by=do.by, now=do.now)
        return
    to = chosen(form.department.data) if form.decision.data == "reassign" else None
    if form.decision.data == "fallback":
        to = sending.fallback(do.at.ticket)
    returning.grant(asked, to=to, ruling=form.ruling.data, by=do.by, now=do.now)


def decide(do: Doing) -> None:
    """Decide on the extension that waits."""
    asked = do.at.pending_extension
    if asked is None:
        raise NotOfferedError(action=Action.DECIDE_EXTENSION)
    decide = extending.grant if do.form.decision.data == "grant" else extending.refuse
    decide(asked, note=do.form.note.data, by=do.by, now=do.now)


def reply(do: Doing) -> None:
    """Send the department's reply with its files."""
    part = do.part
    chosen = [one for one in do.form.files.data or () if one and one.filename]
    if len(chosen) > files.MOST_FILES:
        raise files.TooManyFilesError(most=files.MOST_FILES)
    for one in chosen:
        files.keep(do.at.ticket, one.stream, one.filename, part=part, by=do.by, now=do.now)
    handling.reply(part, text=do.form.reply.data, facts=do.form.facts(), by=do.by, now=do.now)


def extend(do: Doing) -> None:
    """Ask for more time."""
    form = do.form
    reason = in_both(catalogue.code_item("extension_reason", form.reason.data).names)
    extending.ask(
        do.part,
        limit=form.limit(),
        grounds=f"{reason}：{form.grounds.data}",
        legal_basis=form.legal_basis.data or "",
        by=do.by,
        now=do.now,
    )


def give_back(do: Doing) -> None:
    """Ask to return the ticket."""
    returning.ask(
        do.part,
        reason=do.form.reason.data,
        grounds=do.form.grounds.data,
        suggested=department(do.form.department.data),
        by=do.by,
        now=do.now,
    )


def answer_urge(do: Doing) -> None:
    """Answer the urging that waits."""
    row = do.at.unanswered_urge(do.by)
    if row is not None:
        urging.answered(row, answer=do.form.answer.data, by=do.by, now=do.now)


def tell_caller(do: Doing) -> None:
    """Record that the caller was told of the extension."""
    asked = do.at.untold_extension
    if asked is not None:
        extending.caller_told(asked, by=do.by, now=do.now)


def urge(do: Doing) -> None:
    """Urge a department."""
    form = do.form
    urging.urge(
        do.at.ticket,
        channel=form.channel.data,
        reason=form.reason.data,
        department=department(form.department.data),
        answer=form.answer.data or "",
        by=do.by,
        now=do.now,
    )


def end_supervision(do: Doing) -> None:
    """End the supervision that runs."""
    row = do.at.supervision
    if row is not None:
        supervising.close(row, outcome=do.form.outcome.data, by=do.by, now=do.now)


def reclassify(do: Doing) -> None:
    """Put the ticket into another category."""
    closing.reclassify(
        do.at.ticket,
        category=do.form.category.data,
        content_class=do.form.content_class.data or None,
        reason=do.form.reason.data,
        by=do.by,
        now=do.now,
    )


def split(do: Doing) -> None:
    """Make a ticket of its own of a part."""
    ticket, form = do.at.ticket, do.form
    off = Matter(
        category=form.category.data,
        title=form.title.data,
        content=form.content.data,
        place=ticket.place,
        area=ticket.area,
        urgency=ticket.urgency,
    )
    splitting.split(
        ticket, off, stays_title=form.stays_title.data, stays=form.stays.data, by=do.by, now=do.now
    )


def decline(do: Doing) -> None:
    """Not accept the ticket."""
    note = catalogue.code_item("decline_reason", do.form.reason.data).note
    closing.decline(
        do.at.ticket,
        reason=do.form.reason.data,
        route=do.form.route.data or (in_both(note) if note else ""),
        by=do.by,
        now=do.now,
    )


def hand_over(do: Doing) -> None:
    """Hand the ticket over to a colleague."""
    to = next(
        (one for one in notes.may_own() if one.id == do.form.to.data),
        None,
    )
    if to is None:
        raise NotFoundError
    notes.hand_over(do.at.ticket, to=to, by=do.by, now=do.now)

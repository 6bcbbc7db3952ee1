"""What the page of a ticket shows, made ready for the template."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for

from blueprints.intake.results import SEES_ALL
from blueprints.navigation import DESK
from blueprints.tickets.acts import ACTS
from blueprints.tickets.forms import ActForm, RevealForm
from hotline.categories.terms import ClosingNeed, Stage
from hotline.contacts.models import Contact, Letter, Requester, Visit
from hotline.dispatch import actions
from hotline.dispatch.actions import Action, Standing
from hotline.letters import rights as letter_rights
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.telephony import recording
from hotline.tickets import access, closing_needs, deadlines, lateness, merging, recusing, timeline
from hotline.tickets.lateness import NOT_OWED, Lateness
from hotline.tickets.models import Assignment, ClosingRecord, Deadline, Ticket
from hotline.wording import in_both, say
from hotline.working_time import Explanation

FIRST = (
    Action.ACKNOWLEDGE,
    Action.ANSWER,
    Action.FILE_REPLY,
    Action.ACCEPT,
    Action.REVIEW,
    Action.RULE,
    Action.DECIDE_EXTENSION,
    Action.REPLY,
)
"""What a person most likely came for: a button of its own, the main one."""

SECOND = (
    Action.PHONED,
    Action.PROGRESS,
    Action.CONTACTED,
    Action.ON_SITE,
    Action.ANSWER_URGE,
    Action.TELL_CALLER,
    Action.RESUME,
    Action.URGE,
    Action.NOTE,
)
"""Buttons beside it; the rest is behind “More”."""


@dataclass(frozen=True, slots=True)
class Clock:
    """One deadline as the page tells it."""

    row: Deadline
    state: Lateness
    department: str
    why: list[str]

    @property
    def is_extended(self) -> bool:
        """Tell whether it is due later than was promised first."""
        return self.row.due_at != self.row.original_due_at


@dataclass(frozen=True, slots=True)
class Source:
    """One contact the matter came in by, and whom it is from as far as this reader may know."""

    contact: Contact
    known_as: Ticket
    """The ticket it was taken down on: another one, where that was merged into this."""
    requester: Requester | None
    is_sealed: bool
    is_revealed: bool
    opens_letter: bool
    """The reader may see the letter itself: its scans name the sender."""
    slip_url: str
    """Of the receipt slip of a letter or a visit, for those who hand it out."""


def render(
    ticket: Ticket,
    reader: Staff,
    now: dt.datetime,
    *,
    sent_back: Mapping[Action, ActForm] | None = None,
    revealed: Requester | None = None,
    reveal_form: RevealForm | None = None,
) -> str:
    """Return the page of `ticket` for `reader`; a form `sent_back` with errors is shown open."""
    shown = parts(ticket, reader, now, sent_back=sent_back, revealed=revealed, reveal_form=reveal_form)
    return render_template("tickets/show.html", **shown)


def parts(
    ticket: Ticket,
    reader: Staff,
    now: dt.datetime,
    *,
    sent_back: Mapping[Action, ActForm] | None = None,
    revealed: Requester | None = None,
    reveal_form: RevealForm | None = None,
) -> dict[str, Any]:
    """Return what the page of `ticket` is made of, for the pages that show a ticket beside something."""
    at = actions.standing(ticket)
    offered = actions.offered(at, reader)
    sources = _sources(at, reader, revealed)
    return {
        "ticket": ticket,
        "at": at,
        "policy": at.policy,
        "state": lateness.of_ticket(ticket, now),
        "next_clock": lateness.next_due(ticket.deadlines),
        "clocks": list(_clocks(ticket, reader, now)),
        "lines": list(timeline.lines(ticket, reader)),
        "sources": sources,
        "recordings": recording.heard((one.contact for one in sources), reader),
        "closing": _closing(ticket),
        "may_reveal": access.may_reveal(ticket, at.policy, reader),
        "reveal_form": reveal_form or RevealForm(prefix="reveal-"),
        "sent_back": sent_back or {},
        "acts": ACTS,
        "first": [one for one in FIRST if one in offered],
        "second": [one for one in SECOND if one in offered],
        "more": [one for one in offered if one not in FIRST and one not in SECOND],
        "is_department": reader.acts_for_department,
        "may_recuse": reader.is_any(*recusing.SETS),
        "opens_requesters": reader.is_any(*DESK, Role.CALLBACK_AGENT, Role.AUDITOR),
        "next_url": request.form.get("next", ""),
    }


def _clocks(ticket: Ticket, reader: Staff, now: dt.datetime) -> Iterator[Clock]:
    """Yield the deadlines, those of this round that still run first, each with its reasons."""
    rows = [
        one
        for one in ticket.deadlines
        if not reader.acts_for_department
        or one.assignment is None
        or one.assignment.department_id == reader.department_id
    ]
    for row in sorted(rows, key=lambda one: (not one.is_running, -one.round, one.due_at)):
        yield Clock(
            row=row,
            state=lateness.of(row, now),
            department=in_both(row.assignment.department.names) if row.assignment else "",
            why=Explanation.from_json(row.explanation).say(),
        )


def _sources(at: Standing, reader: Staff, revealed: Requester | None) -> list[Source]:
    found = []
    for known_as, contact in merging.contacts_of(at.ticket):
        shows = _shows(at, known_as, reader)
        found.append(
            Source(
                contact=contact,
                known_as=known_as,
                requester=contact.requester if shows or contact.requester is revealed else None,
                is_sealed=not shows and contact.requester is not revealed,
                is_revealed=revealed is not None and contact.requester is revealed,
                opens_letter=isinstance(contact, Letter) and letter_rights.may_see(contact, reader),
                slip_url=_slip_url(contact, reader),
            )
        )
    return found


def _slip_url(contact: Contact, reader: Staff) -> str:
    if isinstance(contact, Letter):
        hands_out = letter_rights.may_work(reader) and letter_rights.may_see(contact, reader)
        return url_for("letters.slip", letter_id=contact.id) if hands_out else ""
    is_own = contact.recorded_by_id == reader.id and reader.is_any(*DESK)
    if isinstance(contact, Visit) and (is_own or reader.is_any(*SEES_ALL)):
        return url_for("reception.slip", contact_id=contact.id)
    return ""


def _shows(at: Standing, known_as: Ticket, reader: Staff) -> bool:
    """Tell whether `reader` sees who a contact is from; secrecy asked for on either of the tickets holds."""
    return all(access.shows_requester(one, at.policy, reader) for one in {at.ticket, known_as})


def contact_of(at: Standing, contact_id: int, reader: Staff) -> Contact | None:
    """Return a contact of the matter whose caller `reader` may ask to have shown."""
    for known_as, contact in merging.contacts_of(at.ticket):
        if contact.id == contact_id:
            return contact if not reader.acts_for_department or _shows(at, known_as, reader) else None
    return None


def _closing(ticket: Ticket) -> list[tuple[ClosingNeed, ClosingRecord | None]]:
    """Return what the category wants on record at the end, beside what is."""
    there = closing_needs.on_record(ticket)
    wanted = [one for one in closing_needs.needed(ticket) if one is not ClosingNeed.REPLY_GIVEN]
    return [(need, there.get(need)) for need in wanted]


def say_done(action: Action) -> str:
    """Return what is said when an act is done."""
    return say(ACTS[action].done)


def order(ticket: Ticket, part: Assignment, reader: Staff) -> dict[str, Any]:
    """Return what the printed dispatch order of one part says."""
    policy = deadlines.policy_of(ticket)
    shows = access.shows_requester(ticket, policy, reader)
    clocks = [
        one
        for one in ticket.deadlines
        if one.round == part.round and one.stage not in NOT_OWED and one.assignment in (None, part)
    ]
    return {
        "ticket": ticket,
        "part": part,
        "policy": policy,
        "clocks": [one for one in clocks if one.assignment is part or one.stage is Stage.OVERALL],
        "contacts": [
            contact
            for known_as, contact in merging.contacts_of(ticket)
            if shows and access.shows_requester(known_as, policy, reader)
        ],
        "assists": [one for one in ticket.assignments if one.round == part.round and one is not part],
    }

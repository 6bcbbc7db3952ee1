"""Matters worked through by the same verbs as the pages', for tests that need many of them."""

import datetime as dt
import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field

from hotline.callbacks import plans
from hotline.callbacks.models import CallbackTask
from hotline.categories import catalogue
from hotline.categories.channels import Channel
from hotline.categories.terms import CHOSEN_FROM, ClosingNeed
from hotline.contacts import intake
from hotline.contacts.intake import CallDetails, Caller, Details, LetterDetails
from hotline.contacts.models import Contact
from hotline.db import session, transaction
from hotline.dispatch import handling, sending
from hotline.people import departments, staff
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.tickets import answering, closing, closing_needs, registration
from hotline.tickets.closing_needs import Fact
from hotline.tickets.models import AnswerSource, Ticket
from hotline.tickets.registration import Matter
from hotline.wording import LOCAL_ZONE

LONG_AGO = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
_numbers = itertools.count(1)


def at(text: str) -> dt.datetime:
    """Return a moment in Beijing time written `2026-03-04 09:10`."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=LOCAL_ZONE).astimezone(dt.UTC)


def somebody(*roles: Role, department: str | None = None) -> Staff:
    """Add a person. Password hashing is not what these tests are about, so one hash serves all."""
    unit = departments.by_code(department) if department else None
    number = f"t{next(_numbers):06d}"
    with transaction():
        return staff.add(
            number, f"Person {number}", "correct horse battery", roles=roles, department=unit, now=LONG_AGO
        )


def on_record(needs: Iterable[ClosingNeed], moment: dt.datetime) -> list[Fact]:
    """Return what somebody fills in for each of `needs`."""
    return [
        Fact(
            need=need,
            words="As found on the spot",
            choice=catalogue.code_list(CHOSEN_FROM[need])[0].code if need in CHOSEN_FROM else None,
            happened_at=moment if need in closing_needs.TIMED else None,
        )
        for need in needs
    ]


def of_the_handling(ticket: Ticket, moment: dt.datetime) -> list[Fact]:
    """Return what the lead department fills in beside its reply."""
    return on_record(closing_needs.missing(ticket, closing_needs.BY_DEPARTMENT), moment)


@dataclass
class Desk:
    """The people of a small hotline, and what they do all day."""

    operator: Staff = field(default_factory=lambda: somebody(Role.OPERATOR))
    leader: Staff = field(default_factory=lambda: somebody(Role.SHIFT_LEADER))
    agent: Staff = field(default_factory=lambda: somebody(Role.CALLBACK_AGENT))
    manager: Staff = field(default_factory=lambda: somebody(Role.SERVICE_MANAGER))
    clerks: dict[str, Staff] = field(default_factory=dict)

    def clerk(self, department: str) -> Staff:
        """Return the clerk of a department."""
        if department not in self.clerks:
            self.clerks[department] = somebody(Role.DEPARTMENT_CLERK, department=department)
        return self.clerks[department]

    def contact(
        self,
        category: str,
        received: dt.datetime,
        *,
        channel: Channel = Channel.CALL,
        phone: str | None = "13812345678",
        rings: int | None = 2,
        talk: int | None = 90,
    ) -> Contact:
        """Record a contact."""
        contact = self._recorded(category, received, channel, phone, rings, talk)
        session.flush()
        return contact

    def _recorded(
        self,
        category: str,
        received: dt.datetime,
        channel: Channel = Channel.CALL,
        phone: str | None = "13812345678",
        rings: int | None = 2,
        talk: int | None = 90,
    ) -> Contact:
        details: Details = CallDetails(ring_count=rings, talk_seconds=talk)
        if channel is Channel.LETTER:
            details = LetterDetails(letter_class="service_matter")
        return intake.record(
            details,
            Caller(name="Wang Fang", phone=phone, contact_refused=phone is None),
            category=category,
            content_class=None,
            summary="A lamp is out",
            received_at=received,
            is_read_back=True,
            submission_key=f"key-{next(_numbers)}",
            by=self.operator,
            now=received,
        )

    def answered_at_once(self, received: dt.datetime) -> Contact:
        """Answer a consultation from an article."""
        with transaction():
            contact = self.contact("consultation", received)
            spoken = answering.Spoken(AnswerSource.ARTICLE, "KB-12 v3", "Bring your old card.")
            answering.answer_contact(contact, spoken, by=self.operator, now=received)
        return contact

    def ticket(self, category: str, received: dt.datetime, **more: object) -> Ticket:
        """Open a ticket."""
        with transaction():
            contact = self._recorded(category, received, **more)  # type: ignore[arg-type] # passed on
            matter = Matter(
                category=category,
                title="A lamp is out",
                content="It has been dark for a week.",
                place="Lane 5",
            )
            return registration.register(matter, contact, by=self.operator, now=received)

    def send(self, ticket: Ticket, moment: dt.datetime, department: str = "urban_management") -> None:
        """Dispatch a ticket, with the opinions its category asks for."""
        with transaction():
            unit = departments.by_code(department)
            assert unit is not None
            opinions = [one["en"] for one in catalogue.policy(ticket.category).opinions]
            sending.send(ticket, sending.Order(lead=unit, opinions=opinions), by=self.leader, now=moment)

    def reply(self, ticket: Ticket, moment: dt.datetime) -> None:
        """Let the lead department acknowledge, reach the caller and reply."""
        with transaction():
            part = ticket.lead
            assert part is not None
            clerk = self.clerk(part.department.code)
            handling.acknowledge(part, by=clerk, now=moment)
            handling.caller_contacted(part, note="spoke to the caller", by=clerk, now=moment)
            facts = of_the_handling(ticket, moment)
            handling.reply(part, text="The lamp was mended.", facts=facts, by=clerk, now=moment)

    def answer(self, ticket: Ticket, moment: dt.datetime) -> CallbackTask | None:
        """Tell the caller, and let the plan decide about the callback."""
        with transaction():
            answering.answer_from_reply(
                ticket,
                words="The lamp was mended.",
                channel=Channel.CALL,
                facts=on_record(closing_needs.missing(ticket, answering.BESIDE_THE_ANSWER), moment),
                by=self.operator,
                now=moment,
            )
            closing.finish(ticket, by=self.operator, now=moment)
        with transaction():
            made = plans.plan(ticket, now=moment)
        return made[0] if made else None

    def handled(
        self,
        category: str,
        received: dt.datetime,
        answered: dt.datetime,
        department: str = "urban_management",
    ) -> CallbackTask | None:
        """Work a matter through until its caller has been answered."""
        ticket = self.ticket(category, received)
        self.send(ticket, received + dt.timedelta(minutes=30), department)
        self.reply(ticket, answered - dt.timedelta(minutes=30))
        return self.answer(ticket, answered)

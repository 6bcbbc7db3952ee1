"""A month of matters worked through by simulated staff: arrivals by a pattern, every act by the pages' verbs.

Everything happens in the order of time: what is due next is taken from a heap, the deadlines are swept and
the figures rolled up in between, so that counted days change later as they do at a desk.
"""

import csv
import datetime as dt
import heapq
import itertools
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from hotline.callbacks import assessing, calling, plans
from hotline.callbacks.calling import Outcome
from hotline.callbacks.models import BAD, AttemptResult, CallbackState, CallbackTask, Satisfaction
from hotline.categories import catalogue
from hotline.categories.channels import Channel
from hotline.categories.terms import Confidentiality
from hotline.contacts import intake
from hotline.contacts.intake import CallDetails, Caller, Details, LetterDetails
from hotline.contacts.models import Contact, Disposition
from hotline.db import session, transaction
from hotline.dispatch import extending, handling, returning, sending, supervising, sweep, urging
from hotline.dispatch.models import UrgeChannel
from hotline.people import departments
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.statistics import facts
from hotline.tickets import answering, closing, closing_needs, registration
from hotline.tickets.models import AnswerSource, Ticket
from hotline.tickets.registration import Matter
from hotline.tickets.states import TicketStatus
from hotline.wording import LOCAL_ZONE
from hotline.working_time import Limit
from tests.matters import of_the_handling, on_record, somebody

Texts = Sequence[tuple[str, str]]
Slot = tuple[int, int]
"""A weekday, Monday 0, and an hour."""

HOURS = (10, 6, 4, 3, 3, 5, 12, 34, 78, 104, 110, 92, 58, 60, 84, 92, 88, 72, 48, 42, 40, 36, 26, 16)
WEEKDAYS = (118, 116, 114, 112, 108, 64, 58)
OWN_TEXTS: Texts = (
    ("The lamp in our lane is out", "It has been dark in Lane 5 for a week, people stumble."),
    ("No water since the morning", "Building 3 has had no water since six."),
    ("Noise from the building site", "They drill until two at night."),
    ("Bus stop moved without a word", "The stop at the market is gone, older people walk a mile."),
    ("Rubbish is not fetched", "The bins at gate 2 have been full since Sunday."),
)
CATEGORIES: Mapping[str, int] = {
    "complaint": 46,
    "help": 28,
    "consultation": 12,
    "suggestion": 10,
    "tip_off": 4,
    "emergency": 4,
}
DEPARTMENTS = ("urban_management", "water_group", "housing", "transport")
FINAL = ("answered", "redirected", "added")


@dataclass(frozen=True)
class Pattern:
    """When matters come in, and in which words."""

    slots: Mapping[Slot, int]
    texts: Texts

    @classmethod
    def own(cls) -> "Pattern":
        """Return a pattern of our own: mornings before afternoons, little at night and at weekends."""
        slots = {
            (day, hour): per_day * per_hour
            for day, per_day in enumerate(WEEKDAYS)
            for hour, per_hour in enumerate(HOURS)
        }
        return cls(slots, OWN_TEXTS)

    @classmethod
    def of_file(cls, path: Path) -> "Pattern":
        """Return the pattern of a CSV file with the columns title, detail and created_at."""
        slots: Counter[Slot] = Counter()
        texts = []
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if not row["created_at"]:
                    continue
                moment = dt.datetime.fromisoformat(row["created_at"].replace("/", "-"))
                slots[moment.weekday(), moment.hour] += 1
                texts.append((row["title"].strip()[:200], row["detail"].strip()))
        return cls(slots, [one for one in texts if all(one)])

    def arrivals(self, first: dt.date, days: int, count: int, chance: random.Random) -> list[dt.datetime]:
        """Return `count` moments within `days` days from `first`, in order."""
        hours = [(first + dt.timedelta(days=day), hour) for day in range(days) for hour in range(24)]
        weights = [self.slots.get((day.weekday(), hour), 0) for day, hour in hours]
        found = []
        for day, hour in chance.choices(hours, weights, k=count):
            begins = dt.datetime.combine(day, dt.time(hour), LOCAL_ZONE)
            found.append((begins + dt.timedelta(seconds=chance.randrange(3600))).astimezone(dt.UTC))
        return sorted(found)


@dataclass
class Month:
    """The staff of a hotline and what they have to do; `run` lets the time pass."""

    pattern: Pattern
    seed: int = 20260331
    chunk: int = 1
    """Acts in one transaction; real desks have one each, long runs are quicker with more."""
    done: Counter[str] = field(default_factory=Counter)
    _heap: list[tuple[dt.datetime, int, str, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)
        self._order = itertools.count()
        self._staff = {
            "operator": [somebody(Role.OPERATOR).id for _ in range(3)],
            "leader": [somebody(Role.SHIFT_LEADER).id],
            "agent": [somebody(Role.CALLBACK_AGENT).id for _ in range(3)],
            "manager": [somebody(Role.SERVICE_MANAGER).id],
            "officer": [somebody(Role.OVERSIGHT_OFFICER).id],
            **{
                code: [somebody(Role.DEPARTMENT_CLERK, department=code).id]
                for code in (*DEPARTMENTS, *_discipline())
            },
        }

    def run(self, first: dt.date, days: int, count: int, until: dt.datetime) -> None:
        """Take `count` matters in over `days` days, and work on them until `until`."""
        for moment in self.pattern.arrivals(first, days, count, self._chance):
            self._later(moment, "arrives", 0)
        swept = counted = None
        while self._heap and self._heap[0][0] <= until:
            with transaction():
                for _ in range(self.chunk):
                    if self._heap and self._heap[0][0] <= until:
                        now, _, act, key = heapq.heappop(self._heap)
                        self._act(act, key, now)
            session.remove()
            hour, day = now.replace(minute=0, second=0, microsecond=0), now.date()
            if swept is not None and hour - swept >= dt.timedelta(hours=3):
                self._sweep(now)
            if counted is not None and day != counted:
                facts.catch_up(now)
            swept = hour if swept is None or hour - swept >= dt.timedelta(hours=3) else swept
            counted = day
        self._sweep(until)
        facts.catch_up(until)

    def _sweep(self, now: dt.datetime) -> None:
        after = None
        while batch := sweep.due(now, after):
            for _, deadline_id in batch:
                with transaction():
                    sweep.look(deadline_id, now=now)
                self.done["swept"] += 1
            after = batch[-1]
        session.remove()

    def _later(self, moment: dt.datetime, act: str, key: int) -> None:
        heapq.heappush(self._heap, (moment, next(self._order), act, key))

    def _who(self, role: str) -> Staff:
        return session.get_one(Staff, self._chance.choice(self._staff[role]))

    def _act(self, act: str, key: int, now: dt.datetime) -> None:
        acts: Mapping[str, Callable[[int, dt.datetime], None]] = {
            "arrives": self._arrives,
            "dispatch": self._dispatch,
            "acknowledge": self._acknowledge,
            "extend": self._extend,
            "urge": self._urge,
            "supervise": self._supervise,
            "reply": self._reply,
            "answer": self._answer,
            "call": self._call,
            "object": self._object,
        }
        acts[act](key, now)
        self.done[act] += 1

    def _hours(self, *choices: float) -> dt.timedelta:
        return dt.timedelta(hours=self._chance.choice(choices) * self._chance.uniform(0.8, 1.2))

    def _arrives(self, _key: int, now: dt.datetime) -> None:
        operator = self._who("operator")
        title, text = self._chance.choice(self.pattern.texts)
        lot = self._chance.random()
        category = (
            "consultation" if lot < 0.3 else self._chance.choices(*zip(*CATEGORIES.items(), strict=True))[0]
        )
        contact = self._contact(category, text, operator, now)
        if lot < 0.22:
            spoken = answering.Spoken(AnswerSource.ARTICLE, "KB-12 v3", "Bring your old card.")
            answering.answer_contact(contact, spoken, by=operator, now=now)
        elif lot < 0.26:
            contact.disposition = Disposition.REDIRECTED
        elif lot < 0.30 and (ticket := self._open_ticket()) is not None:
            contact.disposition = Disposition.ADDED
            closing.add_contact(ticket, contact, by=operator, now=now)
        else:
            ticket = registration.register(
                Matter(category=category, title=title, content=text, place="Lane 5"),
                contact,
                by=operator,
                now=now,
            )
            registration.send_on(ticket, by=operator, now=now)
            self._later(now + self._hours(0.2, 0.5, 1, 3, 6), "dispatch", ticket.id)
        session.flush()

    def _contact(self, category: str, text: str, operator: Staff, now: dt.datetime) -> Contact:
        is_letter = self._chance.random() < 0.06
        details: Details = CallDetails(
            ring_count=self._chance.choice([1, 2, 2, 3, 4, None]), talk_seconds=self._chance.randint(20, 400)
        )
        if is_letter:
            details = LetterDetails(letter_class="service_matter")
        is_silent = category not in ("help", "consultation") and self._chance.random() < 0.05
        phone = None if is_silent else f"138{self._chance.randrange(10**8):08d}"
        return intake.record(
            details,
            Caller(name=None if is_silent else "Wang Fang", phone=phone, contact_refused=is_silent),
            category=category,
            content_class=None,
            summary=text,
            received_at=now,
            is_read_back=None if is_letter else True,
            submission_key=f"month-{next(self._order)}",
            by=operator,
            now=now,
        )

    def _open_ticket(self) -> Ticket | None:
        newest = sa.select(Ticket).where(Ticket.status == TicketStatus.DISPATCHED)
        return session.scalars(newest.order_by(Ticket.id.desc()).limit(1)).first()

    def _dispatch(self, key: int, now: dt.datetime) -> None:
        ticket = session.get_one(Ticket, key)
        if ticket.lead is not None or ticket.status not in (TicketStatus.REGISTERED, TicketStatus.TO_REVIEW):
            return
        leader = self._who("leader")
        if ticket.round == 1 and ticket.category == "suggestion" and self._chance.random() < 0.1:
            closing.reclassify(
                ticket,
                category="complaint",
                content_class=None,
                reason="It is a complaint",
                by=leader,
                now=now,
            )
        sealed = _is_sealed(ticket)
        code = self._chance.choice(_discipline() if sealed else DEPARTMENTS)
        unit = departments.by_code(code)
        assert unit is not None
        opinions = [one["en"] for one in catalogue.policy(ticket.category).opinions]
        sending.send(ticket, sending.Order(lead=unit, opinions=opinions), by=leader, now=now)
        self._later(now + self._hours(0.1, 0.5, 2, 8), "acknowledge", ticket.id)
        if self._chance.random() < 0.08:
            self._later(now + self._hours(4, 30), "urge", ticket.id)
        if self._chance.random() < 0.02:
            self._later(now + self._hours(24, 60), "supervise", ticket.id)

    def _clerk(self, ticket: Ticket) -> Staff:
        part = ticket.lead
        assert part is not None
        return self._who(part.department.code)

    def _acknowledge(self, key: int, now: dt.datetime) -> None:
        ticket = session.get_one(Ticket, key)
        part = ticket.lead
        if part is None:
            return
        clerk = self._clerk(ticket)
        if (
            ticket.round == 1
            and ticket.category == "complaint"
            and self._chance.random() < 0.05
            and part.may_return
        ):
            self._give_back(ticket, clerk, now)
            return
        handling.acknowledge(part, by=clerk, now=now)
        if ticket.category == "complaint" and self._chance.random() < 0.1:
            self._later(now + self._hours(1, 5), "extend", ticket.id)
        self._later(now + self._hours(2, 10, 20, 30, 60, 90, 130, 200), "reply", ticket.id)

    def _give_back(self, ticket: Ticket, clerk: Staff, now: dt.datetime) -> None:
        part = ticket.lead
        assert part is not None
        reason = catalogue.code_list("return_reason")[0].code
        asked = returning.ask(part, reason=reason, grounds="Not ours", suggested=None, by=clerk, now=now)
        if self._chance.random() < 0.5:
            returning.grant(asked, to=None, ruling="True", by=self._who("leader"), now=now)
            self._later(now + self._hours(1), "dispatch", ticket.id)
        else:
            returning.refuse(asked, ruling="It is yours", by=self._who("leader"), now=now)
            self._later(now + self._hours(1), "acknowledge", ticket.id)

    def _extend(self, key: int, now: dt.datetime) -> None:
        ticket = session.get_one(Ticket, key)
        part = ticket.lead
        rule = extending.rule_of(ticket) if part is not None else None
        if part is None or rule is None:
            return
        before = [one for one in ticket.deadlines if one.is_running and one.assignment_id == part.id]
        if any(one.due_at < now for one in before) or extending.of_round(ticket, ticket.round):
            return
        asked = extending.ask(
            part,
            limit=Limit.parse(str(rule.limit)),
            grounds="Parts are being made",
            legal_basis="Art. 5",
            by=self._clerk(ticket),
            now=now,
        )
        if self._chance.random() < 0.7:
            extending.grant(asked, by=session.get_one(Staff, self._holder(rule.approved_by)), now=now)

    def _holder(self, role: Role) -> int:
        names = {
            Role.SHIFT_LEADER: "leader",
            Role.SERVICE_MANAGER: "manager",
            Role.OVERSIGHT_OFFICER: "officer",
        }
        return self._staff[names[role]][0]

    def _urge(self, key: int, now: dt.datetime) -> None:
        ticket = session.get_one(Ticket, key)
        if ticket.lead is not None:
            urging.urge(
                ticket, reason="The caller waits", channel=UrgeChannel.PHONE, by=self._who("leader"), now=now
            )

    def _supervise(self, key: int, now: dt.datetime) -> None:
        ticket = session.get_one(Ticket, key)
        if ticket.lead is not None and supervising.running(ticket) is None:
            supervising.open_(ticket, reason="Waits long", by=self._who("officer"), now=now)

    def _reply(self, key: int, now: dt.datetime) -> None:
        ticket = session.get_one(Ticket, key)
        part = ticket.lead
        if part is None or part.acknowledged_at is None:
            return
        clerk = self._clerk(ticket)
        if self._chance.random() < 0.85 and ticket.has_contact:
            handling.caller_contacted(part, note="spoke to the caller", by=clerk, now=now)
        handling.reply(
            part, text="The lamp was mended.", facts=of_the_handling(ticket, now), by=clerk, now=now
        )
        self._later(now + self._hours(0.2, 1, 4), "answer", ticket.id)

    def _answer(self, key: int, now: dt.datetime) -> None:
        ticket = session.get_one(Ticket, key)
        if answering.replied_part(ticket) is None or ticket.resolved_at is not None:
            return
        operator = self._who("operator")
        answering.answer_from_reply(
            ticket,
            words="The lamp was mended.",
            channel=Channel.CALL,
            facts=on_record(closing_needs.missing(ticket, answering.BESIDE_THE_ANSWER), now),
            by=operator,
            now=now,
        )
        closing.finish(ticket, by=operator, now=now)
        for task in plans.plan(ticket, now=now):
            self._later(_in_the_morning(now + self._hours(20, 60, 160)), "call", task.id)

    def _call(self, key: int, now: dt.datetime) -> None:
        task = session.get_one(CallbackTask, key)
        if task.state is not CallbackState.OPEN or task.round != task.ticket.round:
            return
        agent = self._who("officer" if task.by_role is Role.OVERSIGHT_OFFICER else "agent")
        if task.by_role is not None:
            agent = session.get_one(Staff, self._holder(task.by_role))
        lot = self._chance.random()
        if task.attempt_count or lot < 0.15:
            if task.attempt_count < catalogue.desk().callbacks.least_attempts:
                calling.record_attempt(task, AttemptResult.UNREACHABLE, by=agent, now=now)
                self._later(now + dt.timedelta(days=1), "call", task.id)
            else:
                calling.give_up(task, by=agent, now=now)
        elif lot < 0.2:
            calling.complete(task, AttemptResult.REFUSED, Outcome(), by=agent, now=now)
        else:
            self._said(task, agent, now)

    def _said(self, task: CallbackTask, agent: Staff, now: dt.datetime) -> None:
        step = self._chance.choices([*Satisfaction, None], [20, 30, 22, 8, 6, 6])[0]
        calling.complete(
            task,
            AttemptResult.REACHED,
            Outcome(
                was_contacted=self._chance.choice([True, True, False, None]),
                is_truthful=self._chance.choice([True, True, False, None]),
                is_solved=step not in BAD,
                satisfaction=step,
                attitude=self._chance.choice([*Satisfaction, None]),
                rehandle_reason="Not mended" if step in BAD else None,
            ),
            by=agent,
            now=now,
        )
        if step in BAD:
            self._later(now + self._hours(1, 5), "dispatch", task.ticket_id)
            if self._chance.random() < 0.6:
                self._later(now + self._hours(20, 50), "object", task.id)

    def _object(self, key: int, now: dt.datetime) -> None:
        task = session.get_one(CallbackTask, key)
        assessing.exclude(task, ground="The wish is unlawful", by=self._who("manager"), now=now)


def _is_sealed(ticket: Ticket) -> bool:
    """Tell whether only a discipline department may have a ticket."""
    return ticket.confidentiality is Confidentiality.RESTRICTED


def _discipline() -> tuple[str, ...]:
    return tuple(one.code for one in departments.active() if one.takes_tip_offs)[:1]


def _in_the_morning(moment: dt.datetime) -> dt.datetime:
    """Return ten in the morning of that day, some minutes later, when callers may be rung."""
    local = moment.astimezone(LOCAL_ZONE)
    return local.replace(hour=10, minute=local.minute % 50).astimezone(dt.UTC)


def kinds(done: Counter[str]) -> Iterator[str]:
    """Yield what was done and how often, most frequent first."""
    yield from (f"{name} {count:,}" for name, count in done.most_common())

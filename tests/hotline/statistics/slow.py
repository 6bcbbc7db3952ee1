"""Every count once more, row by row in Python: what the figures must be, by another way of counting."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import sqlalchemy as sa

from hotline.callbacks.models import CallbackTask
from hotline.categories.channels import Channel
from hotline.categories.terms import Stage
from hotline.contacts.models import Call, Contact
from hotline.db import session
from hotline.dispatch.models import Extension, Return, Supervision, Urge
from hotline.statistics import figures
from hotline.statistics.catalogue import MEASURES
from hotline.statistics.periods import Period
from hotline.telephony.models import PhoneCall
from hotline.tickets.models import Answer, Assignment, Deadline, Ticket, TicketEvent
from hotline.wording import LOCAL_ZONE

Row = TypeVar("Row")
KNOWLEDGE = {"consultation"}
CONTENT = {"very_satisfied", "satisfied", "fairly_satisfied"}
STAGES = {
    Stage.FRONT_DESK: "front_desk",
    Stage.DEPARTMENT: "department",
    Stage.OVERALL: "overall",
    Stage.ACKNOWLEDGE: "acknowledge",
}

Counted = tuple[dt.datetime, str, str, int, set[str] | Counter[str]]
"""Moment, channel, category, department, and the counts the row belongs to, or what it adds to each."""


def counted(now: dt.datetime) -> list[Counted]:
    """Return every row with what it counts for."""
    return list(_rows(now))


def counts(rows: Iterable[Counted], first: dt.date, last: dt.date, by: str = "") -> dict[str, Counter[str]]:
    """Return the counts of local days `first` to `last`, divided, or as one group."""
    found: dict[str, Counter[str]] = {}
    for moment, channel, category, department, codes in rows:
        if first <= moment.astimezone(LOCAL_ZONE).date() <= last:
            group = {"department": str(department), "category": category, "channel": channel}.get(by, "")
            if category or by != "category":
                found.setdefault(group, Counter()).update(codes)
    return found


def differences(rows: Iterable[Counted], period: Period, now: dt.datetime, by: str = "") -> list[str]:
    """Return every measure that comes out differently than `counts` has it; none, if all is well."""
    expected = counts(rows, period.first, period.last, by)
    sums = figures.sums(period, now=now, by=by)
    found = [f"group {group}" for group in set(sums.groups) ^ set(expected)]
    for group, counter in expected.items():
        for measure in MEASURES.values():
            figure = sums.figure(measure, group)
            numerator = sum(counter[code] for code in measure.counted)
            denominator = counter[measure.denominator] if measure.denominator else None
            if (figure.numerator, figure.denominator) != (numerator, denominator):
                found.append(
                    f"{measure.code} of {by} {group}: {figure.numerator} / {figure.denominator},"
                    f" not {numerator} / {denominator}"
                )
    return found


def _all(kind: type[Row]) -> list[Row]:
    return list(session.scalars(sa.select(kind)))


def _by(rows: Iterable[Row], key: Callable[[Row], object]) -> dict[object, list[Row]]:
    found: dict[object, list[Row]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


def _rows(now: dt.datetime) -> Iterator[Counted]:
    tickets = {one.id: one for one in _all(Ticket)}
    parts = _all(Assignment)
    answers = _all(Answer)
    yield from _contacts(parts, answers)
    yield from _phone_calls()
    yield from _tickets(tickets, parts)
    yield from _parts(tickets, parts)
    yield from _deadlines(tickets, parts, now)
    yield from _callbacks(tickets, now)


def _contacts(parts: list[Assignment], answers: list[Answer]) -> Iterator[Counted]:
    sent = {part.ticket_id for part in parts}
    articles = [one for one in answers if one.source.value == "article"]
    at_desk = {one.contact_id for one in articles} - {None}
    from_tickets = {one.ticket_id for one in articles} - {None}
    for contact in _all(Contact):
        codes = {"contacts"}
        ended = contact.disposition.value
        codes |= {
            name
            for name, value in {
                "answered_at_once": "answered",
                "redirected": "redirected",
                "declined": "declined",
                "repeated": "added",
                "made_tickets": "ticket",
            }.items()
            if ended == value
        }
        if contact.channel is Channel.CALL:
            codes.add("calls")
            codes |= {"calls_settled"} if ended != "open" else set()
        if isinstance(contact, Call):
            if contact.talk_seconds is not None:
                codes |= {"calls_timed"} | ({"calls_quick"} if contact.talk_seconds <= 120 else set())
            if contact.ring_count is not None:
                codes |= {"calls_rung"} | ({"calls_three_ring"} if contact.ring_count <= 3 else set())
        if contact.category in KNOWLEDGE:
            codes.add("consultations")
            from_article = contact.id in at_desk or contact.ticket_id in from_tickets
            codes |= {"consultations_from_article"} if from_article else set()
            if ended in ("answered", "redirected") or (from_article and contact.ticket_id not in sent):
                codes.add("consultations_solved")
        yield contact.received_at, contact.channel.value, contact.category, 0, codes


def _phone_calls() -> Iterator[Counted]:
    for call in _all(PhoneCall):
        if call.direction.value != "inbound":
            continue
        codes: Counter[str] = Counter({"phone_rejected" if call.is_rejected else "phone_offered": 1})
        if call.answered_at is not None:
            waited = (call.answered_at - call.received_at).total_seconds()
            codes += Counter({"phone_answered": 1, "phone_waited": round(waited)})
            codes += Counter({"phone_quick": 1} if waited <= 15 else {})
            codes += Counter({"phone_rung": 1} if call.ring_count is not None else {})
            codes += Counter({"phone_three_ring": 1} if (call.ring_count or 99) <= 3 else {})
            if call.ended_at is not None:
                talked = round((call.ended_at - call.answered_at).total_seconds())
                codes += Counter({"phone_talked": 1, "phone_talk_time": talked})
        elif call.ended_at is not None and not call.is_rejected:
            codes["phone_abandoned"] += 1
        yield call.received_at, "call", "", 0, codes


def _tickets(tickets: dict[int, Ticket], parts: list[Assignment]) -> Iterator[Counted]:
    reclassified = {one.ticket_id for one in _all(TicketEvent) if one.kind == "ticket_reclassified"}
    part_of = {part.id: part.ticket_id for part in parts}
    returned = {part_of[one.assignment_id] for one in _all(Return) if one.decision.value == "granted"}
    for ticket in tickets.values():
        codes = {"tickets"}
        if ticket.resolved_at or ticket.status.value in ("closed", "archived", "declined"):
            codes.add("tickets_resolved")
        if ticket.id in reclassified | returned:
            codes.add("tickets_faulty")
        department = ticket.lead_department_id or 0
        yield ticket.received_at, ticket.channel.value, ticket.category, department, codes
        if ticket.closed_at:
            yield ticket.closed_at, ticket.channel.value, ticket.category, department, {"closed"}


def _parts(tickets: dict[int, Ticket], parts: list[Assignment]) -> Iterator[Counted]:
    clocks = _by(_all(Deadline), lambda one: one.assignment_id)
    returned = {one.assignment_id for one in _all(Return)}
    extended = {one.assignment_id for one in _all(Extension) if one.decision.value == "granted"}
    urges = _by(_all(Urge), lambda one: one.ticket_id)
    watched = _by(_all(Supervision), lambda one: one.ticket_id)
    for part in parts:
        if part.part.value != "lead":
            continue
        ticket = tickets[part.ticket_id]
        codes = {"dispatched"}
        mine = clocks.get(part.id, [])
        limits = [one.due_at for one in mine if one.stage is Stage.CONTACT_CALLER] or [
            one.due_at for one in mine if one.stage is Stage.DEPARTMENT
        ]
        if part.caller_contacted_at and (not limits or part.caller_contacted_at <= min(limits)):
            codes.add("contacted_in_time")
        if part.replied_at:
            codes |= {"replied"} | ({"rehandled"} if ticket.round > part.round else set())
        codes |= {"returned"} if part.id in returned else set()
        codes |= {"extended"} if part.id in extended else set()
        if any(
            one.round == part.round and one.department_id in (None, part.department_id)
            for one in urges.get(ticket.id, [])
        ):
            codes.add("urged")
        if any(one.department_id in (None, part.department_id) for one in watched.get(ticket.id, [])):
            codes.add("supervised")
        yield part.dispatched_at, ticket.channel.value, ticket.category, part.department_id, codes


def _deadlines(tickets: dict[int, Ticket], parts: list[Assignment], now: dt.datetime) -> Iterator[Counted]:
    by_id = {part.id: part for part in parts}
    leads = _by((one for one in parts if one.part.value == "lead"), lambda one: (one.ticket_id, one.round))
    for clock in _all(Deadline):
        name = STAGES.get(clock.stage)
        is_moot = clock.cancelled_at is not None and clock.breached_at is None
        if name is None or is_moot or clock.stopped_since is not None or clock.due_at >= now:
            continue
        ticket = tickets[clock.ticket_id]
        codes = {f"{name}_due"}
        if clock.met_at and clock.met_at <= clock.due_at:
            codes.add(f"{name}_in_time")
        if name == "department" and clock.met_at and clock.met_at <= clock.original_due_at:
            codes.add("department_in_first_limit")
        led = leads.get((ticket.id, clock.round), [])
        holder = (
            by_id[clock.assignment_id]
            if clock.assignment_id
            else max(led, key=lambda one: one.id, default=None)
        )
        department = holder.department_id if holder else 0
        yield clock.due_at, ticket.channel.value, ticket.category, department, codes


def _callbacks(tickets: dict[int, Ticket], now: dt.datetime) -> Iterator[Counted]:
    for task in _all(CallbackTask):
        channel, department = tickets[task.ticket_id].channel.value, task.department_id or 0
        if task.state.value != "cancelled" and task.due_at < now:
            state = {
                "done": "callbacks_due_made",
                "exhausted": "callbacks_due_given_up",
                "open": "callbacks_due_open",
            }
            codes = {"callbacks_due", state[task.state.value]}
            codes |= (
                {"callbacks_due_in_time"} if task.completed_at and task.completed_at <= task.due_at else set()
            )
            yield task.due_at, channel, task.category, department, codes
        if task.completed_at:
            yield task.completed_at, channel, task.category, department, _ended(task)


def _ended(task: CallbackTask) -> set[str]:
    codes = {"callbacks_ended"}
    if task.state.value == "exhausted":
        return codes | {"callbacks_unreachable"}
    if task.result and task.result.value == "refused":
        return codes | {"callbacks_refused"}
    codes.add("callbacks_reached")
    codes |= {"callbacks_rehandled"} if task.rehandle_reason else set()
    if task.excluded_at:
        return codes | {"callbacks_excluded"}
    codes.add("callbacks_assessed")
    for asked, said, answer in (
        ("solved_said", "solved", task.is_solved),
        ("contact_said", "contact_made", task.was_contacted),
        ("truthful_said", "truthful", task.is_truthful),
    ):
        codes |= set() if answer is None else {asked} | ({said} if answer else set())
    if task.satisfaction:
        codes |= {"rated", f"rated_{task.satisfaction.value}"}
    if task.attitude:
        codes |= {"attitude_rated"} | ({"attitude_good"} if task.attitude.value in CONTENT else set())
    return codes

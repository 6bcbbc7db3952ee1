"""Working made-up matters through, at made-up moments, by the verbs that real ones go through."""

import datetime as dt
from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from hotline.callbacks import calling, plans
from hotline.callbacks.models import AttemptResult, CallbackTask, Satisfaction
from hotline.categories import catalogue
from hotline.categories.channels import Channel
from hotline.categories.terms import CHOSEN_FROM, ClosingNeed, Urgency
from hotline.contacts import intake
from hotline.contacts.models import Contact
from hotline.db import session, transaction
from hotline.demo import accounts, matters
from hotline.demo.matters import MadeUp, Story
from hotline.dispatch import handling, sending
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.tickets import answering, closing, closing_needs, deadlines, registration
from hotline.tickets.closing_needs import Fact
from hotline.tickets.models import Ticket
from hotline.tickets.states import TicketStatus
from hotline.wording import LOCAL_ZONE, in_both

STEPS: Mapping[Story, int] = {
    Story.FRESH: 0,
    Story.DISPATCHED: 1,
    Story.ACKNOWLEDGED: 2,
    Story.HANDLING: 3,
    Story.REPLIED: 4,
    Story.ANSWERED: 5,
    Story.SATISFIED: 6,
    Story.DISSATISFIED: 6,
    Story.UNREACHABLE: 6,
}
"""How many steps of the life of a ticket a story takes."""

CALLBACK_STEP = 5
AT_EASE = dt.timedelta(days=2)
PACE: Mapping[str, dt.timedelta] = {"help": dt.timedelta(hours=7), "emergency": dt.timedelta(minutes=80)}
"""How long the departments take, by category; most of them two days."""

SAID_AT_CLOSING: Mapping[ClosingNeed, str] = {
    ClosingNeed.CAUSE_RECORDED: "管理不到位,责任科室已整改,对责任人进行了约谈。",
    ClosingNeed.ADOPTION_DECIDED: "建议合理,已列入年度计划。",
    ClosingNeed.COMPLETION_NOTED: "已办理完毕。",
    ClosingNeed.PHONE_DISPATCH_RECORDED: "已电话通知119指挥中心和燃气抢修值班室,要求立即到场。",
}
"""What is put on record for the closing of made-up matters."""

BUSY_HOURS = (9, 10, 11, 14, 15, 16)
"""Local hours at which made-up people call, work and are called back."""


def load(*, now: dt.datetime) -> int:
    """Tell the stories that were not told yet, each in a transaction of its own; return how many."""
    told = 0
    with transaction():
        people = accounts.load(now=now)
    for position, matter in enumerate(matters.read()):
        key = f"demo:{position}"
        if session.scalar(sa.select(sa.exists().where(Contact.submission_key == key))):
            continue
        with transaction():
            _tell(matter, key, people, now)
        told += 1
    return told


def _tell(matter: MadeUp, key: str, people: Mapping[str, Staff], now: dt.datetime) -> None:
    moment = _in_the_day(now - dt.timedelta(days=matter.days_ago), now)
    operator, leader = people["1001"], people["1101"]
    ticket = _registered(matter, key, operator, moment)
    steps = STEPS[matter.story]
    if steps == 0:
        registration.send_on(ticket, by=operator, now=moment)
        return
    moments = _moments(moment, now, steps, PACE.get(matter.category, AT_EASE))
    found = sending.suggested(ticket)
    if found is None:
        registration.send_on(ticket, by=operator, now=moment)
        return
    department, route = found
    opinions = [in_both(words) for words in deadlines.policy_of(ticket).opinions]
    part = sending.send(
        ticket,
        sending.Order(lead=department, opinions=opinions, route=route),
        by=leader if opinions else None,
        now=moments[0],
    )
    clerk = next(
        (
            person
            for person in people.values()
            if person.department_id == department.id and person.is_any(Role.DEPARTMENT_CLERK)
        ),
        None,
    )
    if clerk is None or steps == 1:
        return
    handling.acknowledge(part, by=clerk, now=moments[1])
    if steps >= 3:
        handling.caller_contacted(part, note="已与诉求人电话联系,核实情况。", by=clerk, now=moments[2])
    if steps >= 4:
        facts = _on_record(closing_needs.missing(ticket, closing_needs.BY_DEPARTMENT), moments[3])
        handling.reply(part, text=matter.reply, facts=facts, by=clerk, now=moments[3])
    if steps >= 5:
        answering.answer_from_reply(
            ticket,
            words=matter.reply,
            channel=Channel.CALL,
            facts=_on_record(closing_needs.missing(ticket, answering.BESIDE_THE_ANSWER), moments[4]),
            by=operator,
            now=moments[4],
        )
        closing.finish(ticket, by=operator, now=moments[4])
        plans.plan(ticket, now=moments[4])
    if steps >= 6:
        _called_back(ticket, matter, people["1201"], moments[5])


def _on_record(needs: Iterable[ClosingNeed], moment: dt.datetime) -> list[Fact]:
    """Return what was filled in for the closing of a made-up matter."""
    return [
        Fact(
            need=need,
            words=SAID_AT_CLOSING[need],
            choice=catalogue.code_list(CHOSEN_FROM[need])[0].code if need in CHOSEN_FROM else None,
            happened_at=moment if need in closing_needs.TIMED else None,
        )
        for need in needs
    ]


def _registered(matter: MadeUp, key: str, operator: Staff, moment: dt.datetime) -> Ticket:
    contact = intake.record(
        _details(matter, moment),
        intake.Caller(name=matter.name, phone=matter.phone),
        category=matter.category,
        content_class=matter.content_class,
        summary=matter.content,
        received_at=moment,
        is_read_back=True,
        submission_key=key,
        by=operator,
        now=moment,
    )
    return registration.register(
        registration.Matter(
            category=matter.category,
            title=matter.title,
            content=matter.content,
            content_class=matter.content_class,
            place=matter.place or None,
            urgency=Urgency.URGENT if matter.category == "emergency" else Urgency.NORMAL,
            facts=matter.facts,
        ),
        contact,
        by=operator,
        now=moment,
    )


def _details(matter: MadeUp, moment: dt.datetime) -> intake.Details:
    match matter.channel:
        case Channel.VISIT:
            return intake.VisitDetails(arrived_at=moment)
        case Channel.LETTER:
            return intake.LetterDetails(letter_class="complaint", written_on=moment.date())
        case _:
            return intake.CallDetails(ring_count=2, talk_seconds=96)


def _called_back(ticket: Ticket, matter: MadeUp, agent: Staff, moment: dt.datetime) -> None:
    task = session.scalar(
        sa.select(CallbackTask).where(CallbackTask.ticket_id == ticket.id, CallbackTask.round == ticket.round)
    )
    if task is None or ticket.status is not TicketStatus.CALLBACK_DUE:
        return
    if matter.story is Story.UNREACHABLE:
        calling.record_attempt(task, AttemptResult.UNREACHABLE, by=agent, now=moment)
        return
    is_good = matter.story is Story.SATISFIED
    outcome = calling.Outcome(
        was_contacted=True,
        is_truthful=is_good,
        is_solved=is_good,
        satisfaction=Satisfaction.VERY_SATISFIED if is_good else Satisfaction.DISSATISFIED,
        attitude=Satisfaction.SATISFIED,
        opinion=matter.opinion or None,
        rehandle_reason=None if is_good else matter.opinion,
    )
    calling.complete(task, AttemptResult.REACHED, outcome, by=agent, now=moment)


def _in_the_day(moment: dt.datetime, now: dt.datetime) -> dt.datetime:
    """Return a moment near `moment` at which people work, and not after `now`."""
    local = moment.astimezone(LOCAL_ZONE)
    if local.hour not in BUSY_HOURS:
        local = local.replace(hour=BUSY_HOURS[local.hour % len(BUSY_HOURS)])
    return min(local.astimezone(dt.UTC), now)


def _moments(start: dt.datetime, now: dt.datetime, steps: int, pace: dt.timedelta) -> list[dt.datetime]:
    """Return a moment for each step, in order: the first at once, the callback a day after the rest."""
    first = start + min(dt.timedelta(minutes=8), (now - start) / 4)
    span = min((now - first) * 0.9, pace) / max(steps, 1)
    moments = [first]
    for step in range(1, steps):
        wanted = first + span * step + (dt.timedelta(days=1) if step == CALLBACK_STEP else dt.timedelta())
        moments.append(max(moments[-1], _in_the_day(wanted, now) if pace is AT_EASE else min(wanted, now)))
    return moments

"""Counts of what came in, and of the tickets made from it."""

import sqlalchemy as sa

from hotline.categories import catalogue
from hotline.categories.channels import Channel
from hotline.categories.terms import Answering
from hotline.contacts.models import Disposition
from hotline.dispatch.models import Decision, Return
from hotline.statistics.counting import Condition, Count
from hotline.statistics.sources import CALL, CLOSED, CONTACT, CONTACTS, TICKETS
from hotline.tickets.models import Answer, AnswerSource, Assignment, Ticket, TicketEvent
from hotline.tickets.states import TicketStatus
from hotline.wording import N_


def _knowledge_categories() -> list[str]:
    policies = catalogue.current().policies
    return [
        code
        for code, one in policies.items()
        if one.answering is Answering.FROM_KNOWLEDGE and one.opens_ticket
    ]


def _is_call() -> Condition:
    return CONTACT.c.channel == Channel.CALL


def _consultation() -> Condition:
    return CONTACT.c.category.in_(_knowledge_categories())


def _dispatched(ticket_id: sa.ColumnElement[int]) -> Condition:
    return sa.exists().where(Assignment.ticket_id == ticket_id)


def _from_article() -> Condition:
    return sa.exists().where(
        Answer.source == AnswerSource.ARTICLE,
        sa.or_(Answer.contact_id == CONTACT.c.id, Answer.ticket_id == CONTACT.c.ticket_id),
    )


def _solved_without_order() -> Condition:
    at_desk = CONTACT.c.disposition.in_([Disposition.ANSWERED, Disposition.REDIRECTED])
    later = sa.and_(_from_article(), sa.not_(_dispatched(CONTACT.c.ticket_id)))
    return sa.and_(_consultation(), sa.or_(at_desk, later))


def _faulty() -> Condition:
    """Put into another category later, or rightly returned: the desk erred (服务差错)."""
    reclassified = sa.exists().where(
        TicketEvent.ticket_id == Ticket.id, TicketEvent.kind == "ticket_reclassified"
    )
    returned = sa.exists().where(
        Assignment.ticket_id == Ticket.id,
        Return.assignment_id == Assignment.id,
        Return.decision == Decision.GRANTED,
    )
    return sa.or_(reclassified, returned)


INTAKE: tuple[Count, ...] = (
    Count("contacts", CONTACTS, N_("calls, visits and letters received"), sa.true),
    Count(
        "answered_at_once",
        CONTACTS,
        N_("answered at once at the desk"),
        lambda: CONTACT.c.disposition == Disposition.ANSWERED,
    ),
    Count(
        "redirected",
        CONTACTS,
        N_("referred to another service"),
        lambda: CONTACT.c.disposition == Disposition.REDIRECTED,
    ),
    Count(
        "declined",
        CONTACTS,
        N_("not accepted, with reason and route"),
        lambda: CONTACT.c.disposition == Disposition.DECLINED,
    ),
    Count(
        "repeated",
        CONTACTS,
        N_("about a matter already on record"),
        lambda: CONTACT.c.disposition == Disposition.ADDED,
    ),
    Count(
        "made_tickets",
        CONTACTS,
        N_("passed on as a ticket"),
        lambda: CONTACT.c.disposition == Disposition.TICKET,
    ),
    Count("calls", CONTACTS, N_("calls received"), _is_call),
    Count(
        "calls_settled",
        CONTACTS,
        N_("calls with a final outcome"),
        lambda: sa.and_(_is_call(), CONTACT.c.disposition != Disposition.OPEN),
    ),
    Count(
        "calls_timed", CONTACTS, N_("calls whose talk was timed"), lambda: CALL.c.talk_seconds.is_not(None)
    ),
    Count(
        "calls_quick",
        CONTACTS,
        N_("finished within the set talk time"),
        lambda: CALL.c.talk_seconds <= catalogue.desk().targets.quick_finish_seconds,
    ),
    Count(
        "calls_rung", CONTACTS, N_("calls whose rings were counted"), lambda: CALL.c.ring_count.is_not(None)
    ),
    Count(
        "calls_three_ring",
        CONTACTS,
        N_("picked up by the third ring"),
        lambda: CALL.c.ring_count <= catalogue.desk().targets.most_rings,
    ),
    Count("consultations", CONTACTS, N_("consultations received"), _consultation),
    Count("consultations_solved", CONTACTS, N_("solved without a work order"), _solved_without_order),
    Count(
        "consultations_from_article",
        CONTACTS,
        N_("answered from a knowledge article"),
        lambda: sa.and_(_consultation(), _from_article()),
    ),
    Count("tickets", TICKETS, N_("tickets opened"), sa.true),
    Count(
        "tickets_resolved",
        TICKETS,
        N_("whose caller has been answered, or that are closed"),
        lambda: sa.or_(
            Ticket.resolved_at.is_not(None),
            Ticket.status.in_([TicketStatus.CLOSED, TicketStatus.ARCHIVED, TicketStatus.DECLINED]),
        ),
    ),
    Count("tickets_faulty", TICKETS, N_("put into another category later, or rightly returned"), _faulty),
    Count("closed", CLOSED, N_("tickets closed"), sa.true),
)

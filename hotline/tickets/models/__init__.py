"""A ticket and what belongs to it: timeline, deadlines, departments' parts, answers, files, waiting."""

from hotline.tickets.models.answers import Answer, AnswerSource
from hotline.tickets.models.assignments import Assignment
from hotline.tickets.models.attachments import Attachment
from hotline.tickets.models.closing_records import ClosingRecord
from hotline.tickets.models.deadlines import Deadline
from hotline.tickets.models.texts import TicketText
from hotline.tickets.models.tickets import EventWords, Ticket, TicketEvent
from hotline.tickets.models.waitings import Waiting
from hotline.tickets.parts import Part

__all__ = [
    "Answer",
    "AnswerSource",
    "Assignment",
    "Attachment",
    "ClosingRecord",
    "Deadline",
    "EventWords",
    "Part",
    "Ticket",
    "TicketEvent",
    "TicketText",
    "Waiting",
]

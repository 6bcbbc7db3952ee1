"""What callers were told."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.categories.channels import Channel
from hotline.contacts.models import Contact
from hotline.db import Base, BigId, stored_as
from hotline.people.models import Staff
from hotline.tickets.models.tickets import Ticket
from hotline.wording import N_, Labelled


class AnswerSource(Labelled):
    """What an answer rests on; nothing else may be said to a caller (A1.2)."""

    ARTICLE = "article", N_("Knowledge article")
    REPLY = "reply", N_("Department's reply")
    REDIRECT = "redirect", N_("Referred to another service")


class Answer(Base):
    """What a caller was told, word for word, and what it rests on."""

    __tablename__ = "answer"

    id: Mapped[BigId]
    ticket_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ticket.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(sa.ForeignKey("contact.id"), index=True)
    """Set when the contact was answered at once and no ticket was needed."""
    round: Mapped[int] = mapped_column(default=1)
    source: Mapped[AnswerSource] = mapped_column(stored_as("answer_source", AnswerSource))
    assignment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("assignment.id"))
    reference: Mapped[str] = mapped_column(sa.String(80))
    """The article and revision (KB-12 v3), the department's code, or the service referred to."""
    words: Mapped[str] = mapped_column(sa.Text)
    told_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    told_at: Mapped[dt.datetime]
    channel: Mapped[Channel] = mapped_column(stored_as("answer_channel", Channel))

    ticket: Mapped[Ticket | None] = relationship(back_populates="answers")
    contact: Mapped[Contact | None] = relationship()
    told_by: Mapped[Staff] = relationship()

    __table_args__ = (
        sa.CheckConstraint(
            "(source = 'reply') = (assignment_id IS NOT NULL)", name="reply_names_its_department"
        ),
        sa.CheckConstraint("words <> ''", name="something_was_said"),
        sa.CheckConstraint("(ticket_id IS NULL) <> (contact_id IS NULL)", name="of_ticket_or_contact"),
    )

"""What was corrected in the register entry of a contact: the words before stay readable, sealed."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.contacts.models import Contact
from hotline.db import Base, BigId, BigInt, stored_as
from hotline.people.models import Staff
from hotline.sealing import SealedText
from hotline.wording import N_, Labelled


class EntryField(Labelled):
    """What of an entry can have been typed wrongly."""

    NAME = "name", N_("Name")
    ADDRESS = "address", N_("Address")
    RECEIVED_AT = "received_at", N_("Received at")
    SUMMARY = "summary", N_("Matter")
    LETTER_CLASS = "letter_class", N_("Class of letter")
    WRITTEN_ON = "written_on", N_("Written on")
    SENDER_NUMBER = "sender_number", N_("Number on the letter")
    COPIES = "copies", N_("Copies")
    ENVELOPE_NUMBER = "envelope_number", N_("Envelope number")
    POSTMARK = "postmark", N_("Postmark: place and date")
    SECRECY = "secrecy", N_("Secrecy level")
    VISITOR_COUNT = "visitor_count", N_("Visitors")
    COMPANIONS = "companions", N_("Companions or representatives")
    PEOPLE_CONCERNED = "people_concerned", N_("People concerned")
    FIRST_VISIT = "is_first_visit", N_("First visit about this matter")


class EntryCorrection(Base):
    """One field of an entry corrected after it was saved; never altered."""

    __tablename__ = "entry_correction"

    id: Mapped[BigId]
    contact_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("contact.id"), index=True)
    field: Mapped[EntryField] = mapped_column(stored_as("entry_field", EntryField))
    was: Mapped[str | None] = mapped_column(SealedText)
    became: Mapped[str | None] = mapped_column(SealedText)
    reason: Mapped[str] = mapped_column(sa.String(300))
    corrected_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    corrected_at: Mapped[dt.datetime]

    contact: Mapped[Contact] = relationship()
    corrected_by: Mapped[Staff] = relationship()

    __table_args__ = (sa.CheckConstraint("reason <> ''", name="reason_given"),)

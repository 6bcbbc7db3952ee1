"""The class and file of each ended matter, the batches by which it goes, and requests of persons."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.categories.keeping import RetentionClass
from hotline.contacts.models import Requester
from hotline.db import Base, BigId, JsonOrNull, rows_where, stored_as
from hotline.people.models import Staff
from hotline.tickets.models import Ticket
from hotline.wording import N_, Labelled


class RetentionRecord(Base):
    """How long one ended matter is kept, and where it is filed (A4.15)."""

    __tablename__ = "retention_record"

    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("ticket.id"), primary_key=True)
    retention: Mapped[RetentionClass] = mapped_column(stored_as("retention", RetentionClass))
    ended_on: Mapped[dt.date]
    keep_until: Mapped[dt.date | None]
    """The last day; `None`: for ever."""
    person_data_until: Mapped[dt.date]
    set_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    """`None` where the profile's rule gave the class."""
    file_number: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    filed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    filed_on: Mapped[dt.date | None]
    person_data_erased_at: Mapped[dt.datetime | None]
    destroyed_at: Mapped[dt.datetime | None]

    ticket: Mapped[Ticket] = relationship()
    set_by: Mapped[Staff | None] = relationship(foreign_keys=[set_by_id])
    filed_by: Mapped[Staff | None] = relationship(foreign_keys=[filed_by_id])

    __table_args__ = (
        sa.CheckConstraint("(retention = 'permanent') = (keep_until IS NULL)", name="permanent_has_no_end"),
        sa.CheckConstraint("destroyed_at IS NULL OR retention <> 'permanent'", name="permanent_stays"),
        sa.CheckConstraint(
            "(file_number IS NULL) = (filed_by_id IS NULL) AND (file_number IS NULL) = (filed_on IS NULL)",
            name="filed_by_somebody",
        ),
        sa.Index("ix_retention_record_due", "keep_until", "ticket_id", **rows_where("destroyed_at IS NULL")),
        sa.Index(
            "ix_retention_record_person_due",
            "person_data_until",
            "ticket_id",
            **rows_where("person_data_erased_at IS NULL"),
        ),
        sa.Index("ix_retention_record_unfiled", "ended_on", "ticket_id", **rows_where("filed_on IS NULL")),
    )


class Scope(Labelled):
    """What a batch destroys."""

    MATTERS = "matters", N_("Whole matters")
    CONTACTS = "contacts", N_("Contacts without a ticket")
    PERSON_DATA = "person_data", N_("Callers' data only, the matter stays")


class BatchState(Labelled):
    """How far a batch has come."""

    PREPARED = "prepared", N_("Waits for approval")
    APPROVED = "approved", N_("Waits for witnesses")
    REFUSED = "refused", N_("Not approved")
    CARRIED_OUT = "carried_out", N_("Carried out")


class DestructionBatch(Base):
    """What shall go together: prepared by one, approved by another, carried out before two (A4.17)."""

    __tablename__ = "destruction_batch"

    id: Mapped[BigId]
    number: Mapped[str] = mapped_column(sa.String(20), unique=True)
    scope: Mapped[Scope] = mapped_column(stored_as("destruction_scope", Scope))
    reason: Mapped[str] = mapped_column(sa.String(300))
    state: Mapped[BatchState] = mapped_column(stored_as("destruction_state", BatchState))
    prepared_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    """`None` when periodic work prepared it."""
    prepared_at: Mapped[dt.datetime]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    decided_at: Mapped[dt.datetime | None]
    decision_note: Mapped[str | None] = mapped_column(sa.String(300))
    carried_out_at: Mapped[dt.datetime | None]
    certificate: Mapped[dict[str, Any] | None] = mapped_column(JsonOrNull)
    certificate_digest: Mapped[str | None] = mapped_column(sa.String(64))

    prepared_by: Mapped[Staff | None] = relationship(foreign_keys=[prepared_by_id])
    decided_by: Mapped[Staff | None] = relationship(foreign_keys=[decided_by_id])
    items: Mapped[list["DestructionItem"]] = relationship(
        back_populates="batch", order_by="DestructionItem.id"
    )
    witnesses: Mapped[list["DestructionWitness"]] = relationship(
        back_populates="batch", order_by="DestructionWitness.signed_at"
    )

    __table_args__ = (
        sa.CheckConstraint("reason <> ''", name="reason_given"),
        sa.CheckConstraint("prepared_by_id <> decided_by_id", name="decided_by_another"),
        sa.CheckConstraint(
            "(state = 'prepared') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by_id IS NULL)",
            name="decided_by_somebody",
        ),
        sa.CheckConstraint(
            "(state = 'carried_out') = (carried_out_at IS NOT NULL)"
            " AND (state = 'carried_out') = (certificate IS NOT NULL)"
            " AND (state = 'carried_out') = (certificate_digest IS NOT NULL)",
            name="carried_out_has_certificate",
        ),
    )


class DestructionItem(Base):
    """One matter or contact of a batch."""

    __tablename__ = "destruction_item"

    id: Mapped[BigId]
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("destruction_batch.id"))
    ticket_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ticket.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(sa.ForeignKey("contact.id"), index=True)
    retention: Mapped[RetentionClass] = mapped_column(stored_as("item_retention", RetentionClass))
    ended_on: Mapped[dt.date]

    batch: Mapped[DestructionBatch] = relationship(back_populates="items")
    ticket: Mapped[Ticket | None] = relationship()

    __table_args__ = (
        sa.CheckConstraint("(ticket_id IS NULL) <> (contact_id IS NULL)", name="ticket_or_contact"),
        sa.UniqueConstraint("batch_id", "ticket_id", name="ticket_once_in_batch"),
        sa.UniqueConstraint("batch_id", "contact_id", name="contact_once_in_batch"),
    )


class DestructionWitness(Base):
    """One person who signed for having seen a batch destroyed; each signs once."""

    __tablename__ = "destruction_witness"

    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("destruction_batch.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"), primary_key=True)
    signed_at: Mapped[dt.datetime]

    batch: Mapped[DestructionBatch] = relationship(back_populates="witnesses")
    staff: Mapped[Staff] = relationship()


class Asked(Labelled):
    """What a person asks for (PIPL art. 45, 47)."""

    COPY = "copy", N_("A copy of their data")
    ERASURE = "erasure", N_("Erasure of their data")


class RequestState(Labelled):
    """What became of a person's request."""

    OPEN = "open", N_("To be decided")
    GRANTED = "granted", N_("Granted")
    PARTLY = "partly", N_("Granted in part")
    REFUSED = "refused", N_("Refused")


class DataRequest(Base):
    """A person asks for what we hold about them, or to have it erased."""

    __tablename__ = "data_request"

    id: Mapped[BigId]
    number: Mapped[str] = mapped_column(sa.String(20), unique=True)
    requester_id: Mapped[int] = mapped_column(sa.ForeignKey("requester.id"), index=True)
    asked: Mapped[Asked] = mapped_column(stored_as("data_asked", Asked))
    identity_check: Mapped[str] = mapped_column(sa.String(300))
    """How it was made sure that it is them; no number of a document."""
    received_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    received_at: Mapped[dt.datetime]
    due_on: Mapped[dt.date]
    state: Mapped[RequestState] = mapped_column(stored_as("data_request_state", RequestState))
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    decided_at: Mapped[dt.datetime | None]
    grounds: Mapped[str | None] = mapped_column(sa.String(1000))
    """What the person is told."""
    refused: Mapped[dict[str, Any] | None] = mapped_column(JsonOrNull)
    """By ticket number why its data stays."""

    requester: Mapped[Requester] = relationship()
    received_by: Mapped[Staff] = relationship(foreign_keys=[received_by_id])
    decided_by: Mapped[Staff | None] = relationship(foreign_keys=[decided_by_id])

    __table_args__ = (
        sa.CheckConstraint("identity_check <> ''", name="identity_checked"),
        sa.CheckConstraint(
            "(state = 'open') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by_id IS NULL)"
            " AND (state = 'open') = (grounds IS NULL)",
            name="decided_by_somebody",
        ),
        sa.CheckConstraint(
            "asked = 'copy' OR received_by_id <> decided_by_id", name="erasure_decided_by_another"
        ),
        sa.Index("ix_data_request_state_due", "state", "due_on"),
    )

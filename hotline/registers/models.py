"""The daily review of the front-desk ledger, and what it found to be put right."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.contacts.models import Contact
from hotline.db import Base, BigId
from hotline.people.models import Staff


class LedgerReview(Base):
    """The service manager has looked at one day's ledger (A2.1)."""

    __tablename__ = "ledger_review"

    day: Mapped[dt.date] = mapped_column(primary_key=True)
    reviewed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    reviewed_at: Mapped[dt.datetime]
    comment: Mapped[str] = mapped_column(sa.String(500), default="")
    entry_count: Mapped[int]
    """How many entries there were to look at."""

    reviewed_by: Mapped[Staff] = relationship()


class LedgerRemark(Base):
    """One entry that does not conform: what is wrong, who puts it right, and that it was."""

    __tablename__ = "ledger_remark"

    id: Mapped[BigId]
    contact_id: Mapped[int] = mapped_column(sa.ForeignKey("contact.id"), index=True)
    day: Mapped[dt.date]
    remark: Mapped[str] = mapped_column(sa.String(500))
    remarked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    remarked_at: Mapped[dt.datetime]
    corrected_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    corrected_at: Mapped[dt.datetime | None]
    correction: Mapped[str | None] = mapped_column(sa.String(500))

    contact: Mapped[Contact] = relationship()
    remarked_by: Mapped[Staff] = relationship(foreign_keys=[remarked_by_id])
    corrected_by: Mapped[Staff | None] = relationship(foreign_keys=[corrected_by_id])

    __table_args__ = (
        sa.CheckConstraint("remark <> ''", name="remark_given"),
        sa.CheckConstraint("(corrected_at IS NULL) = (correction IS NULL)", name="correction_has_time"),
        sa.Index("ix_ledger_remark_day", "day"),
    )

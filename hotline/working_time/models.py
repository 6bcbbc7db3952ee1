"""The calendar and the office hours as they are kept."""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.db import Base, BigId, JsonOrNull, stored_as
from hotline.people.models import Staff
from hotline.wording import N_, Labelled
from hotline.working_time.calendars import DaySource

"""Most days have no name: NULL then, not a JSON null."""


class CalendarAct(Labelled):
    """What made a new version of the calendar."""

    SEEDED = "seeded", N_("Filled from the built-in calendars")
    NOTICE_IMPORTED = "notice_imported", N_("Holiday notice imported")
    DAY_OVERRIDDEN = "day_overridden", N_("Day changed by hand")


class CalendarDay(Base):
    """One day of the calendar; days without a row go by their weekday."""

    __tablename__ = "calendar_day"

    day: Mapped[dt.date] = mapped_column(primary_key=True)
    is_working: Mapped[bool]
    name: Mapped[dict[str, Any] | None] = mapped_column(JsonOrNull)
    """`{"zh": …, "en": …}` of a holiday; on a make-up working day of the holiday it makes up for."""
    source: Mapped[DaySource] = mapped_column(stored_as("source", DaySource))
    note: Mapped[str] = mapped_column(sa.String(200), default="")

    def __repr__(self) -> str:
        return f"<CalendarDay {self.day} {'on' if self.is_working else 'off'}>"


class CalendarVersion(Base):
    """One change of the calendar: deadlines remember the version they were reckoned with."""

    __tablename__ = "calendar_version"

    id: Mapped[BigId]
    token: Mapped[uuid.UUID] = mapped_column(default=uuid.uuid4, unique=True)
    """Tells this version from one of the same number in another database or a transaction rolled back."""
    made_at: Mapped[dt.datetime]
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    """Nobody where the service filled the calendar itself."""
    act: Mapped[CalendarAct] = mapped_column(stored_as("act", CalendarAct))
    reason: Mapped[str] = mapped_column(sa.String(200))
    """The notice, the library, or why somebody changed a day."""
    changed_count: Mapped[int]
    """How many days were written."""

    made_by: Mapped[Staff | None] = relationship()

    def __repr__(self) -> str:
        return f"<CalendarVersion {self.id} {self.act}>"


class OfficeHoursSlot(Base):
    """One stretch of office hours, the same on every working day, local time."""

    __tablename__ = "office_hours_slot"
    __table_args__ = (sa.CheckConstraint("closes > opens", name="closes_after_opening"),)

    opens: Mapped[dt.time] = mapped_column(primary_key=True)
    closes: Mapped[dt.time]

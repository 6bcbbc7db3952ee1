"""Half-typed intake, kept on the server so that a reload or a restart loses nothing."""

import datetime as dt
import json
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hotline.categories.channels import Channel
from hotline.db import Base, BigId, session, stored_as
from hotline.people.models import Staff
from hotline.sealing import SealedText

KEPT_FOR = dt.timedelta(days=3)


class IntakeDraft(Base):
    """What one person has typed so far in one form; sealed, because callers' data is in it."""

    __tablename__ = "intake_draft"

    id: Mapped[BigId]
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    channel: Mapped[Channel] = mapped_column(stored_as("draft_channel", Channel))
    submission_key: Mapped[str] = mapped_column(sa.String(80), unique=True)
    fields: Mapped[str] = mapped_column(SealedText)
    started_at: Mapped[dt.datetime]
    """When the form was opened: a call's talk time counts from here, reload or not."""
    saved_at: Mapped[dt.datetime]

    @property
    def typed(self) -> dict[str, str]:
        """The fields typed so far, by name."""
        return dict(json.loads(self.fields))

    __table_args__ = (sa.Index("ix_intake_draft_staff", "staff_id", "channel", "saved_at"),)


def keep(
    person: Staff,
    channel: Channel,
    submission_key: str,
    changed: Mapping[str, str],
    *,
    started_at: dt.datetime,
    now: dt.datetime,
) -> None:
    """Keep the changed fields of a form under its submission key, beside what was kept before."""
    draft = of(person, submission_key)
    if draft is None:
        forget_old(person, now=now)
        draft = IntakeDraft(
            staff_id=person.id,
            channel=channel,
            submission_key=submission_key,
            started_at=min(started_at, now),
            fields="{}",
        )
        session.add(draft)
    draft.fields = json.dumps(draft.typed | dict(changed), ensure_ascii=False)
    draft.saved_at = now
    session.flush()


def forget_old(person: Staff, *, now: dt.datetime) -> None:
    """Drop what a person has not touched for long: callers' data does not lie about."""
    session.execute(
        sa.delete(IntakeDraft).where(IntakeDraft.staff_id == person.id, IntakeDraft.saved_at < now - KEPT_FOR)
    )


def parked(person: Staff, channel: Channel | None = None) -> list[IntakeDraft]:
    """Return the drafts of a person, newest first."""
    query = sa.select(IntakeDraft).where(IntakeDraft.staff_id == person.id)
    if channel is not None:
        query = query.where(IntakeDraft.channel == channel)
    return list(session.scalars(query.order_by(IntakeDraft.saved_at.desc())))


def drop(person: Staff, submission_key: str) -> None:
    """Forget a draft, because it was submitted or discarded."""
    session.execute(
        sa.delete(IntakeDraft).where(
            IntakeDraft.staff_id == person.id, IntakeDraft.submission_key == submission_key
        )
    )


def of(person: Staff, submission_key: str) -> IntakeDraft | None:
    """Return what the person typed under a key, or `None`."""
    return session.scalar(
        sa.select(IntakeDraft).where(
            IntakeDraft.staff_id == person.id, IntakeDraft.submission_key == submission_key
        )
    )

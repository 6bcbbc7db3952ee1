"""Half-typed intake, kept on the server so that a reload or a restart loses nothing."""

import datetime as dt
import json

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hotline.categories.channels import Channel
from hotline.db import Base, BigId, session, stored_as
from hotline.people.models import Staff
from hotline.sealing import SealedText


class IntakeDraft(Base):
    """What one person has typed so far in one form; sealed, because callers' data is in it."""

    __tablename__ = "intake_draft"

    id: Mapped[BigId]
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    channel: Mapped[Channel] = mapped_column(stored_as("draft_channel", Channel))
    submission_key: Mapped[str] = mapped_column(sa.String(80), unique=True)
    fields: Mapped[str] = mapped_column(SealedText)
    saved_at: Mapped[dt.datetime]

    __table_args__ = (sa.Index("ix_intake_draft_staff", "staff_id", "channel", "saved_at"),)


def keep(
    person: Staff, channel: Channel, submission_key: str, fields: dict[str, str], *, now: dt.datetime
) -> None:
    """Keep the fields of a form under its submission key, over what was kept before."""
    draft = _of(person, submission_key)
    text = json.dumps(fields, ensure_ascii=False)
    if draft is None:
        session.add(
            IntakeDraft(
                staff_id=person.id, channel=channel, submission_key=submission_key, fields=text, saved_at=now
            )
        )
    else:
        draft.fields, draft.saved_at = text, now
    session.flush()


def parked(person: Staff, channel: Channel | None = None) -> list[IntakeDraft]:
    """Return the drafts of a person, newest first."""
    query = sa.select(IntakeDraft).where(IntakeDraft.staff_id == person.id)
    if channel is not None:
        query = query.where(IntakeDraft.channel == channel)
    return list(session.scalars(query.order_by(IntakeDraft.saved_at.desc())))


def fields_of(person: Staff, submission_key: str) -> dict[str, str] | None:
    """Return what the person typed under a key, or `None`."""
    draft = _of(person, submission_key)
    return None if draft is None else dict(json.loads(draft.fields))


def drop(person: Staff, submission_key: str) -> None:
    """Forget a draft, because it was submitted or discarded."""
    session.execute(
        sa.delete(IntakeDraft).where(
            IntakeDraft.staff_id == person.id, IntakeDraft.submission_key == submission_key
        )
    )


def _of(person: Staff, submission_key: str) -> IntakeDraft | None:
    return session.scalar(
        sa.select(IntakeDraft).where(
            IntakeDraft.staff_id == person.id, IntakeDraft.submission_key == submission_key
        )
    )

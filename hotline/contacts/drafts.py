"""Half-typed intake, kept on the server so that a reload or a restart loses nothing."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import cast

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
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
    submission_key: Mapped[str] = mapped_column(sa.String(80))
    fields: Mapped[str] = mapped_column(SealedText)
    started_at: Mapped[dt.datetime]
    """When the form was opened: a call's talk time counts from here, reload or not."""
    saved_at: Mapped[dt.datetime]

    @property
    def typed(self) -> dict[str, str]:
        """The fields typed so far, by name."""
        return dict(json.loads(self.fields))

    __table_args__ = (
        # One per person: whoever comes by another's key must neither see nor block what was typed under it.
        sa.UniqueConstraint("staff_id", "submission_key", name="uq_intake_draft_staff_id_submission_key"),
        sa.Index("ix_intake_draft_staff", "staff_id", "channel", "saved_at"),
    )


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
    draft = session.scalar(_kept(person, submission_key).with_for_update())
    if draft is None:
        forget_old(person, now=now)
        draft = _begun(person, channel, submission_key, min(started_at, now), now)
    draft.fields = json.dumps(draft.typed | dict(changed), ensure_ascii=False)
    draft.saved_at = now
    session.flush()


def _begun(
    person: Staff, channel: Channel, submission_key: str, started_at: dt.datetime, now: dt.datetime
) -> IntakeDraft:
    draft = IntakeDraft(
        staff_id=person.id,
        channel=channel,
        submission_key=submission_key,
        started_at=started_at,
        fields="{}",
        saved_at=now,
    )
    try:
        with session.begin_nested():
            session.add(draft)
    except IntegrityError:
        # The page's other request, an article opened while the words were on their way, was first.
        return session.scalars(_kept(person, submission_key).with_for_update()).one()
    return draft


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
    session.execute(_DROPPED, {"person": person.id, "key": submission_key})


_DRAFTS = cast(sa.Table, IntakeDraft.__table__)
_DROPPED = sa.delete(_DRAFTS).where(
    _DRAFTS.c.staff_id == sa.bindparam("person"), _DRAFTS.c.submission_key == sa.bindparam("key")
)


def of(person: Staff, submission_key: str) -> IntakeDraft | None:
    """Return what the person typed under a key, or `None`."""
    return session.scalar(_kept(person, submission_key))


def _kept(person: Staff, submission_key: str) -> sa.Select[IntakeDraft]:
    return sa.select(IntakeDraft).where(
        IntakeDraft.staff_id == person.id, IntakeDraft.submission_key == submission_key
    )

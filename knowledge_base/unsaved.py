"""What editors have typed and not saved yet, kept on the server so that no reload or restart loses it."""

import datetime as dt
import json
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base, BigId, session
from hotline.people.models import Staff
from hotline.sealing import SealedText

KEPT_FOR = dt.timedelta(days=14)
LONGEST_PLACE = 80


class UnsavedArticle(Base):
    """What one person has typed in one form; sealed, because a reply's personal data may still be in it."""

    __tablename__ = "unsaved_article"
    __table_args__ = (sa.UniqueConstraint("staff_id", "place"),)

    id: Mapped[BigId]
    staff_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    place: Mapped[str] = mapped_column(sa.String(LONGEST_PLACE))
    """What is being written: an article's code, a gap, or a new article."""
    seen: Mapped[str] = mapped_column(sa.String(80))
    """The state of the revision that was being changed."""
    fields: Mapped[str] = mapped_column(SealedText)
    saved_at: Mapped[dt.datetime]

    @property
    def typed(self) -> dict[str, str]:
        """The fields typed so far, by name."""
        return dict(json.loads(self.fields))


def keep(person: Staff, place: str, seen: str, changed: Mapping[str, str], *, now: dt.datetime) -> None:
    """Keep the changed fields of a form, beside what was kept of the same state before."""
    kept = of(person, place)
    if kept is None:
        _forget_old(person, now=now)
        kept = UnsavedArticle(staff_id=person.id, place=place, fields="{}")
        session.add(kept)
    kept.fields = json.dumps(kept.typed | dict(changed), ensure_ascii=False)
    kept.seen = seen
    kept.saved_at = now
    session.flush()


def of(person: Staff, place: str) -> UnsavedArticle | None:
    """Return what the person typed there and did not save, or `None`."""
    return session.scalar(
        sa.select(UnsavedArticle).where(UnsavedArticle.staff_id == person.id, UnsavedArticle.place == place)
    )


def drop(person: Staff, place: str) -> None:
    """Forget what was typed, because it was saved or discarded."""
    session.execute(
        sa.delete(UnsavedArticle).where(UnsavedArticle.staff_id == person.id, UnsavedArticle.place == place)
    )


def _forget_old(person: Staff, *, now: dt.datetime) -> None:
    session.execute(
        sa.delete(UnsavedArticle).where(
            UnsavedArticle.staff_id == person.id, UnsavedArticle.saved_at < now - KEPT_FOR
        )
    )

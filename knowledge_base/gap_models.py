"""What the knowledge base lacks, and what people say is wrong with it."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.db import Base, BigId, stored_as
from hotline.people.models import Department, Staff
from hotline.wording import N_, Labelled
from knowledge_base.article_models import ArticleRevision


class GapStatus(Labelled):
    """Where a gap stands; `OPEN` ones wait for an editor."""

    OPEN = "open", N_("Open")
    DRAFTED = "drafted", N_("Draft prepared")
    FILLED = "filled", N_("Filled")
    DISMISSED = "dismissed", N_("Dismissed")


class FeedbackKind(Labelled):
    """What is the matter with an article."""

    WRONG = "wrong", N_("Wrong")
    OUTDATED = "outdated", N_("Outdated")


class Gap(Base):
    """A question that no article answered, with all its repetitions."""

    __tablename__ = "gap"
    __table_args__ = (
        sa.CheckConstraint("asked_count > 0", name="was_asked"),
        sa.CheckConstraint(
            "(status IN ('filled', 'dismissed')) = (settled_at IS NOT NULL)", name="settled_has_time"
        ),
        sa.CheckConstraint(
            "status NOT IN ('drafted', 'filled') OR revision_id IS NOT NULL", name="filled_by_article"
        ),
        sa.Index("ix_gap_status_asked_count", "status", "asked_count"),
    )

    id: Mapped[BigId]
    question: Mapped[str] = mapped_column(sa.String(300))
    """The first question of the group; personal data is taken out."""
    content_class: Mapped[str] = mapped_column(sa.String(40), default="")
    status: Mapped[GapStatus] = mapped_column(stored_as("gap_status", GapStatus), default=GapStatus.OPEN)
    asked_count: Mapped[int] = mapped_column(default=1)
    first_asked_at: Mapped[dt.datetime]
    last_asked_at: Mapped[dt.datetime]
    revision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("article_revision.id"), index=True)
    """The draft or article that fills it."""
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    """Why it was dismissed."""
    settled_at: Mapped[dt.datetime | None]

    revision: Mapped[ArticleRevision | None] = relationship()
    questions: Mapped[list["GapQuestion"]] = relationship(
        back_populates="gap", order_by="GapQuestion.id", cascade="all, delete-orphan"
    )


class GapQuestion(Base):
    """One time somebody asked what no article answered."""

    __tablename__ = "gap_question"
    __table_args__ = (sa.UniqueConstraint("ticket_id"),)

    id: Mapped[BigId]
    gap_id: Mapped[int] = mapped_column(sa.ForeignKey("gap.id"), index=True)
    question: Mapped[str] = mapped_column(sa.String(300))
    ticket_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ticket.id"))
    asked_at: Mapped[dt.datetime]

    gap: Mapped[Gap] = relationship(back_populates="questions")


class ArticleFeedback(Base):
    """A remark that an article is wrong or outdated: a task for its owner, with a deadline."""

    __tablename__ = "article_feedback"
    __table_args__ = (
        sa.CheckConstraint("(settled_at IS NULL) = (settled_by_id IS NULL)", name="settled_by_somebody"),
        sa.CheckConstraint("due_at > reported_at", name="leaves_time"),
    )

    id: Mapped[BigId]
    revision_id: Mapped[int] = mapped_column(sa.ForeignKey("article_revision.id"), index=True)
    kind: Mapped[FeedbackKind] = mapped_column(stored_as("feedback_kind", FeedbackKind))
    reason: Mapped[str] = mapped_column(sa.Text)
    reported_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    reported_at: Mapped[dt.datetime]
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"), index=True)
    """Who must settle it; none: the knowledge editors."""
    due_at: Mapped[dt.datetime]
    settled_at: Mapped[dt.datetime | None] = mapped_column(index=True)
    settled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    settlement: Mapped[str] = mapped_column(sa.Text, default="")
    """What was done about it."""

    revision: Mapped[ArticleRevision] = relationship()
    reported_by: Mapped[Staff] = relationship(foreign_keys=[reported_by_id])
    settled_by: Mapped[Staff | None] = relationship(foreign_keys=[settled_by_id])
    department: Mapped[Department | None] = relationship()

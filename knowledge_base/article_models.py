"""Articles, their revisions and attachments, and the citations that answered callers."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.db import Base, BigId, BigInt, stored_as
from hotline.people.models import Department, Staff
from hotline.wording import N_, Labelled


class RevisionStatus(Labelled):
    """Where one revision of an article stands; only `PUBLISHED` may answer a caller."""

    DRAFT = "draft", N_("Draft")
    IN_REVIEW = "in_review", N_("In review")
    PUBLISHED = "published", N_("Published")
    SUPERSEDED = "superseded", N_("Superseded")
    EXPIRED = "expired", N_("Expired")
    WITHDRAWN = "withdrawn", N_("Withdrawn")


class Audience(Labelled):
    """Who may read an article."""

    STAFF = "staff", N_("Staff only")
    PUBLIC = "public", N_("Public")


class AnswerOrigin(Labelled):
    """Where the words of a revision come from."""

    WRITTEN = "written", N_("Written here")
    IMPORTED = "imported", N_("Imported")
    REPLY = "reply", N_("From a department's reply")


class Article(Base):
    """One question the knowledge base can answer; what it says stands in its revisions."""

    __tablename__ = "article"

    id: Mapped[BigId]
    code: Mapped[str] = mapped_column(sa.String(64), unique=True)
    """`KB-12`, or the id the article was imported under; never reused."""
    created_at: Mapped[dt.datetime]

    revisions: Mapped[list["ArticleRevision"]] = relationship(
        back_populates="article", order_by="ArticleRevision.number", cascade="all, delete-orphan"
    )

    @property
    def published(self) -> "ArticleRevision | None":
        """The revision that answers callers now, if there is one."""
        return next((one for one in self.revisions if one.status == RevisionStatus.PUBLISHED), None)

    @property
    def open_revision(self) -> "ArticleRevision | None":
        """The revision being written or reviewed, if there is one."""
        return next((one for one in self.revisions if one.is_open), None)

    @property
    def latest(self) -> "ArticleRevision":
        """The newest revision, whatever its status."""
        return self.revisions[-1]

    @property
    def shown(self) -> "ArticleRevision":
        """The revision a reader is shown: the published one, else the newest."""
        return self.published or self.latest

    @property
    def title(self) -> str:
        """The title a reader is shown."""
        return self.shown.title

    def __repr__(self) -> str:
        return f"<Article {self.code}>"


class ArticleRevision(Base):
    """One wording of an article. Once published it is never edited, so old citations stay true."""

    __tablename__ = "article_revision"
    __table_args__ = (
        sa.UniqueConstraint("article_id", "number"),
        # one answer at a time, and one revision in the making
        sa.Index(
            "ux_article_revision_published",
            "article_id",
            unique=True,
            sqlite_where=sa.text("status = 'published'"),
            postgresql_where=sa.text("status = 'published'"),
        ),
        sa.Index(
            "ux_article_revision_open",
            "article_id",
            unique=True,
            sqlite_where=sa.text("status IN ('draft', 'in_review')"),
            postgresql_where=sa.text("status IN ('draft', 'in_review')"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'in_review') OR published_at IS NOT NULL OR status = 'withdrawn'",
            name="published_has_time",
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'in_review', 'withdrawn') OR origin = 'imported' "
            "OR (reviewer_id IS NOT NULL AND reviewer_id <> author_id)",
            name="second_pair_of_eyes",
        ),
        sa.CheckConstraint(
            "(status IN ('superseded', 'expired', 'withdrawn')) = (ended_at IS NOT NULL)",
            name="ended_has_time",
        ),
        sa.CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="validity_runs_forward"),
    )

    id: Mapped[BigId]
    article_id: Mapped[int] = mapped_column(sa.ForeignKey("article.id"))
    number: Mapped[int]
    status: Mapped[RevisionStatus] = mapped_column(
        stored_as("status", RevisionStatus), default=RevisionStatus.DRAFT, index=True
    )
    origin: Mapped[AnswerOrigin] = mapped_column(
        stored_as("origin", AnswerOrigin), default=AnswerOrigin.WRITTEN
    )
    title: Mapped[str] = mapped_column(sa.String(300))
    body: Mapped[str] = mapped_column(sa.Text)
    """Markdown."""
    aliases: Mapped[str] = mapped_column(sa.Text, default="")
    """Other ways people ask for it (常见问法), one on a line."""
    source_document: Mapped[str] = mapped_column(sa.String(500), default="")
    """The regulation or notice the answer rests on."""
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"), index=True)
    """The department that owns the answer and reviews it in time."""
    valid_from: Mapped[dt.datetime | None]
    valid_until: Mapped[dt.datetime | None] = mapped_column(index=True)
    review_on: Mapped[dt.date | None] = mapped_column(index=True)
    review_reminded_on: Mapped[dt.date | None]
    from_ticket_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ticket.id"), unique=True)
    """The ticket whose reply it was drafted from."""
    content_class: Mapped[str] = mapped_column(sa.String(40), default="")
    """Code of the content classification; empty: none."""
    region: Mapped[str] = mapped_column(sa.String(40), default="")
    """Code of the district the answer holds for; empty: everywhere."""
    audience: Mapped[Audience] = mapped_column(stored_as("audience", Audience), default=Audience.STAFF)
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    reviewer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    review_note: Mapped[str] = mapped_column(sa.Text, default="")
    """What the reviewer asked to be changed when sending it back."""
    end_reason: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[dt.datetime]
    updated_at: Mapped[dt.datetime]
    submitted_at: Mapped[dt.datetime | None]
    published_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]

    article: Mapped[Article] = relationship(back_populates="revisions")
    department: Mapped[Department | None] = relationship()
    author: Mapped[Staff | None] = relationship(foreign_keys=[author_id])
    reviewer: Mapped[Staff | None] = relationship(foreign_keys=[reviewer_id])
    attachments: Mapped[list["ArticleAttachment"]] = relationship(
        back_populates="revision", order_by="ArticleAttachment.id", cascade="all, delete-orphan"
    )

    @property
    def is_open(self) -> bool:
        """Tell whether this revision is still being written or reviewed."""
        return self.status in (RevisionStatus.DRAFT, RevisionStatus.IN_REVIEW)

    def is_valid_at(self, now: dt.datetime) -> bool:
        """Tell whether `now` lies within the time the answer holds for."""
        return (self.valid_from is None or self.valid_from <= now) and (
            self.valid_until is None or now < self.valid_until
        )

    def __repr__(self) -> str:
        return f"<ArticleRevision {self.article_id}/{self.number} {self.status}>"


class ArticleAttachment(Base):
    """A file that belongs to one revision: a form, a map, the notice itself."""

    __tablename__ = "article_attachment"
    __table_args__ = (sa.CheckConstraint("byte_count > 0", name="is_not_empty"),)

    id: Mapped[BigId]
    revision_id: Mapped[int] = mapped_column(sa.ForeignKey("article_revision.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    media_type: Mapped[str] = mapped_column(sa.String(100))
    byte_count: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    content: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    added_at: Mapped[dt.datetime]
    added_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))

    revision: Mapped[ArticleRevision] = relationship(back_populates="attachments")


class Citation(Base):
    """The proof of an answer: which revision was read to whom, in which words (A1.2)."""

    __tablename__ = "citation"
    __table_args__ = (
        sa.CheckConstraint("ticket_id IS NOT NULL OR contact_id IS NOT NULL", name="answers_somebody"),
    )

    id: Mapped[BigId]
    revision_id: Mapped[int] = mapped_column(sa.ForeignKey("article_revision.id"), index=True)
    ticket_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("ticket.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("contact.id"), index=True)
    words: Mapped[str] = mapped_column(sa.Text)
    """What was read out: sentences of the revision."""
    cited_by_id: Mapped[int] = mapped_column(sa.ForeignKey("staff.id"))
    cited_at: Mapped[dt.datetime] = mapped_column(index=True)

    revision: Mapped[ArticleRevision] = relationship()
    cited_by: Mapped[Staff] = relationship()

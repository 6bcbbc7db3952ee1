"""Writing, reviewing, publishing and ending revisions; the index follows in the same transaction."""

import datetime as dt
import hashlib
import io
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import PurePath
from typing import Any

import sqlalchemy as sa

from hotline import file_kinds
from hotline.db import session
from hotline.errors import NotFoundError
from hotline.people.models import Staff
from knowledge_base import indexing, privacy
from knowledge_base.article_models import (
    AnswerOrigin,
    Article,
    ArticleAttachment,
    ArticleRevision,
    Audience,
    RevisionStatus,
)
from knowledge_base.errors import (
    ArticleIncompleteError,
    ArticleMoveRefusedError,
    AttachmentEmptyError,
    AttachmentKindRefusedError,
    AttachmentTooLargeError,
    AuthorMissingError,
    NotYetValidError,
    OpenRevisionExistsError,
    PersonalDataLeftError,
    ReasonMissingError,
    RevisionClosedError,
    SamePersonError,
    ValidityError,
)
from knowledge_base.gap_models import Gap, GapStatus

NEXT_STATUSES: Mapping[RevisionStatus, frozenset[RevisionStatus]] = {
    RevisionStatus.DRAFT: frozenset({RevisionStatus.IN_REVIEW, RevisionStatus.WITHDRAWN}),
    RevisionStatus.IN_REVIEW: frozenset(
        {RevisionStatus.DRAFT, RevisionStatus.PUBLISHED, RevisionStatus.WITHDRAWN}
    ),
    RevisionStatus.PUBLISHED: frozenset(
        {RevisionStatus.SUPERSEDED, RevisionStatus.EXPIRED, RevisionStatus.WITHDRAWN}
    ),
    RevisionStatus.SUPERSEDED: frozenset(),
    RevisionStatus.EXPIRED: frozenset(),
    RevisionStatus.WITHDRAWN: frozenset(),
}

ATTACHMENT_LIMIT = 10 * 1024 * 1024
"""Bytes; larger files belong on the department's own site, with a link in the article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What an editor fills in. `aliases` are other ways people ask, one on a line."""

    title: str
    body: str
    aliases: str = ""
    source_document: str = ""
    department_id: int | None = None
    valid_from: dt.datetime | None = None
    valid_until: dt.datetime | None = None
    review_on: dt.date | None = None
    content_class: str = ""
    region: str = ""
    audience: Audience = Audience.STAFF

    def checked(self) -> dict[str, Any]:
        """Return the fields to store. Raises `ArticleIncompleteError`, `ValidityError`."""
        values = asdict(self)
        values["title"] = self.title.strip()
        values["body"] = self.body.replace("\r\n", "\n").strip()
        values["aliases"] = "\n".join(line.strip() for line in self.aliases.splitlines() if line.strip())
        if not values["title"] or not values["body"]:
            raise ArticleIncompleteError
        if self.valid_from and self.valid_until and self.valid_until <= self.valid_from:
            raise ValidityError
        return values


def content_of(revision: ArticleRevision) -> Content:
    """Return what `revision` says, as a start for the next one."""
    return Content(**{name: getattr(revision, name) for name in Content.__dataclass_fields__})


def get(code: str) -> Article:
    """Return the article with that code. Raises `NotFoundError`."""
    article = session.scalar(sa.select(Article).where(Article.code == code))
    if article is None:
        raise NotFoundError
    return article


def revision(revision_id: int) -> ArticleRevision:
    """Return one revision. Raises `NotFoundError`."""
    found = session.get(ArticleRevision, revision_id)
    if found is None:
        raise NotFoundError
    return found


def create(*, now: dt.datetime, code: str | None = None) -> Article:
    """Add an article without a revision; its code is `KB-` and its number unless one is given."""
    article = Article(code=code or uuid.uuid4().hex, created_at=now)
    session.add(article)
    session.flush()
    if code is None:
        article.code = f"KB-{article.id}"
        if session.scalar(
            sa.select(Article.id).where(Article.code == article.code, Article.id != article.id)
        ):
            article.code = f"KB-{article.id}-1"  # an import brought the plain code along
        session.flush()
    return article


def draft(
    content: Content,
    *,
    by: Staff | None,
    now: dt.datetime,
    article: Article | None = None,
    origin: AnswerOrigin = AnswerOrigin.WRITTEN,
) -> ArticleRevision:
    """Start a new article, or the next revision of `article`.

    Raises `OpenRevisionExistsError` when one is already in the making, `ArticleIncompleteError`.
    """
    values = content.checked()
    if article is None:
        article = create(now=now)
    elif article.open_revision is not None:
        raise OpenRevisionExistsError(code=article.code, number=article.open_revision.number)
    made = ArticleRevision(
        **values,
        number=len(article.revisions) + 1,
        status=RevisionStatus.DRAFT,
        origin=origin,
        author=by,
        created_at=now,
        updated_at=now,
    )
    article.revisions.append(made)
    session.flush()
    return made


def edit(revision: ArticleRevision, content: Content, *, by: Staff, now: dt.datetime) -> None:
    """Change a draft; whoever wrote last is its author. Raises `RevisionClosedError` for anything else."""
    if revision.status != RevisionStatus.DRAFT:
        raise RevisionClosedError(status=revision.status)
    for name, value in content.checked().items():
        setattr(revision, name, value)
    revision.author = by
    revision.updated_at = now
    session.flush()


def submit(revision: ArticleRevision, *, now: dt.datetime, by: Staff | None = None) -> None:
    """Hand a draft to a reviewer. A prepared draft has no author yet: whoever submits it, `by`, becomes it.

    Raises `AuthorMissingError`, `PersonalDataLeftError` while an editor still has marks to look at.
    """
    if privacy.has_marks(f"{revision.title}\n{revision.body}\n{revision.aliases}"):
        raise PersonalDataLeftError
    if revision.author is None and revision.author_id is None:
        if by is None:
            raise AuthorMissingError
        revision.author = by
    _move(revision, RevisionStatus.IN_REVIEW)
    revision.submitted_at = revision.updated_at = now
    session.flush()


def send_back(revision: ArticleRevision, *, note: str, by: Staff, now: dt.datetime) -> None:
    """Return a revision to its author with what is to be changed. Raises `ReasonMissingError`."""
    if not note.strip():
        raise ReasonMissingError
    _move(revision, RevisionStatus.DRAFT)
    revision.review_note = note.strip()
    revision.reviewer = by
    revision.updated_at = now
    session.flush()


def publish(revision: ArticleRevision, *, by: Staff, now: dt.datetime) -> None:
    """Let a reviewed revision answer callers, in place of the one before it.

    Citations keep the revision they were read from. Raises `SamePersonError` when the author reviews,
    `ValidityError` when its time is already over, `NotYetValidError` when it would take away an answer
    that still holds.
    """
    if by.id == revision.author_id:
        raise SamePersonError
    revision.reviewer = by
    _publish(revision, now=now)


def publish_imported(revision: ArticleRevision, *, now: dt.datetime) -> None:
    """Publish a revision that was reviewed where it was exported from."""
    revision.origin = AnswerOrigin.IMPORTED
    _move(revision, RevisionStatus.IN_REVIEW)
    revision.submitted_at = now
    _publish(revision, now=now)


def add_imported(content: Content, *, code: str, now: dt.datetime) -> ArticleRevision:
    """Add an article that was reviewed where it was exported from; neither flushed nor indexed yet."""
    article = Article(code=code, created_at=now)
    born = ArticleRevision(
        **content.checked(),
        article=article,
        number=1,
        status=RevisionStatus.PUBLISHED,
        origin=AnswerOrigin.IMPORTED,
        created_at=now,
        updated_at=now,
        published_at=now,
    )
    session.add(article)
    return born


def withdraw(revision: ArticleRevision, *, reason: str, now: dt.datetime) -> None:
    """Take a revision back for good; from now on it answers nobody. Raises `ReasonMissingError`."""
    if not reason.strip():
        raise ReasonMissingError
    was_published = revision.status == RevisionStatus.PUBLISHED
    _end(revision, RevisionStatus.WITHDRAWN, reason=reason.strip(), now=now)
    if was_published:
        indexing.drop(revision.article_id)


def expire(revision: ArticleRevision, *, now: dt.datetime) -> None:
    """End a published revision whose time is over."""
    _end(revision, RevisionStatus.EXPIRED, reason="", now=now)
    indexing.drop(revision.article_id)


def expire_articles(now: dt.datetime) -> int:
    """End every published revision whose time is over; return how many. May run twice."""
    due = session.scalars(
        sa.select(ArticleRevision)
        .where(ArticleRevision.status == RevisionStatus.PUBLISHED, ArticleRevision.valid_until <= now)
        .order_by(ArticleRevision.id)
    ).all()
    for one in due:
        expire(one, now=now)
    return len(due)


def attach(
    revision: ArticleRevision, *, name: str, content: bytes, by: Staff | None, now: dt.datetime
) -> ArticleAttachment:
    """Keep a file with a draft. Raises `AttachmentRefusedError` and its kinds, `RevisionClosedError`."""
    if not revision.is_open:
        raise RevisionClosedError(status=revision.status)
    name = file_kinds.clean_name(name)
    if not content:
        raise AttachmentEmptyError(name=name)
    if len(content) > ATTACHMENT_LIMIT:
        raise AttachmentTooLargeError(name=name, most=ATTACHMENT_LIMIT // 1024 // 1024)
    kind = file_kinds.kind_of(io.BytesIO(content), name)
    if kind is None:
        raise AttachmentKindRefusedError(name=name)
    media_type, ending = kind
    kept = ArticleAttachment(
        name=PurePath(name).stem + ending,
        media_type=media_type,
        byte_count=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        added_at=now,
        added_by_id=by.id if by else None,
    )
    revision.attachments.append(kept)
    session.flush()
    return kept


def detach(attachment: ArticleAttachment) -> None:
    """Remove a file from a draft. Raises `RevisionClosedError`."""
    if not attachment.revision.is_open:
        raise RevisionClosedError(status=attachment.revision.status)
    attachment.revision.attachments.remove(attachment)
    session.flush()


def _publish(revision: ArticleRevision, *, now: dt.datetime) -> None:
    _refuse_move(revision, RevisionStatus.PUBLISHED)
    before = revision.article.published
    if revision.valid_until is not None and revision.valid_until <= now:
        raise ValidityError
    if before is not None:
        if revision.valid_from is not None and revision.valid_from > now:
            raise NotYetValidError(valid_from=revision.valid_from)
        _end(before, RevisionStatus.SUPERSEDED, reason="", now=now)
    _move(revision, RevisionStatus.PUBLISHED)
    revision.published_at = revision.updated_at = now
    session.flush()
    session.execute(
        sa.update(Gap)
        .where(Gap.revision_id == revision.id, Gap.status == GapStatus.DRAFTED)
        .values(status=GapStatus.FILLED, settled_at=now)
    )
    indexing.put(revision)


def _end(revision: ArticleRevision, wanted: RevisionStatus, *, reason: str, now: dt.datetime) -> None:
    _move(revision, wanted)
    revision.end_reason = reason
    revision.ended_at = revision.updated_at = now
    session.flush()


def _move(revision: ArticleRevision, wanted: RevisionStatus) -> None:
    _refuse_move(revision, wanted)
    revision.status = wanted


def _refuse_move(revision: ArticleRevision, wanted: RevisionStatus) -> None:
    if wanted not in NEXT_STATUSES[revision.status]:
        raise ArticleMoveRefusedError(status=revision.status, wanted=wanted)

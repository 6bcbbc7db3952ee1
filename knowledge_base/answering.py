"""Answering a caller from an article: only by citation, and only from what is published and valid (A1.2)."""

import datetime as dt
import re
from typing import Protocol

from hotline.contacts.models import Contact
from hotline.db import session
from hotline.people.models import Staff
from hotline.tickets import answering
from hotline.tickets.answering import Spoken
from hotline.tickets.models import Answer, AnswerSource
from knowledge_base import articles, snippets, tokens
from knowledge_base.article_models import ArticleRevision, Citation, RevisionStatus
from knowledge_base.errors import (
    ArticleChangedError,
    ArticleExpiredError,
    ArticleNotPublishedError,
    ArticleWithdrawnError,
    NobodyAnsweredError,
    NotFromArticleError,
)
from knowledge_base.index import Index

SENTENCE_END = re.compile(r"[。！？!?；;\n]+|\.(?=\s|$)")
CLAUSE_END = re.compile(r"[，：:。！？!?；;\n]+|[,.](?=\D|$)")
NOT_SAID = re.compile(rf"[^{tokens.HAN}0-9a-z]+")
BETWEEN = "\n"
"""Between two clauses, where nothing is said."""

LONGEST_TAUGHT = 200
"""Characters of a question that teach the search: what is typed, not a whole story."""


class Answered(Protocol):
    """A ticket or a contact: what an answer is given to."""

    id: int


def cite(
    revision_id: int,
    *,
    words: str | None = None,
    ticket: Answered | None = None,
    contact: Answered | None = None,
    question: str = "",
    by: Staff,
    now: dt.datetime,
) -> Citation:
    """Record that revision `revision_id`, as the operator saw it, was read out; `words`: what was said.

    Without `words` the whole text was read. `question` is what was searched: its terms, never its words,
    teach the search which article operators chose. Raises `ArticleChangedError` when the article was
    published anew since the operator saw it, `ArticleExpiredError`, `ArticleWithdrawnError`,
    `ArticleNotPublishedError`, `NobodyAnsweredError`, `NotFoundError`.
    """
    revision = articles.revision(revision_id)
    refuse_unanswerable(revision, now=now)
    if ticket is None and contact is None:
        raise NobodyAnsweredError
    text = snippets.plain(revision.body)
    said = (words or "").strip() or text
    if said != text and not is_verbatim(said, f"{revision.title}\n{text}"):
        raise NotFromArticleError(code=revision.article.code)
    session.flush()  # a citation names whom it answers
    citation = Citation(
        revision=revision,
        ticket_id=ticket.id if ticket else None,
        contact_id=contact.id if contact else None,
        words=said,
        cited_by=by,
        cited_at=now,
    )
    session.add(citation)
    session.flush()
    if question.strip():
        keys = {tokens.key(term) for term in tokens.terms(question[:LONGEST_TAUGHT])}
        Index(session).adopt(revision.article_id, keys, by=by.id)
    return citation


def answer(contact: Contact, revision_id: int, *, question: str = "", by: Staff, now: dt.datetime) -> Answer:
    """Close a contact with revision `revision_id`, read out as it stands: citation and answer in one.

    `question` is what the article was found by, as for `cite`.
    Raises what `cite` raises, and `NotAnsweredAtOnceError`.
    """
    citation = cite(revision_id, contact=contact, question=question, by=by, now=now)
    reference = f"{citation.revision.article.code} v{citation.revision.number}"
    spoken = Spoken(AnswerSource.ARTICLE, reference, citation.words)
    return answering.answer_contact(contact, spoken, by=by, now=now)


def refuse_unanswerable(revision: ArticleRevision, *, now: dt.datetime) -> None:
    """Raise the error that says why `revision` cannot answer a caller at `now`; nothing if it can."""
    code = revision.article.code
    newer = revision.article.published
    if revision.status == RevisionStatus.SUPERSEDED and newer is not None:
        raise ArticleChangedError(code=code, number=newer.number, revision_id=newer.id)
    if revision.status == RevisionStatus.WITHDRAWN:
        raise ArticleWithdrawnError(code=code, status=revision.status)
    if revision.status in (RevisionStatus.EXPIRED, RevisionStatus.SUPERSEDED):
        raise ArticleExpiredError(code=code, status=revision.status)
    if revision.status != RevisionStatus.PUBLISHED:
        raise ArticleNotPublishedError(code=code, status=revision.status)
    if not revision.is_valid_at(now):
        raise ArticleExpiredError(code=code, status=revision.status)


def is_verbatim(words: str, text: str) -> bool:
    """Tell whether every sentence of `words` stands in `text` as whole clauses in their order.

    Marks and spaces do not matter. Half a clause is not enough: without its “not” it says the opposite.
    """
    source = _said(text)
    sentences = [said for sentence in SENTENCE_END.split(words) if (said := _said(sentence)) != BETWEEN]
    return bool(sentences) and all(sentence in source for sentence in sentences)


def _said(text: str) -> str:
    """Return the clauses of `text` as they sound, each between two marks."""
    clauses = (NOT_SAID.sub("", tokens.normalise(clause)) for clause in CLAUSE_END.split(text))
    return BETWEEN + "".join(clause + BETWEEN for clause in clauses if clause)

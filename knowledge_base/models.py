"""The tables of the knowledge base, in one import for the migrations."""

from knowledge_base.article_models import (
    AnswerOrigin,
    Article,
    ArticleAttachment,
    ArticleRevision,
    Audience,
    Citation,
    RevisionStatus,
)
from knowledge_base.gap_models import ArticleFeedback, FeedbackKind, Gap, GapQuestion, GapStatus
from knowledge_base.index_models import (
    SearchAdoption,
    SearchEntry,
    SearchLesson,
    SearchPosting,
    SearchState,
    SearchTerm,
)
from knowledge_base.unsaved import UnsavedArticle

__all__ = [
    "AnswerOrigin",
    "Article",
    "ArticleAttachment",
    "ArticleFeedback",
    "ArticleRevision",
    "Audience",
    "Citation",
    "FeedbackKind",
    "Gap",
    "GapQuestion",
    "GapStatus",
    "RevisionStatus",
    "SearchAdoption",
    "SearchEntry",
    "SearchLesson",
    "SearchPosting",
    "SearchState",
    "SearchTerm",
    "UnsavedArticle",
]

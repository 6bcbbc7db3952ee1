"""Who may do what with articles, and the pages of the knowledge base a person finds."""

from typing import Any

from flask import request, url_for

from blueprints.knowledge import queries
from hotline.errors import NotAllowedError
from hotline.people.models import Staff
from hotline.people.roles import DEPARTMENT_ROLES, Role
from hotline.wording import N_, say
from knowledge_base.article_models import ArticleRevision, RevisionStatus

EDITORS = (Role.KNOWLEDGE_EDITOR,)
OVERSEERS = (
    *EDITORS,
    Role.SHIFT_LEADER,
    Role.SERVICE_MANAGER,
    Role.OVERSIGHT_OFFICER,
    Role.INSPECTOR,
    Role.ADMINISTRATOR,
)
"""Who sees what the knowledge base lacks and how well it answers."""


def may_edit(person: Staff) -> bool:
    """Tell whether a person writes and reviews articles."""
    return person.is_any(*EDITORS)


def owns(person: Staff, revision: ArticleRevision) -> bool:
    """Tell whether an article is of the person's own department."""
    return (
        person.is_any(*DEPARTMENT_ROLES)
        and person.department_id is not None
        and person.department_id == revision.department_id
    )


def may_report(person: Staff, revision: ArticleRevision) -> bool:
    """Tell whether a person may say that a published article is wrong or outdated.

    Everybody at the hotline may; departments may for the articles they own.
    """
    is_in_use = revision.status == RevisionStatus.PUBLISHED
    return is_in_use and (not person.acts_for_department or owns(person, revision))


def may_settle(person: Staff, revision: ArticleRevision) -> bool:
    """Tell whether a person looks after an article: an editor, or its department."""
    return may_edit(person) or owns(person, revision)


def may_see(person: Staff, revision: ArticleRevision) -> bool:
    """Tell whether a person may read a revision: what was never published is the editors' own."""
    return may_edit(person) or revision.published_at is not None


def require(is_allowed: bool) -> None:
    """Go on where something is allowed. Raises `NotAllowedError`."""
    if not is_allowed:
        raise NotAllowedError


def tabs(person: Staff) -> list[dict[str, Any]]:
    """Return the pages of the knowledge base that a person finds, with how much waits on each."""
    edits, oversees = may_edit(person), person.is_any(*OVERSEERS)
    counts = queries.waiting() if edits or oversees else None
    pages = (
        (True, "knowledge.list_", N_("Articles"), "book", None),
        (edits, "knowledge.drafts", N_("Drafts"), "file-pencil", counts and counts.drafts),
        (edits, "knowledge.review", N_("To review"), "eye-check", counts and counts.in_review),
        (oversees, "knowledge.gaps", N_("Gaps"), "message-question", counts and counts.gaps),
        (
            oversees or person.is_any(*DEPARTMENT_ROLES),
            "knowledge.upkeep",
            N_("To look after"),
            "history",
            counts and counts.remarks,
        ),
        (oversees, "knowledge.statistics", N_("Figures"), "chart-bar", None),
    )
    return [
        {
            "label": say(label),
            "url": url_for(endpoint),
            "icon": icon,
            "count": count,
            "active": request.endpoint == endpoint,
        }
        for is_shown, endpoint, label, icon, count in pages
        if is_shown
    ]

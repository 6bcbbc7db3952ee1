"""The list of articles and the fields of two revisions, made ready for their pages."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask import url_for
from werkzeug.datastructures import MultiDict

from blueprints.intake import choices
from blueprints.knowledge import names, queries
from blueprints.knowledge.forms import last_day
from blueprints.knowledge.queries import Line, Narrowed
from hotline.categories import catalogue
from hotline.people import departments
from hotline.wording import LOCAL_ZONE, N_, Labelled, in_both, in_words, say
from knowledge_base import search
from knowledge_base.article_models import ArticleRevision
from knowledge_base.search import SHORTEST_QUERY, Hit

LONGEST_QUESTION = 200
MOST_HITS = 20


class Order(Labelled):
    """What the list shows while nothing is asked."""

    NEWEST = "newest", N_("Newest")
    MOST_CITED = "most_cited", N_("Most cited")


@dataclass(frozen=True, slots=True)
class Change:
    """One field of two revisions that says something else."""

    label: str
    before: str
    after: str


def read(args: MultiDict[str, str], now: dt.datetime) -> dict[str, Any]:
    """Return everything the list's page needs for what an address asks."""
    question = args.get("q", "").strip()[:LONGEST_QUESTION]
    narrowed = Narrowed(
        content_class=args.get("class", "")[:40],
        department_id=_number(args.get("department", "")),
        region=args.get("region", "")[:40],
    )
    order = Order.MOST_CITED if args.get("order") == Order.MOST_CITED.value else Order.NEWEST
    kept: dict[str, Any] = {
        "class": narrowed.content_class,
        "department": narrowed.department_id,
        "region": narrowed.region,
    }
    kept = {name: value for name, value in kept.items() if value}
    shown: dict[str, Any] = {
        "question": question,
        "narrowed": narrowed,
        "classes": choices.content_classes(),
        "departments": [(one.id, in_both(one.names)) for one in departments.active()],
        "regions": queries.regions(),
        "class_name": names.class_name,
        "last_day": last_day,
        "order": order,
        "orders": [
            {
                "label": in_words(one),
                "url": url_for("knowledge.list_", order=one.value, **kept),
                "active": one is order,
            }
            for one in Order
        ],
        "is_searching": len(question) >= SHORTEST_QUERY,
        "counted_days": catalogue.desk().knowledge.counted_days,
    }
    if shown["is_searching"]:
        return shown | {"hits": hits(question, narrowed, now), "count": None}
    if order is Order.MOST_CITED:
        return shown | {"lines": queries.most_cited(narrowed, now), "count": queries.count(narrowed)}
    lines, following = queries.newest(narrowed, after=_number(args.get("after", "")))
    older = url_for("knowledge.list_", after=following, **kept) if following else ""
    return shown | {"lines": lines, "older_url": older, "count": queries.count(narrowed)}


def hits(question: str, narrowed: Narrowed, now: dt.datetime) -> list[tuple[Hit, Line]]:
    """Return the articles found, each with the line of its list; one whose number was typed comes first."""
    found = search.search(
        question,
        limit=MOST_HITS,
        now=now,
        content_class=narrowed.content_class or None,
        department_id=narrowed.department_id,
        region=narrowed.region or None,
        audience=narrowed.audience,
    )
    lines = queries.lines_of([hit.revision_id for hit in found]) if found else {}
    shown = [(hit, lines[hit.revision_id]) for hit in found if hit.revision_id in lines]
    meant = queries.numbered(question, narrowed)
    if meant is None:
        return shown
    first = Hit(meant.code, meant.revision_id, meant.title, 1.0, "", (), ())
    return [(first, meant), *(one for one in shown if one[0].code != meant.code)]


def changes(before: ArticleRevision, after: ArticleRevision) -> list[Change]:
    """Return the fields besides the text that two revisions fill differently."""
    old, new = _fields(before), _fields(after)
    return [Change(say(label), old[label], new[label]) for label in old if old[label] != new[label]]


def _fields(revision: ArticleRevision) -> dict[str, str]:
    return {
        N_("Title"): revision.title,
        N_("Also asked as"): revision.aliases,
        N_("Source document"): revision.source_document,
        N_("Owning department"): in_both(revision.department.names) if revision.department else "",
        N_("Content class"): names.class_path(revision.content_class),
        N_("Region"): revision.region,
        N_("Who may read it"): in_words(revision.audience),
        N_("Valid from"): _day(revision.valid_from),
        N_("Last day valid"): str(last_day(revision.valid_until) or ""),
        N_("Review on"): str(revision.review_on or ""),
        N_("Files"): "\n".join(file.name for file in revision.attachments),
    }


def _day(moment: dt.datetime | None) -> str:
    return f"{moment.astimezone(LOCAL_ZONE):%Y-%m-%d}" if moment else ""


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None

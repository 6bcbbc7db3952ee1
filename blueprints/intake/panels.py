"""What stands beside the form while it is filled: the caller, the knowledge base, the category's asks."""

from typing import Any

from blueprints.access import current_staff
from blueprints.intake import letters
from blueprints.intake.forms import CallForm, IntakeForm
from blueprints.intake.visits import VisitForm
from hotline.callbacks import tags
from hotline.categories import catalogue
from hotline.categories.channels import IntakeField
from hotline.categories.policy import Policy
from hotline.categories.profile_parts import ListItem
from hotline.categories.routing import Route
from hotline.categories.terms import Answering, Dispatching
from hotline.contacts import intake, merging, phones
from hotline.contacts.models import Requester
from hotline.contacts.phones import PhoneNotUnderstoodError
from hotline.contacts.written import LONGEST_TITLE
from hotline.db import utc_now
from hotline.errors import HotlineError
from hotline.people import departments
from hotline.people.models import Department
from hotline.repeats import finding
from hotline.suggesting import suggesting
from hotline.tickets import callers
from hotline.wording import N_, say
from knowledge_base import answering, articles, search, snippets
from knowledge_base.errors import ArticleChangedError

MOST_HITS = 6
MOST_PEOPLE = 3
"""Of those who share a number; the card shows who was heard from last."""


def everything(form: IntakeForm) -> dict[str, Any]:
    """Return what every panel shows for the fields of `form`."""
    shown = who(form) | found(form) | article(form.revision_id.data) | asked(form) | situation(form)
    return shown | likely(form) | letters.earlier(form)


def who(form: IntakeForm) -> dict[str, Any]:
    """Return who is known under the number typed, with what they came for before."""
    problem = None
    try:
        if form.phone.data:
            phones.normalised(form.phone.data)
    except PhoneNotUnderstoodError as error:
        problem = error
    # Somebody known from a tip-off alone is nobody at the desk: the name itself would give them away (B1.10).
    people = [one for one in form.known() if not callers.is_sealed(one)]
    return {
        "phone_problem": problem,
        "people": people[:MOST_PEOPLE],
        "marks": {person.id: marks_of(person) for person in people[:MOST_PEOPLE]},
        "earlier": callers.earlier(people, current_staff()) if people else [],
        "contact_count": callers.count(people, current_staff()) if people else 0,
    }


def marks_of(person: Requester) -> list[ListItem]:
    """Return what the desk knows of a person by the profile's list: deputy, repeat requester, nuisance."""
    given = tags.of(person)
    return [item for item in catalogue.code_list(tags.CODE_LIST) if item.code in given]


def found(form: IntakeForm) -> dict[str, Any]:
    """Return the articles that fit what was typed, and the words in it that hint at an emergency."""
    title, content = form.title.data or "", form.content.data or ""
    question = (title or content)[:LONGEST_TITLE]
    hits = search.search(question, detail=content if title else "", limit=MOST_HITS, now=utc_now())
    return {
        "question": question,
        "hits": hits,
        "emergency_words": catalogue.emergency_words(f"{title}\n{content}"),
        "guess": guess(form),
        "classes": [] if form.content_class.data else suggesting.classes(title, content),
    }


def likely(form: IntakeForm) -> dict[str, Any]:
    """Return the recent open tickets that are likely about the same matter."""
    return {
        "likely": finding.find(
            title=form.title.data or "",
            details=form.content.data or "",
            place=form.place.data or "",
            callers=merging.family([one.id for one in form.known()]),
            person=current_staff(),
            now=utc_now(),
        ),
        "heading": heading(form),
        "handled_by": suggesting.department(form.title.data or "", form.content.data or ""),
    }


def heading(form: IntakeForm) -> tuple[Department, Route] | None:
    """Return which department the dispatch catalogue would send this to, and by which rule.

    Only shown: the ticket is sent by what it says when it is made.
    """
    policy = form.policy() or guess(form)
    if policy is None or not policy.opens_ticket or policy.dispatching is Dispatching.NONE:
        return None
    found = catalogue.route(
        policy.code,
        form.content_class.data or None,
        form.place.data or None,
        f"{form.title.data or ''}\n{form.content.data or ''}",
    )
    department = departments.by_code(found.department_code) if found else None
    if found is None or department is None or not department.is_active:
        return None
    return department, found


def guess(form: IntakeForm) -> Policy | None:
    """Return the category that what was typed and read points at, to be offered and never chosen silently."""
    if form.category.data:
        return None
    categories = catalogue.open_categories(form.channel)
    offered = {policy.code: policy for policy in categories if policy.opens_ticket}
    title, content = form.title.data or "", form.content.data or ""
    if catalogue.emergency_words(f"{title}\n{content}"):
        # The category that asks whether anybody is in danger.
        return next((one for one in offered.values() if IntakeField.DANGER in one.required_fields), None)
    if form.revision_id.data:
        # An article is being read out: the matter is one the desk answers itself.
        return next((one for one in offered.values() if one.answering is Answering.FROM_KNOWLEDGE), None)
    code = catalogue.guess_category(title, content)
    return offered.get(code) if code != catalogue.desk().otherwise else None


def article(revision_id: int | None) -> dict[str, Any]:
    """Return the revision an operator reads out, as it is said, or why it can no longer be."""
    if revision_id is None:
        return {"revision": None}
    try:
        revision = articles.revision(revision_id)
        try:
            answering.refuse_unanswerable(revision, now=utc_now())
        except ArticleChangedError as error:
            newer = articles.revision(error.params["revision_id"])
            return {"revision": newer, "words": snippets.plain(newer.body), "article_problem": error}
    except HotlineError as error:
        return {"revision": None, "article_problem": error}
    return {"revision": revision, "words": snippets.plain(revision.body), "article_problem": None}


def asked(form: IntakeForm) -> dict[str, Any]:
    """Return what the category chosen is, and what it asks for on this channel."""
    policy = form.policy()
    needed = policy.required(form.channel) if policy else frozenset[IntakeField]()
    return {"policy": policy, "facts": [field for _, field in form.facts()], "needed": needed}


def situation(form: IntakeForm) -> dict[str, Any]:
    """Return what the numbers typed make of a call or a visit: answered late, a collective visit."""
    scripts = {script.code: script for script in catalogue.desk().scripts}
    shown: dict[str, Any] = {
        "scripts": scripts,
        "most_representatives": catalogue.desk().visits.most_representatives,
    }
    if isinstance(form, CallForm):
        shown["is_late"] = intake.is_late_answer(form.ring_count.data)
    if isinstance(form, VisitForm):
        shown["is_collective"] = intake.is_collective(form.visitor_count.data or 1)
    return shown


def sentence_of(form: IntakeForm, name: str) -> str:
    """Return what is wrong with one field as it stands, or nothing."""
    field = form[name]
    field.validate(form, [getattr(type(form), f"validate_{name}", _fine)])
    return " ".join(str(one) for one in field.errors)


def note_of(form: IntakeForm, name: str) -> str:
    """Return what one field says of another: an identity card of its holder (A5.2 (5), (6))."""
    holder = form.holder() if name == "id_number" and isinstance(form, VisitForm) else None
    if holder is None:
        return ""
    words = {"born_on": holder.born_on.isoformat(), "sex": holder.sex}
    return say(N_("Born on %(born_on)s, %(sex)s"), words)


def _fine(form: IntakeForm, field: object) -> None:
    """Stand in where a form has no rule of its own for a field."""

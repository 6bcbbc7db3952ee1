"""The list of tickets, made ready for its page: filters out of the address, saved views, paging."""

import datetime as dt
from dataclasses import replace
from typing import Any, TypeVar

from flask import url_for
from werkzeug.datastructures import MultiDict

from blueprints import looking
from hotline.categories import catalogue
from hotline.categories.channels import Channel
from hotline.people import departments
from hotline.people.models import Staff
from hotline.tickets import lists
from hotline.tickets.lists import Due, Filter, View
from hotline.tickets.states import TicketStatus
from hotline.wording import N_, Labelled, in_both, in_words, say

Kind = TypeVar("Kind", bound=Labelled)

LONGEST_WORDS = 100
FOR_DEPARTMENTS = (View.OPEN, View.OVERDUE, View.WAITING, View.CLOSED, View.ALL)


def read(args: MultiDict[str, str], person: Staff, now: dt.datetime, *, words: str = "") -> dict[str, Any]:
    """Return everything the list's page needs for what an address asks, or a search that was posted.

    Words of a search are never part of an address: people type names and telephone numbers.
    """
    wanted, chosen = _filter(args, words.strip()[:LONGEST_WORDS])
    is_search = bool(wanted.words)
    found = lists.page(wanted, person, after=args.get("after", ""), now=now)
    looking.not_restricted(found.tickets)
    states = lists.states(found.tickets, now)
    units = {one.id: (in_both(one.names), one.is_active) for one in departments.named()}
    names = {one.code: in_both(one.names) for one in catalogue.current().policies.values()}
    views = FOR_DEPARTMENTS if person.acts_for_department else tuple(View)
    return {
        "rows": [(ticket, states[ticket.id]) for ticket in found.tickets],
        "ticket_url": url_for("tickets.show", number=""),
        "names": names,
        "next_url": _url(chosen | {"after": found.next_key}) if found.next_key and not is_search else "",
        "first_url": _url(chosen) if args.get("after") and not is_search else "",
        "next_search": {**chosen, "after": found.next_key} if found.next_key and is_search else None,
        "first_search": chosen if args.get("after") and is_search else None,
        "count": found.count,
        "words": _counted(found.count, found.most_counted),
        "wanted": wanted,
        "views": [
            {"label": in_words(one), "url": _url({"view": one.value}), "active": one is wanted.view}
            for one in views
        ],
        "statuses": list(TicketStatus),
        "channels": list(Channel),
        "dues": list(Due),
        "categories": [
            (one.code, names[one.code]) for one in catalogue.open_categories() if one.opens_ticket
        ],
        "departments": [(unit, name) for unit, (name, is_active) in units.items() if is_active],
        "department_names": {unit: name for unit, (name, _) in units.items()},
        "is_filtered": is_search or bool(chosen.keys() - {"view"}),
        "plain_url": _url({"view": wanted.view.value}),
        "is_department": person.acts_for_department,
    }


def address(args: MultiDict[str, str]) -> str:
    """Return the address of the list with what an address may hold of a form that was sent."""
    return _url(_filter(args, "")[1])


def _filter(args: MultiDict[str, str], words: str) -> tuple[Filter, dict[str, str]]:
    """Return the filter, and of the address what it was made of; what is not understood does not matter."""
    view = _member(View, args.get("view")) or View.OPEN
    department = args.get("department", "")
    wanted = Filter(
        view=view,
        words=words,
        status=_member(TicketStatus, args.get("status")),
        category=args.get("category", "")[:40],
        department_id=int(department)
        if department.isascii() and department.isdigit() and len(department) < 10
        else None,
        channel=_member(Channel, args.get("channel")),
        due=_member(Due, args.get("due")),
    )
    # A search reaches closed tickets too, unless a view was asked for.
    if wanted.words and not args.get("view"):
        wanted = replace(wanted, view=View.ALL)
    chosen = {
        "view": wanted.view.value,
        "status": wanted.status.value if wanted.status else "",
        "category": wanted.category,
        "department": str(wanted.department_id or ""),
        "channel": wanted.channel.value if wanted.channel else "",
        "due": wanted.due.value if wanted.due else "",
    }
    return wanted, {name: value for name, value in chosen.items() if value}


def _member(kind: type[Kind], text: str | None) -> Kind | None:
    return next((one for one in kind if one.value == text), None)


def _url(chosen: dict[str, str]) -> str:
    kept: dict[str, Any] = dict(chosen)
    return url_for("tickets.list_", **kept)


def _counted(count: int, most: int) -> str:
    if count > most:
        return say(N_("More than %(count)s tickets"), {"count": f"{most:,}"})
    if count == 1:
        return say(N_("1 ticket"))
    return say(N_("%(count)s tickets"), {"count": f"{count:,}"})

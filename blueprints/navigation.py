"""The way round: which pages a person finds in the menu."""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from flask import request, url_for

from hotline.people.models import Staff
from hotline.people.roles import DEPARTMENT_ROLES, Role
from hotline.wording import N_, language, say

R = Role


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the menu."""

    endpoint: str
    label: str
    icon: str
    roles: frozenset[Role]
    key: str = ""
    """Pressing g and this key goes there."""


def _item(endpoint: str, label: str, icon: str, *roles: Role, key: str = "") -> Item:
    return Item(endpoint, label, icon, frozenset(roles or Role), key)


DESK = (R.TRAINEE, R.OPERATOR, R.SHIFT_LEADER, R.SERVICE_MANAGER)

MENU: tuple[tuple[str, tuple[Item, ...]], ...] = (
    (
        "",
        (
            _item("desk.show", N_("My desk"), "home", key="d"),
            _item("papers.mine", N_("To sign for"), "signature"),
        ),
    ),
    (
        N_("Intake"),
        (
            _item("intake.call", N_("Call"), "phone", *DESK, key="c"),
            _item("telephony.show", N_("Telephone"), "headset", *DESK, key="p"),
            _item("intake.visit", N_("Visit"), "users", *DESK, key="v"),
            _item("reception.list_", N_("Reception"), "door-enter", *DESK, key="w"),
            # The desk finds these beside the waiting list.
            _item(
                "host_visits.list_",
                N_("Host visits"),
                "user-check",
                *(role for role in Role if role not in DESK),
            ),
            _item("suggestions.list_", N_("Suggestion book"), "notes", R.OVERSIGHT_OFFICER),
            _item("urgent_reports.list_", N_("Urgent reports"), "urgent", R.OVERSIGHT_OFFICER),
            _item("intake.letter", N_("Letter"), "mail", *DESK, key="l"),
            _item("letters.list_", N_("Letters"), "mailbox", *DESK, R.INSPECTOR, R.OVERSIGHT_OFFICER),
            _item("papers.list_", N_("Faxes and parcels"), "package", *DESK),
            _item(
                "errands.list_",
                N_("Messages and call-backs"),
                "message-2",
                *(role for role in Role if role not in DEPARTMENT_ROLES),
                key="e",
            ),
            _item("shifts.list_", N_("Shifts"), "switch-horizontal", R.SHIFT_LEADER, R.SERVICE_MANAGER),
            _item(
                "roster.show",
                N_("Roster and leave"),
                "calendar-time",
                *(role for role in Role if role not in DEPARTMENT_ROLES),
            ),
            _item("qualifications.list_", N_("Qualifications"), "certificate", *DESK),
            _item("registers.list_", N_("Registers"), "notebook", *DESK, R.INSPECTOR, key="n"),
            _item(
                "hot_issues.list_", N_("Hot issues"), "flame", *DESK, R.OVERSIGHT_OFFICER, R.CALLBACK_AGENT
            ),
        ),
    ),
    (
        N_("Tickets"),
        (
            _item("tickets.list_", N_("All tickets"), "list", key="t"),
            _item(
                "review.list_",
                N_("Review"),
                "checklist",
                R.SHIFT_LEADER,
                R.SERVICE_MANAGER,
                R.OVERSIGHT_OFFICER,
                key="r",
            ),
            _item(
                "department.list_",
                N_("My department"),
                "building",
                R.DEPARTMENT_CLERK,
                R.DEPARTMENT_HEAD,
                R.INFORMATION_OFFICER,
                key="m",
            ),
            _item(
                "callbacks.list_",
                N_("Callbacks"),
                "phone-outgoing",
                R.CALLBACK_AGENT,
                R.OPERATOR,
                R.SHIFT_LEADER,
                R.SERVICE_MANAGER,
                R.OVERSIGHT_OFFICER,
                key="b",
            ),
            _item(
                "assessments.list_",
                N_("What callers said"),
                "messages",
                R.DEPARTMENT_CLERK,
                R.DEPARTMENT_HEAD,
                R.INFORMATION_OFFICER,
            ),
        ),
    ),
    (
        N_("Knowledge"),
        (_item("knowledge.list_", N_("Knowledge base"), "book", key="k"),),
    ),
    (
        N_("Supervision"),
        (
            _item(
                "supervision.list_",
                N_("Oversight"),
                "eye",
                R.OVERSIGHT_OFFICER,
                R.SERVICE_MANAGER,
                R.SHIFT_LEADER,
                key="o",
            ),
            _item(
                "statistics.show",
                N_("Statistics"),
                "chart-bar",
                R.SHIFT_LEADER,
                R.SERVICE_MANAGER,
                R.OVERSIGHT_OFFICER,
                R.INSPECTOR,
                R.AUDITOR,
                R.DEPARTMENT_HEAD,
                key="s",
            ),
        ),
    ),
    (
        N_("Administration"),
        (
            _item("people.list_", N_("People"), "user-cog", R.ADMINISTRATOR),
            _item(
                "categories.list_",
                N_("Categories and limits"),
                "category",
                R.ADMINISTRATOR,
                R.SERVICE_MANAGER,
            ),
            _item("calendar.show", N_("Working calendar"), "calendar", R.ADMINISTRATOR, R.SERVICE_MANAGER),
            _item("telephony.exchange", N_("Exchanges"), "plug-connected", R.ADMINISTRATOR),
            _item("operations.show", N_("Operations"), "server", R.ADMINISTRATOR),
            _item("archive.list_", N_("Archive"), "archive", R.ARCHIVIST, R.OVERSIGHT_OFFICER),
            _item(
                "destruction.list_",
                N_("Destruction"),
                "trash",
                R.ARCHIVIST,
                R.OVERSIGHT_OFFICER,
                R.SERVICE_MANAGER,
                R.AUDITOR,
                R.ADMINISTRATOR,
            ),
            _item(
                "data_requests.list_",
                N_("Requests for personal data"),
                "user-search",
                R.ADMINISTRATOR,
                R.AUDITOR,
                R.OVERSIGHT_OFFICER,
            ),
            _item("audit.list_", N_("Audit"), "logs", R.AUDITOR, key="a"),
        ),
    ),
)


class Line(NamedTuple):
    """One line of somebody's menu, in their language."""

    endpoint: str
    label: str
    url: str
    icon: str
    key: str


class Menu(NamedTuple):
    """Somebody's menu: the lines under each heading, and the endpoint of the line that they are on."""

    groups: tuple[tuple[str, tuple[Line, ...]], ...]
    here: str


def of(person: Staff) -> Menu:
    """Return the menu of `person`, with the page they are on marked."""
    return Menu(_groups(person.roles, language(), request.script_root), _here(request.endpoint or ""))


@lru_cache(maxsize=256)
def _groups(
    roles: frozenset[Role], _language: str | None, _root: str
) -> tuple[tuple[str, tuple[Line, ...]], ...]:
    """Return the menu of people with these posts, in their language, as it stands on every page."""
    groups = []
    for label, items in MENU:
        lines = tuple(
            Line(item.endpoint, say(item.label), url_for(item.endpoint), item.icon, item.key)
            for item in items
            if not roles.isdisjoint(item.roles)
        )
        if lines:
            groups.append((say(label) if label else "", lines))
    return tuple(groups)


@cache
def _here(endpoint: str) -> str:
    """Return the line of the menu that a page belongs to: its own, or the only one of its blueprint."""
    lines = {item.endpoint for _, items in MENU for item in items}
    if endpoint in lines:
        return endpoint
    blueprint = endpoint.rpartition(".")[0]
    shares = [line for line in lines if line.startswith(f"{blueprint}.")]
    return shares[0] if len(shares) == 1 else ""

"""The pages of the reception beside each other, those that a person may open."""

from flask import request, url_for

from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.wording import N_, say

DESK = (Role.TRAINEE, Role.OPERATOR, Role.SHIFT_LEADER, Role.SERVICE_MANAGER)
PAGES: tuple[tuple[str, str, tuple[Role, ...]], ...] = (
    ("reception.list_", N_("Waiting list"), DESK),
    ("host_visits.list_", N_("Host visits"), tuple(Role)),
    ("hall.list_", N_("Service hall"), DESK),
    ("suggestions.list_", N_("Suggestion book"), (*DESK, Role.OVERSIGHT_OFFICER)),
    ("urgent_reports.list_", N_("Urgent reports"), (*DESK, Role.OVERSIGHT_OFFICER)),
)


def of(person: Staff) -> list[dict[str, object]]:
    """Return the tabs that `person` sees, with the page they are on marked."""
    blueprint = (request.endpoint or "").partition(".")[0]
    return [
        {
            "label": say(label),
            "url": url_for(endpoint),
            "active": endpoint.partition(".")[0] == blueprint,
        }
        for endpoint, label, roles in PAGES
        if person.is_any(*roles)
    ]

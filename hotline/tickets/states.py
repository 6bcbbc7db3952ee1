"""The life of a ticket: its statuses and the one table of moves between them."""

from collections.abc import Mapping

from hotline.wording import N_, Labelled


class TicketStatus(Labelled):
    """Where a matter stands."""

    REGISTERED = "registered", N_("Registered")
    ANSWERED = "answered", N_("Answered at once")
    TO_REVIEW = "to_review", N_("Waiting for the shift leader")
    DISPATCHED = "dispatched", N_("Dispatched")
    ACKNOWLEDGED = "acknowledged", N_("Acknowledged")
    HANDLING = "handling", N_("Being handled")
    RETURNED = "returned", N_("Returned")
    REPLIED = "replied", N_("Department replied")
    RESOLVED = "resolved", N_("Caller answered")
    CALLBACK_DUE = "callback_due", N_("Callback due")
    REHANDLING = "rehandling", N_("To be re-handled")
    CLOSED = "closed", N_("Closed")
    ARCHIVED = "archived", N_("Archived")
    MERGED = "merged", N_("Merged")
    DECLINED = "declined", N_("Not accepted")
    TERMINATED = "terminated", N_("Terminated")


S = TicketStatus

NEXT_STATUSES: Mapping[TicketStatus, frozenset[TicketStatus]] = {
    S.REGISTERED: frozenset(
        {S.ANSWERED, S.TO_REVIEW, S.DISPATCHED, S.DECLINED, S.MERGED, S.CLOSED, S.TERMINATED}
    ),
    S.ANSWERED: frozenset({S.CALLBACK_DUE, S.CLOSED}),
    S.TO_REVIEW: frozenset({S.ANSWERED, S.DISPATCHED, S.DECLINED, S.MERGED, S.TERMINATED}),
    S.DISPATCHED: frozenset({S.ACKNOWLEDGED, S.RETURNED, S.DISPATCHED, S.MERGED, S.TERMINATED}),
    S.ACKNOWLEDGED: frozenset({S.HANDLING, S.REPLIED, S.RETURNED, S.DISPATCHED, S.MERGED, S.TERMINATED}),
    S.HANDLING: frozenset({S.REPLIED, S.RETURNED, S.DISPATCHED, S.MERGED, S.TERMINATED}),
    S.RETURNED: frozenset({S.DISPATCHED, S.ACKNOWLEDGED, S.TO_REVIEW, S.DECLINED, S.TERMINATED}),
    S.REPLIED: frozenset({S.RESOLVED, S.HANDLING, S.TERMINATED}),
    S.RESOLVED: frozenset({S.CALLBACK_DUE, S.CLOSED, S.REHANDLING}),
    S.CALLBACK_DUE: frozenset({S.CLOSED, S.REHANDLING}),
    S.REHANDLING: frozenset({S.TO_REVIEW, S.DISPATCHED}),
    S.CLOSED: frozenset({S.REHANDLING, S.ARCHIVED}),
    S.ARCHIVED: frozenset(),
    S.MERGED: frozenset({S.REGISTERED}),
    S.DECLINED: frozenset({S.TO_REVIEW}),
    S.TERMINATED: frozenset(),
}
"""Every move a ticket may make. Merging and declining can be taken back; ending cannot."""

WITH_DEPARTMENT = frozenset({S.DISPATCHED, S.ACKNOWLEDGED, S.HANDLING})
"""The lead department has the matter and owes a reply."""

ENDED = frozenset({S.CLOSED, S.ARCHIVED, S.MERGED, S.DECLINED, S.TERMINATED})
OPEN = frozenset(S) - ENDED
"""Somebody still owes the caller something."""

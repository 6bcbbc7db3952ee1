"""Names of what runs behind the pages, for people who do not read code."""

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType

from hotline.wording import N_, say

WORK: Mapping[str, str] = MappingProxyType(
    {
        "sweep_deadlines": N_("Deadlines: reminders, lateness, escalation"),
        "roll_up_facts": N_("Statistics: count what changed"),
        "allocate_callbacks": N_("Callbacks: hand out what nobody took"),
        "draw_samples": N_("Callbacks: draw the samples"),
        "write_exports": N_("Exports: write the files"),
        "plan_yearly_callbacks": N_("Callbacks: plan key customers' yearly ones"),
        "freeze_months": N_("Statistics: freeze the month"),
        "report_given_up": N_("Report deliveries that were given up"),
        "forget_kept_promises": N_("Clear away old deliveries"),
        "forget_sessions": N_("Clear away old sign-ins"),
        "seal_days": N_("Audit: seal the days that are over"),
        "raise_looking_alarms": N_("Audit: alarms of unusual looking"),
        "recall_errands": N_("Reminders of promised replies and messages"),
        "settle_calls": N_("Telephone: callbacks for calls nobody answered"),
        "report_papers": N_("Alarms of letters, faxes and parcels left lying"),
        "tend_database": N_("Database: look at what its tables hold"),
        "tidy_repeats": N_("Repeats: forget what is too old to be one"),
        "train_suggestions": N_("Suggestions: learn from matters that ended"),
        "report_ledgers": N_("Alarms of ledgers not reviewed"),
        "recall_reception": N_("Alarms of suggestions not answered and visitors not invited again"),
        "classify_ended": N_("Archive: give ended matters their retention class"),
        "prepare_person_data": N_("Archive: prepare the erasure of callers' data kept long enough"),
        "expire_articles": N_("Knowledge articles expired"),
        "prepare_drafts": N_("Draft articles prepared from replies"),
        "remind_of_reviews": N_("Reminders of articles to review"),
    }
)


def work_in_words(name: str) -> str:
    """Return what a piece of periodic work does; its own name where none is known."""
    return say(WORK[name]) if name in WORK else name


def span_in_words(span: dt.timedelta) -> str:
    """Return a span in its largest whole unit."""
    seconds = int(span.total_seconds())
    for size, words in ((86400, N_("%(count)s d")), (3600, N_("%(count)s h")), (60, N_("%(count)s min"))):
        if seconds >= size:
            return say(words, {"count": seconds // size})
    return say(N_("%(count)s s"), {"count": seconds})

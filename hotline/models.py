"""Every table of the rules in one place, for migrations."""

from hotline.audit import models as audit
from hotline.audit import seal_models as day_seals
from hotline.callbacks import customer_models as customer_calls
from hotline.callbacks import link_models as callback_links
from hotline.callbacks import models as callbacks
from hotline.callbacks import review_models as callback_reviews
from hotline.callbacks import sample_models as callback_samples
from hotline.categories import models as categories
from hotline.contacts import change_models as requester_changes
from hotline.contacts import correction_models as entry_corrections
from hotline.contacts import drafts, phrases, reception, series
from hotline.contacts import models as contacts
from hotline.delivery import models as delivery
from hotline.dispatch import models as dispatch
from hotline.errands import models as errands
from hotline.letters import models as letters
from hotline.people import absence_models as absences
from hotline.people import models as people
from hotline.people import qualification_models as qualifications
from hotline.people import recusal_models as recusals
from hotline.people import session_models as user_sessions
from hotline.reception import models as reception_desk
from hotline.registers import models as registers
from hotline.repeats import models as repeats
from hotline.retention import models as retention
from hotline.shifts import models as shifts
from hotline.shifts import roster_models as roster
from hotline.statistics import complaint_models as complaints
from hotline.statistics import export_models as exports
from hotline.statistics import inspection_models as inspections
from hotline.statistics import models as statistics
from hotline.statistics import month_models as months
from hotline.suggesting import models as suggesting
from hotline.telephony import models as telephony
from hotline.tickets import models as tickets
from hotline.working_time import models as working_time

__all__ = [
    "absences",
    "audit",
    "callback_links",
    "callback_reviews",
    "callback_samples",
    "callbacks",
    "categories",
    "complaints",
    "contacts",
    "customer_calls",
    "day_seals",
    "delivery",
    "dispatch",
    "drafts",
    "entry_corrections",
    "errands",
    "exports",
    "inspections",
    "letters",
    "months",
    "people",
    "phrases",
    "qualifications",
    "reception",
    "reception_desk",
    "recusals",
    "registers",
    "repeats",
    "requester_changes",
    "retention",
    "roster",
    "series",
    "shifts",
    "statistics",
    "suggesting",
    "telephony",
    "tickets",
    "user_sessions",
    "working_time",
]

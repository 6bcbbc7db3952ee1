"""Counts of incoming calls as the exchange tells of them."""

import sqlalchemy as sa

from hotline.categories import catalogue
from hotline.statistics.counting import Condition, Count
from hotline.statistics.sources import PHONE_CALLS
from hotline.telephony.models import PhoneCall
from hotline.wording import N_


def _offered() -> Condition:
    return PhoneCall.is_rejected.is_(False)


def _answered() -> Condition:
    return PhoneCall.answered_at.is_not(None)


def _abandoned() -> Condition:
    return sa.and_(_offered(), PhoneCall.answered_at.is_(None), PhoneCall.ended_at.is_not(None))


def _quickly() -> Condition:
    return PhoneCall.wait_seconds <= catalogue.desk().targets.quick_answer_seconds


PHONE: tuple[Count, ...] = (
    Count("phone_offered", PHONE_CALLS, N_("calls that came in and were not refused"), _offered),
    Count("phone_answered", PHONE_CALLS, N_("calls answered"), _answered),
    Count("phone_abandoned", PHONE_CALLS, N_("calls that ended before anybody answered"), _abandoned),
    Count(
        "phone_rejected", PHONE_CALLS, N_("calls of refused numbers"), lambda: PhoneCall.is_rejected.is_(True)
    ),
    Count("phone_quick", PHONE_CALLS, N_("answered within the set seconds"), _quickly),
    Count(
        "phone_rung",
        PHONE_CALLS,
        N_("calls answered whose rings are known"),
        lambda: PhoneCall.ring_count.is_not(None),
    ),
    Count(
        "phone_three_ring",
        PHONE_CALLS,
        N_("answered by the third ring"),
        lambda: PhoneCall.ring_count <= catalogue.desk().targets.most_rings,
    ),
    Count(
        "phone_waited", PHONE_CALLS, N_("seconds waited until the answer"), _answered, PhoneCall.wait_seconds
    ),
    Count(
        "phone_talked",
        PHONE_CALLS,
        N_("answered calls that have ended"),
        lambda: PhoneCall.talk_seconds.is_not(None),
    ),
    Count(
        "phone_talk_time",
        PHONE_CALLS,
        N_("seconds talked"),
        lambda: PhoneCall.talk_seconds.is_not(None),
        PhoneCall.talk_seconds,
    ),
)

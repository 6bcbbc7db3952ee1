"""Notices that go out by mail or SMS: gathered into one message, held back in a person's quiet hours.

The in-tray has every notice at once; only what makes a telephone buzz waits. Clocks never do.
"""

import datetime as dt
import re
from collections.abc import Iterable

import sqlalchemy as sa
from flask_babel import force_locale

from hotline.categories import catalogue
from hotline.config import LOCALES
from hotline.db import session
from hotline.delivery import gathering, outbox, senders
from hotline.delivery.models import Notice, OutboxMessage, Reach
from hotline.errors import HotlineError
from hotline.people.models import Staff
from hotline.wording import LOCAL_ZONE, N_, say

GATHER = dt.timedelta(minutes=5)
"""What comes in within this time goes out in one message."""
HOLD = dt.timedelta(seconds=30)
"""A notice this close before its message may miss it, so it takes the next."""
MOST_IN_MESSAGE = 20
OLDEST = dt.timedelta(days=7)

_MAIL = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>]+\.[^@\s,;<>.]+")
_MOBILE = re.compile(r"1[3-9]\d{9}")


class MailNotUnderstoodError(HotlineError):
    """The text is no mail address."""

    sentence = N_("This is not a mail address, such as li.ming@example.org.")
    field = "mail"


class NumberForSmsError(HotlineError):
    """An SMS goes to a mobile number only."""

    sentence = N_("An SMS needs a mobile number of 11 digits.")
    field = "phone"


SUBJECT_ONE = N_("Notice of the hotline")
SUBJECT_SEVERAL = N_("%(count)s notices of the hotline")
FURTHER = N_("… and %(count)s more. Please see your in-tray.")
SHORT = N_("%(count)s notices of the hotline wait for you. The first: %(first)s")


def reach_of(person: Staff) -> Reach:
    """Return how `person` is reached outside the service, set up with the usual quiet hours."""
    found = kept_or_usual(person)
    session.add(found)
    session.flush()
    return found


def kept_or_usual(person: Staff) -> Reach:
    """Return what `person` has set, or the usual for who has set nothing: no address, usual hours."""
    hours = catalogue.desk().notices
    usual = Reach(staff_id=person.id, quiet_from=hours.quiet_from, quiet_until=hours.quiet_until)
    return session.get(Reach, person.id) or usual


def set_reach(person: Staff, *, mail: str, phone: str, quiet_from: dt.time, quiet_until: dt.time) -> Reach:
    """Set where and when `person` is reached outside; left empty, nothing is sent that way.

    The same two times mean no quiet hours. Raises `MailNotUnderstoodError`, `NumberForSmsError`.
    """
    mail, phone = mail.strip(), re.sub(r"[\s()-]", "", phone).removeprefix("+86")
    if mail and not _MAIL.fullmatch(mail):
        raise MailNotUnderstoodError
    if phone and not _MOBILE.fullmatch(phone):
        raise NumberForSmsError
    reach = reach_of(person)
    reach.mail, reach.phone = mail or None, phone or None
    reach.quiet_from, reach.quiet_until = quiet_from, quiet_until
    session.flush()
    return reach


def plan(fresh: Iterable[Notice], *, is_urgent: bool, now: dt.datetime) -> None:
    """Promise a message to everybody among those told who can be reached outside.

    Urgent ones go out at once, also at night.
    """
    told = {notice.staff_id for notice in fresh}
    if not told:
        return
    reachable = sa.or_(Reach.mail.is_not(None), Reach.phone.is_not(None))
    for reach in session.scalars(sa.select(Reach).where(Reach.staff_id.in_(told), reachable)):
        at = now if is_urgent else next_message(reach, now)
        outbox.promise(
            "notices_to_push",
            once=f"{reach.staff_id}:{at.timestamp():.0f}",
            now=now,
            run_at=at,
            staff_id=reach.staff_id,
        )


def next_message(reach: Reach, now: dt.datetime) -> dt.datetime:
    """Return when the next message to somebody goes out: soon, or when their quiet hours end."""
    step = int(GATHER.total_seconds())
    seconds = int((now + HOLD).timestamp())
    soon = dt.datetime.fromtimestamp(-(-seconds // step) * step, dt.UTC)
    return quiet_end(reach, soon)


def quiet_end(reach: Reach, moment: dt.datetime) -> dt.datetime:
    """Return `moment`, or when it lies in the quiet hours of somebody, their end."""
    starts, ends = reach.quiet_from, reach.quiet_until
    if starts == ends:
        return moment
    local = moment.astimezone(LOCAL_ZONE)
    time = local.time()
    is_quiet = starts <= time < ends if starts <= ends else time >= starts or time < ends
    if not is_quiet:
        return moment
    day = local.date() if time < ends else local.date() + dt.timedelta(days=1)
    return dt.datetime.combine(day, ends, LOCAL_ZONE).astimezone(dt.UTC)


def push(message: OutboxMessage, now: dt.datetime) -> None:
    """Send a person what they have not read and were not sent yet, as one message; nothing, nothing."""
    reach = session.get(Reach, message.payload["staff_id"])
    person = session.get(Staff, message.payload["staff_id"])
    if reach is None or person is None or not person.is_active:
        return
    waiting = session.scalars(
        sa.select(Notice)
        .where(
            Notice.staff_id == person.id,
            Notice.read_at.is_(None),
            Notice.pushed_at.is_(None),
            Notice.created_at > now - OLDEST,
        )
        .order_by(Notice.id)
    ).all()
    if not waiting:
        return
    with force_locale(person.locale or LOCALES[0]):
        lines = [one.in_words(now) for one in gathering.together(waiting)]
        _send(reach, lines, reference=f"notices-{message.id}")
    for notice in waiting:
        notice.pushed_at = now
    session.flush()


def _send(reach: Reach, lines: list[str], *, reference: str) -> None:
    if reach.mail:
        shown = lines[:MOST_IN_MESSAGE]
        if len(lines) > len(shown):
            shown.append(say(FURTHER, {"count": len(lines) - len(shown)}))
        subject = say(SUBJECT_ONE) if len(lines) == 1 else say(SUBJECT_SEVERAL, {"count": len(lines)})
        senders.mail().send(reach.mail, subject, "\n".join(shown), reference=reference)
    if reach.phone:
        text = lines[0] if len(lines) == 1 else say(SHORT, {"count": len(lines), "first": lines[0]})
        senders.sms().send(reach.phone, text, reference=reference)

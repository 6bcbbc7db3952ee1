"""The session of a browser: begun at sign-in, found again with each request, ended."""

from flask import current_app, g, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user

from blueprints import looking
from hotline.audit import journal
from hotline.audit.journal import Actor
from hotline.audit.models import Act, Subject
from hotline.categories import catalogue
from hotline.config import Settings
from hotline.db import transaction, utc_now, write_aside
from hotline.delivery import notices
from hotline.people import sessions
from hotline.people.models import Staff
from hotline.people.sessions import Limits
from hotline.telephony import agents

EXTENSION = "extension"
"""At which telephone the browser's person sits; empty where at none."""
TOKEN = "token"  # noqa: S105 - the name it is kept under
HALF = "half"
"""Who showed the password and has not shown the code yet."""


def settings() -> Settings:
    """Return the running application's settings."""
    found: Settings = current_app.extensions["settings"]
    return found


def limits() -> Limits:
    """Return how long sessions last here."""
    return Limits(settings().session_idle, settings().session_longest)


def token() -> str:
    """Return the token that the browser holds; empty where it holds none."""
    return str(cookie.get(TOKEN, ""))


def loaded(session_id: str) -> Staff | None:
    """Return whose session the browser's is, as long as it runs; one query for all that every page asks."""
    now = utc_now()
    found = sessions.find(token(), limits(), now=now, query=RUNNING)
    if found is None:
        return None
    running, g.unread_count, stamp = found
    person: Staff = running.staff
    if person.get_id() != session_id:
        return None
    seen = sessions.seen(running, now=now)
    if seen is not None and not _asks_by_itself():
        write_aside(seen)
    elif stamp is not None:
        catalogue.hold(stamp)
    return person


RUNNING = sessions.running(notices.unread_of(Staff.id), catalogue.STAMP)
"""The session, its person, how many notices they have not read, and which rules are in force."""


def _asks_by_itself() -> bool:
    """Tell whether the browser asks without anybody at it: that keeps no session alive."""
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "asks_by_itself", False)


def begin(person: Staff) -> None:
    """Sign `person` in with a session of its own, whatever the browser held before; the language stays."""
    now, chosen = utc_now(), cookie.get("locale") or person.locale
    with transaction():
        extension = agents.sign_on(person)
        made = sessions.begin(person, device=device(), address=looking.address(), now=now)
        journal.record(
            Act.SIGNED_IN, Subject.STAFF, person.number, by=Actor(person.id, looking.address()), now=now
        )
    cookie.clear()
    if chosen:
        cookie["locale"] = chosen
    if extension:
        cookie[EXTENSION] = extension
    cookie[TOKEN] = made
    login_user(person)


def refused(number: str) -> None:
    """Write down a sign-in that failed; a number that nobody has may be a password in the wrong box."""
    with transaction():
        journal.record(
            Act.SIGN_IN_REFUSED, Subject.STAFF, number, by=Actor(None, looking.address()), now=utc_now()
        )


def end() -> ResponseReturnValue:
    """End the browser's session; the language stays."""
    now = utc_now()
    person: Staff | None = current_user._get_current_object() if current_user.is_authenticated else None
    with transaction():
        sessions.end_token(token(), now=now)
        if person is not None:
            agents.sign_off(person)
            by = Actor(person.id, looking.address())
            journal.record(Act.SIGNED_OUT, Subject.STAFF, person.number, by=by, now=now)
    cookie.pop(TOKEN, None)
    cookie.pop(EXTENSION, None)
    logout_user()
    return redirect(url_for("session.sign_in"), 303)


def owes_second_factor(person: Staff) -> bool:
    """Tell whether a person's role asks for a second factor that they have not set up."""
    wanted = settings().second_factor_roles
    return bool(wanted) and not person.has_second_factor and not wanted.isdisjoint(person.roles)


def device() -> str:
    """Return what the browser says of itself, short."""
    agent = request.user_agent.string
    for name, words in BROWSERS:
        if name in agent:
            return f"{words} · {_system(agent)}"
    return agent[:60] or "–"


BROWSERS = (
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("MicroMessenger", "WeChat"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def _system(agent: str) -> str:
    return next((words for name, words in SYSTEMS if name in agent), "–")

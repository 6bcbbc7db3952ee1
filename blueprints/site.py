"""What every page shares: who is signed in, navigation, filters, headers, errors."""

import datetime as dt
import secrets
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, jsonify, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import format_date, get_locale
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFError, CSRFProtect
from redis.exceptions import RedisError
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from blueprints import access, limits, looking, navigation, rendering, static_files, watching
from blueprints.operations import queries
from blueprints.session import openid, signing
from hotline.audit.watching import ACTOR
from hotline.categories import catalogue
from hotline.categories.catalogue import NoProfileError
from hotline.contacts import phones
from hotline.db import session, utc_now
from hotline.delivery import outbox
from hotline.errors import HotlineError, NotAllowedError, NotFoundError
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.wording import LOCAL_ZONE, N_, in_both, in_words, say, translated

CSRF = CSRFProtect()
LOGIN = LoginManager()
LOGIN.login_view = "session.sign_in"
LOGIN.user_loader(signing.loaded)
ROOT = Path(__file__).parent.parent
OUR_FOLDERS = tuple(f"{ROOT / name}/" for name in ("blueprints", "hotline", "knowledge_base"))

QUEUE_DOWN = N_(
    "The work queue cannot be reached. Everything you save is kept; dispatching catches up by itself."
)
CLOCK_STOPPED = N_(
    "The clock process does not run, or not in time:"
    " reminders, lateness and lost deliveries wait until it is started."
)
QUEUE_ANSWERED = "queue_answered"
ASKED_EVERY = 2.0
"""Seconds between two questions whether the queue is there, as long as it answers."""
LARGEST_REQUEST = 32 * 1024 * 1024
LARGEST_ID = 2**63 - 1

POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)


def set_up(app: Flask) -> None:
    """Give `app` what its pages share."""
    settings = app.extensions["settings"]
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_behind_tls,
        WTF_CSRF_TIME_LIMIT=None,  # a form typed slowly is still the same person's form
    )
    if settings.is_behind_tls:
        # The proxy in front knows the address asked from and that it was asked for by https.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign] # Flask's own way
    app.url_map.converters["int"] = RowId
    watching.set_up(app)
    app.extensions[ACTOR] = looking.actor
    CSRF.init_app(app)
    LOGIN.init_app(app)
    limits.set_up(app, settings)
    openid.set_up(app, settings)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    static_files.set_up(app)
    rendering.set_up(app)
    app.jinja_env.filters.update(
        label=label,
        local=local,
        local_day=local_day,
        month_name=month_name,
        relative=relative,
        say=spoken,
        mask_phone=phones.masked,
        in_both=in_both,
        in_words=in_words,
    )
    app.before_request(_begin)
    app.after_request(_headers)
    app.after_request(looking.at_lists)
    app.context_processor(_shared)
    app.register_error_handler(HotlineError, _refused)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(OperationalError, _database_gone)
    app.register_error_handler(StaleDataError, _changed_meanwhile)
    app.register_error_handler(DataError, _not_storable)
    app.register_error_handler(OverflowError, _not_storable)
    app.register_error_handler(Exception, _failed)


class RowId(IntegerConverter):
    """A number in an address: one that no database can hold leads nowhere."""

    def __init__(self, url_map: Map, *args: Any, **named: Any) -> None:
        super().__init__(url_map, *args, **{"max": LARGEST_ID, **named})


def label(value: object) -> str:
    """Return the words of a value out of a closed list, or of a name kept in both languages."""
    return in_words(value) if value is not None else ""


def local(moment: dt.datetime | None) -> str:
    """Return a moment in local time, to the minute."""
    return "" if moment is None else moment.astimezone(LOCAL_ZONE).isoformat(" ", "minutes")[:16]


def local_day(moment: dt.datetime | dt.date | None) -> str:
    """Return the local day of a moment."""
    if moment is None:
        return ""
    return f"{moment.astimezone(LOCAL_ZONE) if isinstance(moment, dt.datetime) else moment:%Y-%m-%d}"


def month_name(day: dt.date) -> str:
    """Return the name of a day's month in the reader's language."""
    return str(format_date(day, "LLLL"))


def relative(moment: dt.datetime | None, now: dt.datetime | None = None) -> str:
    """Return how far off a moment is, in the two largest units: `in 1 d 3 h`, `40 min ago`."""
    if moment is None:
        return ""
    seconds = int((moment - (now or utc_now())).total_seconds())
    amount = abs(seconds)
    days, hours, minutes = amount // 86400, amount % 86400 // 3600, amount % 3600 // 60
    if days:
        span = translated(N_("%(days)s d %(hours)s h")) % {"days": days, "hours": hours}
    elif hours:
        span = translated(N_("%(hours)s h %(minutes)s min")) % {"hours": hours, "minutes": minutes}
    else:
        span = translated(N_("%(minutes)s min")) % {"minutes": minutes}
    return translated(N_("in %(span)s") if seconds >= 0 else N_("%(span)s ago")) % {"span": span}


def spoken(value: object) -> str:
    """Return an error's or an explanation's sentence in the reader's language."""
    if isinstance(value, HotlineError):
        return value.say()
    say_it = getattr(value, "say", None)
    return say_it() if callable(say_it) else in_words(value)


def _begin() -> None:
    g.csp_nonce = secrets.token_urlsafe(16)


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY.format(nonce=g.get("csp_nonce", "")))
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Request-Id"] = g.get("request_id", "")
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _shared() -> dict[str, object]:
    locale = get_locale()
    shared: dict[str, object] = {
        "csp_nonce": g.get("csp_nonce", ""),
        "request_id": g.get("request_id", ""),
        "html_lang": "en" if locale is not None and locale.language == "en" else "zh-CN",
        "site_name": say(N_("Hotline service desk")),
        "language_url": url_for("session.language"),
        "now": utc_now(),
    }
    if g.get("is_error"):
        return shared
    with suppress(NoProfileError):
        shared["site_name"] = in_both(catalogue.current().desk.names)
    if not current_user or not current_user.is_authenticated:
        return shared
    person = access.current_staff()
    return shared | {
        "current_staff": person,
        "navigation": navigation.of(person),
        "unread_count": g.get("unread_count", 0),
        "notices_url": url_for("desk.notices"),
        "sign_out_url": url_for("session.sign_out"),
        "account_url": url_for("account.show"),
        "home_url": url_for("desk.show"),
        "search_url": url_for("tickets.search"),
        "tickets_url": url_for("tickets.list_"),
        "telephone_url": url_for("telephony.now") if signing.EXTENSION in cookie else "",
        "banners": _banners(person),
    }


def _banners(person: Staff) -> list[dict[str, str]]:
    if request.headers.get("HX-Request"):
        return []
    found = []
    if not _queue_answers():
        found.append({"level": "warning", "text": say(QUEUE_DOWN)})
    if person.is_any(Role.ADMINISTRATOR) and queries.is_clock_stopped(utc_now()):
        found.append({"level": "error", "text": say(CLOCK_STOPPED)})
    return found


def _queue_answers() -> bool:
    """Tell whether the queue answers; one that has just done so is not asked again at once."""
    now = time.monotonic()
    if now - current_app.extensions.get(QUEUE_ANSWERED, -ASKED_EVERY) < ASKED_EVERY:
        return True
    try:
        outbox.queue().connection.ping()
    except (RedisError, OSError):
        return False
    current_app.extensions[QUEUE_ANSWERED] = now
    return True


def _page(code: int, sentence: str = "") -> ResponseReturnValue:
    session.rollback()
    g.is_error = True
    if request.accept_mimetypes.best == "application/json":
        return jsonify(message=sentence or str(code)), code
    return render_template(f"errors/{code}.html", sentence=sentence), code


def _refused(error: HotlineError) -> ResponseReturnValue:
    if isinstance(error, NotFoundError):
        return _page(404, error.say())
    if isinstance(error, NotAllowedError):
        return _page(403, error.say())
    return _page(409, error.say())


PAGES = frozenset({400, 403, 404, 409, 413, 429, 500, 503})


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if isinstance(error, CSRFError):
        return _page(400, say(N_("This page was open for too long. Load it again and repeat what you did.")))
    if error.code in PAGES:
        return _page(error.code or 500)
    return error.get_response()


def _database_gone(error: OperationalError) -> ResponseReturnValue:
    _log(error)
    # The page must not ask again who it is for: that question cannot be answered now.
    g._login_user = LOGIN.anonymous_user()
    return _page(503)


def _changed_meanwhile(error: StaleDataError) -> ResponseReturnValue:
    return _page(
        409, say(N_("Somebody else changed this ticket at the same moment. Look at it again first."))
    )


def _not_storable(error: Exception) -> ResponseReturnValue:
    """Answer for a number or a character that the database cannot hold: nobody types one by hand."""
    _log(error)
    return _page(
        400, say(N_("Something in the form or the address cannot be stored. Check what you entered."))
    )


def _failed(error: Exception) -> ResponseReturnValue:
    _log(error)
    return _page(InternalServerError.code)


def _log(error: Exception) -> None:
    """Log where it failed, not with which values: those may be a caller's."""
    frames = []
    trace = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if name.startswith(OUR_FOLDERS):
            frames.append(f"{name.rsplit('/', 1)[-1]}:{trace.tb_lineno}")
        trace = trace.tb_next
    current_app.logger.error("%s at %s", type(error).__name__, " > ".join(frames[-6:]))

"""Putting the rules' parts together: database, keys, queue, languages."""

import logging
from pathlib import Path

from flask import Flask, has_request_context
from flask import session as cookie
from flask_babel import Babel, get_translations
from flask_migrate import Migrate
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy.engine import make_url

from hotline import cli, logs, models
from hotline import db as database
from hotline.audit import watching
from hotline.audit.cli import PROOFS
from hotline.config import LOCALES, Settings
from hotline.db import db
from hotline.delivery import senders
from hotline.errors import ConfigurationError
from hotline.people import directories
from hotline.people.roles import Role
from hotline.retention import certificates
from hotline.sealing import Seal
from hotline.statistics import marking
from hotline.tickets import text_index
from hotline.wording import translated

HERE = Path(__file__).parent
ROOT = HERE.parent


def build(settings: Settings) -> Flask:
    """Return an application with the rules in it: no pages yet, but every verb works."""
    logs.set_up(settings)
    app = Flask("hotline", root_path=str(ROOT), static_folder="static", template_folder="templates")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings.database_url),
        BABEL_DEFAULT_LOCALE=settings.locale,
        BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "translations"),
    )
    app.extensions["settings"] = settings
    for name, roles in (
        ("HOTLINE_SECOND_FACTOR", settings.second_factor_roles),
        ("HOTLINE_OWN_PASSWORDS", settings.own_password_roles or frozenset()),
    ):
        if unknown := roles - {role.value for role in Role}:
            raise ConfigurationError(name=name, reason=", ".join(sorted(unknown)))
    app.extensions["seal"] = Seal(settings.seal_secrets)
    app.extensions["queue"] = Queue(connection=queue_connection(settings), serializer=JSONSerializer)
    app.extensions["worker_redis"] = Redis.from_url(settings.redis_url)
    app.extensions[PROOFS] = (certificates.check,)
    app.extensions["mail"] = senders.mail_for(settings)
    app.extensions[directories.DIRECTORY] = directories.directory_for(settings)
    app.extensions["sms"] = senders.ConsoleSms()
    app.logger.setLevel(logging.INFO)
    db.init_app(app)
    with app.app_context():
        database.listen_to(db.engine)
    Migrate(app, db, directory=str(HERE / "migrations"), render_as_batch=True)
    Babel(app, locale_selector=chosen_locale)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined] # Babel's extension adds it
        gettext=translated,
        ngettext=lambda one, many, count: get_translations().ungettext(one, many, count),
        newstyle=True,
    )
    marking.listen()
    text_index.listen()
    watching.listen()
    cli.register(app)
    assert models.__all__
    return app


def queue_connection(settings: Settings) -> Redis:
    """Return the queue as the web side sees it: one try, no waiting, so that a dead queue costs nothing."""
    return Redis.from_url(
        settings.redis_url, retry=Retry(NoBackoff(), 0), socket_connect_timeout=1, socket_timeout=2
    )


def chosen_locale() -> str | None:
    """Return the reader's language: what they chose, else the deployment's."""
    if not has_request_context():
        return None
    chosen = cookie.get("locale")
    return chosen if chosen in LOCALES else None


PATIENCE = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""How long a database that no longer answers is waited for; without it a cable pulled is noticed after a
quarter of an hour. Seconds, but for the last: milliseconds."""

SHORT = {"options": "-c jit=off -c max_parallel_workers_per_gather=0"}
"""Statements here are short: compiling one, or starting further processes for it, takes longer than it."""


def _engine_options(url: str) -> dict[str, object]:
    if url.startswith("sqlite"):
        return {}
    # What the address itself says goes first.
    asked = make_url(url).query
    settled = {name: value for name, value in {**PATIENCE, **SHORT}.items() if name not in asked}
    return {
        "pool_size": 10,
        "max_overflow": 10,
        "pool_use_lifo": True,  # the connection used last has prepared the most
        "connect_args": settled,
    }

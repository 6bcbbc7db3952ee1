"""For machines that watch this one: is the process alive, can it serve."""

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from blueprints import access
from hotline.db import session
from hotline.delivery import outbox

bp = Blueprint("health", __name__)
access.public(bp)


@bp.get("/healthz")
def alive() -> ResponseReturnValue:
    """Answer: this process serves requests."""
    return jsonify(status="alive")


@bp.get("/readyz")
def ready() -> ResponseReturnValue:
    """Answer whether pages can be served: the database is reached and its tables are those of this version.

    The queue is reported and does not decide: without it everything is saved and dispatched later.
    """
    database = _database()
    report = {"database": database, "queue": _queue()}
    if database == "ok":
        return jsonify(status="ready", **report)
    return jsonify(status="not ready", **report), 503


def _database() -> str:
    try:
        session.execute(sa.select(1))
        present = MigrationContext.configure(session.connection()).get_current_revision()
    except SQLAlchemyError:
        session.rollback()
        return "unreachable"
    scripts = ScriptDirectory(str(current_app.extensions["migrate"].directory))
    return "ok" if present == scripts.get_current_head() else "not migrated"


def _queue() -> str:
    try:
        outbox.queue().connection.ping()
    except (RedisError, OSError):
        return "unreachable"
    return "ok"

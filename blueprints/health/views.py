"""For machines that watch this one: is the process alive, can it serve."""

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Response, current_app, jsonify
from flask.typing import ResponseReturnValue
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from blueprints import access
from blueprints.health import metrics
from blueprints.operations import queries
from hotline.db import session, utc_now
from hotline.delivery import outbox
from hotline.errors import NotAllowedError

bp = Blueprint("health", __name__)
access.public(bp)


@bp.get("/healthz")
def alive() -> ResponseReturnValue:
    """Answer: this process serves requests."""
    return jsonify(status="alive")


@bp.get("/readyz")
def ready() -> ResponseReturnValue:
    """Answer whether pages can be served: the database is reached and its tables are those of this version.

    Queue and clock are reported and do not decide: without them everything is saved and dispatched later.
    """
    database = _database()
    if database != "ok":
        return jsonify(status="not ready", database=database, queue=_queue()), 503
    clock = "stands still" if queries.is_clock_stopped(utc_now()) else "ok"
    return jsonify(status="ready", database=database, queue=_queue(), clock=clock)


@bp.get("/metrics")
def figures() -> ResponseReturnValue:
    """Return figures for Prometheus, to this machine or whoever knows `HOTLINE_METRICS_TOKEN`."""
    if not metrics.may_read():
        raise NotAllowedError
    return Response(metrics.page(utc_now()), content_type=metrics.MEDIA_TYPE)


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

"""Figures for a Prometheus server: what waits and since when, what is late, how long requests take."""

import datetime as dt
import hmac
from collections import defaultdict
from collections.abc import Iterable, Iterator
from ipaddress import ip_address

import sqlalchemy as sa
from flask import current_app, request
from redis.exceptions import RedisError
from rq.job import Job

from blueprints import watching
from blueprints.operations import queries
from hotline.db import session
from hotline.delivery import outbox
from hotline.tickets.models import Deadline, Ticket
from hotline.tickets.states import OPEN
from hotline.timings import LIMITS

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
Sample = tuple[str, float]
"""Labels as they are written, and the value."""


def may_read() -> bool:
    """Tell whether the asker is this machine itself, or knows the token.

    A request that came through a proxy names whom it came from: it is never this machine's own.
    """
    token = current_app.extensions["settings"].metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and hmac.compare_digest(given.encode(), token.encode()):
        return True
    is_passed_on = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-Ip"))
    try:
        return not is_passed_on and ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def page(now: dt.datetime) -> str:
    """Return all figures in Prometheus' text form."""
    parts = [*_queue(now), *_promises(now), *_clocks(now), *_work(now), *_requests()]
    return "\n".join(line for part in parts for line in part) + "\n"


def _figure(name: str, text: str, samples: Iterable[Sample], kind: str = "gauge") -> list[str]:
    head = [f"# HELP hotline_{name} {text}", f"# TYPE hotline_{name} {kind}"]
    return [*head, *(f"hotline_{name}{labels} {value:.10g}" for labels, value in samples)]


def _one(name: str, text: str, value: float) -> list[str]:
    return _figure(name, text, [("", value)])


def _seconds(now: dt.datetime, since: dt.datetime | None) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0


def _queue(now: dt.datetime) -> Iterator[list[str]]:
    state = queries.queue_state()
    yield _one("queue_reached", "1 while the queue answers.", state.is_reached)
    yield _one("queue_jobs", "Jobs waiting for a worker.", state.length)
    yield _one("queue_oldest_seconds", "Age of the job that waits longest.", _seconds(now, _oldest_job()))
    yield _one("workers", "Workers that report to the queue.", len(state.workers))
    yield _one("workers_busy", "Workers at work.", sum(one.state == "busy" for one in state.workers))


def _oldest_job() -> dt.datetime | None:
    queue = outbox.queue()
    try:
        first = queue.get_job_ids(0, 1)
        job = Job.fetch(first[0], connection=queue.connection, serializer=queue.serializer) if first else None
    except (RedisError, OSError, LookupError):
        return None
    at = job.enqueued_at if job else None
    return at.replace(tzinfo=dt.UTC) if at and at.tzinfo is None else at


def _promises(now: dt.datetime) -> Iterator[list[str]]:
    found = queries.promises(now)
    yield _one("outbox_due", "Deliveries that should have been made.", found.due)
    yield _one("outbox_later", "Deliveries for later.", found.later)
    yield _one("outbox_given_up", "Deliveries given up after eight attempts.", found.dead)
    age = _seconds(now, found.oldest_due_at)
    yield _one("outbox_oldest_seconds", "How long the oldest delivery has been due.", age)


def _clocks(now: dt.datetime) -> Iterator[list[str]]:
    is_running = sa.and_(Deadline.met_at.is_(None), Deadline.cancelled_at.is_(None))
    late = sa.select(sa.func.count(Deadline.id)).where(is_running, Deadline.due_at < now)
    yield _one("deadlines_overdue", "Limits that are over and not met.", session.scalar(late) or 0)
    is_open = Ticket.status.in_(sorted(OPEN))
    yield _one(
        "tickets_open",
        "Tickets somebody still owes something on.",
        session.scalar(sa.select(sa.func.count(Ticket.id)).where(is_open)) or 0,
    )
    oldest = session.scalar(
        sa.select(sa.func.min(Deadline.next_look_at)).where(Deadline.next_look_at.is_not(None))
    )
    yield _one(
        "sweep_lag_seconds", "How long a deadline has been waiting to be looked at.", _seconds(now, oldest)
    )


def _work(now: dt.datetime) -> Iterator[list[str]]:
    found = queries.periodic_work(now)
    stopped = any(not one.is_set_off for one in found)
    yield _one("clock_stopped", "1 when periodic work is not set off in time.", stopped)
    yield _figure(
        "work_age_seconds",
        "How long ago a piece of periodic work came to its end.",
        [
            (f'{{work="{one.name}"}}', _seconds(now, one.finished_at))
            for one in found
            if one.finished_at is not None
        ],
    )


def _requests() -> Iterator[list[str]]:
    numbers: defaultdict[tuple[str, str], float] = defaultdict(float)
    places: defaultdict[str, list[float]] = defaultdict(lambda: [0.0] * (len(LIMITS) + 1))
    sums: defaultdict[str, float] = defaultdict(float)
    for key, value in sorted(watching.timings().total().items()):
        endpoint, status, place = key.split("|")
        if place == "seconds":
            sums[endpoint] += value
        else:
            numbers[endpoint, status] += value
            places[endpoint][int(place)] += value
    yield _figure(
        "requests_total",
        "Requests answered, by status.",
        [(f'{{endpoint="{name}",status="{status}"}}', value) for (name, status), value in numbers.items()],
        "counter",
    )
    lines = [
        "# HELP hotline_request_seconds How long requests took.",
        "# TYPE hotline_request_seconds histogram",
    ]
    for endpoint, counted in places.items():
        so_far = 0.0
        for limit, count in zip((*LIMITS, None), counted, strict=True):
            so_far += count
            edge = "+Inf" if limit is None else f"{limit:g}"
            lines.append(f'hotline_request_seconds_bucket{{endpoint="{endpoint}",le="{edge}"}} {so_far:.10g}')
        lines.append(f'hotline_request_seconds_sum{{endpoint="{endpoint}"}} {sums[endpoint]:.6f}')
        lines.append(f'hotline_request_seconds_count{{endpoint="{endpoint}"}} {so_far:.10g}')
    yield lines

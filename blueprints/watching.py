"""What is noted of every request: its number, how long it took, one log line in JSON."""

import logging
import re
import time
import uuid

from flask import Flask, Response, current_app, g, request

from hotline import logs
from hotline.timings import Timings

GIVEN_ID = re.compile(r"[0-9A-Za-z-]{8,64}")


def set_up(app: Flask) -> None:
    """Watch every request of `app`."""
    settings = app.extensions["settings"]
    app.extensions["timings"] = Timings(settings.data / "timings")
    app.before_request(_begin)
    app.after_request(_end)


def timings() -> Timings:
    """Return the running application's counts."""
    found: Timings = current_app.extensions["timings"]
    return found


def _begin() -> None:
    g.begun = time.perf_counter()
    # A proxy in front may have numbered the request already; any other text is not passed on into logs.
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if GIVEN_ID.fullmatch(given) else uuid.uuid4().hex[:12]
    logs.begin(g.request_id)


def _end(response: Response) -> Response:
    begun = g.get("begun")
    if begun is None or request.endpoint == "static":
        return response
    seconds = time.perf_counter() - begun
    endpoint = request.endpoint or "none"
    timings().count(endpoint, response.status_code, seconds)
    # The address is left out: it may hold a ticket's number, or what somebody searched for.
    logging.getLogger(logs.REQUEST).info(
        "request",
        extra={
            "endpoint": endpoint,
            "method": request.method,
            "status": response.status_code,
            "ms": round(seconds * 1000, 1),
        },
    )
    return response

"""Log lines that tell which request they belong to, as text for people or JSON for machines.

The number of a request travels with the promises it made, so that what workers do later carries it too.
"""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from flask.logging import default_handler
from rq import get_current_job

from hotline.config import Settings

NOBODY = "-"
REQUEST = "hotline.request"
"""The logger with one line per request; it is heard in JSON only."""

_request_id: ContextVar[str] = ContextVar("hotline_request_id", default=NOBODY)

PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "request_id"}
"""What every record has; anything else was given with `extra`."""


def set_up(settings: Settings) -> None:
    """Give every line its request's number; in JSON, also those of the libraries."""
    default_handler.setFormatter(
        JsonLines()
        if settings.has_json_logs
        else Text("%(asctime)s %(levelname)s %(request_id)s %(message)s")
    )
    logging.getLogger(REQUEST).setLevel(logging.INFO if settings.has_json_logs else logging.WARNING)
    if settings.has_json_logs:
        for name in ("", "gunicorn.error"):
            for handler in logging.getLogger(name).handlers:
                handler.setFormatter(JsonLines())
        if not logging.getLogger().handlers:
            logging.getLogger().addHandler(default_handler)


def begin(request_id: str) -> None:
    """Let the lines that follow belong to this request."""
    _request_id.set(request_id)


def current_id() -> str:
    """Return the number of the request at hand, `-` where there is none."""
    return _request_id.get()


@contextmanager
def of_job() -> Iterator[None]:
    """Let the block's lines belong to the request that caused the job at hand, else to the job itself."""
    job = get_current_job()
    mark = _request_id.set(str(job.meta.get("request_id") or job.id[:12]) if job else current_id())
    try:
        yield
    finally:
        _request_id.reset(mark)


class Text(logging.Formatter):
    """One line of words."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        record.request_id = current_id()
        return super().format(record)


class JsonLines(logging.Formatter):
    """One JSON object per line; where something failed, but not with which values: they may be a caller's."""

    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03d"

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "at": self.formatTime(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "request_id": current_id(),
            "message": record.getMessage(),
        }
        line |= {name: value for name, value in vars(record).items() if name not in PLAIN}
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=False, default=str)

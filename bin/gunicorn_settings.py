"""How gunicorn runs the pages: everything is loaded once and then forked, so that processes share it.

Read by `gunicorn --config bin/gunicorn_settings.py`; what the command line says besides goes first.
"""

import gc
from typing import Any

from sqlalchemy.orm import configure_mappers

from hotline import dictionaries

worker_class = "gthread"
workers = 2
threads = 8
graceful_timeout = 15
control_socket_disable = True
preload_app = True

AT_ONCE = ("components/", "desk/", "intake/", "telephony/", "tickets/")
"""Folders of the pages that somebody with a caller on the line opens."""


# Before the application is loaded: it fills the room that reading the dictionaries leaves.
dictionaries.initials("政务")
dictionaries.words("政务")


def when_ready(server: Any) -> None:
    """Make ready before the first fork what the first pages need."""
    configure_mappers()
    templates = server.app.wsgi().jinja_env
    for name in templates.list_templates(filter_func=lambda name: name.startswith(AT_ONCE)):
        templates.get_template(name)
    # What is there now is never collected, so that collecting does not write to the pages that are shared.
    gc.collect()
    gc.freeze()

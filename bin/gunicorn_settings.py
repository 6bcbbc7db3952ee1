"""How gunicorn runs the pages: everything is loaded once and then forked, so that processes share it.

Read by `gunicorn --config bin/gunicorn_settings.py`; what the command line says besides goes first.
"""

from typing import Any

from blueprints import readiness

worker_class = "gthread"
workers = 2
threads = 8
graceful_timeout = 15
control_socket_disable = True
preload_app = True


def when_ready(server: Any) -> None:
    """Make ready before the first fork what the first pages need."""
    readiness.make_ready(server.app.wsgi())

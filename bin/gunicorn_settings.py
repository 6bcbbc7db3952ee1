"""How gunicorn runs the pages: everything is loaded once and then forked, so that processes share it.

Read by `gunicorn --config bin/gunicorn_settings.py`; what the command line says besides goes first.
"""

import gc

from sqlalchemy.orm import configure_mappers

from hotline import dictionaries

worker_class = "gthread"
workers = 2
threads = 8
graceful_timeout = 15
control_socket_disable = True
preload_app = True


def when_ready(_server: object) -> None:
    """Read the dictionaries before the first fork: pages need them, and they are large."""
    dictionaries.initials("政务")
    dictionaries.words("政务")
    configure_mappers()
    # What is there now is never collected, so that collecting does not write to the pages that are shared.
    gc.collect()
    gc.freeze()

"""Workers and the clock of one machine: loaded once and then forked, so that they share what they loaded."""

import ctypes
import gc
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable
from types import FrameType

from flask import Flask

from hotline import clock, worker
from hotline.db import db

PAUSE = 1.0
"""Seconds before one that ended is started again."""
PR_SET_PDEATHSIG = 1  # from linux/prctl.h
STOPS = frozenset({signal.SIGTERM, signal.SIGINT})

Work = Callable[[], object]


def run(app: Flask, *, workers: int, beside: Iterable[Work] = ()) -> None:
    """Run `workers` workers, a clock and what works `beside` them, each in a process, until told to stop.

    Whichever ends before is started again.
    """
    with app.app_context():
        worker.make_ready()
        db.engine.dispose()
    # What is there now is never collected, so that collecting does not write to the pages that are shared.
    gc.collect()
    gc.freeze()
    running: dict[int, Work] = {}
    stops: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stops.append(number)
        for pid in running:
            os.kill(pid, signal.SIGTERM)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    for work in (*beside, *(lambda: worker.run(app) for _ in range(workers)), lambda: clock.run(app)):
        _start(app, work, running)
    while running:
        pid, _status = os.wait()
        ended = running.pop(pid, None)
        if ended is None or stops:
            continue
        app.logger.warning("a background process ended; it is started again")
        time.sleep(PAUSE)
        if not stops:
            _start(app, ended, running)


def _start(app: Flask, work: Work, running: dict[int, Work]) -> None:
    """Let a child do `work`, noted in `running`. It does not outlive this process."""
    parent = os.getpid()
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)  # until it is known whom they are for
    pid = os.fork()
    if pid:
        running[pid] = work
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
        return
    code = 1
    try:
        for number in STOPS:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() == parent:  # else it ended before the kernel knew
            work()
        code = 0
    except SystemExit as ended:  # as gunicorn's processes end, which this one forks
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except Exception as error:
        app.logger.warning("background work ended: %s", type(error).__name__)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)

"""Many clients at once: what goes through, how long one waits, and whether some wait longer than others."""

import threading
import time
from collections.abc import Callable, Sequence

from benchmarks.browser import Browser, WrongPageError
from benchmarks.timing import quantiles

Ask = Callable[[], float]


def crowd(asks: Sequence[Ask], seconds: float) -> dict[str, object]:
    """Let every client ask again and again for so long; return throughput, waits and fairness.

    Fairness is how much the client served least got of what the one served most did.
    """
    times: list[list[float]] = [[] for _ in asks]
    refused = [0] * len(asks)
    begin = threading.Barrier(len(asks) + 1)
    over = threading.Event()

    def work(place: int, ask: Ask) -> None:
        begin.wait()
        while not over.is_set():
            try:
                times[place].append(ask())
            except (WrongPageError, OSError):
                refused[place] += 1

    threads = [threading.Thread(target=work, args=one, daemon=True) for one in enumerate(asks)]
    for thread in threads:
        thread.start()
    begin.wait()
    begun = time.perf_counter()
    over.wait(seconds)
    over.set()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - begun
    served = [len(one) for one in times]
    return {
        "clients": len(asks),
        "per_second": round(sum(served) / took, 1),
        **quantiles([one for some in times for one in some] or [0.0]),
        "fairness": round(min(served) / max(1, *served), 2),
        "refused": sum(refused),
    }


def browsers(port: int, count: int, numbers: Sequence[str], password: str) -> list[Browser]:
    """Return `count` signed-in clients; people may sit at several."""
    found = []
    for place in range(count):
        browser = Browser(port)
        browser.sign_in(numbers[place % len(numbers)], password)
        found.append(browser)
    return found

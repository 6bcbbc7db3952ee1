"""A made-up exchange that sends what a real one sends, to the real address, at the times of a drawn day."""

import datetime as dt
import heapq
import http.client
import json
import queue
import threading
import time
import uuid
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from hotline.errors import HotlineError
from hotline.telephony.arrivals import Arrival
from hotline.wording import N_

PATH = "/api/telephony/events"
TIMEOUT = 30.0
SENDERS = 4
MOST_TRIES = 4
RETRY_AFTER = 0.5
IDLE = 1.0
"""Servers close a connection on which nothing was said for two seconds: an older one is not used again."""
OK, SERVER_ERROR = 200, 500


class AddressError(HotlineError):
    """The service is named by a plain address."""

    sentence = N_("%(url)s is not an address such as http://127.0.0.1:8000.")


@dataclass
class Sent:
    """What became of the messages of a run."""

    times: list[float] = field(default_factory=list)
    """Seconds that each answer took."""
    kinds: Counter[str] = field(default_factory=Counter)
    rejected: int = 0
    failures: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Ringing:
    """One call in the made-up exchange."""

    call_id: str
    arrival: Arrival
    extension: str = ""
    is_over: bool = False


class Line:
    """A connection to the service, used by one thread; a message that got no answer is sent again."""

    def __init__(self, url: str, token: str, sent: Sent, lock: threading.Lock) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise AddressError(url=url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._connection = kind(parts.hostname, parts.port, timeout=TIMEOUT)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._sent, self._lock = sent, lock
        self._used = time.monotonic()

    def send(self, message: dict[str, Any]) -> dict[str, Any]:
        """Return what the service answered; empty where it took the message at no try."""
        for _ in range(MOST_TRIES):
            begun = time.perf_counter()
            if time.monotonic() - self._used > IDLE:
                self._connection.close()
            self._used = time.monotonic()
            try:
                self._connection.request("POST", PATH, json.dumps(message), self._headers)
                answer = self._connection.getresponse()
                body = answer.read()
            except (OSError, http.client.HTTPException) as error:
                self._connection.close()
                self._fail(type(error).__name__)
                time.sleep(RETRY_AFTER)
                continue
            if answer.status == OK:
                with self._lock:
                    self._sent.times.append(time.perf_counter() - begun)
                    self._sent.kinds[str(message["event"])] += 1
                return dict(json.loads(body))
            self._fail(str(answer.status))
            if answer.status < SERVER_ERROR:
                return {}
            time.sleep(RETRY_AFTER)
        return {}

    def _fail(self, why: str) -> None:
        with self._lock:
            self._sent.failures[why] += 1


class Exchange:
    """Calls come in, wait, ring at a free extension, are answered, end; or their callers give up.

    `speed` is how many times faster than the drawn day everything goes. Where `frees` is false, somebody else
    says when an extension is free again (`free`). `tell` hears of each message as it is sent.
    """

    def __init__(
        self,
        url: str,
        token: str,
        extensions: Sequence[str],
        arrivals: Sequence[Arrival],
        *,
        speed: float,
        clock: Callable[[], dt.datetime],
        frees: bool = True,
        tell: Callable[[str, Ringing], None] = lambda kind, call: None,
    ) -> None:
        self.sent = Sent()
        self._speed, self._clock, self._frees, self._tell = speed, clock, frees, tell
        self._lock = threading.Lock()
        self._free = deque(extensions)
        self._waiting: deque[Ringing] = deque()
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0
        self._open = 0
        self._passed = 0.0
        self._run = uuid.uuid4().hex[:8]
        self._lines: list[queue.SimpleQueue[tuple[Ringing, dict[str, Any]] | None]] = []
        self._threads = []
        for _ in range(SENDERS):
            told: queue.SimpleQueue[tuple[Ringing, dict[str, Any]] | None] = queue.SimpleQueue()
            line = Line(url, token, self.sent, self._lock)
            self._lines.append(told)
            self._threads.append(threading.Thread(target=self._deliver, args=(told, line), daemon=True))
        for number, arrival in enumerate(arrivals):
            call = Ringing(f"{self._run}-{number}", arrival)
            self._at(arrival.at / speed, partial(self._come_in, call))

    def run(self, *, progress: Callable[[float, int, int], None] = lambda done, open_, waiting: None) -> None:
        """Play the whole run, and return when every call has ended and every message was answered."""
        for one in self._threads:
            one.start()
        begun, told = time.monotonic(), 0.0
        while self._due or self._open:
            passed = time.monotonic() - begun
            while self._due and self._due[0][0] <= passed:
                heapq.heappop(self._due)[2]()
            self._offer()
            if passed - told >= 1:
                told = passed
                progress(passed, self._open, len(self._waiting))
            time.sleep(0.01)
            self._passed = time.monotonic() - begun
        for line in self._lines:
            line.put(None)
        for one in self._threads:
            one.join()

    def _close(self) -> None:
        with self._lock:
            self._open -= 1

    def free(self, extension: str) -> None:
        """Let an extension take calls again."""
        self._free.append(extension)

    def _at(self, moment: float, act: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._due, (moment, self._count, act))

    def _in(self, seconds: float, act: Callable[[], None]) -> None:
        self._at(self._passed + seconds / self._speed, act)

    def _say(self, call: Ringing, event: str, **more: Any) -> None:
        message = {"event": event, "call_id": call.call_id, "at": self._clock().isoformat(), **more}
        self._lines[hash(call.call_id) % SENDERS].put((call, message))

    def _deliver(self, told: "queue.SimpleQueue[tuple[Ringing, dict[str, Any]] | None]", line: Line) -> None:
        while (one := told.get()) is not None:
            call, message = one
            self._tell(str(message["event"]), call)
            answer = line.send(message)
            if answer.get("action") == "reject" and message["event"] == "new_call":
                with self._lock:
                    self.sent.rejected += 1
                call.is_over = True
                self._close()

    def _come_in(self, call: Ringing) -> None:
        with self._lock:
            self._open += 1
        self._say(
            call, "new_call", **{"from": call.arrival.number, "to": "12345"}, direction="in", queue="general"
        )
        self._waiting.append(call)
        self._in(call.arrival.patience + call.arrival.ring, lambda: self._give_up(call))

    def _offer(self) -> None:
        while self._waiting and self._free:
            call = self._waiting.popleft()
            if call.is_over:
                continue
            call.extension = self._free.popleft()
            self._say(call, "offer", extension=call.extension)
            self._in(call.arrival.ring, partial(self._answer, call))

    def _give_up(self, call: Ringing) -> None:
        if not call.extension and not call.is_over:
            call.is_over = True
            self._say(call, "abandon")
            self._close()

    def _answer(self, call: Ringing) -> None:
        if call.is_over:
            self.free(call.extension)
            return
        self._say(call, "answer", extension=call.extension)
        self._in(call.arrival.talk, lambda: self._hang_up(call))

    def _hang_up(self, call: Ringing) -> None:
        self._say(call, "hangup", recording=f"https://recordings.invalid/{call.call_id}.wav")
        self._close()
        if self._frees:
            self._in(call.arrival.wrap_up, lambda: self.free(call.extension))

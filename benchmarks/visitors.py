"""Operators at their browsers: each writes one thing after another and notes what was acknowledged."""

import http.client
import itertools
import re
import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from benchmarks.place import PASSWORD

TIMEOUT = 30.0
PAUSE = 0.3
MOST_TRIES = 40
CALL_EVERY = 8
"""One of so many writes is a call that becomes a ticket; the others keep a half-typed form."""
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
CALL = {
    "phone": "13812345678",
    "name": "Wang Fang",
    "content": "At the crossing, since this morning",
    "category": "complaint",
    "object": "Road maintenance",
    "place": "Renmin Road 12",
    "content_class": "010401",
    "demand": "A new cover",
    "readback": "y",
    "reply_wanted": "y",
    "action": "ticket",
}


class SignedOutError(Exception):
    """The service does not know us any longer."""


@dataclass
class Noted:
    """What was tried and what was acknowledged, by key; and when nothing was."""

    tried: set[str] = field(default_factory=set)
    calls: set[str] = field(default_factory=set)
    drafts: set[str] = field(default_factory=set)
    refused: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)
    surprises: dict[str, int] = field(default_factory=dict)


class Operator(threading.Thread):
    """One person who works until told to stop. The same form is sent again until it is acknowledged."""

    def __init__(
        self,
        number: str,
        port: int,
        stop: threading.Event,
        *,
        call_every: int = CALL_EVERY,
        hosts: Sequence[str] = ("127.0.0.1",),
        patience: float = TIMEOUT,
        rest: float = 0.0,
    ) -> None:
        """`hosts` serve the same pages: where one is silent for `patience` seconds, the next is asked.

        `rest` is how many seconds pass between two things that were written.
        """
        super().__init__(daemon=True)
        self.noted = Noted()
        self._number, self._port, self._stop_now, self._call_every = number, port, stop, call_every
        self._hosts, self._patience, self._rest = itertools.cycle(hosts), patience, rest
        self._connection: http.client.HTTPConnection | None = None
        self._cookies: SimpleCookie = SimpleCookie()
        self._token = ""

    def run(self) -> None:
        """Write until told to stop."""
        try:
            self._work()
        finally:
            self._forget()

    def _work(self) -> None:
        count = 0
        while not self._stop_now.is_set():
            count += 1
            key = str(uuid.uuid4())
            self.noted.tried.add(key)
            is_call = count % self._call_every == 0
            for _ in range(MOST_TRIES):
                if self._write(key, is_call=is_call):
                    (self.noted.calls if is_call else self.noted.drafts).add(key)
                    self.noted.answered.append(time.time())
                    break
                self.noted.refused.append(time.time())
                if self._stop_now.wait(PAUSE):
                    break
            self._stop_now.wait(self._rest)

    def _write(self, key: str, *, is_call: bool) -> bool:
        """Send one form; tell whether it was acknowledged."""
        try:
            if not self._token:
                self._sign_in()
            fields = CALL if is_call else {}
            path = f"/intake/call/{key}" if is_call else f"/intake/call/{key}/draft"
            status, location = self._post(path, fields | {"title": key})
        except (OSError, http.client.HTTPException, SignedOutError):
            self._forget()
            return False
        if status == (303 if is_call else 204) and not location.startswith("/sign-in"):
            return True
        if location.startswith("/sign-in") or status == 400:
            self._forget(sign_out=True)
        else:
            self.noted.surprises[f"{path.rpartition('/')[2][:5]} {status}"] = (
                self.noted.surprises.get(f"{path.rpartition('/')[2][:5]} {status}", 0) + 1
            )
        return False

    def _sign_in(self) -> None:
        self._cookies.clear()
        self._token = self._token_on("/sign-in")
        status, _location = self._post("/sign-in", {"number": self._number, "password": PASSWORD})
        if status != 303:
            self._token = ""
            raise SignedOutError
        self._token = self._token_on("/account")

    def _token_on(self, path: str) -> str:
        status, text, _ = self._ask("GET", path, "")
        found = TOKEN.search(text)
        if status != 200 or found is None:
            raise SignedOutError
        return found[1]

    def _post(self, path: str, fields: dict[str, str]) -> tuple[int, str]:
        status, _, location = self._ask("POST", path, urlencode(fields | {"csrf_token": self._token}))
        return status, location

    def _ask(self, method: str, path: str, body: str) -> tuple[int, str, str]:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(
                next(self._hosts), self._port, timeout=self._patience
            )
        headers = {"Cookie": "; ".join(f"{name}={one.value}" for name, one in self._cookies.items())}
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body=body, headers=headers)
        answer = self._connection.getresponse()
        text = answer.read().decode(errors="replace")
        for value in answer.headers.get_all("Set-Cookie") or []:
            self._cookies.load(value)
        return answer.status, text, answer.headers.get("Location", "")

    def _forget(self, *, sign_out: bool = False) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None
        if sign_out:
            self._token = ""

"""A client that keeps its connection and cookies, and believes a page only when it says what it should."""

import http.client
import re
import time
from urllib.parse import urlencode

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')

Form = dict[str, str] | None


class WrongPageError(Exception):
    """The server answered, but not with the page that was asked for."""


class Browser:
    """One connection to one server."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.cookies: dict[str, str] = {}
        self.token = ""
        self.location = ""

    def ask(
        self, path: str, form: dict[str, str] | None = None, *, status: int = 200, marker: str = ""
    ) -> str:
        """Return the page at `path`. Raises `WrongPageError` for another status or without `marker`."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if form is not None:
            body = urlencode({**form, "csrf_token": self.token})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        answer = self._answer("GET" if form is None else "POST", path, body, headers)
        page = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        self.location = answer.headers.get("Location", "")
        if answer.status != status or marker not in page:
            raise WrongPageError(f"{path}: {answer.status} {page[:300] if answer.status != status else ''}")
        return page

    def _answer(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> http.client.HTTPResponse:
        """Ask once more where the server closed a connection that nothing was asked on for a while."""
        try:
            self.connection.request(method, path, body, headers)
            return self.connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):
            self.connection.close()
            self.connection.request(method, path, body, headers)
            return self.connection.getresponse()

    def timed(
        self, path: str, form: dict[str, str] | None = None, *, status: int = 200, marker: str = ""
    ) -> float:
        """Return the milliseconds that a page took."""
        begun = time.perf_counter()
        self.ask(path, form, status=status, marker=marker)
        return (time.perf_counter() - begun) * 1000

    def sign_in(self, number: str, password: str) -> None:
        """Sign in, and keep the token that forms are sent with."""
        self.token = self._token(self.ask("/sign-in"))
        self.ask("/sign-in", {"number": number, "password": password}, status=303)
        self.token = self._token(self.ask("/"))

    def _token(self, page: str) -> str:
        found = TOKEN.search(page)
        if found is None:
            raise WrongPageError("no form to send")
        return found[1]

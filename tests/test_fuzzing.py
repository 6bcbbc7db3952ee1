"""Every route, asked by every role with made-up and half-true input: whatever is sent, never a 500.

What a view asks its request for is noted while it runs, and what pages offer in their forms is kept, so that
the input comes closer to the real with every page. `HOTLINE_FUZZ_INPUTS` sets how many inputs are tried.
"""

import io
import os
import re
import sys
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape
from logging import Handler, LogRecord
from typing import Any, ClassVar

import pytest
from flask import Flask, Request, request
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage, ImmutableMultiDict
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, Rule, UUIDConverter
from werkzeug.test import TestResponse

from hotline.categories.channels import Channel
from hotline.db import session
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.wording import Labelled
from tests.matters import Desk, at

INPUTS = int(os.environ.get("HOTLINE_FUZZ_INPUTS", "400"))
NOBODY = "nobody"
SIGN_OUT = {"session.sign_out"}
"""Not asked: the walk would go on as a stranger."""
MOST_OFFERED = 5000
EVERYBODY = [NOBODY, *(role.value for role in Role)]

AWKWARD = (
    *(
        "",
        " ",
        "0",
        "1",
        "2",
        "3",
        "-1",
        "9" * 25,
        "1e9",
        "NaN",
        "on",
        "true",
        "null",
        "\0",
        "%",
        "'",
        '"',
        "\\",
    ),
    *(
        "2026-03-04",
        "2026-03",
        "2026-02-30",
        "0000-00-00",
        "9999-12-31",
        "1-1-1",
        "2026-03-04T10:00",
        "10:00",
    ),
    *(
        "9999-12-31T23:59",
        "0001-01-01T00:00",
        "25:61",
        "-0:00",
        "13812345678",
        "+8613812345678",
        "010-12345678",
    ),
    *(
        "11010519491231002X",
        "王芳",
        "路灯不亮，已经一周。",
        "\u202e\u0000\ufffe",
        "😀" * 60,
        "a" * 5000,
        "好" * 3000,
    ),
    *(
        "../../etc/passwd",
        "//elsewhere.example",
        "javascript:alert(1)",
        "<script>alert(1)</script>",
        "{{7*7}}",
    ),
    *(
        "=1+1",
        "%s%n",
        "1,2,3",
        "[]",
        "{}",
        '{"a":1}',
        "KB-1 v1",
        "complaint",
        "consultation",
        "tip_off",
        "help",
    ),
)
NAMES = (
    "q",
    "next",
    "after",
    "page",
    "class",
    "from",
    "to",
    "month",
    "department",
    "category",
    "action",
    "view",
)
FILES = (
    b"",
    b"%PDF-1.4 nothing more",
    b"\x89PNG\r\n\x1a\n",
    b"PK\x03\x04 not a zip",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "标题,内容\n路灯,不亮\n".encode("gb18030"),
    b"\xff\xfe\x00",
)
FORM_VALUE = re.compile(r'<(?:input|button|option)\b[^>]*?\bvalue="([^"]{0,120})"')
FORM_NAME = re.compile(r'\bname="([^"]{1,80})"')


class Noting(ImmutableMultiDict[str, str]):
    """Form or query values that note which names were asked for."""

    asked: ClassVar[defaultdict[str, set[str]]] = defaultdict(set)

    def _note(self, key: object) -> None:
        if isinstance(key, str) and request.endpoint:
            self.asked[request.endpoint].add(key)

    def __getitem__(self, key: str) -> str:
        self._note(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self._note(key)
        return super().__contains__(key)

    def get(self, key: str, *more: Any, **named: Any) -> Any:
        self._note(key)
        return super().get(key, *more, **named)

    def getlist(self, key: str, *more: Any, **named: Any) -> list[Any]:
        self._note(key)
        return super().getlist(key, *more, **named)


class NotingRequest(Request):
    """A request whose values are noted."""

    parameter_storage_class = Noting


class Failures(Handler):
    """Collects what the service logs of errors nobody foresaw."""

    def __init__(self) -> None:
        super().__init__()
        self.last = ""

    def emit(self, record: LogRecord) -> None:
        """Keep the newest line."""
        self.last = record.getMessage()


@dataclass(frozen=True)
class Dice:
    """What hypothesis made up for one request; what it means depends on what was learnt so far."""

    route: int
    role: int
    manner: int
    picks: list[tuple[int, int, str]]

    def text(self, place: int, offered: list[str]) -> str:
        """Return the value at `place`: one that a page offered, an awkward one, or anything."""
        kind, number, text = self.picks[place % len(self.picks)]
        number += place // len(self.picks)
        if kind <= 1 and offered:
            return offered[number % len(offered)]
        return AWKWARD[number % len(AWKWARD)] if kind == 2 else text


DICE = st.builds(
    Dice,
    route=st.integers(0, 10**6),
    role=st.integers(0, 10**6),
    manner=st.integers(0, 10**6),
    picks=st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 10**6), st.text(max_size=60)), min_size=1, max_size=14
    ),
)
NUMBERS = (*range(1, 25), 0, 999_999, 2**31, 2**63, 10**30)
HEADERS: tuple[dict[str, str], ...] = (
    {},
    {"HX-Request": "true"},
    {"Accept": "application/json"},
    {"Accept-Language": "en"},
)


@dataclass
class Walk:
    """Who asks, what was learnt, and what came of it."""

    app: Flask
    person: Callable[..., Staff]
    sign_in: Callable[[Staff], FlaskClient]
    rules: list[tuple[Rule, str]]
    offered: set[str] = field(default_factory=set)
    browsers: dict[str, FlaskClient] = field(default_factory=dict)
    answers: Counter[int] = field(default_factory=Counter)
    reached: set[tuple[str, str]] = field(default_factory=set)
    broken: dict[str, str] = field(default_factory=dict)
    failures: Failures = field(default_factory=Failures)

    def browser(self, role: str) -> FlaskClient:
        """Return the browser of somebody of that role, signed in anew where they were turned out."""
        if role not in self.browsers:
            made = (
                self.app.test_client()
                if role == NOBODY
                else self.sign_in(self.person(Role(role), department="urban_management"))
            )
            # Made-up passwords come from elsewhere: whoever signs in anew shall not be taken for who guesses.
            made.environ_base["REMOTE_ADDR"] = "127.0.0.9"
            self.browsers[role] = made
        return self.browsers[role]

    def ask(self, dice: Dice) -> None:
        """Send one made-up request and look at the answer."""
        rule, method = self.rules[dice.route % len(self.rules)]
        roles = EVERYBODY if dice.role % 5 == 0 else who_may(self.app, rule)
        role = roles[dice.role // 5 % len(roles)]
        offered = sorted(self.offered)
        values = {
            name: _address(converter, dice, place, offered)
            for place, (name, converter) in enumerate(rule._converters.items())
        }
        with self.app.test_request_context():
            adapter = self.app.create_url_adapter(None) or self.app.url_map.bind("localhost")
            path = adapter.build(rule.endpoint, values, method=method)
        sent = _values(rule.endpoint, dice, offered)
        body: dict[str, Any] = {"query_string": sent if method == "GET" or dice.manner % 2 else {}}
        if method == "POST":
            body |= {"data": {**sent, **_files(dice)}, "content_type": "multipart/form-data"}
        self.failures.last = ""
        headers = HEADERS[dice.manner % len(HEADERS)]
        answer = self.browser(role).open(path, method=method, headers=headers, **body)
        self.answers[answer.status_code] += 1
        if answer.status_code >= 500:
            place = f"{rule.endpoint}: {self.failures.last}"
            self.broken.setdefault(place, f"{method} {path} {body} as {role}"[:1500])
        elif answer.status_code < 400:
            self._learn(rule, method, role, answer)
        answer.close()
        session.remove()

    def _learn(self, rule: Rule, method: str, role: str, answer: TestResponse) -> None:
        if role != NOBODY and answer.headers.get("Location", "").startswith("/sign-in"):
            self.browsers.pop(role)
            return
        self.reached.add((rule.endpoint, method))
        if answer.mimetype == "text/html" and len(self.offered) < MOST_OFFERED:
            self.offered |= {unescape(one) for one in FORM_VALUE.findall(answer.text)}
            Noting.asked[rule.endpoint] |= set(FORM_NAME.findall(answer.text))


def _address(converter: BaseConverter, dice: Dice, place: int, offered: list[str]) -> object:
    number = dice.manner // 7 + place
    match converter:
        case IntegerConverter():
            return NUMBERS[number % len(NUMBERS)]
        case UUIDConverter():
            return uuid.UUID(int=number)
        case AnyConverter():
            return sorted(converter.items)[number % len(converter.items)]
        case _:
            # The address is built as a browser would: dots and slashes alone would be another address.
            return re.sub(r"[/\\.\s\0]+", "", dice.text(place, offered))[:80] or "nothing"


def _values(endpoint: str, dice: Dice, offered: list[str]) -> dict[str, str]:
    names = sorted(Noting.asked[endpoint]) or list(NAMES)
    left_out = dice.manner % 9
    return {
        name: dice.text(place, offered)
        for place, name in enumerate(names)
        if not left_out or (place + dice.manner) % left_out
    }


def _files(dice: Dice) -> dict[str, FileStorage]:
    if dice.manner % 4:
        return {}
    name = ("a.pdf", "b.csv", "c.docx", "\u202egnp.exe")[dice.manner // 4 % 4]
    content = FILES[dice.manner // 16 % len(FILES)]
    return {
        "files": FileStorage(io.BytesIO(content), filename=name),
        "file": FileStorage(io.BytesIO(content), filename=name),
    }


@pytest.fixture
def walk(
    app: Flask,
    person: Callable[..., Staff],
    sign_in: Callable[[Staff], FlaskClient],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Walk]:
    """A desk with matters at every step, and everybody who may ask."""
    monkeypatch.setattr(app, "request_class", NotingRequest)
    desk, noon = Desk(), at("2026-03-04 12:00")
    for category in ("complaint", "help", "tip_off", "suggestion", "consultation"):
        for steps in range(4):
            ticket = desk.ticket(category, noon)
            if steps > 0 and category == "complaint":
                desk.send(ticket, noon)
            if steps > 1 and category == "complaint":
                desk.reply(ticket, noon)
            if steps > 2 and category == "complaint":
                desk.answer(ticket, noon)
    desk.ticket("complaint", noon, channel=Channel.LETTER)
    made = Walk(
        app,
        person,
        sign_in,
        [
            (rule, method)
            for rule in app.url_map.iter_rules()
            for method in sorted((rule.methods or set()) & {"GET", "POST"})
            if rule.endpoint != "static" and rule.endpoint not in SIGN_OUT
        ],
    )
    made.offered |= {str(one.value) for kind in closed_lists(Labelled) for one in kind}
    app.logger.addHandler(made.failures)
    yield made
    app.logger.removeHandler(made.failures)


def closed_lists(kind: type[Labelled]) -> Iterator[type[Labelled]]:
    """Yield every closed list of the service."""
    for one in kind.__subclasses__():
        yield one
        yield from closed_lists(one)


def who_may(app: Flask, rule: Rule) -> list[str]:
    """Return the roles a route is for; everybody and nobody for a public one."""
    kind, roles = app.blueprints[rule.endpoint.rpartition(".")[0]].access_rule  # type: ignore[attr-defined] # set by blueprints.access
    return EVERYBODY if kind == "public" else sorted(str(role) for role in roles)


@pytest.mark.slow
def test_no_input_breaks_a_page(walk: Walk) -> None:
    @settings(
        max_examples=INPUTS,
        deadline=None,
        database=None,
        derandomize=INPUTS < 1000,
        suppress_health_check=list(HealthCheck),
    )
    @given(DICE)
    def ask(dice: Dice) -> None:
        walk.ask(dice)

    ask()
    total, reached = sum(walk.answers.values()), len(walk.reached)
    sys.stderr.write(f"\n{total} inputs, {reached} of {len(walk.rules)} routes reached, by status: ")
    sys.stderr.write(f"{dict(sorted(walk.answers.items()))}\n")
    assert walk.broken == {}

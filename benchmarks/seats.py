"""Operators at their telephones: each waits for a call to open, types, searches, saves, and is free again."""

import http.client
import json
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks.browser import Browser, WrongPageError

POLL_SECONDS = 0.7
"""As often as static/js/telephone.js asks."""
KEYS_A_REQUEST = 3
"""A search is sent when typing pauses for 150 ms: about every third character of somebody who types fast."""
PATIENCE = 120.0
QUESTIONS = (
    ("身份证到期了怎么换领新的", "身份证"),
    ("养老保险断缴以后怎么补缴", "养老保险"),
    ("居住证办理需要什么材料", "居住证"),
    ("公积金怎样提取用来还房贷", "公积金"),
)
MATTERS = (
    ("人民路北段路灯不亮夜间看不清", "自上周起整段路灯都不亮,老人出行不安全。"),
    ("小区门口井盖缺失存在危险", "井盖昨天起不见了,只用树枝挡着。"),
    ("三号楼从早上六点起停水", "整栋楼停水,家里有老人,物业电话打不通。"),
    ("工地夜间施工到凌晨两点", "连续三晚,居民无法休息。"),
)
TICKET_EVERY = 2
"""One call of so many becomes a ticket, the others are answered as consultations or referred."""


@dataclass
class Times:
    """What took how long, in milliseconds, and what was acknowledged."""

    pop: list[float] = field(default_factory=list)
    """From the exchange's message that it rings to the filled form on the operator's side."""
    page: list[float] = field(default_factory=list)
    """The filled form alone."""
    poll: list[float] = field(default_factory=list)
    search: list[float] = field(default_factory=list)
    side: list[float] = field(default_factory=list)
    """Who calls, likely the same matter, drafts."""
    save: list[float] = field(default_factory=list)
    acknowledged: dict[str, str] = field(default_factory=dict)
    """Form key → what was done with it."""
    failures: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Offered:
    """When the exchange said that it rings, by extension."""

    at: dict[str, float] = field(default_factory=dict)


class Seat(threading.Thread):
    """One operator with one browser at one extension."""

    def __init__(
        self,
        browser: Browser,
        extension: str,
        offered: Offered,
        stop: threading.Event,
        free: Callable[[str], None],
        *,
        speed: float,
        seed: int,
    ) -> None:
        super().__init__(daemon=True)
        self.times = Times()
        self._browser, self._extension, self._offered = browser, extension, offered
        self._stop_now, self._free, self._speed = stop, free, speed
        self._chance = random.Random(seed)
        self._done = 0

    def run(self) -> None:
        """Take calls until told to stop."""
        seen = ""
        self._stop_now.wait(self._chance.uniform(0, POLL_SECONDS))
        while not self._stop_now.is_set():
            begun = time.perf_counter()
            try:
                ring = self._poll()
                if ring["state"] in ("ringing", "talking") and ring["form"] != seen:
                    seen = ring["form"]
                    self._take(ring)
                    self._free(self._extension)
            except (OSError, http.client.HTTPException, WrongPageError, ValueError) as error:
                self.times.failures.append(f"{type(error).__name__}: {str(error)[:200]}")
                self._browser.connection.close()
            self._stop_now.wait(max(0.0, POLL_SECONDS - (time.perf_counter() - begun)))

    def _poll(self) -> dict[str, str]:
        begun = time.perf_counter()
        ring = dict(json.loads(self._browser.ask("/telephony/now")))
        self.times.poll.append((time.perf_counter() - begun) * 1000)
        return ring

    def _take(self, ring: dict[str, str]) -> None:
        rang_at = self._offered.at.get(self._extension, time.perf_counter())
        begun = time.perf_counter()
        page = self._browser.ask(ring["url"], marker='id="telephone-strip"')
        shown = time.perf_counter()
        self.times.page.append((shown - begun) * 1000)
        self.times.pop.append((shown - rang_at) * 1000)
        number = page.partition('name="phone"')[2].partition('value="')[2].partition('"')[0]
        self._wait_for(ring["form"], "talking")
        self._done += 1
        if self._done % TICKET_EVERY:
            self._consultation(ring, number)
        else:
            self._ticket(ring, number)
        self._wait_for(ring["form"], "ended")

    def _wait_for(self, form: str, state: str) -> None:
        """Ask on as the page does, until the call is answered or has ended."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and not self._stop_now.is_set():
            ring = self._poll()
            if ring["form"] != form or ring["state"] in (state, "ended"):
                return
            time.sleep(POLL_SECONDS)

    def _ticket(self, ring: dict[str, str], number: str) -> None:
        title, content = self._chance.choice(MATTERS)
        fields = {
            "phone": number,
            "name": "王芳",
            "content": content,
            "category": "complaint",
            "object": "道路养护",
            "place": "人民路北段",
            "content_class": "010401",
            "demand": "尽快处理",
            "readback": "y",
            "reply_wanted": "y",
        }
        self._type(ring, title, fields)
        self._save(ring, fields | {"title": title, "action": "ticket"}, "ticket")

    def _consultation(self, ring: dict[str, str], number: str) -> None:
        title, word = self._chance.choice(QUESTIONS)
        fields = {"phone": number, "category": "consultation", "topic": "documents", "readback": "y"}
        hits = self._type(ring, title, fields)
        revision = hits.partition('name="read" value="')[2].partition('"')[0]
        if revision and word in hits:
            opened = {**fields, "title": title, "read": revision}
            self._timed(self.times.side, f"{ring['url']}/article", opened)
            sent = fields | {"title": title, "revision_id": revision, "action": "answer"}
            self._save(ring, sent, "answer")
        else:
            self._save(
                ring, fields | {"title": title, "redirect_target": "114", "action": "redirect"}, "referred"
            )

    def _type(self, ring: dict[str, str], title: str, fields: dict[str, str]) -> str:
        """Type the matter as the page sends it: searches on the way, who calls, likely tickets, draft."""
        self._timed(self.times.side, "/intake/call/who", fields)
        hits = ""
        for length in range(KEYS_A_REQUEST, len(title) + KEYS_A_REQUEST, KEYS_A_REQUEST):
            begun = time.perf_counter()
            typed = {**fields, "title": title[:length]}
            hits = self._browser.ask(f"{ring['url']}/knowledge", typed)
            self.times.search.append((time.perf_counter() - begun) * 1000)
            self._stop_now.wait(0.45 / self._speed)
        whole = {**fields, "title": title}
        self._timed(self.times.side, "/intake/call/likely", whole)
        self._timed(self.times.side, f"{ring['url']}/draft", whole, 204)
        return hits

    def _timed(self, times: list[float], path: str, form: dict[str, str], status: int = 200) -> None:
        times.append(self._browser.timed(path, form, status=status))

    def _save(self, ring: dict[str, str], form: dict[str, str], kind: str) -> None:
        self._timed(self.times.save, ring["url"], form, 303)
        if "/intake/saved/" in self._browser.location:
            self.times.acknowledged[ring["form"]] = kind

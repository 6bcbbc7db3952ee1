"""Fills a database with realistic tickets, at thousands a second.

    python -m benchmarks.generate --size 100000 [--data DIR] [--database URL]

The demonstration's matters, worked through by the verbs that real ones go through, are copied with other
callers, operators, places and moments: 3,000 a day up to now, the newest 5,000 of them open. The database
must be fresh; without `--database` it is `hotline.db` in the data folder.
"""

import argparse
import datetime as dt
import gc
import heapq
import json
import marshal
import re
import time
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from multiprocessing import get_context
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from random import Random
from typing import Any, cast

import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from benchmarks.bulk import Packed, analyze, line, loading
from benchmarks.cloning import DAY as ONE_DAY
from benchmarks.cloning import LOCAL, Copy, Moments, Reader, Rows, StoryForm, Writer, copied_tables, writer
from benchmarks.phrases import Phrases
from hotline import jobs
from hotline.categories import profiles
from hotline.config import Settings
from hotline.contacts.models import Requester, RequesterPhone
from hotline.contacts.series import NumberSeries, check_digit
from hotline.db import db, session, transaction, utc_now
from hotline.delivery.models import OutboxMessage, PromiseState
from hotline.demo import accounts, story
from hotline.people.models import Staff, StaffRole
from hotline.people.roles import Role
from hotline.sealing import Seal, seal
from hotline.statistics import facts
from hotline.statistics.models import ChangedMatter
from hotline.statistics.periods import Period, local_day
from hotline.tickets import text_index
from hotline.tickets.models import Ticket
from knowledge_base.demo.articles import answer_questions, load_articles
from wsgi import create_app

ROOT = Path(__file__).parent.parent
A_DAY = 3000
"""Tickets received in a day."""
MOST_OPEN = 5000
OPEN_WITHIN = 3 * ONE_DAY
"""Open tickets are as old as those of the demonstration, and up to so many seconds older."""
FIRST_HOUR, LAST_HOUR = 7 * 3600, 22 * 3600
"""Local time between which people call."""
OPERATORS = 60
CALLS_OF_ONE = 3
"""How often a caller calls."""
BATCH = 2000
STRETCH = re.compile(r"[0-9A-Za-z]+|[^\W0-9A-Za-z]+")
"""What no term goes beyond: letters and digits between anything else, and whatever else is no mark."""

REQUESTER = cast(sa.Table, Requester.__table__)
PHONE = cast(sa.Table, RequesterPhone.__table__)
SERIES = cast(sa.Table, NumberSeries.__table__)
REQUESTER_COLUMNS, PHONE_COLUMNS = REQUESTER.columns.keys(), PHONE.columns.keys()


def application(data: Path, url: str = "", redis: str = "") -> Flask:
    """Return the application on that database, migrated, with the profile and the demonstration in it."""
    app = create_app(
        Settings.from_environment(
            {"HOTLINE_DATA": str(data), "DATABASE_URL": url, "REDIS_URL": redis, "SECRET_KEY": "benchmark"}
        )
    )
    with app.app_context():
        upgrade(directory=str(ROOT / "hotline" / "migrations"))
        now = utc_now()
        with transaction():
            profiles.load("gov_hotline", now=now)
        story.load(now=now)
        with transaction():
            people = accounts.load(now=now)
            load_articles(author=people["1301"], reviewer=people["1302"], now=now)
            _add_operators(people["1001"], now)
        with transaction():
            answer_questions(by=people["1001"], now=now)
        while waiting := session.scalars(
            sa.select(OutboxMessage.id).where(OutboxMessage.state == PromiseState.PENDING).limit(100)
        ).all():
            session.rollback()
            if not jobs.deliver(list(waiting)):
                break
    return app


def _add_operators(like: Staff, now: dt.datetime) -> None:
    """Add the rest of the room; they share one password."""
    known = set(session.scalars(sa.select(Staff.number)))
    for number in (str(3001 + n) for n in range(OPERATORS)):
        if number not in known:
            session.add(
                Staff(
                    number=number,
                    name=f"坐席{number}",
                    password_hash=like.password_hash,
                    created_at=now,
                    posts=[StaffRole(role=Role.OPERATOR)],
                )
            )


def fill(size: int) -> dict[str, Any]:
    """Add `size` tickets to the database of the running application; return what it took."""
    begun, worked = time.perf_counter(), time.process_time()
    tables = (REQUESTER, PHONE, *copied_tables())
    maker = _Maker.of_database(size)
    theirs, ours = get_context("fork").Pipe(duplex=False)
    child = get_context("fork").Process(target=_send, args=(maker, ours), daemon=True)
    child.start()
    ours.close()
    gc.disable()
    with loading(db.engine, tables) as loader:
        while (batch := marshal.loads(theirs.recv_bytes())) is not None:
            for table, rows in zip(tables, batch, strict=True):
                if rows:
                    loader.write(table, rows)
        written = time.perf_counter()
    gc.enable()
    _keep_series(theirs.recv())
    child.join()
    loaded = time.perf_counter()
    analyze(db.engine)  # before anything is asked: a plan made for empty tables takes hours over full ones
    days = _count_facts()
    counted = time.perf_counter()
    analyze(db.engine)
    return {
        "tickets": size,
        "rows_s": round(written - begun, 1),
        "cpu_s": round(time.process_time() - worked, 1),
        "indexes_s": round(loaded - written, 1),
        "tickets_per_s": round(size / (loaded - begun)),
        "days_counted": days,
        "counting_s": round(counted - loaded, 1),
    }


def _count_facts() -> int:
    """Let the service count the days: facts are what it makes of the matters, not what this file says."""
    first = session.scalar(sa.select(sa.func.min(Ticket.received_at))) or utc_now()
    days, start, today = 0, local_day(first), local_day(utc_now())
    while start <= today:  # in pieces: more than three years are no period
        end = min(today, start + dt.timedelta(days=364))
        days += facts.rebuild(Period(start, end), now=utc_now())
        start = end + dt.timedelta(days=1)
    with transaction():
        session.execute(sa.delete(ChangedMatter))
    return days


def _keep_series(last: dict[str, int]) -> None:
    """Let the next number of each day follow the last one given."""
    with transaction():
        for day, number in last.items():
            session.execute(sa.delete(SERIES).where(SERIES.c.name == "ticket", SERIES.c.period == day))
            session.execute(sa.insert(SERIES).values(name="ticket", period=day, last=number))


def _send(maker: "_Maker", pipe: Pipe) -> None:
    gc.disable()  # nothing made here refers to itself; looking for it takes as long as making it
    try:
        for batch in maker.batches():
            pipe.send_bytes(marshal.dumps(batch))
        pipe.send_bytes(marshal.dumps(None))
        pipe.send(maker.last_numbers)
    finally:
        pipe.close()


class _Terms(dict[str, tuple[str, ...]]):
    """The terms of stretches of text, of which made-up matters share a few thousand."""

    def __missing__(self, stretch: str) -> tuple[str, ...]:
        self[stretch] = tuple(text_index.terms((stretch,)))
        return self[stretch]

    def of(self, said: tuple[str, ...]) -> Iterator[str]:
        """Yield the terms of what a ticket says, as often as they occur."""
        return chain.from_iterable(map(self.__getitem__, STRETCH.findall("\n".join(said))))


class _Maker:
    """Makes the rows of copies, batch by batch, in a process of its own."""

    def __init__(
        self,
        size: int,
        forms: Sequence[StoryForm],
        first_ids: list[int],
        people: tuple[int, list[int]],
        seal: Seal,
        as_lines: bool,
        last_numbers: dict[str, int],
    ) -> None:
        self.size, self.first_ids, self.seal = size, first_ids, seal
        self.open_forms = [form for form in forms if form.is_open]
        self.closed_forms = [form for form in forms if not form.is_open]
        self.operator, self.operators = people
        self.as_lines = as_lines
        self.moments = Moments("+00" if as_lines else "")
        self.last_numbers = last_numbers
        self.writers: dict[int, Writer] = {}
        self.phrases = Phrases(seed=3)
        self.chance = Random(4)
        self.sealed_names = [seal.close(name) for name in self.phrases.names]
        self.terms = _Terms()
        self.ticket_table = next(n for n, table in enumerate(copied_tables()) if table.name == "ticket")

    @classmethod
    def of_database(cls, size: int) -> "_Maker":
        """Read the forms and where the ids go on."""
        operator = session.scalars(sa.select(Staff.id).where(Staff.number == "1001")).one()
        operators = list(session.scalars(sa.select(Staff.id).where(Staff.number.like("30%"))))
        reader = Reader(session.connection(), frozenset({operator}))
        forms = list(reader.stories())
        firsts = [
            1 + (session.scalar(sa.select(sa.func.max(table.columns["id"]))) or 0)
            if "id" in table.columns
            else 1
            for table in (REQUESTER, PHONE, *copied_tables())
        ]
        last = session.execute(sa.select(SERIES.c.period, SERIES.c.last).where(SERIES.c.name == "ticket"))
        maker = cls(
            size,
            forms,
            firsts,
            (operator, operators),
            seal(),
            db.engine.dialect.name != "sqlite",
            dict(map(tuple, last.all())),
        )
        session.rollback()
        return maker

    def _received(self) -> Iterator[tuple[int, StoryForm]]:
        """Yield the moments at which tickets came in, in order, each with the form of its ticket."""
        open_count = min(MOST_OPEN, self.size // 2)
        chance, closed_count = self.chance, self.size - open_count
        opened = sorted(
            (
                (form.received - int(chance.random() * OPEN_WITHIN), chance.random(), form)
                for form in (chance.choice(self.open_forms) for _ in range(open_count))
            ),
            key=lambda one: one[:2],
        )
        until = min(form.received for form in self.closed_forms) // ONE_DAY
        closed = ((at, chance.random(), form) for at, form in self._closed(closed_count, until))
        for at, _, form in heapq.merge(opened, closed, key=lambda one: one[:2]):
            yield at, form

    def _closed(self, count: int, until: int) -> Iterator[tuple[int, StoryForm]]:
        first = until - -(-count // A_DAY)
        for number in range(count):
            day, of_day = divmod(number, A_DAY)
            at = (first + day) * ONE_DAY + FIRST_HOUR - LOCAL + of_day * (LAST_HOUR - FIRST_HOUR) // A_DAY
            yield at, self.closed_forms[int(self.chance.random() * len(self.closed_forms))]

    def batches(self) -> Iterator[list[Packed]]:
        """Yield rows by table: requesters, phones, then the copied tables."""
        received = self._received()
        numbers = iter(range(1, self.size + 1))
        while some := list(islice(received, BATCH)):
            batch: Rows = [[] for _ in self.first_ids]
            copied = batch[2:]
            for at, form in some:
                self._add(batch, copied, at, form, next(numbers))
            yield [*("".join(rows).encode() if self.as_lines else rows for rows in batch)]

    def _add(self, batch: Rows, copied: Rows, received: int, form: StoryForm, serial: int) -> None:
        chance = self.chance.random
        if chance() * CALLS_OF_ONE < 1 or not serial > 1:
            self._add_requester(batch, received)
            requester = self.first_ids[0] - 1
        else:
            requester = max(1, self.first_ids[0] - 1 - int(chance() * chance() * self.first_ids[0]))
        day = "".join(self.moments.days[(received + LOCAL) // ONE_DAY][2:].split("-"))
        last = self.last_numbers[day] = self.last_numbers.get(day, 0) + 1
        number = f"{day}{last:06d}"
        number += check_digit(number)
        title, content, place = self.phrases.matter()
        ticket_id = self.first_ids[2 + self.ticket_table]
        copy = Copy(
            received=received,
            first_ids=self.first_ids[2:],
            operator=self.operators[int(chance() * len(self.operators))],
            requester=requester,
            serial=serial,
            named={
                "number": number,
                "query_code": f"{int(chance() * 1_000_000):06d}",
                "title": title,
                "content": content,
                "place": place,
                "summary": f"{title}\n{content}",
                "tokens": self._tokens(ticket_id, number, (title, content, place), form),
            },
        )
        write = self.writers.get(id(form))
        if write is None:
            operators = frozenset({str(self.operator)})
            write = self.writers[id(form)] = writer(form, operators, as_lines=self.as_lines)
        write(copy, self.moments, copied)
        for table, count in enumerate(form.counts, 2):
            self.first_ids[table] += count

    def _tokens(self, ticket_id: int, number: str, said: tuple[str, str, str], form: StoryForm) -> str:
        marks = (*text_index.ends(number), *map(text_index.of_department, form.departments))
        blocks = text_index.blocks(ticket_id) if self.as_lines else ()
        return " ".join(dict.fromkeys(chain(self.terms.of(said), marks, blocks)))

    def _add_requester(self, batch: Rows, received: int) -> None:
        requester, phone = self.first_ids[0], self.first_ids[1]
        number, keys = self.phrases.phone(), self.seal
        name = self.sealed_names[int(self.chance.random() * len(self.sealed_names))]
        known = {"id": requester, "kind": "person", "name": name, "created_at": self.moments.stored(received)}
        batch[0].append(self._row(known, REQUESTER_COLUMNS))
        sealed = {
            "id": phone,
            "requester_id": requester,
            "number": keys.close(number),
            "digest": keys.digest(number),
            "last_four_digest": keys.digest(number[-4:]),
        }
        batch[1].append(self._row(sealed, PHONE_COLUMNS))
        self.first_ids[0] += 1
        self.first_ids[1] += 1

    def _row(self, values: dict[str, Any], columns: list[str]) -> tuple[Any, ...] | str:
        row = tuple(map(values.get, columns))
        return line(row) if self.as_lines else row


def main() -> None:
    """Generate and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--database", default="")
    wanted = parser.parse_args()
    app = application(wanted.data, wanted.database)
    with app.app_context():
        print(json.dumps(fill(wanted.size), indent=2))


if __name__ == "__main__":
    main()

"""Killed workers and an emptied queue: every ticket is dispatched, none twice."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from hotline.config import Settings
from hotline.contacts import intake
from hotline.db import reading, session, transaction, utc_now
from hotline.delivery import outbox
from hotline.delivery.models import Notice, OutboxMessage, PromiseState
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.tickets import registration
from hotline.tickets.models import Assignment, Ticket
from hotline.tickets.states import TicketStatus

ROOT = Path(__file__).parent.parent
TICKETS = int(os.environ.get("HOTLINE_FAULT_TICKETS", "60"))
KILLS = 5
PATIENCE = 150


@pytest.fixture
def start(
    app: Flask, settings: Settings, tmp_path: Path
) -> Iterator[Callable[[str], subprocess.Popen[bytes]]]:
    """Start `flask --app wsgi NAME` as a process of its own; all are killed at the end, their words shown."""
    words = (tmp_path / "words.log").open("wb")
    running: list[subprocess.Popen[bytes]] = []
    environ = os.environ | {
        "HOTLINE_DATA": str(settings.data),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "SECRET_KEY": settings.secret_key,
    }

    def begin(name: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", name],
            cwd=ROOT,
            env=environ,
            stdout=words,
            stderr=words,
            start_new_session=True,
        )
        running.append(process)
        return process

    yield begin
    for process in running:
        kill(process)
    words.close()
    sys.stderr.write((tmp_path / "words.log").read_text(errors="replace"))


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and everything it forked, as a crash does."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=20)


def submit(number: int, operator: Staff) -> None:
    now = utc_now()
    with transaction():
        contact = intake.record(
            intake.CallDetails(ring_count=2, talk_seconds=60),
            intake.Caller(name="张三", phone="13800138000"),
            category="complaint",
            content_class="010401",
            summary=f"井盖缺失 {number}",
            received_at=now,
            is_read_back=True,
            submission_key=f"fault-{number}",
            by=operator,
            now=now,
        )
        ticket = registration.register(
            registration.Matter(
                category="complaint",
                title=f"井盖缺失 {number}",
                content="人行道上少了一个井盖",
                content_class="010401",
                facts={"object": "道路养护单位", "facts": "井盖缺失", "demand": "补装"},
            ),
            contact,
            by=operator,
            now=now,
        )
        registration.send_on(ticket, by=operator, now=now)


def open_promises() -> int:
    unkept = sa.select(sa.func.count(OutboxMessage.id)).where(OutboxMessage.state != PromiseState.DONE)
    with reading():
        return session.scalar(unkept) or 0


@pytest.mark.slow
def test_killed_workers_and_an_emptied_queue_lose_and_double_nothing(
    app: Flask,
    person: Callable[..., Staff],
    start: Callable[[str], subprocess.Popen[bytes]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dice = random.Random(12345)
    operator = person(Role.OPERATOR)
    clerk = person(Role.DEPARTMENT_CLERK, department="urban_management")
    workers = [start("worker"), start("worker")]
    start("clock")
    kill_after = set(dice.sample(range(5, TICKETS), KILLS))
    empty_after = TICKETS // 2
    for number in range(TICKETS):
        submit(number, operator)
        if number in kill_after:
            victim = dice.randrange(len(workers))
            kill(workers[victim])
            workers[victim] = start("worker")
        if number == empty_after:
            outbox.queue().connection.flushdb()
    deadline = time.monotonic() + PATIENCE
    while open_promises() and time.monotonic() < deadline:
        time.sleep(0.5)

    session.rollback()
    statuses = Counter(session.scalars(sa.select(Ticket.status)))
    assert statuses == {TicketStatus.DISPATCHED: TICKETS}
    parts = Counter(session.scalars(sa.select(Assignment.ticket_id)))
    assert set(parts.values()) == {1}
    assert len(parts) == TICKETS
    told = Counter(session.scalars(sa.select(Notice.ticket_id).where(Notice.staff_id == clerk.id)))
    assert set(told.values()) == {1}
    assert len(told) == TICKETS

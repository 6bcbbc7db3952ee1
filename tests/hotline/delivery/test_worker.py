"""What a worker loads before its jobs fork off."""

from flask import Flask

from hotline import worker
from hotline.categories import catalogue
from hotline.db import reading
from hotline.working_time import days
from tests.statements import counted


def test_jobs_find_rules_and_calendar_loaded(app: Flask) -> None:
    catalogue._newest.clear()
    days._calendar.cache_clear()
    worker.make_ready()
    with counted() as asked, reading():
        catalogue.current()
        days.load()
    assert len(asked) == 2, "whether each is still the current one"

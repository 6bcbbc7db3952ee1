"""Every row of golden_dates.csv, which was made without the service."""

import csv
import datetime as dt
from pathlib import Path

from hotline.working_time import Calendar, Limit, OfficeHours, due
from tests.hotline.working_time.beijing import BEIJING, at


def golden() -> list[dict[str, str]]:
    with Path(__file__).with_name("golden_dates.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def test_the_table_is_large_and_covers_three_years() -> None:
    rows = golden()
    assert len(rows) >= 300
    assert {row["received"][:4] for row in rows} == {"2025", "2026", "2027"}
    assert {row["limit"].split()[1] for row in rows} == {"min", "h", "work_min", "work_h", "wd", "nd"}


def test_every_limit_of_the_table_ends_where_the_table_says(calendar: Calendar, hours: OfficeHours) -> None:
    wrong = []
    for row in golden():
        found = due(at(row["received"]), Limit.parse(row["limit"]), calendar, hours)
        expected = dt.datetime.fromisoformat(row["due"]).replace(tzinfo=BEIJING), row["is_estimate"] == "1"
        if (found.at, found.rests_on_estimate) != expected:
            wrong.append((row, found.at.astimezone(BEIJING).isoformat(), found.rests_on_estimate))
    assert not wrong

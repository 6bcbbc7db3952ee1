"""Writes golden_dates.csv beside it; run by hand. No code of the service takes part.

Nothing here walks a calendar. Working days are one sorted list made from the State Council's notices for
2025 and 2026 (as dates, typed in below) and, for 2027, from the holidays that the law fixes; a due day is an
index into that list, and working hours are one long number line of 25,200 seconds per working day.
"""

import csv
import datetime as dt
from bisect import bisect_left, bisect_right
from itertools import product
from pathlib import Path

DAYS_OFF = """
2025-01-01 2025-01-28/2025-02-04 2025-04-04/2025-04-06 2025-05-01/2025-05-05 2025-05-31/2025-06-02
2025-10-01/2025-10-08
2026-01-01/2026-01-03 2026-02-15/2026-02-23 2026-04-04/2026-04-06 2026-05-01/2026-05-05
2026-06-19/2026-06-21 2026-09-25/2026-09-27 2026-10-01/2026-10-07
2027-01-01 2027-02-05/2027-02-10 2027-04-05 2027-05-01/2027-05-04 2027-06-09 2027-09-15
2027-10-01/2027-10-05
"""
MAKE_UP_DAYS = """
2025-01-26 2025-02-08 2025-04-27 2025-09-28 2025-10-11
2026-01-04 2026-02-14 2026-02-28 2026-05-09 2026-09-20 2026-10-10
"""
FIRST_ESTIMATED = dt.date(2027, 1, 1)
CLOSE = dt.time(17, 30)

# Around every holiday and make-up day, at the turn of the years, in plain weeks.
RECEIVED_ON = """
2025-01-24 2025-01-25 2025-01-26 2025-01-27 2025-01-31 2025-02-07 2025-02-08 2025-03-12 2025-04-03
2025-04-27 2025-04-30 2025-05-30 2025-09-26 2025-09-28 2025-09-30 2025-10-06 2025-10-10 2025-10-11
2025-12-31
2026-01-02 2026-01-04 2026-02-13 2026-02-14 2026-02-20 2026-02-27 2026-02-28 2026-03-02 2026-03-07
2026-04-03 2026-04-27 2026-04-30 2026-05-08 2026-05-09 2026-06-18 2026-07-15 2026-09-18 2026-09-20
2026-09-24 2026-09-30 2026-10-07 2026-10-10 2026-12-25 2026-12-30 2026-12-31
2027-01-01 2027-02-04 2027-02-11 2027-04-02 2027-04-30 2027-06-08 2027-09-14 2027-09-30 2027-10-05
"""
TIMES = (
    "00:00:00 08:59:59 09:00:00 10:17:23 11:59:59 12:00:00 12:40:05 13:30:00 16:45:30 17:29:59 17:30:00 "
    "17:30:01 20:00:00 23:59:59"
)
LIMITS = (
    "10_min 4_h 22_h 44_h 90_work_min 7_work_h 8_work_h 40_work_h 0_wd 1_wd 2_wd 5_wd 10_wd 15_wd "
    "7_nd 15_nd 60_nd"
)


def days(text: str) -> set[dt.date]:
    """Return the days of a list of dates and `first/last` ranges."""
    found: set[dt.date] = set()
    for part in text.split():
        first, _, last = part.partition("/")
        start, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last or first)
        found |= {start + dt.timedelta(n) for n in range((end - start).days + 1)}
    return found


EVERY_DAY = [dt.date(2025, 1, 1) + dt.timedelta(n) for n in range(3 * 365)]
WEEKDAYS = {day for day in EVERY_DAY if day.isoweekday() <= 5}
WORKING = sorted((WEEKDAYS - days(DAYS_OFF)) | days(MAKE_UP_DAYS))


def seconds_worked(time: dt.time) -> int:
    """Return how much of the office day lies before `time`."""
    second = time.hour * 3600 + time.minute * 60 + time.second
    return min(max(second - 32_400, 0), 10_800) + min(max(second - 48_600, 0), 14_400)


def due(received: dt.datetime, amount: int, unit: str) -> dt.datetime:
    """Return when the limit ends, in local time."""
    day = received.date()
    if unit in ("min", "h"):
        return received + dt.timedelta(minutes=amount * (60 if unit == "h" else 1))
    if unit == "nd":
        return dt.datetime.combine(WORKING[bisect_left(WORKING, day + dt.timedelta(amount))], CLOSE)
    is_worked = day in WORKING
    if unit == "wd":
        in_time = is_worked and received.time() <= CLOSE
        first = bisect_left(WORKING, day) if in_time else bisect_right(WORKING, day)
        return dt.datetime.combine(WORKING[first + amount], CLOSE)
    at = bisect_left(WORKING, day) * 25_200 + (seconds_worked(received.time()) if is_worked else 0)
    at += amount * (3600 if unit == "work_h" else 60)
    whole_days, rest = divmod(at - 1, 25_200)
    rest += 1
    opening = 32_400 if rest <= 10_800 else 48_600 - 10_800
    return dt.datetime.combine(WORKING[whole_days], dt.time()) + dt.timedelta(seconds=opening + rest)


def rows() -> list[tuple[str, str, str, int]]:
    """Return the table: every eleventh of all combinations, which share no rhythm with any column."""
    table = []
    combinations = list(product(RECEIVED_ON.split(), TIMES.split(), LIMITS.split()))
    for day, time, limit in combinations[::11]:
        received = dt.datetime.fromisoformat(f"{day}T{time}")
        amount, unit = limit.split("_", 1)
        end = due(received, int(amount), unit)
        is_estimate = unit not in ("min", "h") and end.date() >= FIRST_ESTIMATED
        table.append((received.isoformat(), f"{amount} {unit}", end.isoformat(), int(is_estimate)))
    return table


def main() -> None:
    """Write the table beside this file."""
    with Path(__file__).with_name("golden_dates.csv").open("w", encoding="utf-8", newline="") as file:
        file.write(
            "# When limits end, 2025 to 2027, Beijing time; office hours 09:00-12:00 and 13:30-17:30.\n"
            "# Made by write_golden_dates.py from the dates of the notices for 2025 and 2026 and,\n"
            "# for 2027 (not announced), the holidays fixed by law, by indexing a list of working days:\n"
            "# no code of the service takes part.\n"
            "# wd: received after 17:30:00 or on a rest day counts as received the next working day.\n"
        )
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("received", "limit", "due", "is_estimate"))
        writer.writerows(rows())


if __name__ == "__main__":
    main()

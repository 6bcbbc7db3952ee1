"""Office hours."""

import datetime as dt

import pytest

from hotline.working_time import OfficeHours, OfficeHoursError


def test_several_slots_are_read_and_written() -> None:
    hours = OfficeHours.parse(["9:00-12:00", "13:30 – 17:30"])
    assert hours.written() == ["09:00-12:00", "13:30-17:30"]
    assert (hours.opens, hours.closes) == (dt.time(9), dt.time(17, 30))
    assert hours.per_day == 7 * 3600


@pytest.mark.parametrize(
    "slots",
    [
        [],
        ["09:00"],
        ["12:00-09:00"],
        ["09:00-09:00"],
        ["13:30-17:30", "09:00-12:00"],
        ["09:00-13:00", "12:00-17:30"],
        ["09:00-24:00"],
        ["nine to five"],
    ],
)
def test_hours_that_no_day_can_follow_are_refused(slots: list[str]) -> None:
    with pytest.raises(OfficeHoursError):
        OfficeHours.parse(slots)

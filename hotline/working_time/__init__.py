"""When limits end: clock hours, working hours, working days and natural days over one calendar."""

from hotline.working_time.calendars import Calendar, Day, DayKind, DaySource, changed_days
from hotline.working_time.changes import extended, paused
from hotline.working_time.clocks import Clock, Limit, LimitError
from hotline.working_time.days import load, office_hours, override_day, seed, set_office_hours
from hotline.working_time.deadlines import Due, capped, due, remind_at
from hotline.working_time.explanations import Explanation, Step, StepKind, Stretch
from hotline.working_time.hours import OfficeHours, OfficeHoursError
from hotline.working_time.notices import NoticeError, import_notice, read_notice
from hotline.working_time.years import years_to_seed

__all__ = [
    "Calendar",
    "Clock",
    "Day",
    "DayKind",
    "DaySource",
    "Due",
    "Explanation",
    "Limit",
    "LimitError",
    "NoticeError",
    "OfficeHours",
    "OfficeHoursError",
    "Step",
    "StepKind",
    "Stretch",
    "capped",
    "changed_days",
    "due",
    "extended",
    "import_notice",
    "load",
    "office_hours",
    "override_day",
    "paused",
    "read_notice",
    "remind_at",
    "seed",
    "set_office_hours",
    "years_to_seed",
]

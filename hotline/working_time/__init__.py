"""When limits end: clock hours, working hours, working days and natural days over one calendar."""

from hotline.working_time.calendars import Calendar, Day, DayKind, DaySource, changed_days
from hotline.working_time.clocks import Clock, Limit, LimitError
from hotline.working_time.deadlines import Due, capped, due, remind_at
from hotline.working_time.explanations import Explanation, Step, StepKind, Stretch
from hotline.working_time.hours import OfficeHours, OfficeHoursError

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
    "OfficeHours",
    "OfficeHoursError",
    "Step",
    "StepKind",
    "Stretch",
    "capped",
    "changed_days",
    "due",
    "remind_at",
]

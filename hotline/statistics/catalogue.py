"""The catalogue of measures: one place that says what each figure divides by what (DOMAIN C1a, B2.3).

Pages, exports, the command line and the documentation read it; nothing else defines a figure.
"""

from collections.abc import Mapping
from types import MappingProxyType

from hotline.categories.desk import Targets
from hotline.errors import NotFoundError
from hotline.statistics.callback_counts import rated_as, satisfied_steps
from hotline.statistics.counts import COUNTS
from hotline.statistics.measures import Group, Measure, average, plain, rate
from hotline.wording import N_


class UnknownMeasureError(NotFoundError):
    """The catalogue has no such measure."""

    sentence = N_("There is no measure %(code)s.")


def _satisfied() -> tuple[str, ...]:
    return tuple(rated_as(step) for step in satisfied_steps())


def _all_in_time(_targets: Targets) -> int:
    return 100


G = Group


_SATISFIED = N_("callers satisfied")
_LATE_NOTE = N_("Counts on the day the limit ended; what is still open after it counts as late.")

_LIST = (
    plain("contacts", N_("Contacts received"), G.INTAKE, COUNTS["contacts"].words, "P"),
    plain("tickets", N_("Tickets opened"), G.INTAKE, COUNTS["tickets"].words, "P"),
    plain("closed", N_("Tickets closed"), G.INTAKE, COUNTS["closed"].words, "P"),
    plain("dispatched", N_("Tickets dispatched"), G.HANDLING, COUNTS["dispatched"].words, "P"),
    rate(
        "handling_rate",
        N_("Call handling rate"),
        G.INTAKE,
        "calls_settled",
        "calls",
        "S0 A1.6",
        lambda one: one.handling_rate,
    ),
    rate("at_once_rate", N_("Answered-at-once rate"), G.INTAKE, "answered_at_once", "contacts", "P"),
    rate("redirected_rate", N_("Referral rate"), G.INTAKE, "redirected", "contacts", "P"),
    rate(
        "quick_finish_share",
        N_("Calls finished quickly"),
        G.INTAKE,
        "calls_quick",
        "calls_timed",
        "S0 A1.6",
        lambda one: one.quick_finish_share,
    ),
    rate(
        "three_ring_rate",
        N_("Picked up by the third ring"),
        G.INTAKE,
        "calls_three_ring",
        "calls_rung",
        "S0 A2.3",
        lambda one: one.three_ring_rate,
    ),
    plain("phone_answered", N_("Calls answered"), G.TELEPHONE, COUNTS["phone_answered"].words, "O C1a"),
    plain("phone_abandoned", N_("Calls abandoned"), G.TELEPHONE, COUNTS["phone_abandoned"].words, "O C1a"),
    rate(
        "connection_rate",
        N_("Connection rate"),
        G.TELEPHONE,
        "phone_answered",
        "phone_offered",
        "O B2.1",
        lambda one: one.connection_rate,
    ),
    rate(
        "quick_answer_rate",
        N_("Prompt answer rate"),
        G.TELEPHONE,
        "phone_quick",
        "phone_answered",
        "O B2.1, B2.3",
        lambda one: one.quick_answer_rate,
        note=N_("Within the seconds that the profile sets: 15 by GB/T 33358."),
    ),
    rate(
        "phone_three_ring_rate",
        N_("Answered by the third ring"),
        G.TELEPHONE,
        "phone_three_ring",
        "phone_rung",
        "S0 A2.3, A3.1",
        lambda one: one.three_ring_rate,
        note=N_("Rings as the exchange counts them, of every call answered."),
    ),
    average("average_wait", N_("Average wait"), G.TELEPHONE, "phone_waited", "phone_answered", "P"),
    average("average_talk", N_("Average talk time"), G.TELEPHONE, "phone_talk_time", "phone_talked", "P"),
    rate(
        "first_contact_solution",
        N_("Solved at first contact"),
        G.INTAKE,
        "consultations_solved",
        "consultations",
        "O B2.3",
    ),
    rate(
        "kb_hit_rate",
        N_("Knowledge base hit rate"),
        G.INTAKE,
        "consultations_from_article",
        "consultations",
        "P",
    ),
    rate("repeat_rate", N_("Repeat rate"), G.INTAKE, "repeated", "contacts", "P", is_low_good=True),
    rate(
        "completion_rate",
        N_("Completion rate"),
        G.INTAKE,
        "tickets_resolved",
        "tickets",
        "O B2.3",
        note=N_("Of the matters that came in then, as they stand now."),
    ),
    rate(
        "error_rate",
        N_("Service error rate"),
        G.INTAKE,
        "tickets_faulty",
        "tickets",
        "O B2.3",
        is_low_good=True,
    ),
    rate(
        "front_desk_on_time",
        N_("Front desk on time"),
        G.TIMELINESS,
        "front_desk_in_time",
        "front_desk_due",
        "S0 A1.5, O B2.3",
        _all_in_time,
        note=_LATE_NOTE,
    ),
    rate(
        "acknowledged_on_time",
        N_("Acknowledged on time"),
        G.TIMELINESS,
        "acknowledge_in_time",
        "acknowledge_due",
        "O B1.13",
        _all_in_time,
        note=_LATE_NOTE,
    ),
    rate(
        "department_on_time",
        N_("Departments on time"),
        G.TIMELINESS,
        "department_in_time",
        "department_due",
        "S0 A1.5, O B2.3",
        _all_in_time,
        note=_LATE_NOTE,
    ),
    rate(
        "department_in_first_limit",
        N_("On time without extension"),
        G.TIMELINESS,
        "department_in_first_limit",
        "department_due",
        "P",
        note=_LATE_NOTE,
    ),
    rate(
        "overall_on_time",
        N_("Callers answered on time"),
        G.TIMELINESS,
        "overall_in_time",
        "overall_due",
        "S0 A1.5, O B2.3",
        _all_in_time,
        note=_LATE_NOTE,
    ),
    rate("response_rate", N_("Response rate"), G.HANDLING, "contacted_in_time", "dispatched", "O C1a"),
    rate("return_rate", N_("Return rate"), G.HANDLING, "returned", "dispatched", "P", is_low_good=True),
    rate("extension_rate", N_("Extension rate"), G.HANDLING, "extended", "dispatched", "P", is_low_good=True),
    rate("urge_rate", N_("Urge rate"), G.HANDLING, "urged", "dispatched", "O B2.3", is_low_good=True),
    rate(
        "supervise_rate",
        N_("Supervision rate"),
        G.HANDLING,
        "supervised",
        "dispatched",
        "P",
        is_low_good=True,
    ),
    rate(
        "rehandle_rate",
        N_("Re-handling rate"),
        G.HANDLING,
        "rehandled",
        "dispatched",
        "O B2.3",
        is_low_good=True,
        note=N_("Of the matters dispatched then, as they stand now."),
    ),
    Measure(
        "callback_coverage",
        N_("Callback coverage"),
        G.CALLBACKS,
        ("callbacks_due_made", "callbacks_due_given_up"),
        "callbacks_due",
        N_("made, or given up after all attempts"),
        "S1 A8.1",
        _all_in_time,
    ),
    rate(
        "callbacks_on_time",
        N_("Callbacks on time"),
        G.CALLBACKS,
        "callbacks_due_in_time",
        "callbacks_due",
        "S1 A8.2",
        _all_in_time,
    ),
    rate("reach_rate", N_("Callers reached, rate"), G.CALLBACKS, "callbacks_reached", "callbacks_ended", "P"),
    rate(
        "unreachable_rate",
        N_("Callers not reached, rate"),
        G.CALLBACKS,
        "callbacks_unreachable",
        "callbacks_ended",
        "P",
        is_low_good=True,
    ),
    rate(
        "refusal_rate",
        N_("Refusal rate"),
        G.CALLBACKS,
        "callbacks_refused",
        "callbacks_ended",
        "P",
        is_low_good=True,
    ),
    rate(
        "excluded_rate",
        N_("Left out of the assessment"),
        G.CALLBACKS,
        "callbacks_excluded",
        "callbacks_reached",
        "P",
        is_low_good=True,
    ),
    rate(
        "callback_rehandle_rate",
        N_("Re-handled after a callback"),
        G.CALLBACKS,
        "callbacks_rehandled",
        "callbacks_reached",
        "O B1.9",
        is_low_good=True,
    ),
    rate("solution_rate", N_("Solution rate"), G.SATISFACTION, "solved", "callbacks_assessed", "O C1a"),
    Measure(
        "satisfaction_rate",
        N_("Satisfaction rate"),
        G.SATISFACTION,
        _satisfied,
        "callbacks_assessed",
        _SATISFIED,
        "O B2.3",
        lambda one: one.satisfaction_rate,
        note=N_("Of those reached; who was not reached or refused is shown beside it."),
    ),
    Measure(
        "satisfaction_of_rated",
        N_("Satisfaction, of those who rated"),
        G.SATISFACTION,
        _satisfied,
        "rated",
        _SATISFIED,
        "O B2.3",
    ),
    Measure(
        "satisfaction_of_all",
        N_("Satisfaction, of all callbacks ended"),
        G.SATISFACTION,
        _satisfied,
        "callbacks_ended",
        _SATISFIED,
        "P",
        note=N_("The strictest reading: who was not reached counts as not satisfied."),
    ),
    rate(
        "attitude_rate",
        N_("Content with how they were treated"),
        G.SATISFACTION,
        "attitude_good",
        "attitude_rated",
        "O B6.4",
    ),
    rate(
        "contact_rate",
        N_("Contacted by the department"),
        G.SATISFACTION,
        "contact_made",
        "contact_said",
        "O B6.4",
    ),
    rate(
        "truthful_rate", N_("Report confirmed as true"), G.SATISFACTION, "truthful", "truthful_said", "O B6.4"
    ),
)

MEASURES: Mapping[str, Measure] = MappingProxyType({one.code: one for one in _LIST})


def measure(code: str) -> Measure:
    """Return the measure of that code. Raises `UnknownMeasureError`."""
    found = MEASURES.get(code)
    if found is None:
        raise UnknownMeasureError(code=code[:40])
    return found

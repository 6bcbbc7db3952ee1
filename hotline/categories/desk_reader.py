"""The tables of a profile that concern the desk as a whole, read into a Desk."""

from types import MappingProxyType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hotline.categories.desk import (
    BoardTerms,
    CallbackTerms,
    Desk,
    DispatchTerms,
    Guess,
    KnowledgeTerms,
    LookingTerms,
    MonthTerms,
    NoticeTerms,
    OwedTerms,
    RepeatTerms,
    Satisfaction,
    Script,
    Targets,
    VisitTerms,
)
from hotline.categories.keeping import read_keeping
from hotline.categories.letter_terms import read_letters
from hotline.categories.reader import Doubts, Table
from hotline.categories.reception_terms import read_reception, read_roster, time_of_day
from hotline.categories.telephony_terms import read_telephony
from hotline.people.roles import Role
from hotline.wording import N_
from hotline.working_time import Clock, Limit, OfficeHours, OfficeHoursError


def read_desk(table: Table) -> Desk:
    """Return the desk that the profile `table` describes; what is wrong is noted in its doubts."""
    profile = _needed(table, "profile")
    imported, emergency = _needed(table, "import"), _needed(table, "emergency")
    desk = Desk(
        code=profile.code(),
        names=profile.words("names"),
        hours=_hours(profile, "hours"),
        zone=_zone(profile),
        greeting=profile.words("greeting"),
        scripts=tuple(_script(one) for one in table.tables("script")),
        banned_phrases=profile.texts("banned_phrases"),
        satisfaction=_satisfaction(_needed(table, "satisfaction")),
        callbacks=_callbacks(_needed(table, "callback")),
        targets=_targets(_needed(table, "targets")),
        months=_months(_needed(table, "months")),
        letters=read_letters(_needed(table, "letters")),
        visits=_visits(_needed(table, "visits")),
        dispatch=_dispatch(table.table("dispatch")),
        board=_board(_needed(table, "board")),
        notices=_notices(_needed(table, "notices")),
        repeats=_repeats(_needed(table, "repeats")),
        owed=_owed(_needed(table, "owed")),
        looking=_looking(_needed(table, "looking")),
        knowledge=_knowledge(_needed(table, "knowledge")),
        retention=read_keeping(table.table("retention")),
        reception=read_reception(table.table("reception")),
        roster=read_roster(table.table("roster")),
        telephony=read_telephony(table.table("telephony")),
        guesses=tuple(_guess(one) for one in imported.tables("guess")),
        otherwise=imported.text("otherwise"),
        emergency_words=emergency.texts("words"),
    )
    for read in (profile, imported, emergency):
        read.finish()
    return desk


def _needed(table: Table, key: str) -> Table:
    if not table.has(key):
        table.refuse(None, N_("%(name)s is missing"), name=f"[{key}]")
    return table.table(key) or Table({}, (key,), Doubts())


def _hours(table: Table, key: str) -> OfficeHours:
    slots = table.texts(key)
    try:
        return OfficeHours.parse(slots)
    except OfficeHoursError:
        table.refuse(key, N_("must be slots in order, such as 09:00-12:00 and 13:30-17:30"))
        return OfficeHours.parse(["09:00-17:00"])


def _zone(table: Table) -> ZoneInfo:
    name = table.text("zone")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        table.refuse("zone", N_("%(name)s is not a time zone"), name=name)
        return ZoneInfo("UTC")


def _script(table: Table) -> Script:
    script = Script(
        table.code(), table.words("names"), table.words("text"), table.text_or_none("abbreviation")
    )
    table.finish()
    return script


def _satisfaction(table: Table) -> Satisfaction:
    scale = Satisfaction(table.whole("levels", 3, 5), table.whole("satisfied_from", 3, 4))
    if scale.levels == 4:
        table.refuse("levels", N_("must be 3 or 5"))
    table.finish()
    return scale


def _callbacks(table: Table) -> CallbackTerms:
    shares = table.table("level_shares") or table.table_of({}, "level_shares")
    callers = table.table("called_by") or table.table_of({}, "called_by")
    terms = CallbackTerms(
        level_shares=MappingProxyType({level: shares.whole(f"level_{level}", 0, 100) for level in (1, 2, 3)}),
        least_attempts=table.whole("least_attempts", 1, 20),
        attempt_gap=table.limit("attempt_gap"),
        quiet=_hours(table, "quiet"),
        report_within=table.limit("report_within"),
        must_call=table.texts("must_call"),
        sample_within=table.limit_or_none("sample_within"),
        cost_cap=table.whole_or_none("cost_cap", 1, 100_000),
        link_valid=table.limit("link_valid"),
        most_in_batch=table.whole("most_in_batch", 1, 1000),
        give_out_ahead=_hours_only(table, "give_out_ahead"),
        called_by=MappingProxyType({level: callers.choice(f"level_{level}", Role) for level in (2, 3)}),
        missed_within=table.limit("missed_within"),
        yearly=table.texts("yearly"),
        yearly_within=table.limit("yearly_within"),
    )
    shares.finish()
    callers.finish()
    table.finish()
    return terms


def _targets(table: Table) -> Targets:
    targets = Targets(
        handling_rate=table.whole("handling_rate", 0, 100),
        quick_finish_share=table.whole("quick_finish_share", 0, 100),
        quick_finish_seconds=table.whole("quick_finish_seconds", 1, 3600),
        three_ring_rate=table.whole("three_ring_rate", 0, 100),
        most_rings=table.whole("most_rings", 1, 20),
        connection_rate=table.whole("connection_rate", 0, 100),
        quick_answer_rate=table.whole("quick_answer_rate", 0, 100),
        quick_answer_seconds=table.whole("quick_answer_seconds", 1, 600),
        satisfaction_rate=table.whole("satisfaction_rate", 0, 100),
    )
    table.finish()
    return targets


def _months(table: Table) -> MonthTerms:
    terms = MonthTerms(
        freeze_day=table.whole("freeze_day", 1, 28),
        base_score=table.whole("base_score", 0, 1000),
        source=table.text("source"),
    )
    table.finish()
    return terms


def _visits(table: Table) -> VisitTerms:
    terms = VisitTerms(table.whole("collective_from", 2, 100), table.whole("most_representatives", 1, 100))
    table.finish()
    return terms


def _dispatch(table: Table | None) -> DispatchTerms | None:
    if table is None:
        return None
    terms = DispatchTerms(table.text("fallback_department"), table.words("note"), table.text("source"))
    table.finish()
    return terms


def _board(table: Table) -> BoardTerms:
    terms = BoardTerms(
        near_percent=table.whole("near_percent", 1, 99),
        behind_percent=table.whole("behind_percent", 1, 99),
        due_soon=_hours_only(table, "due_soon"),
        callback_soon=_hours_only(table, "callback_soon"),
        source=table.text("source"),
    )
    if terms.near_percent > terms.behind_percent:
        table.refuse("near_percent", N_("must not be more than %(name)s"), name="behind_percent")
    table.finish()
    return terms


def _hours_only(table: Table, key: str) -> Limit:
    limit = table.limit(key)
    if limit.clock is not Clock.CLOCK_HOURS:
        table.refuse(key, N_("must be given in hours or minutes, such as 2 h"))
        return Limit.parse("1 h")
    return limit


def _notices(table: Table) -> NoticeTerms:
    terms = NoticeTerms(
        quiet_from=time_of_day(table, "quiet_from"),
        quiet_until=time_of_day(table, "quiet_until"),
        gather_from=table.whole("gather_from", 2, 100),
        source=table.text("source"),
    )
    table.finish()
    return terms


def _repeats(table: Table) -> RepeatTerms:
    terms = RepeatTerms(
        within_days=table.whole("within_days", 1, 366),
        likeness=table.whole("likeness", 1, 100),
        likeness_nearby=table.whole("likeness_nearby", 1, 100),
        source=table.text("source"),
    )
    table.finish()
    return terms


def _owed(table: Table) -> OwedTerms:
    terms = OwedTerms(
        remind_before=_hours_only(table, "remind_before"),
        ledger_review=table.limit("ledger_review"),
        source=table.text("source"),
    )
    table.finish()
    return terms


def _looking(table: Table) -> LookingTerms:
    terms = LookingTerms(
        reveals_per_hour=table.whole("reveals_per_hour", 1, 1000),
        reveals_alarm=table.whole("reveals_alarm", 1, 1000),
        viewings_alarm=table.whole("viewings_alarm", 1, 1000),
        source=table.text("source"),
    )
    table.finish()
    return terms


def _knowledge(table: Table) -> KnowledgeTerms:
    terms = KnowledgeTerms(
        remark_within=_hours_only(table, "remark_within"),
        review_after_days=table.whole("review_after_days", 1, 3660),
        unused_days=table.whole("unused_days", 1, 3660),
        rated_days=table.whole("rated_days", 1, 3660),
        least_rated=table.whole("least_rated", 1, 1000),
        counted_days=table.whole("counted_days", 1, 3660),
        gap_likeness=table.whole("gap_likeness", 1, 100),
        source=table.text("source"),
    )
    table.finish()
    return terms


def _guess(table: Table) -> Guess:
    guess = Guess(table.text("category"), table.texts("words"))
    if not guess.words:
        table.refuse("words", N_("must not be empty"))
    table.finish()
    return guess

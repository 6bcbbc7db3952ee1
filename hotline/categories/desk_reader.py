"""The tables of a profile that concern the desk as a whole, read into a Desk."""

from types import MappingProxyType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hotline.categories.desk import (
    CallbackTerms,
    Desk,
    Guess,
    LetterTerms,
    Satisfaction,
    Script,
    Targets,
    VisitTerms,
)
from hotline.categories.reader import Doubts, Table
from hotline.wording import N_
from hotline.working_time import OfficeHours, OfficeHoursError


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
        letters=_letters(_needed(table, "letters")),
        visits=_visits(_needed(table, "visits")),
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
    script = Script(table.code(), table.words("names"), table.words("text"))
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
    terms = CallbackTerms(
        level_shares=MappingProxyType({level: shares.whole(f"level_{level}", 0, 100) for level in (1, 2, 3)}),
        least_attempts=table.whole("least_attempts", 1, 20),
        attempt_gap=table.limit("attempt_gap"),
        quiet=_hours(table, "quiet"),
        report_within=table.limit("report_within"),
        must_call=table.texts("must_call"),
        sample_within=table.limit_or_none("sample_within"),
        cost_cap=table.whole_or_none("cost_cap", 1, 100_000),
    )
    shares.finish()
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


def _letters(table: Table) -> LetterTerms:
    terms = LetterTerms(table.limit("register"), table.limit("classify"), table.limit("opinions"))
    table.finish()
    return terms


def _visits(table: Table) -> VisitTerms:
    terms = VisitTerms(table.whole("collective_from", 2, 100), table.whole("most_representatives", 1, 100))
    table.finish()
    return terms


def _guess(table: Table) -> Guess:
    guess = Guess(table.text("category"), table.texts("words"))
    if not guess.words:
        table.refuse("words", N_("must not be empty"))
    table.finish()
    return guess

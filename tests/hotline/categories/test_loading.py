"""Loading a profile: once is enough, changes are told, nothing is deleted, old policies stay."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_babel import force_locale

from hotline import working_time
from hotline.categories import catalogue, profiles
from hotline.categories.models import Category, CategoryPolicy, CodeItem, ContentClass, Profile, RoutingRule
from hotline.categories.profiles import LoadReport, Noun
from hotline.categories.reader import ProfileRefusedError
from hotline.categories.terms import Stage
from hotline.db import session
from hotline.people.models import Department
from tests.hotline.categories.small import NOON, SMALL, changed, line_with

pytestmark = pytest.mark.usefixtures("app")
"""Nothing here commits: the application's own profile comes back when a test ends."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file for the small profile and its changes."""
    return tmp_path / "small.toml"


def load(path: Path, text: str = SMALL) -> LoadReport:
    """Write `text` to `path` and load it."""
    path.write_text(text, encoding="utf-8")
    return profiles.load(path, now=NOON)


def counts(report: LoadReport, noun: Noun) -> tuple[list[str], list[str], list[str]]:
    """Return what a report says of one noun: added, changed, retired."""
    change = report.changes[noun]
    return change.added, change.changed, change.retired


def test_loading_the_same_profile_again_changes_nothing(app: Flask) -> None:
    before = session.scalars(sa.select(Profile.stamp)).all()
    report = profiles.load("gov_hotline", now=NOON)
    assert not report
    assert dict(report.changes) == {}
    assert session.scalars(sa.select(Profile.stamp)).all() == before
    with force_locale("en"):
        assert list(report.lines()) == ["Profile gov_hotline: nothing to change."]


def test_a_refused_profile_changes_nothing(path: Path) -> None:
    load(path)
    stamp = catalogue.current().stamp
    with pytest.raises(ProfileRefusedError):
        load(path, changed("priority = 2", "priority = 7") + "[[route]]\n")
    assert catalogue.current().stamp == stamp


def test_another_profile_retires_what_it_does_not_name_and_deletes_nothing(path: Path) -> None:
    categories_before = session.scalar(sa.select(sa.func.count()).select_from(Category)) or 0
    report = load(path)
    assert "consultation" in report.changes[Noun.CATEGORY].retired
    assert report.changes[Noun.POLICY].changed == ["help", "suggestion"]
    assert [policy.code for policy in catalogue.open_categories()] == ["help", "suggestion"]
    assert session.scalar(sa.select(sa.func.count()).select_from(Category)) == categories_before
    assert session.scalars(sa.select(Profile.code).where(Profile.is_current)).all() == ["small"]
    assert catalogue.policy("consultation").priority == 4, "old tickets still need retired policies"


def test_a_profile_that_comes_back_is_active_again(path: Path) -> None:
    load(path)
    report = profiles.load("gov_hotline", now=NOON)
    assert "consultation" in report.changes[Noun.CATEGORY].changed
    assert "water" in report.changes[Noun.DEPARTMENT].retired
    assert len(catalogue.content_classes()) == 441
    assert not profiles.load("gov_hotline", now=NOON)


def test_a_changed_limit_makes_a_new_version_and_the_old_one_stays(path: Path) -> None:
    load(path)
    old = catalogue.policy_version("help")
    report = load(path, changed('limit = "22 h"', 'limit = "20 h"'))
    assert {noun: counts(report, noun) for noun in report.changes} == {Noun.POLICY: ([], ["help"], [])}
    assert catalogue.policy_version("help") == old + 1
    assert str(catalogue.policy("help").limit(Stage.DEPARTMENT)) == "20 h"
    assert str(catalogue.policy_at("help", old).limit(Stage.DEPARTMENT)) == "22 h"
    assert catalogue.policy("help").opinions[1]["zh"] == "请在20小时内反馈。"
    assert catalogue.policy_version("suggestion") == load_version("suggestion")


def load_version(code: str) -> int:
    """Return the newest stored version of a policy."""
    return session.scalars(
        sa.select(sa.func.max(CategoryPolicy.version)).where(CategoryPolicy.category_code == code)
    ).one()


def test_comments_and_blank_lines_are_no_change(path: Path) -> None:
    load(path)
    assert not load(path, "# another remark\n\n" + SMALL)


def test_added_changed_and_retired_codes_are_told_by_name(path: Path) -> None:
    load(path)
    text = changed('code = "media", zh = "媒体", en = "Media"', 'code = "press", zh = "报刊", en = "Press"')
    text = text.replace('zh = "代表", en = "Deputy"', 'zh = "人大代表", en = "Deputy"')
    report = load(path, text)
    assert counts(report, Noun.CODE_ITEM) == (
        ["requester_tag/press"],
        ["requester_tag/deputy"],
        ["requester_tag/media"],
    )
    assert [item.code for item in catalogue.code_list("requester_tag")] == ["deputy", "press"]
    retired = session.scalars(
        sa.select(CodeItem).where(CodeItem.list_code == "requester_tag", CodeItem.code == "media")
    ).one()
    assert retired.is_active is False
    assert retired.names["zh"] == "媒体"


def test_entries_that_only_move_over_are_not_told_as_changed(path: Path) -> None:
    load(path)
    text = changed(
        '  { code = "deputy"', '  { code = "guest", zh = "来宾", en = "Guest" },\n  { code = "deputy"'
    )
    report = load(path, text)
    assert counts(report, Noun.CODE_ITEM) == (["requester_tag/guest"], [], [])
    assert [item.code for item in catalogue.code_list("requester_tag")] == ["guest", "deputy", "media"]


def test_the_profile_wins_over_a_name_changed_by_hand_and_says_so(path: Path) -> None:
    load(path)
    water = session.scalars(sa.select(Department).where(Department.code == "water")).one()
    water.names = {"zh": "自来水", "en": "Waterworks"}
    report = load(path)
    assert counts(report, Noun.DEPARTMENT) == ([], ["water"], [])
    assert water.names == {"zh": "水务", "en": "Water"}


def test_what_administrators_added_is_left_alone(path: Path) -> None:
    load(path)
    own = Department(code="own", names={"zh": "自建", "en": "Own"})
    session.add(own)
    session.flush()
    session.add(
        RoutingRule(
            code="own_rule",
            department_id=own.id,
            words=["井盖"],
            note={"zh": "自建", "en": "Own"},
            position=99,
            is_from_profile=False,
        )
    )
    profiles.touch()
    assert not load(path)
    route = catalogue.route("help", None, None, "井盖丢了")
    assert route is not None
    assert route.department_code == "own"


def test_a_route_to_a_retired_department_is_not_taken(path: Path) -> None:
    load(path)
    session.scalars(sa.select(Department).where(Department.code == "water")).one().is_active = False
    profiles.touch()
    assert catalogue.route("help", "0101", None, "停水") is None


def test_departments_know_their_parents(app: Flask) -> None:
    traffic = session.scalars(sa.select(Department).where(Department.code == "traffic_police")).one()
    police = session.scalars(sa.select(Department).where(Department.code == "police")).one()
    assert traffic.parent_id == police.id


def test_loading_hands_over_the_office_hours(path: Path) -> None:
    load(path, changed('hours = ["09:00-12:00", "13:30-17:30"]', 'hours = ["08:30-12:00", "14:00-18:00"]'))
    assert working_time.office_hours().written() == ["08:30-12:00", "14:00-18:00"]
    assert working_time.load().is_working(NOON.date())


def test_classes_are_found_by_the_initials_of_their_pinyin(app: Flask) -> None:
    by_initials = {entry.initials: entry.code for entry in catalogue.content_classes()}
    assert by_initials["cxjs"] == "01"
    row = session.get(ContentClass, "010101")
    assert row is not None
    assert (row.level, row.parent_code, row.initials) == (3, "0101", "tsysybz")


def test_the_report_tells_every_noun_that_changed(path: Path) -> None:
    report = load(path)
    with force_locale("en"):
        lines = list(report.lines())
    assert lines[0].startswith("Profile small is loaded, version ")
    assert "Departments: 1 added, 0 changed, 32 retired" in lines


def test_a_refusal_is_said_with_line_and_key_to_its_reader(path: Path) -> None:
    text = changed("priority = 2", "priority = 7")
    with pytest.raises(ProfileRefusedError) as caught:
        load(path, text)
    line = line_with(text, "priority = 7")
    with force_locale("en"):
        assert caught.value.say() == (
            "The profile small.toml was refused: "
            f"line {line}, category[help].priority: must be a whole number from 1 to 5"
        )

"""The read side: what is asked for is there, costs one row per transaction, and follows every change."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from hotline.categories import catalogue, profiles
from hotline.categories.channels import Channel
from hotline.categories.models import Profile
from hotline.categories.routing import Because
from hotline.db import db, session
from tests.hotline.categories.small import NOON, changed

pytestmark = pytest.mark.usefixtures("app")


@contextmanager
def questions() -> Iterator[list[str]]:
    """Collect the questions sent to the database."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            sent.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(db.engine, "before_cursor_execute", note)


def test_a_transaction_asks_the_database_once() -> None:
    catalogue.current()
    session.rollback()
    with questions() as sent:
        catalogue.policy("help")
        catalogue.open_categories(Channel.CALL)
        catalogue.content_classes()
        catalogue.route("help", "0101", None, "停水")
    assert len(sent) == 1
    session.rollback()
    with questions() as sent:
        catalogue.policy("help")
    assert len(sent) == 1


def test_a_change_rolled_back_is_forgotten(tmp_path: Path) -> None:
    before = catalogue.policy("help").names
    path = tmp_path / "small.toml"
    path.write_text(changed('zh = "求助"', 'zh = "求援"'), encoding="utf-8")
    profiles.load(path, now=NOON)
    assert catalogue.policy("help").names["zh"] == "求援"
    session.rollback()
    assert catalogue.policy("help").names == before


def test_categories_are_open_by_channel() -> None:
    documents = [policy.code for policy in catalogue.open_categories(Channel.OFFICIAL_DOC)]
    assert documents == ["official_doc"]
    assert "petition_visit" not in {policy.code for policy in catalogue.open_categories(Channel.CALL)}


def test_what_does_not_exist_is_refused_by_name() -> None:
    with pytest.raises(catalogue.UnknownCategoryError, match="poetry"):
        catalogue.policy("poetry")
    with pytest.raises(catalogue.UnknownCategoryError):
        catalogue.policy_version("poetry")
    with pytest.raises(catalogue.UnknownCategoryError, match="help v999"):
        catalogue.policy_at("help", 999)
    with pytest.raises(catalogue.UnknownCodeError, match="poem"):
        catalogue.code_item("occupation", "poem")
    with pytest.raises(catalogue.UnknownCodeError):
        catalogue.code_list("poems")
    with pytest.raises(catalogue.UnknownCodeError):
        catalogue.content_class("990000")


def test_nothing_works_before_a_profile_is_loaded() -> None:
    session.execute(sa.update(Profile).values(is_current=False))
    catalogue.forget()
    with pytest.raises(catalogue.NoProfileError, match="profile load"):
        catalogue.policy("help")


def test_a_code_item_carries_what_goes_with_it() -> None:
    assert catalogue.code_item("redirect_target", "119").phone == "119"
    note = catalogue.code_item("decline_reason", "supervision").note
    assert note is not None
    assert "12388" in note["zh"]


@pytest.mark.parametrize(
    ("category", "content_class", "place", "text", "department"),
    [
        ("tip_off", "0101", None, "水务集团科长受贿，停水", "discipline"),
        ("tip_off", None, None, "", "discipline"),
        ("complaint", "15", None, "工作人员推诿", "discipline"),
        ("help", None, None, "门口井盖丢了", "urban_management"),
        ("help", "010203", None, "家里不热", "heating_company"),
        ("help", "010201", None, "有燃气味", "gas_group"),
        ("complaint", "0104", "高新区科技路", "路面破损", "district_government"),
        ("complaint", "0104", "老城区", "路面破损", "urban_management"),
        ("emergency", "01", None, "大量燃气泄漏，有人被困", "gas_group"),
        ("emergency", None, None, "山体滑坡", "emergency_management"),
        ("petition_visit", "06", None, "拖欠工资", "petition_office"),
    ],
)
def test_the_government_catalogue_routes(
    category: str, content_class: str | None, place: str | None, text: str, department: str
) -> None:
    route = catalogue.route(category, content_class, place, text)
    assert route is not None
    assert route.department_code == department
    assert route.because
    assert route.note["zh"]


def test_every_class_of_the_first_level_is_routed_without_a_word() -> None:
    for entry in catalogue.content_classes():
        if entry.level == 1:
            route = catalogue.route("complaint", entry.code, None, "")
            assert route is not None
            assert route.because == ((Because.CONTENT_CLASS, entry.code),)


def test_a_matter_nobody_described_waits_for_a_person() -> None:
    assert catalogue.route("complaint", None, None, "你好") is None


def test_a_sealed_petition_is_not_routed_to_an_ordinary_office() -> None:
    assert catalogue.route("petition_visit", None, None, "", is_restricted=True) is None


def test_the_shipped_profile_survives_being_kept(app: Flask) -> None:
    kept = catalogue.policy("help")
    assert len(kept.opinions) == 3
    assert [stage.value for stage in kept.limits] == ["front_desk", "department", "overall", "callback"]
    assert catalogue.desk().code == "gov_hotline"

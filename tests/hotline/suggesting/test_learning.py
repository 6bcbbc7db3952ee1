"""Models are trained from ended matters, kept by version, and say how often they were right."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from hotline import chores
from hotline.categories.terms import Confidentiality
from hotline.db import session
from hotline.suggesting import learning, suggesting
from hotline.suggesting.models import SuggestionModel, Target
from tests.conftest import NOON
from tests.hotline.suggesting.ended import HEATING, WATER, end
from tests.matters import Desk

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def _nothing_held() -> Iterator[None]:
    """Ids start anew with every test here, and never in a deployment."""
    suggesting._held.clear()
    yield
    suggesting._held.clear()


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


@pytest.fixture
def taught(desk: Desk) -> None:
    end(desk, WATER, many=40)
    end(desk, HEATING, many=40)


@pytest.mark.usefixtures("taught")
def test_class_and_department_are_learned_from_ended_matters_and_explained() -> None:
    for target in Target:
        version = learning.train(target, now=NOON)
        assert version is not None
        assert (version.version, version.matter_count, version.tested_count) == (1, 80, 8)
        assert version.right_count == 8
    first, *_ = suggesting.classes("我家暖气一点都不热", "")
    assert first.entry.code == HEATING
    assert "暖气" in first.words
    offered = suggesting.department("", "自来水发黄，不能喝")
    assert offered is not None
    assert offered.department.code == "water_group"
    assert "来水" in offered.words


def test_too_few_matters_teach_nothing(desk: Desk) -> None:
    end(desk, WATER, many=5)
    end(desk, HEATING, many=5)
    assert not learning.is_due(Target.CONTENT_CLASS)
    assert learning.train(Target.CONTENT_CLASS, now=NOON) is None
    assert suggesting.department("自来水停水", "") is None


@pytest.mark.usefixtures("taught")
def test_sealed_matters_are_not_read(desk: Desk) -> None:
    end(desk, WATER, many=6, confidentiality=Confidentiality.RESTRICTED)
    assert len(learning.labelled(Target.CONTENT_CLASS)) == 80


@pytest.mark.usefixtures("taught")
def test_the_chore_trains_anew_once_a_tenth_more_has_ended_and_keeps_five_versions() -> None:
    assert chores.train_suggestions() == 2
    assert chores.train_suggestions() == 0
    end(Desk(), WATER, many=8)
    assert chores.train_suggestions() == 2
    for _ in range(5):
        learning.train(Target.DEPARTMENT, now=NOON)
    kept = session.scalars(
        sa.select(SuggestionModel.version).where(SuggestionModel.target == Target.DEPARTMENT)
    ).all()
    assert sorted(kept) == [3, 4, 5, 6, 7]


@pytest.mark.usefixtures("taught")
def test_the_next_version_is_used_at_once() -> None:
    learning.train(Target.CONTENT_CLASS, now=NOON)
    assert suggesting.classes("暖气不热了", "")
    held = suggesting._held[Target.CONTENT_CLASS][0]
    learning.train(Target.CONTENT_CLASS, now=NOON)
    assert suggesting.classes("暖气不热了", "")
    assert suggesting._held[Target.CONTENT_CLASS][0] > held


@pytest.mark.usefixtures("taught")
def test_the_command_trains_and_lists(app: Flask) -> None:
    said = app.test_cli_runner().invoke(args=["suggest", "train"]).output
    assert "80" in said
    assert "8 of 8" in said
    assert app.test_cli_runner().invoke(args=["suggest", "list"]).output == said

"""What a model says, what it is packed into, and how names alone suggest a class."""

import csv
import json
from pathlib import Path

import pytest
from flask import Flask

from hotline.suggesting import by_names, fitting, trying
from hotline.suggesting.features import counted
from hotline.suggesting.fitting import HELD_BY, OneLabelError
from hotline.suggesting.model import Model

TEXTS = {
    "water": ("自来水停水", "水管漏水", "水压太低", "供水发黄", "停水没有通知", "水表漏水"),
    "school": ("学校补课收费", "老师补课", "学校食堂", "幼儿园收费高", "学校招生", "老师体罚学生"),
    "road": ("道路坑洼", "路面塌陷", "道路施工", "人行道坑洼", "道路积水坑", "路灯道路昏暗"),
}
MATTERS = [(counted(text), label) for label, texts in TEXTS.items() for text in texts] * HELD_BY
"""Each as often as a term must be held to be known."""


@pytest.fixture(scope="module")
def model() -> Model:
    return fitting.fit(MATTERS)


def test_the_title_counts_twice_and_numbers_do_not_count() -> None:
    found = counted("停水 13812345678", "停水两天 AB12")
    assert found["停水"] == 3
    assert found["^停水"] == 1
    assert set("".join(found)) == set("停水两天^")


def test_the_same_is_said_after_packing(model: Model) -> None:
    again = Model.unpacked(model.packed())
    for found, label in MATTERS:
        assert model.suggest(found)[0].code == label
        assert again.suggest(found) == model.suggest(found)


def test_what_holds_no_known_word_is_left_alone(model: Model) -> None:
    assert model.suggest(counted("xyz 123")) == []
    assert model.suggest(counted("")) == []


def test_the_words_named_stand_in_the_text(model: Model) -> None:
    text = "我们学校又补课了"
    for one in model.suggest(counted(text)):
        assert all(word in text for word in one.words)


def test_two_labels_are_told_apart_both_ways() -> None:
    two = [(found, label) for found, label in MATTERS if label != "road"]
    assert trying.tried(fitting.fit(two), two).right == len(two)


def test_one_label_is_refused() -> None:
    with pytest.raises(OneLabelError):
        fitting.fit([one for one in MATTERS if one[1] == "road"])


def test_small_labels_count_like_large_ones_in_macro_f1(model: Model) -> None:
    wrong = [(counted("学校老师"), "water"), *[(counted("自来水停水"), "water")] * 3]
    trial = trying.tried(model, wrong)
    assert trial.accuracy == 0.75
    assert trial.macro_f1 == pytest.approx((2 * 3 / (4 + 3) + 0) / 2)


@pytest.mark.usefixtures("app")
def test_names_of_classes_suggest_before_anything_is_trained() -> None:
    found = by_names.suggest("小区里路灯不亮好几天了", most=3)
    assert found
    assert all(word in "小区里路灯不亮好几天了" for one in found for word in one.words)
    assert by_names.suggest("嗯嗯", most=3) == []


def test_evaluate_prints_what_it_found(app: Flask, tmp_path: Path) -> None:
    table = tmp_path / "matters.csv"
    with table.open("w", encoding="utf-8", newline="") as lines:
        rows = csv.writer(lines)
        rows.writerow(["title", "detail", "label"])
        rows.writerows([text, "", label] for label, texts in TEXTS.items() for text in texts * HELD_BY)
    run = app.test_cli_runner().invoke(args=["suggest", "evaluate", str(table), str(table), "--json"])
    assert json.loads(run.output) == {"tested": 18 * HELD_BY, "accuracy": 1.0, "macro_f1": 1.0}
    table.write_text("title,label\n水,water\n", encoding="utf-8")
    refused = app.test_cli_runner().invoke(args=["suggest", "evaluate", str(table), str(table)])
    assert refused.exit_code == 1
    assert "detail" in refused.output

"""The dispatch catalogue chooses the most specific rule, always the same one, and says why."""

import itertools
import random

import pytest

from hotline.categories.routing import Because, Route, Rule, choose


def rule(
    code: str,
    *,
    category: str | None = None,
    content_class: str | None = None,
    place: str | None = None,
    words: tuple[str, ...] = (),
    position: int = 0,
    takes_tip_offs: bool = False,
) -> Rule:
    """Return a rule that sends to the department of its own name."""
    note = {"zh": code, "en": code}
    return Rule(code, code, takes_tip_offs, category, content_class, place, words, note, position)


CATEGORY = rule("category", category="help")
TOPIC = rule("topic", content_class="010102")
PART = rule("part", content_class="0101")
WORDS = rule("words", words=("停水", "断水"))
CLASS = rule("class", content_class="01")
PLACE = rule("place", place="高新区")
MOST_SPECIFIC_FIRST = [CATEGORY, TOPIC, PART, WORDS, CLASS, PLACE]


def chosen(rules: list[Rule], *, category: str = "help", is_restricted: bool = False) -> Route | None:
    """Return where a matter goes that every rule above fits."""
    return choose(
        rules,
        category=category,
        content_class="010102",
        place="高新区科技路8号",
        text="小区停水两天",
        is_restricted=is_restricted,
    )


@pytest.mark.parametrize(("first", "second"), list(itertools.combinations(MOST_SPECIFIC_FIRST, 2)))
def test_the_more_specific_rule_goes_first_in_whatever_order_they_stand(first: Rule, second: Rule) -> None:
    for rules in ([first, second], [second, first]):
        route = chosen(rules)
        assert route is not None
        assert route.rule == first.code


def test_a_rule_that_also_names_the_place_goes_before_the_same_rule_without() -> None:
    with_place = rule("part_and_place", content_class="0101", place="高新区")
    route = chosen([PART, with_place])
    assert route is not None
    assert route.because == ((Because.CONTENT_CLASS, "0101"), (Because.PLACE, "高新区"))


def test_the_longer_place_goes_first() -> None:
    route = chosen([PLACE, rule("street", place="高新区科技路")])
    assert route is not None
    assert route.rule == "street"


def test_equal_rules_are_settled_by_their_position_then_their_code() -> None:
    rules = [rule("b", words=("停水",), position=1), rule("c", words=("停水",)), rule("a", words=("小区",))]
    for _ in range(10):
        random.Random(4).shuffle(rules)
        route = chosen(rules)
        assert route is not None
        assert route.rule == "a"


def test_the_route_says_which_word_it_found() -> None:
    route = chosen([WORDS])
    assert route is not None
    assert route.because == ((Because.WORDS, "停水"),)


def test_a_rule_fits_only_if_all_it_asks_for_is_there() -> None:
    assert chosen([rule("both", content_class="0101", words=("漏气",))]) is None
    assert chosen([rule("other_class", content_class="02")]) is None
    assert chosen([rule("other_category", category="complaint")]) is None
    assert chosen([rule("other_place", place="老城区")]) is None
    assert chosen([]) is None


def test_a_matter_without_class_or_place_is_routed_by_its_words_alone() -> None:
    route = choose(
        MOST_SPECIFIC_FIRST,
        category="complaint",
        content_class=None,
        place=None,
        text="断水了",
        is_restricted=False,
    )
    assert route is not None
    assert route.rule == "words"


def test_a_sealed_matter_goes_only_to_a_department_that_takes_tip_offs() -> None:
    discipline = rule("discipline", place="高新区", takes_tip_offs=True)
    route = chosen([*MOST_SPECIFIC_FIRST, discipline], is_restricted=True)
    assert route is not None
    assert route.department_code == "discipline"
    assert chosen(MOST_SPECIFIC_FIRST, is_restricted=True) is None

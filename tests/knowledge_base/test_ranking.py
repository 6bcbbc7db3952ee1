"""Ranking: words that mean the same, words that merely ask, places, and what people chose."""

from collections.abc import Callable

import pytest

from hotline.db import session, transaction
from hotline.people.models import Staff
from hotline.people.roles import Role
from knowledge_base import places, search, tokens
from knowledge_base.index import Index
from knowledge_base.ranking import Question, TwoLooks

from .conftest import NOON, Publish

ASKED = {tokens.key(pair) for pair in ("居住", "住证", "证办", "办理")}
CITY = places.gazetteer({"合肥市": None, "瑶海区": "合肥市", "蜀山区": "合肥市", "芜湖市": None})


def found(query: str, ranker: TwoLooks | None = None) -> list[str]:
    return [hit.title for hit in search.search(query, now=NOON, ranker=ranker)]


@pytest.mark.parametrize(("asked", "written"), [("驾照", "驾驶证期满换领"), ("噪音", "施工噪声管理")])
def test_what_people_call_it_finds_what_offices_call_it(publish: Publish, asked: str, written: str) -> None:
    publish("居住证办理")
    publish(written)
    assert found(f"咨询{asked}的事")[0] == written


def test_words_that_merely_ask_count_less_than_the_matter() -> None:
    asked = tokens.asked("请问公积金怎么提取")
    assert asked["请问"] < asked["提取"]
    assert asked["怎么"] < asked["公积"]
    characters = tokens.characters_asked("请问公积金")
    assert characters["问"] < characters["公"]


@pytest.mark.parametrize(
    ("place", "article", "is_elsewhere"),
    [
        ("瑶海区", "到蜀山区政务中心办理", True),
        ("瑶海区", "到蜀山区或瑶海区政务中心办理", False),
        ("瑶海区", "合肥市统一办理", False),
        ("合肥市", "瑶海区先行办理", False),
        ("瑶海区", "芜湖市另行规定", True),
        ("瑶海区", "到政务中心办理", False),
        ("A7县", "由A市统一办理", False),
        ("A7县", "由K2区办理", True),
        ("全市", "到蜀山区政务中心办理", False),
    ],
)
def test_an_article_that_names_only_other_places_is_elsewhere(
    place: str, article: str, *, is_elsewhere: bool
) -> None:
    question = f"{place}居住证怎么办"
    where = places.asked(tokens.asked(question), question, CITY)
    held = {tokens.key(term) for term in tokens.terms(article)}
    assert (where is not None and where.is_elsewhere(held)) is is_elsewhere


def test_the_answer_of_another_district_is_held_back(publish: Publish) -> None:
    publish("居住证办理", "请到蜀山区政务服务中心办理居住证。")

    def score(*known: places.Place) -> float:
        ranker = TwoLooks(known_places=known)
        return search.search("瑶海区居住证办理", now=NOON, ranker=ranker)[0].score

    assert score(*CITY) < score()


def test_what_operators_chose_moves_an_article_up(publish: Publish, author: Staff) -> None:
    publish("居住证办理材料")
    chosen = publish("居住证办理地点")
    order = found("居住证办理")
    with transaction():
        Index(session).adopt(chosen.id, ASKED, by=author.id)
    assert found("居住证办理")[0] == "居住证办理地点"
    assert set(order) == set(found("居住证办理"))


def test_one_person_teaches_the_search_a_question_once(
    publish: Publish, author: Staff, reviewer: Staff
) -> None:
    chosen = publish("居住证办理地点")
    scores = []
    for person in (author, author, author, reviewer):
        with transaction():
            Index(session).adopt(chosen.id, ASKED, by=person.id)
        scores.append(search.search("居住证办理", now=NOON)[0].score)
    assert scores[0] == scores[1] == scores[2] < scores[3]


def test_what_people_choose_never_outweighs_what_an_article_says(
    publish: Publish, person: Callable[..., Staff]
) -> None:
    publish("居住证办理材料")
    chosen = publish("公积金提取")
    for number in range(30):
        colleague = person(Role.OPERATOR, number=f"o{number}")
        with transaction():
            Index(session).adopt(chosen.id, ASKED, by=colleague.id)
    assert found("居住证办理") == ["居住证办理材料", "公积金提取"]


def test_no_article_is_lost_past_the_second_look(publish: Publish) -> None:
    for number in range(5):
        publish(f"居住证问题{number}")
    ranked = list(TwoLooks(candidates=2).rank(Question("居住证问题"), Index(session)))
    assert len(ranked) == 5
    assert len(search.search("居住证问题", limit=5, now=NOON, ranker=TwoLooks(candidates=2))) == 5

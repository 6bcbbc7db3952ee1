"""What the knowledge base lacks, which articles need a look, and how well it answers."""

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from hotline.db import session, transaction
from hotline.people.models import Staff
from hotline.people.roles import Role
from knowledge_base import answering, articles, gaps
from knowledge_base.article_models import ArticleRevision
from knowledge_base.gap_models import Gap, GapStatus
from tests.conftest import NOON
from tests.matters import Desk, somebody

SignIn = Callable[[Staff], FlaskClient]


@pytest.fixture
def editor(app: Flask) -> Staff:
    return somebody(Role.KNOWLEDGE_EDITOR)


def asked(question: str, days_ago: int = 0) -> Gap:
    with transaction():
        gap = gaps.file_gap(question, now=dt.datetime.now(dt.UTC) - dt.timedelta(days=days_ago))
    assert gap is not None
    return gap


def test_gaps_stand_by_count_or_by_age(editor: Staff, sign_in: SignIn) -> None:
    asked("外地车牌限行时间", days_ago=9)
    asked("养犬登记证怎么办")
    asked("养犬登记证怎么办理")
    browser = sign_in(editor)
    by_count, by_age = browser.get("/kb/gaps").text, browser.get("/kb/gaps?order=age").text
    assert by_count.index("养犬登记证怎么办") < by_count.index("外地车牌限行时间")
    assert by_age.index("外地车牌限行时间") < by_age.index("养犬登记证怎么办")
    assert "养犬登记证怎么办理" in by_count  # the other wording, as an example


def test_an_article_is_written_from_a_gap_and_fills_it(editor: Staff, sign_in: SignIn) -> None:
    gap = asked("养犬登记证怎么办")
    asked("养犬登记证怎么办理")
    browser = sign_in(editor)
    page = browser.get(f"/kb/new?gap={gap.id}").text
    assert 'value="养犬登记证怎么办"' in page
    assert "养犬登记证怎么办理" in page
    filled = {"title": "养犬登记", "body": "到派出所办理。", "audience": "public", "action": "submit"}
    assert browser.post(f"/kb/new?gap={gap.id}", data=filled).status_code == 303
    assert session.get_one(Gap, gap.id).status is GapStatus.DRAFTED
    with transaction():
        revision = session.scalars(sa.select(ArticleRevision)).one()
        articles.publish(revision, by=somebody(Role.KNOWLEDGE_EDITOR), now=dt.datetime.now(dt.UTC))
    session.expire_all()
    assert session.get_one(Gap, gap.id).status is GapStatus.FILLED
    assert "养犬登记证怎么办" not in browser.get("/kb/gaps").text


def test_a_filled_gap_is_not_filled_again(editor: Staff, sign_in: SignIn) -> None:
    gap = asked("养犬登记证怎么办")
    with transaction():
        gaps.dismiss(gap, reason="Another city's matter.", now=NOON)
    filled = {"title": "养犬登记", "body": "到派出所办理。", "audience": "staff", "action": "save"}
    answer = sign_in(editor).post(f"/kb/new?gap={gap.id}", data=filled)
    assert answer.status_code == 422
    assert session.scalar(sa.select(sa.func.count(ArticleRevision.id))) == 0


def test_a_gap_is_dismissed_with_a_reason(editor: Staff, sign_in: SignIn) -> None:
    gap, browser = asked("我家的快递到哪了"), sign_in(editor)
    assert browser.post(f"/kb/gaps/{gap.id}/dismiss", data={"reason": ""}).status_code == 422
    assert browser.post(f"/kb/gaps/{gap.id}/dismiss", data={"reason": "Not ours."}).status_code == 303
    assert "Not ours." in browser.get(f"/kb/gaps/{gap.id}").text


def test_like_gaps_are_joined(editor: Staff, sign_in: SignIn) -> None:
    one, other = asked("灵活就业能交公积金吗"), asked("个人自由职业缴存公积金")
    assert one.id != other.id
    browser = sign_in(editor)
    assert browser.post(f"/kb/gaps/{other.id}/join/{one.id}").status_code == 303
    session.expire_all()
    assert session.get_one(Gap, one.id).asked_count == 2
    assert browser.get(f"/kb/gaps/{other.id}").status_code == 404


def test_a_manager_sees_the_gaps_and_changes_nothing(sign_in: SignIn, app: Flask) -> None:
    gap, browser = asked("外地车牌限行时间"), sign_in(somebody(Role.SERVICE_MANAGER))
    assert "外地车牌限行时间" in browser.get("/kb/gaps").text
    assert browser.post(f"/kb/gaps/{gap.id}/dismiss", data={"reason": "No."}).status_code == 403
    assert browser.get("/kb/new").status_code == 403


def test_articles_nobody_cites_are_listed(editor: Staff, sign_in: SignIn) -> None:
    long_ago = dt.datetime.now(dt.UTC) - dt.timedelta(days=400)
    for title in ("Never asked", "Asked"):
        with transaction():
            made = articles.draft(articles.Content(title=title, body="Words."), by=editor, now=long_ago)
            articles.submit(made, now=long_ago)
            articles.publish(made, by=somebody(Role.KNOWLEDGE_EDITOR), now=long_ago)
    desk = Desk()
    with transaction():
        contact = desk.contact("consultation", NOON)
        answering.cite(made.id, contact=contact, by=desk.operator, now=dt.datetime.now(dt.UTC))
    unused = sign_in(editor).get("/kb/upkeep?view=unused").text
    assert "Never asked" in unused
    assert made.article.code not in unused


def test_shares_say_both_their_counts(editor: Staff, sign_in: SignIn) -> None:
    desk, now = Desk(), dt.datetime.now(dt.UTC)
    desk.answered_at_once(now)
    desk.answered_at_once(now)
    with transaction():
        desk.contact("consultation", now)
    page = sign_in(editor).get("/kb/statistics").text
    assert "66.7" in page
    assert "2 / 3" in page


def test_a_class_leads_to_its_parts(editor: Staff, sign_in: SignIn) -> None:
    desk, now = Desk(), dt.datetime.now(dt.UTC)
    with transaction():
        desk.contact("consultation", now).content_class = "040101"
    browser = sign_in(editor)
    assert "class=04" in browser.get("/kb/statistics").text
    assert "class=0401" in browser.get("/kb/statistics?class=04").text
    assert browser.get("/kb/statistics?month=nonsense&class=nothing").status_code == 200

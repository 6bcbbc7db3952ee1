"""Search: what is found by which words, in which order, and that the index never lags."""

import datetime as dt
import subprocess
import sys

import pytest
import sqlalchemy as sa
from flask import Flask

from hotline.db import db, session, transaction
from hotline.people.models import Staff
from knowledge_base import answering, articles, indexing, search
from knowledge_base.errors import ArticleChangedError
from knowledge_base.index import Index
from knowledge_base.models import Audience, SearchPosting

from .conftest import NOON, Publish


def found(query: str, **filters: object) -> list[str]:
    return [hit.title for hit in search.search(query, now=NOON, **filters)]  # type: ignore[arg-type] # tests name filters


def index_as_stored() -> set[tuple[int, int, bytes]]:
    rows = session.execute(sa.select(SearchPosting.term, SearchPosting.block, SearchPosting.pairs))
    return {tuple(row) for row in rows}  # type: ignore[misc] # rows of three columns


@pytest.mark.parametrize(
    "query",
    [
        "路灯",
        "路灯不亮",
        "路燈不亮",
        "ldbl",
        "路登",
        "ludeng",
        "１２３６９",
        "12369",
        "GB/T 33358",
        "gb/t33358",
    ],
)
def test_an_article_is_found_however_it_is_typed(publish: Publish, query: str) -> None:
    publish("身份证到期怎么换")
    publish("路灯不亮找谁报修", "拨打12369，按 GB/T 33358 执行。")
    assert found(query)[:1] == ["路灯不亮找谁报修"]


def test_nothing_is_searched_before_the_second_character(publish: Publish) -> None:
    publish("路灯不亮找谁报修")
    assert found("路") == []
    assert found("  ") == []


def test_title_counts_more_than_text_and_aliases_are_found(publish: Publish) -> None:
    publish("公交线路查询", "查询时请注意居住证信息。" * 3)
    publish("居住证办理指南")
    publish("暂住登记", aliases="外地人怎么落脚\n租房要登记吗")
    assert found("居住证")[0] == "居住证办理指南"
    assert found("租房登记")[0] == "暂住登记"


def test_filters_narrow_what_is_found(publish: Publish) -> None:
    publish("居住证办理", content_class="0102", region="430102", audience=Audience.PUBLIC)
    publish("居住证续签", content_class="0201")
    assert found("居住证", content_class="01") == ["居住证办理"]
    assert found("居住证", audience=Audience.PUBLIC) == ["居住证办理"]
    assert set(found("居住证", region="430102")) == {"居住证办理", "居住证续签"}
    assert found("居住证", region="430103") == ["居住证续签"]
    assert found("居住证", department_id=999_999) == []


def test_an_article_is_found_only_while_it_is_valid(publish: Publish) -> None:
    publish("春节门诊时间", valid_from=NOON + dt.timedelta(days=1))
    assert found("门诊") == []
    later = search.search("门诊", now=NOON + dt.timedelta(days=1))
    assert [hit.title for hit in later] == ["春节门诊时间"]


def test_highlights_point_at_what_was_asked(publish: Publish) -> None:
    publish("居住证办理", "带上**身份证**和租房合同，到派出所办理居住证。")
    hit = search.search("居住证 派出所", now=NOON)[0]
    assert {hit.snippet[start:end] for start, end in hit.highlights} == {"派出所", "居住证"}
    assert [hit.title[start:end] for start, end in hit.title_highlights] == ["居住证"]
    assert "*" not in hit.snippet


def test_a_new_revision_replaces_the_old_words_in_the_index(publish: Publish) -> None:
    article = publish("居住证办理", "到派出所。")
    publish("居住证办理", "到社区。", article=article)
    assert found("派出所") == []
    assert found("社区") == ["居住证办理"]


def test_the_index_is_the_same_whatever_way_it_came_about(publish: Publish) -> None:
    """Changing, withdrawing and adding leave no trace beyond what a fresh build has."""
    for number in range(8):
        publish(f"第{number}号办事指南", "居住证办理。" * number + "请到政务中心。")
    gone = publish("临时通知", "今天停水，独有的词汇。")
    assert gone.published is not None
    with transaction():
        articles.withdraw(gone.published, reason="结束", now=NOON)
        indexing.rebuild()
    fresh = index_as_stored()
    with transaction():
        indexing.rebuild()
    assert index_as_stored() == fresh
    assert Index(session).size_and_counts([])[0].count == 8
    assert found("独有的词汇") == []


def test_a_rolled_back_article_leaves_nothing_in_the_index(publish: Publish, author: Staff) -> None:
    publish("居住证办理")
    before = index_as_stored()
    with pytest.raises(RuntimeError), transaction():
        publish_then_fail(author)
    assert index_as_stored() == before
    assert found("半途而废") == []


def publish_then_fail(author: Staff) -> None:
    revision = articles.add_imported(
        articles.Content(title="半途而废", body="不该留下。"), code="half", now=NOON
    )
    session.flush()
    indexing.put(revision)
    raise RuntimeError


def test_another_process_finds_an_article_at_once(app: Flask, publish: Publish) -> None:
    publish("跨进程可见的文章")
    url = db.engine.url.render_as_string(hide_password=False)
    script = (
        "import sys, sqlalchemy as sa\n"
        "from knowledge_base.index import Index\n"
        "from knowledge_base.ranking import Question, TwoLooks\n"
        f"with sa.create_engine({url!r}).connect() as connection:\n"
        "    print(len(list(TwoLooks().rank(Question('跨进程可见'), Index(connection)))))\n"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (answer.stdout.strip(), answer.stderr) == ("1", "")


def test_refusals_of_answering_say_which_revision_to_read(publish: Publish) -> None:
    article = publish("居住证办理")
    seen = search.search("居住证", now=NOON)[0].revision_id
    publish("居住证办理", "新的答复。", article=article)
    with pytest.raises(ArticleChangedError) as refusal:
        answering.refuse_unanswerable(articles.revision(seen), now=NOON)
    assert article.published is not None
    assert refusal.value.params["revision_id"] == article.published.id

"""Import and export: all of a file or nothing, the same file twice changes nothing, bad rows are named."""

import json
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from hotline.db import session, transaction
from knowledge_base import articles, search, transfer
from knowledge_base.errors import ImportRefusedError, ImportUnreadableError
from knowledge_base.models import Article, Audience, SearchEntry, SearchPosting

from .conftest import NOON

ROWS = [
    {"id": "A1", "title": "居住证办理", "body": "到派出所办理。", "aliases": ["暂住证", "租房登记"]},
    {
        "id": "A2",
        "title": "公租房申请",
        "body": "到社区申请。",
        "audience": "public",
        "valid_until": "2027-01-01",
    },
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "articles.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS), encoding="utf-8")
    return path


def run(path: Path, *, is_rehearsal: bool = False) -> transfer.Outcome:
    with transaction():
        return transfer.import_file(path, now=NOON, is_rehearsal=is_rehearsal)


@pytest.mark.usefixtures("app")
def test_imported_articles_are_published_and_found(file: Path) -> None:
    assert run(file) == transfer.Outcome(2, 0, 0)
    assert search.search("租房登记", now=NOON)[0].code == "A1"
    second = articles.get("A2").published
    assert second is not None
    assert second.audience == Audience.PUBLIC
    assert second.valid_until is not None


@pytest.mark.usefixtures("app")
def test_the_same_file_again_changes_nothing_and_a_changed_row_makes_a_revision(file: Path) -> None:
    run(file)
    assert run(file) == transfer.Outcome(0, 0, 2)
    file.write_text(file.read_text(encoding="utf-8").replace("到社区申请", "网上申请"), encoding="utf-8")
    assert run(file, is_rehearsal=True) == transfer.Outcome(0, 1, 1)
    assert run(file) == transfer.Outcome(0, 1, 1)
    assert [one.body for one in articles.get("A2").revisions] == ["到社区申请。", "网上申请。"]


@pytest.mark.usefixtures("app")
def test_a_rehearsal_writes_nothing(file: Path) -> None:
    assert run(file, is_rehearsal=True) == transfer.Outcome(2, 0, 0)
    assert session.scalar(sa.select(sa.func.count(Article.id))) == 0


@pytest.mark.usefixtures("app")
def test_bad_rows_are_named_and_stop_the_whole_file(file: Path) -> None:
    bad = [
        "not json",
        '{"id": "B1", "title": "", "body": "x"}',
        '{"title": "no id", "body": "x"}',
        '{"id": "A1", "title": "twice", "body": "x"}',
        '{"id": "B2", "title": "x", "body": "x", "audience": "all"}',
        '{"id": "B3", "title": "x", "body": "x", "valid_from": "soon"}',
        '{"id": "B4", "title": "x", "body": "x", "department": "none-such"}',
        '{"id": "B5", "title": "x", "body": "x", "valid_from": "2026-01-02", "valid_until": "2026-01-01"}',
    ]
    with file.open("a", encoding="utf-8") as lines:
        lines.write("\n" + "\n".join(bad))
    rows, errors = transfer.read(file)
    assert len(rows) == 2
    assert [error.params["row"] for error in errors] == list(range(3, 11))
    with pytest.raises(ImportRefusedError) as refusal:
        run(file)
    assert refusal.value.params["count"] == 8
    assert session.scalar(sa.select(sa.func.count(Article.id))) == 0


@pytest.mark.usefixtures("app")
def test_a_crash_in_the_middle_leaves_nothing_half_indexed(tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    with path.open("w", encoding="utf-8") as lines:
        for number in range(transfer.AT_ONCE + 10):
            row = {"id": f"N{number}", "title": f"第{number}号指南", "body": "到窗口办理。"}
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")

    def crash(_done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), transaction():
        transfer.import_file(path, now=NOON, told=crash)
    for table in (Article, SearchEntry, SearchPosting):
        assert session.scalar(sa.select(sa.func.count()).select_from(table)) == 0


@pytest.mark.usefixtures("app")
def test_the_excel_layout_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["编号", "标题", "正文", "常见问法", "公开范围", "复核日期"])
    sheet.append(["X1", "居住证办理", "到派出所。", "暂住证\n租房登记", "公开", NOON.replace(tzinfo=None)])
    sheet.append(["X2", "", "缺标题", None, None, None])
    book.save(tmp_path / "articles.xlsx")
    rows, errors = transfer.read(tmp_path / "articles.xlsx")
    assert [error.params["row"] for error in errors] == [3]
    assert rows[0].content.aliases == "暂住证\n租房登记"
    assert rows[0].content.audience == Audience.PUBLIC
    assert rows[0].content.review_on == NOON.date()


@pytest.mark.usefixtures("app")
def test_a_file_that_is_no_sheet_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "broken.xlsx").write_bytes(b"nothing of the kind")
    with pytest.raises(ImportUnreadableError):
        transfer.read(tmp_path / "broken.xlsx")


@pytest.mark.usefixtures("app")
def test_what_is_exported_is_imported_unchanged(file: Path, tmp_path: Path) -> None:
    run(file)
    copy = tmp_path / "copy.jsonl"
    copy.write_text(
        "\n".join(json.dumps(row, ensure_ascii=False) for row in transfer.export()), encoding="utf-8"
    )
    assert run(copy) == transfer.Outcome(0, 0, 2)


def test_the_command_line_imports_searches_exports_and_measures(
    app: Flask, file: Path, tmp_path: Path
) -> None:
    runner = app.test_cli_runner()
    assert "2 would be added" in runner.invoke(args=["kb", "import", str(file), "--dry-run"]).output
    assert "2 added" in runner.invoke(args=["kb", "import", str(file)]).output
    found = json.loads(runner.invoke(args=["kb", "search", "居住证", "--json"]).output)
    assert found[0].keys() == {"id", "title", "score", "snippet"}
    assert found[0]["id"] == "A1"
    assert "2 articles" in runner.invoke(args=["kb", "export", str(tmp_path / "out.jsonl")]).output
    assert "2 articles" in runner.invoke(args=["kb", "reindex"]).output
    documents, queries = tmp_path / "docs.jsonl", tmp_path / "queries.jsonl"
    documents.write_text(
        '{"doc_id": "d1", "text": "居住证到派出所办理"}\n{"doc_id": "d2", "text": "公租房申请"}'
    )
    queries.write_text('{"query": "居住证", "detail": "在哪里办理", "relevant": ["d1"]}')
    before = session.scalar(sa.select(sa.func.count()).select_from(SearchPosting))
    answer = runner.invoke(
        args=["kb", "evaluate", str(documents), str(queries), "--query-fields", "query,detail", "--json"]
    )
    figures = json.loads(answer.stdout)
    assert figures["recall@1"] == figures["recall@5"] == figures["mrr@10"] == 1.0
    assert figures["p95_ms"] >= figures["p50_ms"] > 0
    assert session.scalar(sa.select(sa.func.count()).select_from(SearchPosting)) == before

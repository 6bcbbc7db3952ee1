"""Articles as HTML, and two wordings side by side."""

import pytest

from blueprints.knowledge import differences, markdown
from blueprints.knowledge.differences import Side


def told(side: Side | None) -> str:
    """Return a side with its changed pieces in brackets."""
    return "".join(f"[{one.text}]" if one.is_changed else one.text for one in side or ())


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](https://elsewhere.example/pixel.png)",
        '<a href="x" style="position:fixed">x</a>',
        "<iframe src='//elsewhere.example'></iframe>",
    ],
)
def test_nothing_in_an_article_acts_or_reaches_outside(text: str) -> None:
    made = markdown.html(text)
    for forbidden in ("<script", "<img", "<iframe", 'href="javascript', 'href="data', '<a href="x"'):
        assert forbidden not in made


def test_tables_lists_and_links_are_kept() -> None:
    made = markdown.html(
        "# Fees\n\n| Kind | Fee |\n|---|--:|\n| New | 20 |\n\n3. [Notice](https://gov.example/12)"
    )
    assert "<h3>Fees</h3>" in made
    assert '<td class="text-end">20</td>' in made
    assert '<ol start="3">' in made
    assert 'href="https://gov.example/12" rel="noopener noreferrer nofollow"' in made
    assert "style=" not in made


def test_a_line_typed_is_a_line_shown() -> None:
    assert "<br>" in markdown.html("first\nsecond")


def test_chinese_changes_are_marked_word_by_word() -> None:
    before, after = differences.sides("办理时限为20个工作日,费用40元。", "办理时限为15个工作日,费用40元。")
    assert told(before) == "办理时限为[20]个工作日,费用40元。"
    assert told(after) == "办理时限为[15]个工作日,费用40元。"


def test_reworded_paragraphs_stand_beside_each_other() -> None:
    rows = differences.rows(
        "请携带本人身份证到场办理。\n费用四十元。",
        "新增一段完全不同的说明文字。\n请携带本人居民身份证和户口簿到场办理。\n费用四十元。",
    )
    assert [(row.before is None, row.after is None) for row in rows] == [
        (True, False),
        (False, False),
        (False, False),
    ]
    assert "户口簿" in told(rows[1].after)
    assert not rows[2].is_changed


def test_long_unchanged_stretches_are_counted_instead_of_shown() -> None:
    lines = [f"第{number}段没有变化。" for number in range(20)]
    rows = differences.rows("\n".join(lines), "\n".join([*lines, "最后新增一段。"]))
    assert [row.skipped for row in rows] == [19, 0, 0]
    assert rows[-1].before is None


def test_the_same_text_has_no_changes() -> None:
    assert [row.is_changed for row in differences.rows("one\ntwo\nthree", "one\ntwo\nthree")] == [False]


def test_a_whole_rewrite_is_compared_without_hanging() -> None:
    before = "\n".join(f"旧的第{number}段内容" for number in range(120))
    after = "\n".join(f"完全不同的{number}号文字" for number in range(110))
    rows = differences.rows(before, after)
    assert len(rows) == 120
    assert all(row.is_changed for row in rows)

"""Articles in and out of the service: JSON lines, and Excel sheets with the headings below."""

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import sqlalchemy as sa

from hotline.db import session
from hotline.errors import HotlineError
from hotline.people.models import Department
from hotline.wording import LOCAL_ZONE, N_, say
from knowledge_base import articles, indexing
from knowledge_base.article_models import Article, ArticleRevision, Audience, RevisionStatus
from knowledge_base.articles import Content
from knowledge_base.errors import ImportRefusedError, ImportUnreadableError

COLUMNS = {
    "编号": "id",
    "标题": "title",
    "正文": "body",
    "常见问法": "aliases",
    "依据": "source_document",
    "承办单位": "department",
    "生效日期": "valid_from",
    "失效日期": "valid_until",
    "复核日期": "review_on",
    "内容分类": "content_class",
    "区域": "region",
    "公开范围": "audience",
}
"""Headings of the Excel layout: first sheet, first row. The English names serve too, as in JSON lines."""
AUDIENCES = {"": Audience.STAFF, "内部": Audience.STAFF, "公开": Audience.PUBLIC} | {
    one.value: one for one in Audience
}
DATES = ("valid_from", "valid_until", "review_on")
LONGEST_ID = 64
LONGEST_TITLE = 300
AT_ONCE = 500

ROW_UNREADABLE = N_("this is not a JSON object")
ID_MISSING = N_("the id is missing or longer than %(limit)s characters")
ID_TWICE = N_("the id %(id)s stands in row %(row)s already")
TITLE_MISSING = N_("title or text is missing, or the title is longer than %(limit)s characters")
DEPARTMENT_UNKNOWN = N_("there is no department %(code)s")
AUDIENCE_UNKNOWN = N_("the audience is “staff” or “public”, not “%(value)s”")
DATE_UNREADABLE = N_("“%(value)s” is not a date like 2026-03-31")


class RowRefusedError(HotlineError):
    """One row of a file cannot be imported."""

    sentence = N_("Row %(row)s: %(reason)s")


@dataclass(frozen=True, slots=True)
class Row:
    """One article of a file, as read."""

    number: int
    code: str
    content: Content


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import did, or would do."""

    added: int
    changed: int
    unchanged: int


def read(path: Path) -> tuple[list[Row], list[RowRefusedError]]:
    """Return the articles of a file and what is wrong with its other rows. Raises `ImportUnreadableError`."""
    units = {one.code: one.id for one in session.scalars(sa.select(Department))}
    rows: list[Row] = []
    errors: list[RowRefusedError] = []
    seen: dict[str, int] = {}
    for number, values in _values(path):
        try:
            row = _row(number, values, units)
            if row.code in seen:
                raise _refused(number, ID_TWICE, id=row.code, row=seen[row.code])
        except RowRefusedError as error:
            errors.append(error)
            continue
        seen[row.code] = number
        rows.append(row)
    return rows, errors


def import_file(
    path: Path, *, now: dt.datetime, is_rehearsal: bool = False, told: Callable[[int], object] = int
) -> Outcome:
    """Import every article of a file, or none; the same file again changes nothing.

    A known id whose content differs gets a new published revision. `told` hears how many rows are done.
    Raises `ImportRefusedError` naming the first bad row, `ImportUnreadableError`.
    """
    rows, errors = read(path)
    if errors:
        raise ImportRefusedError(count=len(errors), **errors[0].params)
    return put(rows, now=now, is_rehearsal=is_rehearsal, told=told)


def put(
    rows: Sequence[Row],
    *,
    now: dt.datetime,
    is_rehearsal: bool = False,
    told: Callable[[int], object] = int,
) -> Outcome:
    """Publish `rows`, in the caller's transaction."""
    added = changed = unchanged = 0
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        known = {
            one.code: one
            for one in session.scalars(sa.select(Article).where(Article.code.in_([row.code for row in some])))
        }
        fresh = []
        for row in some:
            article = known.get(row.code)
            if article is None:
                added += 1
                if not is_rehearsal:
                    fresh.append(articles.add_imported(row.content, code=row.code, now=now))
            elif article.published and articles.content_of(article.published) == row.content:
                unchanged += 1
            else:
                changed += 1
                if not is_rehearsal:
                    draft = articles.draft(row.content, by=None, now=now, article=article)
                    articles.publish_imported(draft, now=now)
        session.flush()
        indexing.put_all(fresh)
        told(len(some))
    return Outcome(added, changed, unchanged)


def export() -> Iterator[dict[str, Any]]:
    """Yield every published article as `import_file` reads it."""
    codes = {one.id: one.code for one in session.scalars(sa.select(Department))}
    rows = session.scalars(
        sa.select(ArticleRevision)
        .where(ArticleRevision.status == RevisionStatus.PUBLISHED)
        .order_by(ArticleRevision.article_id)
        .execution_options(yield_per=AT_ONCE)
    )
    for revision in rows:
        known: dict[str, Any] = {
            "id": revision.article.code,
            "title": revision.title,
            "body": revision.body,
            "aliases": revision.aliases,
            "source_document": revision.source_document,
            "department": codes.get(revision.department_id or 0, ""),
            "valid_from": _day(revision.valid_from),
            "valid_until": _day(revision.valid_until),
            "review_on": revision.review_on.isoformat() if revision.review_on else "",
            "content_class": revision.content_class,
            "region": revision.region,
            "audience": revision.audience.value,
        }
        yield {name: value for name, value in known.items() if value}


def _values(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        if path.suffix.lower() == ".xlsx":
            yield from _sheet(path)
        else:
            yield from _lines(path)
    except (OSError, UnicodeDecodeError, BadZipFile, KeyError) as error:
        raise ImportUnreadableError(name=path.name, reason=str(error)) from error


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with path.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                values = json.loads(line)
            except ValueError:
                values = None
            yield number, values if isinstance(values, dict) else {}


def _sheet(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    # Not imported at the top: with what it brings along it takes 18 MB of each process, and few read a sheet.
    book = import_module("openpyxl").load_workbook(path, read_only=True, data_only=True)
    try:
        rows: Iterable[tuple[Any, ...]] = book.worksheets[0].iter_rows(values_only=True)
        names: list[str] = []
        for number, cells in enumerate(rows, 1):
            if not names:
                headings = [str(cell or "").strip() for cell in cells]
                names = [COLUMNS.get(heading, heading) for heading in headings]
            elif any(cell is not None for cell in cells):
                yield number, dict(zip(names, cells, strict=False))
    finally:
        book.close()


def _row(number: int, values: dict[str, Any], units: dict[str, int]) -> Row:
    if not values:
        raise _refused(number, ROW_UNREADABLE)
    text = {name: _text(values.get(name)) for name in COLUMNS.values()}
    if not 0 < len(text["id"]) <= LONGEST_ID:
        raise _refused(number, ID_MISSING, limit=LONGEST_ID)
    if not 0 < len(text["title"]) <= LONGEST_TITLE or not text["body"]:
        raise _refused(number, TITLE_MISSING, limit=LONGEST_TITLE)
    if text["department"] and text["department"] not in units:
        raise _refused(number, DEPARTMENT_UNKNOWN, code=text["department"])
    if text["audience"] not in AUDIENCES:
        raise _refused(number, AUDIENCE_UNKNOWN, value=text["audience"])
    days = {
        name: _date(number, values.get(name), text[name])
        for name in ("valid_from", "valid_until", "review_on")
    }
    content = Content(
        title=text["title"],
        body=text["body"],
        aliases=_aliases(values.get("aliases")),
        source_document=text["source_document"][:500],
        department_id=units.get(text["department"]),
        valid_from=_midnight(days["valid_from"]),
        valid_until=_midnight(days["valid_until"]),
        review_on=days["review_on"],
        content_class=text["content_class"][:40],
        region=text["region"][:40],
        audience=AUDIENCES[text["audience"]],
    )
    try:
        return Row(number, text["id"], Content(**content.checked()))
    except HotlineError as error:
        raise _refused(number, error.sentence) from error


def _text(value: object) -> str:
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def _aliases(value: object) -> str:
    return "\n".join(_text(one) for one in value) if isinstance(value, list) else _text(value)


def _date(number: int, value: object, text: str) -> dt.date | None:
    if not text:
        return None
    if isinstance(value, dt.datetime):
        return value.date()
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError as error:
        raise _refused(number, DATE_UNREADABLE, value=text) from error


def _midnight(day: dt.date | None) -> dt.datetime | None:
    if day is None:
        return None
    return dt.datetime.combine(day, dt.time(), LOCAL_ZONE).astimezone(dt.UTC)


def _day(moment: dt.datetime | None) -> str:
    return moment.astimezone(LOCAL_ZONE).date().isoformat() if moment else ""


def _refused(number: int, sentence: str, **params: Any) -> RowRefusedError:
    return RowRefusedError(row=number, reason=say(sentence, params))

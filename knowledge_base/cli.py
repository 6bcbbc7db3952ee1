"""The command line of the knowledge base: `flask --app wsgi kb …`."""

import json
import sys
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from hotline.db import db, transaction, utc_now
from hotline.errors import HotlineError
from knowledge_base import articles, drafts, evaluation, indexing, reviews, search, transfer

A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

kb_group = AppGroup("kb", help="Knowledge base: import, export, search, measure.")


@kb_group.command("import")
@click.argument("file", type=A_FILE)
@click.option("--dry-run", is_flag=True, help="Only tell what would happen, and every bad row.")
def import_articles(file: Path, *, dry_run: bool) -> None:
    """Import articles from FILE: JSON lines (id, title, body, …) or an Excel sheet (.xlsx).

    All rows are imported or none. The same file again changes nothing; a changed row becomes a new
    revision of its article.
    """
    try:
        with transaction():
            rows, errors = transfer.read(file)
            for error in errors:
                click.echo(error.say(), err=True)
            if errors:
                raise click.ClickException(f"{len(errors)} bad rows; nothing was imported.")
            with click.progressbar(length=len(rows), label=file.name, file=sys.stderr) as bar:
                outcome = transfer.put(rows, now=utc_now(), is_rehearsal=dry_run, told=bar.update)
    except HotlineError as error:
        raise click.ClickException(error.say()) from error
    would = "would be " if dry_run else ""
    click.echo(
        f"{outcome.added} {would}added, {outcome.changed} {would}changed, {outcome.unchanged} as they were."
    )


@kb_group.command("export")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
def export_articles(file: Path) -> None:
    """Write every published article to FILE as JSON lines that `kb import` reads."""
    count = 0
    with file.open("w", encoding="utf-8") as lines:
        for row in transfer.export():
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    click.echo(f"{count} articles.")


@kb_group.command("search")
@click.argument("query")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 100))
@click.option("--json", "as_json", is_flag=True)
def search_articles(query: str, limit: int, *, as_json: bool) -> None:
    """Search the published articles for QUERY."""
    hits = search.search(query, limit=limit, now=utc_now())
    if as_json:
        rows = [
            {"id": hit.code, "title": hit.title, "score": round(hit.score, 4), "snippet": hit.snippet}
            for hit in hits
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for hit in hits:
        click.echo(f"{hit.code}\t{hit.score:.2f}\t{hit.title}\n\t{hit.snippet}")


@kb_group.command("evaluate")
@click.argument("documents", type=A_FILE)
@click.argument("queries", type=A_FILE)
@click.option("--field", default="text", show_default=True, help="Field of DOCUMENTS that holds the text.")
@click.option(
    "--query-fields",
    default="query",
    show_default=True,
    help="Fields of QUERIES, separated by commas: the question, then what adds to it.",
)
@click.option("--json", "as_json", is_flag=True)
def evaluate(documents: Path, queries: Path, field: str, query_fields: str, *, as_json: bool) -> None:
    """Measure the search on QUERIES with known answers in DOCUMENTS, beside the real articles.

    DOCUMENTS are JSON lines with doc_id (or id) and the text; QUERIES have the question and `relevant`,
    the ids that answer it.
    """
    try:
        texts = evaluation.read_documents(documents, field=field)
        cases = evaluation.read_cases(queries, fields=[name.strip() for name in query_fields.split(",")])
    except KeyError as error:
        raise click.ClickException(f"A line has no field {error}.") from error
    except ValueError as error:
        raise click.ClickException(f"A line is not JSON: {error}") from error
    with evaluation.scratch_index(db.engine) as index:
        with click.progressbar(length=len(texts), label="index", file=sys.stderr) as bar:
            evaluation.fill(index, texts, bar.update)
        with click.progressbar(length=len(cases), label="ask", file=sys.stderr) as bar:
            report = evaluation.evaluate(index, texts, cases, told=bar.update)
    _show(report.as_dict(), as_json=as_json)


@kb_group.command("reindex")
def reindex() -> None:
    """Build the search index anew, as after a restore or an upgrade of the search."""
    with transaction(), click.progressbar(length=indexing.count(), label="index", file=sys.stderr) as bar:
        count = indexing.rebuild(told=bar.update)
    click.echo(f"{count} articles.")


@kb_group.command("tend")
def tend() -> None:
    """Do what is due: end expired articles, prepare drafts from replies, remind owners of reviews."""
    now = utc_now()
    with transaction():
        expired = articles.expire_articles(now)
    with transaction():
        drafted = drafts.prepare_from_replies(now, since=now - drafts.LOOKS_BACK)
    with transaction():
        reminded = reviews.remind(now)
    click.echo(f"{expired} expired, {drafted} drafts prepared, {reminded} reviews reminded of.")


def _show(figures: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(figures))
        return
    for name, value in figures.items():
        click.echo(f"{name:10} {value}")

"""Figures on the command line: the same catalogue, the same counts, for people and for programs."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import force_locale

from hotline.config import LOCALES
from hotline.db import utc_now
from hotline.errors import HotlineError
from hotline.statistics import facts, figures, names, sheets
from hotline.statistics.catalogue import MEASURES, measure
from hotline.statistics.figures import Figure
from hotline.statistics.periods import Period
from hotline.wording import say

statistics_group = AppGroup("statistics", help="Figures, each with its numerator and denominator.")
DAY = click.DateTime(["%Y-%m-%d"])
LANGUAGE = click.option("--lang", type=click.Choice(["zh", "en"]), help="Language of the words.")


def _locale(lang: str | None) -> str:
    default: str = current_app.config["BABEL_DEFAULT_LOCALE"]
    return {"zh": LOCALES[0], "en": LOCALES[1]}.get(lang or "", default)


@statistics_group.command("list")
@LANGUAGE
def list_(lang: str | None) -> None:
    """List the measures: code, name, what is divided by what, target, source."""
    with force_locale(_locale(lang)):
        for one in MEASURES.values():
            click.echo(f"{one.code:26} {say(one.name)}: {_words(one)}")


def _words(one: Any) -> str:
    target = f"; ≥ {one.target} %" if one.target is not None else ""
    below = f" ÷ {say(one.out_of)}" if one.denominator else ""
    return f"{say(one.words)}{below}{target} [{one.basis}]"


@statistics_group.command("show")
@click.argument("code", metavar="MEASURE")
@click.option("--from", "first", type=DAY, required=True, help="First local day.")
@click.option("--to", "last", type=DAY, required=True, help="Last local day, included.")
@click.option("--by", type=click.Choice(figures.DIVISIONS), help="Show it divided.")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable, in a fixed shape.")
@click.option("--xlsx", type=click.Path(dir_okay=False, path_type=Path), help="Write an Excel file.")
@LANGUAGE
def show(
    code: str,
    first: dt.datetime,
    last: dt.datetime,
    by: str | None,
    as_json: bool,
    xlsx: Path | None,
    lang: str | None,
) -> None:
    """Show MEASURE for a period, with both its counts."""
    try:
        wanted = measure(code)
        period = Period(first.date(), last.date())
        division = figures.divided(wanted, by) if by else ""
        sums = figures.sums(period, now=utc_now(), by=division, wanted=wanted.counts)
    except HotlineError as error:
        raise click.ClickException(error.say()) from error
    found = [(group, sums.figure(wanted, group)) for group in (sums.groups if division else ("",))]
    with force_locale(_locale(lang)):
        if xlsx is not None:
            sheets.write_measure(xlsx, wanted, period, division, found)
        if as_json:
            click.echo(
                json.dumps(_to_json(wanted.code, period, division, found), ensure_ascii=False, indent=2)
            )
        elif xlsx is None:
            click.echo(f"{say(wanted.name)}  {period.first} – {period.last}")
            click.echo(_words(wanted))
            for group, figure in found:
                label = names.of(division, group) if division else ""
                click.echo(
                    f"{label:24} {names.percent(figure):>8}  {figure.numerator} / {_dash(figure.denominator)}"
                )


def _dash(value: int | None) -> str:
    return "–" if value is None else str(value)


def _to_json(code: str, period: Period, by: str, found: list[tuple[str, Figure]]) -> dict[str, Any]:
    rows = [
        {
            **({by: group, "name": names.of(by, group)} if by else {}),
            "numerator": figure.numerator,
            "denominator": figure.denominator,
            "rate": figure.rate,
        }
        for group, figure in found
    ]
    return {
        "measure": code,
        "from": str(period.first),
        "to": str(period.last),
        "by": by or None,
        "rows": rows,
    }


@statistics_group.command("rebuild")
@click.option("--from", "first", type=DAY, required=True, help="First local day.")
@click.option("--to", "last", type=DAY, required=True, help="Last local day, included.")
def rebuild(first: dt.datetime, last: dt.datetime) -> None:
    """Count every day of a period anew from the matters themselves."""
    try:
        counted = facts.rebuild(Period(first.date(), last.date()), now=utc_now())
    except HotlineError as error:
        raise click.ClickException(error.say()) from error
    click.echo(str(counted))


@statistics_group.command("catch-up")
def catch_up() -> None:
    """Count the days that are missing or changed, as the periodic job does."""
    click.echo(str(facts.catch_up(utc_now())))

"""Training and trying suggestions on the command line."""

import csv
import json
from pathlib import Path

import click
from flask.cli import AppGroup

from hotline.db import utc_now
from hotline.errors import HotlineError
from hotline.suggesting import fitting, learning, suggesting, trying
from hotline.suggesting.features import counted
from hotline.suggesting.fitting import Matter
from hotline.suggesting.models import SuggestionModel, Target
from hotline.wording import in_words

suggest_group = AppGroup("suggest", help="Content class and department suggested from ended matters.")
COLUMNS = ("title", "detail", "label")
TABLE = click.Path(exists=True, dir_okay=False, path_type=Path)


@suggest_group.command("train")
def train() -> None:
    """Train the next version of each model from this deployment's ended matters."""
    for target in Target:
        try:
            version = learning.train(target, now=utc_now())
        except HotlineError as error:
            raise click.ClickException(error.say()) from error
        if version is None:
            click.echo(f"{in_words(target)}: fewer than {learning.FEWEST_MATTERS} ended matters tell it")
        else:
            click.echo(_line(version))


@suggest_group.command("list")
def list_() -> None:
    """List the versions that are kept, newest first: what they know and how often they were right."""
    for version in suggesting.versions():
        click.echo(_line(version))


@suggest_group.command("evaluate")
@click.argument("training", type=TABLE, metavar="TRAIN.csv")
@click.argument("test", type=TABLE, metavar="TEST.csv")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def evaluate(training: Path, test: Path, *, as_json: bool) -> None:
    """Train on TRAIN.csv, try on TEST.csv (columns title, detail, label); nothing is kept."""
    try:
        trial = trying.tried(fitting.fit(_read(training)), _read(test))
    except HotlineError as error:
        raise click.ClickException(error.say()) from error
    figures = {
        "tested": trial.tried,
        "accuracy": round(trial.accuracy, 4),
        "macro_f1": round(trial.macro_f1, 4),
    }
    if as_json:
        click.echo(json.dumps(figures))
    else:
        for name, value in figures.items():
            click.echo(f"{name}: {value}")


def _read(path: Path) -> list[Matter]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines)
        missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
        if missing:
            raise click.ClickException(f"{path}: no column {', '.join(missing)}")
        return [(counted(row["title"], row["detail"]), row["label"]) for row in rows]


def _line(one: SuggestionModel) -> str:
    return (
        f"{in_words(one.target)} {one.version}: {one.matter_count} matters, {one.label_count} labels,"
        f" right first for {one.right_count} of {one.tested_count} it had not seen"
    )

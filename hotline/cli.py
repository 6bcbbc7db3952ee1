"""The command line of the rules: what an administrator types, and what starts the processes."""

import datetime as dt
import json

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from flask_babel import force_locale

from hotline import background, clock, worker
from hotline.audit.cli import audit_group, seal_group
from hotline.backup.cli import backup_group, restore_command
from hotline.categories import catalogue, profiles
from hotline.config import LOCALES
from hotline.db import transaction, utc_now
from hotline.errors import HotlineError
from hotline.people import departments, staff
from hotline.people.roles import Role
from hotline.retention.cli import retention_group
from hotline.statistics.cli import statistics_group
from hotline.suggesting.cli import suggest_group
from hotline.telephony.cli import telephony_group
from hotline.tickets import reckoning
from hotline.wording import LOCAL_ZONE, N_, in_both, say

MOMENT = "YYYY-MM-DDTHH:MM[:SS][+08:00]"


class Refused(click.ClickException):
    """A rule said no: one sentence, exit code 1."""

    def __init__(self, error: HotlineError) -> None:
        super().__init__(error.say())


profile_group = AppGroup("profile", help="Categories, limits, routing and code lists.")
people_group = AppGroup("people", help="Staff accounts.")
deadline_group = AppGroup("deadline", help="What is due when, and why.")


@profile_group.command("load")
@click.argument("name")
def load_profile(name: str) -> None:
    """Load the profile NAME (gov_hotline, property, or a TOML file); tells what it changed."""
    try:
        with transaction():
            report = profiles.load(name, now=utc_now())
    except HotlineError as error:
        raise Refused(error) from error
    for line in report.lines():
        click.echo(line)


@people_group.command("add")
@click.argument("number")
@click.argument("name")
@click.option(
    "--role", "roles", multiple=True, required=True, type=click.Choice([role.value for role in Role])
)
@click.option("--department", help="Code of the department; departments' roles need one.")
@click.password_option()
def add_person(number: str, name: str, roles: tuple[str, ...], department: str | None, password: str) -> None:
    """Add the person NAME with the staff number NUMBER."""
    try:
        with transaction():
            unit = departments.by_code(department) if department else None
            if department and unit is None:
                raise click.BadParameter(department, param_hint="--department")
            staff.add(
                number, name, password, roles=[Role(one) for one in roles], department=unit, now=utc_now()
            )
    except HotlineError as error:
        raise Refused(error) from error
    click.echo(f"{number} {name}")


NO_LIMITS = N_("No limit runs for this category.")


class Moment(click.ParamType[dt.datetime]):
    """An ISO moment; without a zone it is Beijing time."""

    name = MOMENT

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> dt.datetime:
        """Return the aware moment that `value` names."""
        if isinstance(value, dt.datetime):
            return value
        try:
            moment = dt.datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a moment; write {MOMENT}", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=LOCAL_ZONE)


@deadline_group.command("explain")
@click.option("--category", required=True, help="Code of the category, such as consultation.")
@click.option("--received", required=True, type=Moment())
@click.option("--dispatched", type=Moment(), help="When the department got it.")
@click.option("--closed", type=Moment(), help="When the caller was answered: callbacks run from it.")
@click.option("--lang", type=click.Choice(["zh", "en"]), help="Language of the sentences.")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable, in a fixed shape.")
def explain(
    category: str,
    received: dt.datetime,
    dispatched: dt.datetime | None,
    closed: dt.datetime | None,
    lang: str | None,
    as_json: bool,
) -> None:
    """Say when each stage of a category is due, and why."""
    for option, moment in (("--dispatched", dispatched), ("--closed", closed)):
        if moment is not None and moment < received:
            raise click.BadParameter("this cannot be before --received", param_hint=option)
    locale = {"zh": LOCALES[0], "en": LOCALES[1]}.get(lang or "", current_app.config["BABEL_DEFAULT_LOCALE"])
    try:
        policy = catalogue.policy(category)
        found = reckoning.reckon(policy, received=received, dispatched=dispatched, closed=closed)
    except HotlineError as error:
        raise Refused(error) from error
    with force_locale(locale):
        if as_json:
            click.echo(json.dumps(found.to_json(received), ensure_ascii=False, indent=2))
            return
        click.echo(in_both(policy.names))
        if not found.stages:
            click.echo(say(NO_LIMITS))
        for stage in found.stages:
            click.echo(f"{stage.heading()}")
            for sentence in stage.sentences():
                click.echo(f"  {sentence}")


@click.command("worker")
@click.option("--burst", is_flag=True, help="Stop when the queue is empty.")
def worker_command(burst: bool) -> None:
    """Keep promises: dispatch, notify, plan callbacks."""
    worker.make_ready()
    worker.run(current_app._get_current_object(), burst=burst)  # type: ignore[attr-defined] # the proxy's own way to its app


@click.command("clock")
def clock_command() -> None:
    """Set off what is due: lost promises, sweeps, periodic work."""
    clock.run(current_app._get_current_object())  # type: ignore[attr-defined] # the proxy's own way to its app


@click.command("background")
@click.option("--workers", default=2, show_default=True, help="How many workers run beside the clock.")
def background_command(workers: int) -> None:
    """Run workers and the clock of one machine out of one process: they share their memory."""
    background.run(current_app._get_current_object(), workers=workers)  # type: ignore[attr-defined] # as above


def register(app: Flask) -> None:
    """Give `app` the commands of the rules."""
    for command in (
        profile_group,
        people_group,
        deadline_group,
        statistics_group,
        suggest_group,
        telephony_group,
        audit_group,
        seal_group,
        retention_group,
        backup_group,
        restore_command,
        worker_command,
        clock_command,
        background_command,
    ):
        app.cli.add_command(command)

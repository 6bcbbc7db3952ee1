"""`flask --app wsgi intake import`: messages from a file, by the same verbs as the forms."""

import datetime as dt
import itertools
import time
from collections.abc import Iterator
from pathlib import Path

import click
import sqlalchemy as sa
from flask.cli import AppGroup
from flask_babel import gettext as _

from hotline.categories import catalogue
from hotline.categories.channels import Channel
from hotline.cli import Refused
from hotline.db import session, transaction, utc_now
from hotline.errors import HotlineError
from hotline.people import staff
from hotline.people.models import Staff
from hotline.people.roles import Role
from hotline.tickets import import_rows, importing
from hotline.tickets.import_rows import BadRow, Row
from hotline.tickets.importing import CHUNK, Plan, Tally

intake_group = AppGroup("intake", help="Messages from elsewhere.")


@intake_group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--channel",
    required=True,
    type=click.Choice([one.value for one in importing.CHANNELS]),
    help="How the messages came in.",
)
@click.option("--category", help="Category of every row; by default the words of each row decide.")
@click.option("--by", "number", help="Staff number of whoever takes them in; by default a shift leader.")
@click.option(
    "--limits-from-receipt",
    is_flag=True,
    help="Count limits from created_at. By default they run from the import, because an old message "
    "would be overdue at once.",
)
def import_command(
    file: Path, channel: str, category: str | None, number: str | None, limits_from_receipt: bool
) -> None:
    """Take in the messages of FILE, a CSV with the columns title, detail and created_at.

    Where present, label becomes the content class, and name and phone the requester. Rows that cannot be
    taken in are listed and skipped; running it again takes in nothing twice.
    """
    started = time.monotonic()
    now = utc_now()
    tally = Tally()
    try:
        rows = list(import_rows.rows(import_rows.decoded(file.read_bytes()), now=now))
        if category is not None:
            catalogue.policy(category)
        importer = _importer(number)
    except HotlineError as error:
        raise Refused(error) from error
    tally.refused.extend(one for one in rows if isinstance(one, BadRow))
    good = [one for one in rows if isinstance(one, Row)]
    importer_id = importer.id
    session.rollback()
    with click.progressbar(length=len(good), label=_("Taking in")) as bar:
        for chunk in _chunks(good):
            with transaction():
                plan = Plan(
                    channel=Channel(channel),
                    by=session.get_one(Staff, importer_id),
                    category=category,
                    limits_from_receipt=limits_from_receipt,
                )
                importing.take(chunk, plan, tally, now=utc_now())
            session.remove()
            bar.update(len(chunk))
    _report(len(rows), tally, dt.timedelta(seconds=time.monotonic() - started))


def _chunks(rows: list[Row]) -> Iterator[list[Row]]:
    left = iter(rows)
    while chunk := list(itertools.islice(left, CHUNK)):
        yield chunk


def _importer(number: str | None) -> Staff:
    """Return who takes the messages in. Raises click.BadParameter."""
    if number is None:
        leaders = staff.holding(Role.SHIFT_LEADER)
        if not leaders:
            raise click.UsageError(_("There is no shift leader; name somebody with --by."))
        return leaders[0]
    found = session.scalar(sa.select(Staff).where(Staff.number == number, Staff.is_active))
    if found is None:
        raise click.BadParameter(number, param_hint="--by")
    return found


def _report(read: int, tally: Tally, took: dt.timedelta) -> None:
    for bad in sorted(tally.refused, key=lambda one: one.line):
        click.echo(_("Line %(line)s left out: %(reason)s", line=bad.line, reason=bad.error.say()), err=True)
    seconds = took.total_seconds()
    for words, count in (
        (_("Rows read"), read),
        (_("Contacts"), tally.contact_count),
        (_("Tickets"), tally.ticket_count),
        (_("Taken in before"), tally.known_count),
        (_("Left out"), len(tally.refused)),
    ):
        click.echo(f"{words}: {count}")
    click.echo(_("Seconds: %(seconds)s", seconds=f"{seconds:.1f}"))

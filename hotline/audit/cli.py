"""`flask --app wsgi audit …`: what can be proved, on the command line."""

import json
import sys
from collections import Counter
from collections.abc import Sequence

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import AppGroup

from hotline.audit import chains, journal, key_rotation, seals
from hotline.audit.findings import Finding
from hotline.audit.models import Act, Subject
from hotline.db import reading, session, transaction, utc_now
from hotline.tickets.models import EventWords, Ticket, TicketEvent
from hotline.wording import N_, say

MOST_SHOWN = 1000
PROOFS = "proofs"
"""Under this name the application keeps what packages above this one can prove."""

audit_group = AppGroup("audit", help="Whether history is whole, and seals of its days.")


@audit_group.command("verify")
@click.option("--ticket", "number", help="Only the history of this ticket.")
@click.option("--noted", multiple=True, help="A seal noted down earlier, which must still be there.")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def verify(number: str | None, noted: tuple[str, ...], as_json: bool) -> None:
    """Walk every history and every sealed day; name each row that was changed, removed or inserted.

    Exit code 1 when something is not as it was.
    """
    with reading():
        ticket_id = _ticket_id(number) if number else None
        found: list[Finding] = list(chains.check(ticket_id))
        if ticket_id is None:
            found += seals.check()
            for check in current_app.extensions.get(PROOFS, ()):
                found += check()
        missing = [one for one in noted if not seals.is_known(one)]
        counted = _counted()
        newest = [] if ticket_id is not None else seals.newest()
    if as_json:
        click.echo(
            json.dumps(
                {
                    "whole": not found and not missing,
                    "findings": [one.to_json() for one in found],
                    "missing_seals": missing,
                    **counted,
                    "newest_seals": {table: [day.isoformat(), digest] for table, day, digest in newest},
                },
                ensure_ascii=False,
                indent=2,
            )
        )
    else:
        _tell(found, missing, counted, newest)
    if found or missing:
        sys.exit(1)


def _ticket_id(number: str) -> int:
    found = session.scalar(sa.select(Ticket.id).where(Ticket.number == number))
    if found is None:
        raise click.ClickException(say(N_("There is no ticket %(number)s."), {"number": number}))
    return found


def _counted() -> dict[str, int]:
    erased = sa.select(sa.func.count()).where(EventWords.said.is_(None))
    return {
        "tickets": session.scalar(sa.select(sa.func.count()).select_from(Ticket)) or 0,
        "lines": session.scalar(sa.select(sa.func.count()).select_from(TicketEvent)) or 0,
        "erased": session.scalar(erased) or 0,
    }


def _tell(
    found: list[Finding],
    missing: list[str],
    counted: dict[str, int],
    newest: Sequence[tuple[str, object, str]],
) -> None:
    for one in found[:MOST_SHOWN]:
        click.echo(one.say())
    for digest in missing:
        click.echo(say(N_("The seal %(digest)s is gone."), {"digest": digest}))
    if len(found) > MOST_SHOWN:
        click.echo(say(N_("… and %(count)s more"), {"count": len(found) - MOST_SHOWN}))
    for fault, count in Counter(one.fault for one in found).items():
        click.echo(f"{say(fault.label)}: {count}")
    for table, day, digest in newest:
        click.echo(f"{table} {day} {digest}")
    click.echo(say(N_("%(lines)s lines of %(tickets)s tickets, words of %(erased)s lines erased"), counted))
    click.echo(say(N_("Nothing was changed.") if not (found or missing) else N_("History was changed.")))


@audit_group.command("seal")
def seal() -> None:
    """Seal every day that is over, as the clock does; say how many seals were made."""
    with transaction():
        made = seals.seal_due(utc_now())
    click.echo(say(N_("%(count)s seals made"), {"count": made}))


seal_group = AppGroup("seal", help="The key of sealed data.")


@seal_group.command("rotate")
def rotate() -> None:
    """Seal everything with the first key of HOTLINE_SEAL_KEY, while the service runs.

    Put the new key first and the old one behind it, restart every process, then run this. It may be stopped
    and begun again. When it says that nothing is left, the old key can be dropped.
    """
    changed: Counter[str] = Counter()
    for batch in key_rotation.run():
        changed[batch.table] += batch.changed
    rest = key_rotation.left()
    with transaction():
        journal.record(Act.KEY_ROTATED, Subject.SERVICE, by=journal.NOBODY, now=utc_now(), left=rest)
    for table, count in sorted(changed.items()):
        click.echo(f"{table}: {count}")
    click.echo(say(N_("%(count)s values are still sealed with an older key."), {"count": rest}))
    if rest:
        sys.exit(1)

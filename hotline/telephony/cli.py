"""The telephone's commands: tokens of exchanges, and a made-up exchange for trials."""

import statistics

import click
from flask.cli import AppGroup

from hotline.db import session, transaction, utc_now
from hotline.errors import HotlineError
from hotline.telephony import agents, arrivals, simulating, tokens
from hotline.telephony.simulating import Sent

telephony_group = AppGroup("telephony", help="Exchanges and calls.")
token_group = AppGroup("token", help="What exchanges show to tell of calls.")
telephony_group.add_command(token_group)

FIRST_EXTENSION = 8001


@token_group.command("add")
@click.argument("name")
def add_token(name: str) -> None:
    """Make a token for the exchange NAME; it is shown this once."""
    try:
        with transaction():
            token, words = tokens.issue(name, by=None, now=utc_now())
            number = token.id
    except HotlineError as error:
        raise click.ClickException(error.say()) from error
    click.echo(f"{number}  {words}")


@token_group.command("list")
def list_tokens() -> None:
    """List the tokens: number, exchange, last use, whether ended."""
    for one in tokens.listed():
        used = f"{one.last_used_at:%Y-%m-%d %H:%M}Z" if one.last_used_at else "-"
        click.echo(f"{one.id}  {one.name}  {used}  {'ended' if one.revoked_at else 'valid'}")


@token_group.command("revoke")
@click.argument("number", type=int)
def revoke_token(number: int) -> None:
    """End the token NUMBER."""
    try:
        with transaction():
            name = tokens.revoke(number, now=utc_now()).name
    except HotlineError as error:
        raise click.ClickException(error.say()) from error
    click.echo(f"{number}  {name}")


@telephony_group.command("simulate")
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help="Where the service answers.")
@click.option("--token", help="A token of an exchange; without one, one is made and ended again.")
@click.option("--speed", type=click.FloatRange(0.1, 100), default=10, show_default=True)
@click.option(
    "--minutes", type=click.FloatRange(0.05, 1440), default=5, show_default=True, help="Of the clock."
)
@click.option("--operators", type=click.IntRange(1, 500), default=64, show_default=True)
@click.option(
    "--hour", type=click.FloatRange(0, 23.99), default=9, show_default=True, help="Of the drawn day."
)
@click.option("--calls-per-day", type=click.IntRange(1, 1_000_000), help="Instead of the pattern's own.")
@click.option("--seed", type=int, default=1, show_default=True)
def simulate(
    url: str,
    token: str | None,
    speed: float,
    minutes: float,
    operators: int,
    hour: float,
    calls_per_day: int | None,
    seed: int,
) -> None:
    """Send the calls of a drawn day to the running service, SPEED times as fast as they would come.

    They ring at the extensions people sit at, then at made-up ones.
    """
    pattern = arrivals.ordinary_day(calls_per_day)
    drawn = arrivals.draw(pattern, hour=hour, seconds=minutes * 60 * speed, seed=seed)
    made = 0
    with transaction():
        taken = [one.extension for one in agents.lines().agents]
        if token is None:
            row, token = tokens.issue("simulation", by=None, now=utc_now())
            made = row.id
    session.remove()
    free = (str(FIRST_EXTENSION + number) for number in range(operators + len(taken)))
    extensions = [*taken, *(one for one in free if one not in taken)][:operators]
    click.echo(f"{len(drawn)} calls in {minutes:g} min, {operators} operators, speed {speed:g}")
    try:
        exchange = simulating.Exchange(url, token, extensions, drawn, speed=speed, clock=utc_now)
        with click.progressbar(length=int(minutes * 60), show_pos=True, label="s") as bar:
            exchange.run(progress=lambda passed, open_, waiting: bar.update(int(passed) - bar.pos))
    except HotlineError as error:
        raise click.ClickException(error.say()) from error
    finally:
        if made:
            with transaction():
                tokens.revoke(made, now=utc_now())
    _report(exchange.sent)
    if exchange.sent.failures:
        raise click.exceptions.Exit(1)


def _report(sent: Sent) -> None:
    for kind, count in sorted(sent.kinds.items()):
        click.echo(f"{kind:10} {count}")
    click.echo(f"{'refused':10} {sent.rejected}")
    if len(sent.times) > 1:
        p95 = statistics.quantiles(sent.times, n=20)[-1]
        click.echo(f"answers    p50 {statistics.median(sent.times) * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms")
    for why, count in sorted(sent.failures.items()):
        click.echo(f"not taken  {why}: {count}")

"""The commands that load and name the demonstration."""

import click
from flask.cli import AppGroup

from hotline.db import transaction, utc_now
from hotline.demo import accounts, story
from hotline.wording import in_words
from knowledge_base.demo.articles import answer_questions, load_articles

demo_group = AppGroup("demo", help="A made-up desk to try things on.")


@demo_group.command("load")
def load() -> None:
    """Add the demonstration's people, articles and tickets; what is there already stays."""
    now = utc_now()
    told = story.load(now=now)
    with transaction():
        people = accounts.load(now=now)
        written = load_articles(author=people["1301"], reviewer=people["1302"], now=now)
    with transaction():
        answered = answer_questions(by=people["1001"], now=now)
    click.echo(f"{len(people)} people, {written} new articles, {told} new tickets, {answered} new answers")


@demo_group.command("accounts")
def list_accounts() -> None:
    """List the demonstration's sign-ins by role."""
    click.echo(f"password of all: {accounts.PASSWORD}")
    for account in accounts.ACCOUNTS:
        roles = ", ".join(in_words(role) for role in account.roles)
        click.echo(f"{account.number}  {account.name}  {roles}  {account.department or ''}".rstrip())

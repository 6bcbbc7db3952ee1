"""`flask --app wsgi retention …`: what an administrator does after a destruction."""

import click
import sqlalchemy as sa
from flask.cli import AppGroup

from hotline.db import db
from hotline.wording import N_, say

retention_group = AppGroup("retention", help="What destructions leave to be done.")


@retention_group.command("compact")
def compact() -> None:
    """Write the database anew without what was deleted: until then its bytes lie in free pages.

    On SQLite stop the service first: the file is copied. PostgreSQL frees the rows for reuse while it runs.
    """
    engine = db.engine
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "sqlite":
            raw = connection.connection.driver_connection
            assert raw is not None
            connection.rollback()
            raw.execute("VACUUM")
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            connection.execute(sa.text("VACUUM"))
    click.echo(say(N_("What was deleted is no longer in the database's files.")))

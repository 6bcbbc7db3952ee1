"""How migrations run: against the application's own database, in one transaction each."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app

from hotline.db import Base, UtcDateTime, db
from hotline.sealing import SealedText
from hotline.tickets import text_index

PLAIN = {UtcDateTime: "sa.DateTime(timezone=True)", SealedText: "sa.Text()"}
"""Migrations name plain types, so that they stay true when the program's own types change."""


def render_item(kind: str, item: Any, made: AutogenContext) -> str | Literal[False]:
    """Write the service's own column types as the plain ones the database has."""
    if kind == "type" and isinstance(item, sa.JSON):
        made.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return PLAIN.get(type(item), False) if kind == "type" else False


def compare_type(
    _context: Any, _inspected: Any, _metadata: Any, _found: sa.types.TypeEngine[Any], wanted: Any
) -> bool | None:
    """Leave the service's own types to their plain ones; everything else is compared as usual."""
    return False if type(wanted) in PLAIN else None


def run() -> None:
    """Bring the database to the wanted version."""
    with db.engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            # Batch migrations copy and drop tables, which foreign keys would forbid; the pragma has no
            # effect inside a transaction.
            connection.connection.execute("PRAGMA foreign_keys=off")
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            render_item=render_item,
            include_object=text_index.is_model,
            compare_type=compare_type,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
        if is_sqlite:
            connection.connection.execute("PRAGMA foreign_keys=on")


if context.is_offline_mode():
    raise SystemExit("Migrations run against a database; set DATABASE_URL or HOTLINE_DATA.")
text_index.listen_to_tables()
current_app.logger.debug("migrating %s", db.engine.dialect.name)
run()

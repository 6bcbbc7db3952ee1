"""Closed lists that grow: the CHECK of a column is put in place of the old one, without copying the table.

PostgreSQL drops the constraint and makes the new one. SQLite would have to copy the table, losing what
is not reflected of it (triggers, indexes over expressions); so its written definition is changed, as SQLite's
documentation of ALTER TABLE, part 7, allows for changes of CHECK that the stored rows fulfil.
"""

import re
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op


def let_hold(table: str, column: str, members: Sequence[str], *, name: str) -> None:
    """Let `column` hold `members` and nothing else.

    `name` is the constraint's whole name. Raises `LookupError` when the table has no such constraint, and
    `ValueError` when a stored value is not one of `members`.
    """
    connection = op.get_bind()
    held = sa.table(table, sa.column(column))
    strangers = connection.execute(
        sa.select(held.c[column]).where(held.c[column].is_not(None), held.c[column].not_in(members)).limit(1)
    ).scalar()
    if strangers is not None:
        raise ValueError(f"{table}.{column} holds {strangers!r}")
    listed = ", ".join(f"'{one}'" for one in members)
    condition = f"{column} IN ({listed})"
    if connection.dialect.name != "sqlite":
        op.drop_constraint(op.f(name), table, type_="check")
        op.create_check_constraint(op.f(name), table, condition)
        return
    written = connection.scalar(
        sa.text("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = :table"), {"table": table}
    )
    old = re.compile(rf"(CONSTRAINT \"?{re.escape(name)}\"? CHECK) \([^()]*\([^()]*\)\)")
    new, replaced = old.subn(rf"\1 ({condition})", str(written))
    if replaced != 1:
        raise LookupError(f"{table} has no constraint {name}")
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.execute(
        sa.text("UPDATE sqlite_schema SET sql = :new WHERE type = 'table' AND name = :table"),
        {"new": new, "table": table},
    )
    connection.exec_driver_sql(f"PRAGMA schema_version = {int(version) + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")

"""Migrations and models are in step, and every stored value of a closed list is accepted."""

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask

from hotline.db import Base, UtcDateTime, db
from hotline.sealing import SealedText
from hotline.tickets.text_index import is_model


def of_the_program(
    _context: object, _found: object, _known: object, _type: object, wanted: object
) -> bool | None:
    """Leave the service's own types to the plain ones the database has."""
    return False if isinstance(wanted, UtcDateTime | SealedText) else None


def test_the_migrated_database_is_what_the_models_say(app: Flask) -> None:
    with db.engine.connect() as connection:
        opts = {"compare_type": of_the_program, "include_object": is_model}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, Base.metadata) == []


def test_the_migrated_database_knows_every_member_of_every_closed_list(app: Flask) -> None:
    """A member added without a migration is refused by the old CHECK, which no comparison shows."""
    inspector = sa.inspect(db.engine)
    missing = []
    for table in Base.metadata.sorted_tables:
        checks = " ".join(str(check["sqltext"]) for check in inspector.get_check_constraints(table.name))
        for column in table.columns:
            if isinstance(column.type, sa.Enum):
                unknown = [value for value in column.type.enums if f"'{value}'" not in checks]
                missing += [f"{table.name}.{column.name}: {value}" for value in unknown]
    assert missing == []

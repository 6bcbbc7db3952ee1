"""Many numbers in one parameter, so that a statement reads the same however many are asked for.

A statement that stays the same is planned once by PostgreSQL and written out once by SQLAlchemy.
"""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine


class Numbers(sa.types.TypeDecorator[Sequence[int]]):
    """A list of numbers: an array on PostgreSQL, JSON on SQLite."""

    impl = sa.String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type of the parameter."""
        return dialect.type_descriptor(sa.String() if dialect.name == "sqlite" else ARRAY(sa.BigInteger()))

    def process_bind_param(self, value: Sequence[int] | None, dialect: Dialect) -> Any:
        """Return what the driver takes."""
        numbers = list(value or ())
        return json.dumps(numbers) if dialect.name == "sqlite" else numbers


class OneOf(FunctionElement[bool]):
    """The condition that a column holds one of the numbers of a parameter."""

    inherit_cache = True
    type = sa.Boolean()

    def self_group(self, against: Any = None) -> "OneOf":
        """Return itself: SQLAlchemy would compare it with 1 on SQLite, which then reads the whole table."""
        return self


def one_of(column: sa.ColumnElement[int], parameter: str) -> OneOf:
    """Return the condition that `column` holds one of the numbers given as `parameter`."""
    return OneOf(column, sa.bindparam(parameter, type_=Numbers()))


@compiles(OneOf)
def _in_array(element: OneOf, compiler: SQLCompiler, **options: Any) -> str:
    column, numbers = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} = ANY ({numbers})"


@compiles(OneOf, "sqlite")
def _in_json(element: OneOf, compiler: SQLCompiler, **options: Any) -> str:
    column, numbers = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({numbers}))"  # noqa: S608 # compiled parts, no input

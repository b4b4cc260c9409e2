"""Querysets that are asked again and again with other values: Django makes their SQL once.

Making the SQL of a joined read takes a millisecond, asking it a tenth of that; a verb that a station waits for asks a
dozen of them.
"""

from collections.abc import Callable
from copy import copy
from functools import cache, cached_property
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.models import Expression, Model, QuerySet
from django.db.models.query import ModelIterable
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError

Row = TypeVar("Row", bound=Model)


class Slot(NamedTuple):
    """A value's place among the parameters."""

    name: str


class Given(Expression):
    """Stands in a filter for a value that each asking gives by this name; it is handed to the database as it is."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, Any]:
        """A placeholder, and what marks it."""
        return "%s", [Slot(self.name)]


class Keys(Given):
    """Stands for a list of keys: `plan__in=Keys("plans")`."""

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, Any]:
        """A placeholder for an array."""
        return "SELECT unnest(%s::bigint[])", [Slot(self.name)]


class Compiled(Generic[Row]):
    """One queryset of model rows, built and compiled when it is first asked; it must not prefetch."""

    def __init__(self, build: Callable[[], "QuerySet[Row]"]) -> None:
        self._build = build

    def all(self, **values: Any) -> list[Row]:
        """The rows for these values; rows are locked in a transaction only, as Django has it."""
        compiler, sql, parameters, converters = self._compiled
        connection = connections[DEFAULT_DB_ALIAS]
        if compiler.query.select_for_update and connection.get_autocommit():
            raise TransactionManagementError("rows are locked in a transaction")
        filled = [values[one.name] if isinstance(one, Slot) else one for one in parameters]
        asked = copy(compiler)
        asked.connection = connection
        asked.execute_sql = lambda **how: [read(connection, sql, filled)]
        asked.get_converters = lambda columns: converters
        answering: Any = Answering(asked)
        return list(ModelIterable(answering))

    def first(self, **values: Any) -> Row | None:
        """The first row for these values, if there is one."""
        return next(iter(self.all(**values)), None)

    @cached_property
    def _compiled(self) -> tuple[Any, str, tuple[Any, ...], Any]:
        compiler: Any = self._build().query.get_compiler(DEFAULT_DB_ALIAS)
        sql, parameters = compiler.as_sql()
        converters = compiler.get_converters([column for column, *_ in compiler.select[: compiler.col_count]])
        return compiler, sql, tuple(parameters), converters


def read(connection: Any, sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement that PostgreSQL may plan once, since its values travel beside it."""
    connection.ensure_connection()
    kind: Any = ServerBindingCursor
    with connection.wrap_database_errors:
        cursor = connection._prepare_cursor(kind(connection.connection))
    with cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def insert(row: Row) -> Row:
    """Write a new row as `save` does, without its signals; the key must be the database's to give."""
    connection = connections[DEFAULT_DB_ALIAS]
    sql, fields = insertion(type(row))
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
    [(row.pk,)] = read(connection, sql, values)
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return row


@cache
def insertion(model: type[Model]) -> tuple[str, tuple[Any, ...]]:
    """The statement that writes a row of the model, and the fields that it writes."""
    connection: Any = connections[DEFAULT_DB_ALIAS]
    quote, key = connection.ops.quote_name, model._meta.pk
    fields = tuple(field for field in model._meta.local_concrete_fields if field is not key)
    names = ", ".join(quote(field.column) for field in fields)
    places = ", ".join(place_of(field, connection) for field in fields)
    table = quote(model._meta.db_table)
    return f"INSERT INTO {table} ({names}) VALUES ({places}) RETURNING {quote(key.column)}", fields  # noqa: S608  # our names


def place_of(field: Any, connection: Any) -> str:
    """The placeholder of a field; some, as arrays, say their type."""
    return str(field.get_placeholder(None, None, connection)) if hasattr(field, "get_placeholder") else "%s"


class Answering:
    """What Django makes rows of: a queryset whose query has its SQL already."""

    db = DEFAULT_DB_ALIAS
    _known_related_objects: dict[Any, Any] = {}

    def __init__(self, compiler: Any) -> None:
        self.query = self
        self._compiler = compiler

    def get_compiler(self, using: str) -> Any:
        """The compiler that answers."""
        return self._compiler

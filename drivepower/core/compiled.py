"""Querysets that are asked again and again with other values: Django makes their SQL once.

Making the SQL of a joined read takes a millisecond, asking it a tenth of that; a verb that a station waits for asks a
dozen of them.
"""

from collections.abc import Callable
from copy import copy
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
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

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list[Any]]:
        """A placeholder, and what marks it."""
        return "%s", [Slot(self.name)]


class Compiled(Generic[Row]):
    """One queryset of model rows, built and compiled when it is first asked; it must not prefetch."""

    def __init__(self, build: Callable[[], "QuerySet[Row]"]) -> None:
        self._build = build

    def all(self, **values: Any) -> list[Row]:
        """The rows for these values; rows are locked in a transaction only, as Django has it."""
        compiler, sql, parameters = self._compiled
        connection = connections[DEFAULT_DB_ALIAS]
        if compiler.query.select_for_update and connection.get_autocommit():
            raise TransactionManagementError("rows are locked in a transaction")
        asked = copy(compiler)
        asked.connection = connection
        filled = [values[one.name] if isinstance(one, Slot) else one for one in parameters]
        asked.as_sql = lambda: (sql, filled)
        return list(ModelIterable(Answering(asked)))

    def first(self, **values: Any) -> Row | None:
        """The first row for these values, if there is one."""
        return next(iter(self.all(**values)), None)

    @cached_property
    def _compiled(self) -> tuple[Any, str, tuple[Any, ...]]:
        compiler: Any = self._build().query.get_compiler(DEFAULT_DB_ALIAS)
        sql, parameters = compiler.as_sql()
        return compiler, sql, tuple(parameters)


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

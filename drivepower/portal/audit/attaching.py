"""Hangs the trigger on every table of the list, after each migration, and takes it from those that left the list.

What is there already is compared first: where nothing has changed, no table is locked.
"""

import json
from typing import Any

from django.apps import apps
from django.db import connection, models

from drivepower.portal.audit.tables import WATCHED, Watched

NAME = "note_change"
FOUND = """
SELECT c.relname, obj_description(t.oid, 'pg_trigger') FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE t.tgname = %s AND n.nspname = current_schema()
"""
FUNCTION = "SELECT to_regproc('portal_note_change') IS NOT NULL"


def attach(**known: Any) -> None:
    """Make the database's triggers what the list says; nothing where the function is not there (yet)."""
    wanted, quote = triggers(), connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(FUNCTION)
        if not cursor.fetchone()[0]:
            return
        cursor.execute(FOUND, [NAME])
        found = dict(cursor.fetchall())
        for table in found.keys() - wanted.keys():
            cursor.execute(f"DROP TRIGGER {NAME} ON {quote(table)}")
        for table in sorted(wanted):
            statement = wanted[table]
            if found.get(table) != statement:
                cursor.execute(statement)
                cursor.execute(f"COMMENT ON TRIGGER {NAME} ON {quote(table)} IS {literal(statement)}")


def triggers() -> dict[str, str]:
    """The statement that makes each table's trigger."""
    return {model._meta.db_table: statement(model, how) for model, how in watched()}


def watched() -> list[tuple[type[models.Model], Watched]]:
    """The models of the list that are installed, with how they are watched."""
    known = {model._meta.label: model for model in apps.get_models(include_auto_created=True)}
    return [(known[label], how) for label, how in WATCHED.items() if label in known]


def statement(model: type[models.Model], how: Watched) -> str:
    """What hangs the trigger on a model's table."""
    said = [owner_of(model), how.row, ",".join(how.left_out), ",".join(how.secret), json.dumps(how.but)]
    return (
        f"CREATE OR REPLACE TRIGGER {NAME} AFTER {how.verbs} ON {connection.ops.quote_name(model._meta.db_table)} "
        f"FOR EACH ROW EXECUTE FUNCTION portal_note_change({', '.join(literal(one) for one in said)})"
    )


def owner_of(model: type[models.Model]) -> str:
    """Under which model a change is kept: a link between two under the one that it belongs to."""
    of: Any = model._meta.auto_created
    return str((of or model)._meta.label_lower)


def literal(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"

"""Emptying the database after a test whose rows were committed: only what holds rows, and never the role groups."""

from django.db import connection, transaction

# What migrations have put there and tests only read: making it anew after every test takes most of a flush.
KEPT = ("django_migrations", "django_content_type", "auth_permission", "auth_group", "auth_group_permissions")
TABLES = """
SELECT relname FROM pg_class
WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace AND relname <> ALL(%s)
"""
# A group without rights is no role: a test has made it.
NOBODYS = "DELETE FROM auth_group WHERE id NOT IN (SELECT group_id FROM auth_group_permissions)"


@transaction.atomic
def empty_tables() -> None:
    """Leave no row in any table."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(TABLES, [list(KEPT)])
        asked = [f"SELECT '{name}' WHERE EXISTS (SELECT FROM {quote(name)})" for (name,) in cursor.fetchall()]  # noqa: S608  # names from the catalogue
        cursor.execute(" UNION ALL ".join(asked))
        filled = [quote(name) for (name,) in cursor.fetchall()]
        cursor.execute("SHOW is_superuser")
        if cursor.fetchone() == ("on",):  # who may set keys and triggers aside, and need not empty what refers to them
            cursor.execute("SET LOCAL session_replication_role TO replica")
            for name in filled:
                cursor.execute(f"DELETE FROM {name}")  # noqa: S608  # names from the catalogue
        elif filled:
            cursor.execute(f"TRUNCATE {', '.join(filled)} CASCADE")
        cursor.execute(NOBODYS)

"""Money that moved and receipts that were given stay as they are, whoever holds the connection."""

from django.db import migrations

SQL = """
CREATE FUNCTION billing_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: correct it with a new row', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
"""
TABLES = ("transfer", "capture", "receipt", "receiptline", "tariffversion", "tariffrule", "priceterms")


def trigger(table: str) -> migrations.RunSQL:
    """Refuse UPDATE and DELETE on that table."""
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_is_append_only BEFORE UPDATE OR DELETE ON billing_{table} "
        "FOR EACH ROW EXECUTE FUNCTION billing_refuse_change()",
        f"DROP TRIGGER {table}_is_append_only ON billing_{table}",
    )


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]

    operations = [
        migrations.RunSQL(SQL, "DROP FUNCTION billing_refuse_change()"),
        *[trigger(table) for table in TABLES],
    ]

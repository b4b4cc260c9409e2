"""A month that is closed takes no transfer, no charge and no receipt any more, whoever holds the connection."""

from django.db import migrations

SQL = """
CREATE FUNCTION billing_refuse_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.made_at < (SELECT max(until) FROM billing_closedmonth) THEN
        RAISE EXCEPTION '% of % lies in a closed month: book it in the open one', TG_TABLE_NAME, NEW.made_at
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""
TABLES = ("transfer", "capture", "receipt")


def trigger(table: str) -> migrations.RunSQL:
    """Refuse rows of that table that are dated inside a closed month."""
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_is_of_an_open_month BEFORE INSERT ON billing_{table} "
        "FOR EACH ROW EXECUTE FUNCTION billing_refuse_closed()",
        f"DROP TRIGGER {table}_is_of_an_open_month ON billing_{table}",
    )


class Migration(migrations.Migration):
    dependencies = [("billing", "0013_money_desk")]

    operations = [
        migrations.RunSQL(SQL, "DROP FUNCTION billing_refuse_closed()"),
        *[trigger(table) for table in TABLES],
    ]

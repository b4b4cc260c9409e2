"""What books say stays as it was said: invoices but for what is paid of them, their payments, shares, closes."""

import django.contrib.postgres.indexes
from django.db import migrations, models

import billing.models.fields

INVOICES = """
CREATE FUNCTION billing_refuse_all_but_paid() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR to_jsonb(OLD) - 'paid' <> to_jsonb(NEW) - 'paid' OR NEW.paid < OLD.paid THEN
        RAISE EXCEPTION '% is append-only: correct it with a new row', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER invoice_is_append_only BEFORE UPDATE OR DELETE ON billing_invoice
    FOR EACH ROW EXECUTE FUNCTION billing_refuse_all_but_paid();
"""
NO_INVOICES = """
DROP TRIGGER invoice_is_append_only ON billing_invoice;
DROP FUNCTION billing_refuse_all_but_paid();
"""
TABLES = ("invoicepayment", "hoststatement", "dayclose", "closedmonth")


def trigger(table: str) -> migrations.RunSQL:
    """Refuse UPDATE and DELETE on that table."""
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_is_append_only BEFORE UPDATE OR DELETE ON billing_{table} "
        "FOR EACH ROW EXECUTE FUNCTION billing_refuse_change()",
        f"DROP TRIGGER {table}_is_append_only ON billing_{table}",
    )


class Migration(migrations.Migration):
    dependencies = [("billing", "0014_closed_months")]

    operations = [
        migrations.AddField(
            model_name="hoststatement",
            name="brought",
            field=billing.models.fields.AmountField(
                decimal_places=3, default=0, max_digits=16, verbose_name="brought from earlier"
            ),
        ),
        migrations.AddField(
            model_name="hoststatement",
            name="carried",
            field=billing.models.fields.AmountField(
                decimal_places=3, default=0, max_digits=16, verbose_name="carried on"
            ),
        ),
        migrations.AlterField(
            model_name="receiptcounter",
            name="seller",
            field=models.CharField(max_length=20, verbose_name="seller"),
        ),
        migrations.AddIndex(
            model_name="transfer",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["made_at"], name="transfers_by_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="hoststatement",
            constraint=models.CheckConstraint(
                condition=models.Q(brought__lte=0, carried__lte=0), name="host_statement_carries_nothing_but_losses"
            ),
        ),
        migrations.RunSQL(INVOICES, NO_INVOICES),
        *[trigger(table) for table in TABLES],
    ]

"""Invoices that the wallet settles, payments that are taken back, and bank references compared as people mean them."""

from collections import Counter
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

REFUSE = """
CREATE OR REPLACE FUNCTION billing_refuse_all_but_paid() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR to_jsonb(OLD) - 'paid' <> to_jsonb(NEW) - 'paid' OR {falls} THEN
        RAISE EXCEPTION '% is append-only: correct it with a new row', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""
# What is paid falls only to what the payments and those that were taken back come to.
BY_ITS_PAYMENTS = """(NEW.paid < OLD.paid AND NEW.paid <> (
    SELECT COALESCE(SUM(amount), 0) FROM billing_invoicepayment WHERE invoice_id = OLD.id))"""
NEVER = "NEW.paid < OLD.paid"


def fill_keys(apps: Any, _schema: Any) -> None:
    """Compare what was entered before; what was entered twice in two spellings keeps both, as both are booked."""
    adjustments = apps.get_model("billing", "Adjustment")
    seen: Counter[str] = Counter()
    for one in adjustments.objects.exclude(bank_reference="").order_by("pk"):
        key = "".join(letter for letter in one.bank_reference.casefold() if letter.isalnum()) or one.bank_reference
        if one.state != "refused":
            seen[key] += 1
        twice = seen[key] > 1 and one.state != "refused"
        adjustments.objects.filter(pk=one.pk).update(bank_key=f"{key}:{one.pk}" if twice else key)


class Migration(migrations.Migration):
    dependencies = [("billing", "0019_movements_of_a_wallet")]

    operations = [
        migrations.RemoveConstraint(model_name="adjustment", name="bank_transfer_is_entered_once"),
        migrations.AddField(
            model_name="adjustment",
            name="bank_key",
            field=models.CharField(blank=True, default="", editable=False, max_length=180),
            preserve_default=False,
        ),
        migrations.RunPython(fill_keys, migrations.RunPython.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="adjustment",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    models.Q(("bank_key", ""), _negated=True), models.Q(("state", "refused"), _negated=True)
                ),
                fields=("bank_key",),
                name="bank_transfer_is_entered_once",
            ),
        ),
        migrations.RemoveConstraint(model_name="invoicepayment", name="invoice_payment_is_of_something"),
        migrations.RemoveConstraint(model_name="invoicepayment", name="transfer_pays_an_invoice_once"),
        migrations.AddField(
            model_name="invoicepayment",
            name="reason",
            field=models.CharField(blank=True, default="", max_length=200, verbose_name="reason"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="invoicepayment",
            name="turn",
            field=models.PositiveSmallIntegerField(
                default=1, help_text="above 1: set again after it was taken back", verbose_name="turn"
            ),
        ),
        migrations.AddField(
            model_name="invoicepayment",
            name="undoes",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="undone_by",
                to="billing.invoicepayment",
                verbose_name="takes back",
            ),
        ),
        migrations.AlterField(
            model_name="invoicepayment",
            name="transfer",
            field=models.ForeignKey(
                blank=True,
                help_text="none: settled by the standing of the wallet",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="invoices_paid",
                to="billing.transfer",
                verbose_name="transfer",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoicepayment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount__gt", 0), ("undoes", None)),
                    models.Q(("amount__lt", 0), ("undoes__isnull", False)),
                    _connector="OR",
                ),
                name="invoice_payment_is_of_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoicepayment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undoes", None)),
                fields=("invoice", "transfer", "turn"),
                name="transfer_pays_an_invoice_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoicepayment",
            constraint=models.CheckConstraint(
                condition=models.Q(("undoes", None), models.Q(("reason", ""), _negated=True), _connector="OR"),
                name="payment_that_is_taken_back_says_why",
            ),
        ),
        migrations.RunSQL(REFUSE.format(falls=BY_ITS_PAYMENTS), REFUSE.format(falls=NEVER)),
    ]

"""Receipts know the place's time zone, lines their own tax (a correction may cross a tax change), statements debts."""

from django.db import migrations, models

from billing.models.fields import AmountField

# Earlier lines had the tax of their receipt.
FILL = """
ALTER TABLE billing_receiptline DISABLE TRIGGER receiptline_is_append_only;
UPDATE billing_receiptline line SET tax_percent = receipt.tax_percent
FROM billing_receipt receipt WHERE receipt.id = line.receipt_id;
ALTER TABLE billing_receiptline ENABLE TRIGGER receiptline_is_append_only;
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0003_money_whole")]

    operations = [
        migrations.AddField(
            model_name="receipt",
            name="time_zone",
            field=models.CharField(
                blank=True, default="", help_text="the place's, for its times", max_length=64, verbose_name="time zone"
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="receiptline",
            name="tax_percent",
            field=models.DecimalField(decimal_places=2, default=0, max_digits=5, verbose_name="tax, %"),
        ),
        migrations.AddField(
            model_name="statement",
            name="owed",
            field=AmountField(
                decimal_places=3,
                default=0,
                help_text="of the closing balance",
                max_digits=16,
                verbose_name="owed beyond the credit",
            ),
            preserve_default=False,
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]

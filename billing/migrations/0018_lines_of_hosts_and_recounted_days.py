"""Which receipts a host's statement has counted, each in one only; and days that are counted again."""

import django.db.models.deletion
from django.db import migrations, models

TRIGGER = (
    "CREATE TRIGGER hoststatementline_is_append_only BEFORE UPDATE OR DELETE ON billing_hoststatementline "
    "FOR EACH ROW EXECUTE FUNCTION billing_refuse_change()"
)


class Migration(migrations.Migration):
    dependencies = [("billing", "0017_public_ids")]

    operations = [
        migrations.CreateModel(
            name="HostStatementLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="billing.hostagreement",
                        verbose_name="agreement",
                    ),
                ),
                (
                    "receipt",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="host_lines",
                        to="billing.receipt",
                        verbose_name="receipt",
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="billing.hoststatement",
                        verbose_name="statement",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of a host's statement",
                "verbose_name_plural": "lines of hosts' statements",
                "constraints": [
                    models.UniqueConstraint(fields=["receipt"], name="receipt_is_in_one_statement_of_a_host")
                ],
            },
        ),
        migrations.RunSQL(TRIGGER, "DROP TRIGGER hoststatementline_is_append_only ON billing_hoststatementline"),
        migrations.AlterField(
            model_name="hoststatement",
            name="receipts_until",
            field=models.BigIntegerField(help_text="the key of the last one there was", verbose_name="up to receipt"),
        ),
        migrations.AlterModelOptions(
            name="dayclose",
            options={
                "ordering": ["-day", "currency", "-number"],
                "verbose_name": "close of a day",
                "verbose_name_plural": "closes of days",
            },
        ),
        migrations.AddField(
            model_name="dayclose",
            name="number",
            field=models.PositiveSmallIntegerField(default=1, help_text="above 1: counted again", verbose_name="count"),
        ),
        migrations.RemoveConstraint(model_name="dayclose", name="day_is_closed_once_per_currency"),
        migrations.AddConstraint(
            model_name="dayclose",
            constraint=models.UniqueConstraint(
                fields=("day", "currency", "number"), name="day_is_closed_once_per_currency_and_count"
            ),
        ),
    ]

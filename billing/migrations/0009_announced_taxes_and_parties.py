"""Taxes that were announced are rows of their own, and receipts keep who sold and who bought.

Receipts of before are printed with the names of today.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0008_by_hand")]

    operations = [
        migrations.CreateModel(
            name="TaxChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tax_name", models.CharField(max_length=40, verbose_name="tax")),
                ("tax_percent", models.DecimalField(decimal_places=2, max_digits=5, verbose_name="tax, %")),
                ("tax_included", models.BooleanField(verbose_name="prices include tax")),
                ("in_force_from", models.DateTimeField(verbose_name="in force from")),
                ("made_by", models.CharField(max_length=80, verbose_name="made by")),
                ("reason", models.CharField(max_length=200, verbose_name="why")),
                ("made_at", models.DateTimeField(verbose_name="made")),
            ],
            options={
                "verbose_name": "change of tax",
                "verbose_name_plural": "changes of tax",
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("tax_percent__gte", 0), ("tax_percent__lte", 100)),
                        name="new_tax_is_a_percentage",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="receipt",
            name="sold_by",
            field=models.JSONField(default=dict, verbose_name="sold by"),
        ),
        migrations.AddField(
            model_name="receipt",
            name="bought_by",
            field=models.JSONField(default=dict, verbose_name="bought by"),
        ),
    ]

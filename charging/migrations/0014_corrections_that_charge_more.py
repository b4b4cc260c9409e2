"""What corrections charge more than was charged before."""

from decimal import Decimal

from django.db import migrations

import billing.models.fields


class Migration(migrations.Migration):
    dependencies = [
        ("charging", "0013_hosted_charges"),
    ]

    operations = [
        migrations.AddField(
            model_name="decision",
            name="charged_more",
            field=billing.models.fields.AmountField(
                decimal_places=3, default=Decimal("0"), max_digits=16, verbose_name="charged more"
            ),
        ),
        migrations.AddField(
            model_name="decisionrequest",
            name="charges_more",
            field=billing.models.fields.AmountField(
                decimal_places=3, default=Decimal("0"), max_digits=16, verbose_name="charges more"
            ),
        ),
    ]

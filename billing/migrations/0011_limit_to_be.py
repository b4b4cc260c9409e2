"""A change of the credit limit keeps the limit to be; those from before are given what they came or would come to."""

from django.db import migrations, models

import billing.models.fields

FILL = """
WITH moved AS (
    SELECT id, sum(amount) FILTER (WHERE state = 'booked') OVER (PARTITION BY wallet_id ORDER BY id) AS until_then
    FROM billing_adjustment WHERE kind = 'credit_limit'
)
UPDATE billing_adjustment AS asked SET credit_limit = greatest(0, CASE
    WHEN asked.state = 'asked' THEN wallet.credit_limit + asked.amount
    WHEN asked.state = 'booked' THEN moved.until_then
    ELSE coalesce(moved.until_then, 0) + asked.amount
END)
FROM moved, billing_wallet AS wallet WHERE moved.id = asked.id AND wallet.id = asked.wallet_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0010_send_back_and_second_by_two"),
    ]

    operations = [
        migrations.AddField(
            model_name="adjustment",
            name="credit_limit",
            field=billing.models.fields.AmountField(
                blank=True, decimal_places=3, max_digits=16, null=True, verbose_name="credit limit"
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="adjustment",
            constraint=models.CheckConstraint(
                condition=models.Q(("credit_limit__isnull", False), ("kind", "credit_limit"))
                | models.Q(models.Q(("kind", "credit_limit"), _negated=True), ("credit_limit", None)),
                name="change_of_the_credit_limit_names_it",
            ),
        ),
    ]

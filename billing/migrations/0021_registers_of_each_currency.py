"""A file that tells of several currencies is taken once for each of them; a line says its own."""

from django.db import migrations, models

OF_THEIR_REGISTER = """
UPDATE billing_registerline AS line SET currency = register.currency
FROM billing_providerregister AS register WHERE register.id = line.register_id
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0020_invoices_settled_and_taken_back")]

    operations = [
        migrations.AlterField(
            model_name="providerregister",
            name="sha256",
            field=models.CharField(max_length=64, verbose_name="its SHA-256"),
        ),
        migrations.AddConstraint(
            model_name="providerregister",
            constraint=models.UniqueConstraint(
                fields=("sha256", "currency"), name="register_is_taken_once_for_a_currency"
            ),
        ),
        migrations.RemoveConstraint(model_name="registerline", name="movement_at_a_provider_is_told_once"),
        migrations.AddField(
            model_name="registerline",
            name="currency",
            field=models.CharField(default="", max_length=3, verbose_name="currency"),
            preserve_default=False,
        ),
        migrations.RunSQL(OF_THEIR_REGISTER, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="registerline",
            constraint=models.UniqueConstraint(
                condition=models.Q(("difference__in", ["repeated", "currency"]), _negated=True),
                fields=("provider", "currency", "kind", "provider_transaction"),
                name="movement_at_a_provider_is_told_once",
            ),
        ),
    ]

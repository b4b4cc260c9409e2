"""Charges in another currency than the host's agreement are shared: in percent in theirs, per kWh in the agreement's."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("billing", "0023_entries_of_register_lines")]

    operations = [
        migrations.AlterField(
            model_name="hostagreement",
            name="currency",
            field=models.CharField(
                help_text="of what is paid per kWh; what charges in another currency earn is shared in that currency",
                max_length=3,
                verbose_name="currency",
            ),
        ),
        migrations.AddField(
            model_name="hoststatement",
            name="other_energy_wh",
            field=models.BigIntegerField(
                default=0,
                help_text="counted per kWh alone: what they earned is shared in their currency",
                verbose_name="energy of charges in other currencies, Wh",
            ),
        ),
        migrations.AddField(
            model_name="hoststatementline",
            name="is_per_kwh",
            field=models.BooleanField(db_default=False, default=False, verbose_name="per kWh alone"),
        ),
        migrations.RemoveConstraint(model_name="hoststatementline", name="receipt_is_in_one_statement_of_a_host"),
        migrations.AddConstraint(
            model_name="hoststatementline",
            constraint=models.UniqueConstraint(
                condition=Q(is_per_kwh=False), fields=["receipt"], name="receipt_is_in_one_statement_of_a_host"
            ),
        ),
        migrations.AddConstraint(
            model_name="hoststatementline",
            constraint=models.UniqueConstraint(
                condition=Q(is_per_kwh=True),
                fields=["receipt"],
                name="receipt_counts_per_kwh_in_one_statement_of_a_host",
            ),
        ),
    ]

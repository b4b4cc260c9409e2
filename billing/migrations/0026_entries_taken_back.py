"""What of a register was booked by mistake is taken back by another entry, and may be booked anew."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("billing", "0025_statements_of_hosts_by_their_lines")]

    operations = [
        migrations.AddField(
            model_name="registerentry",
            name="undoes",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="undoings",
                to="billing.registerentry",
                verbose_name="takes back",
            ),
        ),
        migrations.AddField(
            model_name="registerentry",
            name="turn",
            field=models.PositiveSmallIntegerField(
                db_default=1, default=1, help_text="above 1: booked again after it was taken back", verbose_name="turn"
            ),
        ),
        migrations.RemoveConstraint(model_name="registerentry", name="register_line_is_booked_once"),
        migrations.AddConstraint(
            model_name="registerentry",
            constraint=models.UniqueConstraint(
                condition=Q(undoes=None) & ~Q(state="refused"),
                fields=["line", "turn"],
                name="register_line_is_booked_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="registerentry",
            constraint=models.UniqueConstraint(
                condition=Q(undoes__isnull=False) & ~Q(state="refused"),
                fields=["undoes"],
                name="register_entry_is_taken_back_once",
            ),
        ),
    ]

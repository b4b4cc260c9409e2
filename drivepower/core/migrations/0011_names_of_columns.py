import uuid

import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models

import drivepower.core.models.events


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0010_trigrams"),
    ]

    operations = [
        migrations.AlterField(
            model_name="alert",
            name="ladder_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="ladder looked at next"),
        ),
        migrations.AlterField(
            model_name="alert",
            name="notice_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="next notice"),
        ),
        migrations.AlterField(
            model_name="alert",
            name="notice_round",
            field=models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="rounds of notices"),
        ),
        migrations.AlterField(
            model_name="alertact",
            name="alert",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="acts", to="core.alert", verbose_name="alert"
            ),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="event",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="deliveries",
                to="core.event",
                verbose_name="event",
            ),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="public ID"),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="webhook",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="deliveries",
                to="core.webhook",
                verbose_name="webhook",
            ),
        ),
        migrations.AlterField(
            model_name="event",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="public ID"),
        ),
        migrations.AlterField(
            model_name="event",
            name="transaction",
            field=models.BigIntegerField(
                db_default=django.db.models.functions.comparison.Cast(
                    django.db.models.functions.comparison.Cast(
                        drivepower.core.models.events.CurrentTransaction(), models.TextField()
                    ),
                    models.BigIntegerField(),
                ),
                editable=False,
                verbose_name="transaction of the database",
            ),
        ),
        migrations.AlterField(
            model_name="eventcursor",
            name="event_id",
            field=models.BigIntegerField(default=0, verbose_name="event"),
        ),
        migrations.AlterField(
            model_name="eventcursor",
            name="transaction",
            field=models.BigIntegerField(default=0, verbose_name="transaction of the database"),
        ),
        migrations.AlterField(
            model_name="idempotencykey",
            name="headers",
            field=models.JSONField(default=dict, verbose_name="headers"),
        ),
        migrations.AlterField(
            model_name="idempotencykey",
            name="lease",
            field=models.UUIDField(editable=False, null=True, verbose_name="lease"),
        ),
        migrations.AlterField(
            model_name="webhook",
            name="previous_secret",
            field=models.CharField(blank=True, editable=False, max_length=80, verbose_name="previous secret"),
        ),
        migrations.AlterField(
            model_name="webhook",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="public ID"),
        ),
    ]

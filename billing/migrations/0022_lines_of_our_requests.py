"""Our own requests to payment providers: what was in them, how long they took, and how often one got the same answer."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0021_registers_of_each_currency"),
    ]

    operations = [
        migrations.AddField(
            model_name="providerevent",
            name="facts",
            field=models.JSONField(default=dict, verbose_name="facts"),
        ),
        migrations.AddField(
            model_name="providerevent",
            name="last_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="last time"),
        ),
        migrations.AddField(
            model_name="providerevent",
            name="times",
            field=models.PositiveIntegerField(default=1, verbose_name="times in a row"),
        ),
        migrations.AddField(
            model_name="providerevent",
            name="took_ms",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="answered after, ms"),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0008_default_alert_rules")]
    operations = [
        migrations.AlterModelOptions(
            name="alert",
            options={
                "ordering": ["-resolved_at", "-opened_at"],
                "verbose_name": "alert",
                "verbose_name_plural": "alerts",
            },
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(fields=["-resolved_at", "-opened_at"], name="core_alert_open_first"),
        ),
    ]

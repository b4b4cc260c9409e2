from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0011_names_of_columns")]

    operations = [
        migrations.AddField(
            model_name="alert",
            name="words",
            field=models.JSONField(db_default={}, default=dict, editable=False, verbose_name="in every language"),
        ),
        migrations.AddField(
            model_name="alertact",
            name="words",
            field=models.JSONField(db_default={}, default=dict, editable=False, verbose_name="in every language"),
        ),
    ]

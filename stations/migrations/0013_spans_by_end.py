from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stations", "0012_makers_codes")]

    operations = [
        migrations.AddIndex(
            model_name="connectionspan",
            index=models.Index(fields=["until"], name="connection_spans_by_end"),
        ),
        migrations.AddIndex(
            model_name="statusspan",
            index=models.Index(condition=models.Q(status="Faulted"), fields=["until"], name="faults_by_end"),
        ),
    ]

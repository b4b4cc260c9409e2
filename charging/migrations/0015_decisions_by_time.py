from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("charging", "0014_corrections_that_charge_more")]

    operations = [
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(fields=["made_at"], name="decisions_by_time"),
        ),
    ]

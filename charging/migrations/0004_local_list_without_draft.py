from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("charging", "0003_ocpp_whole"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="locallist",
            name="sending_entries",
        ),
        migrations.AddIndex(
            model_name="chargingprofile",
            index=models.Index(
                condition=models.Q(("state", "requested")), fields=["asked_at"], name="charging_profiles_unanswered"
            ),
        ),
    ]

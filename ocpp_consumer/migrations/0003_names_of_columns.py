import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ocpp_consumer", "0002_partitions"),
        ("stations", "0010_names_of_columns"),
    ]

    operations = [
        migrations.AlterField(
            model_name="frame",
            name="epoch",
            field=models.BigIntegerField(verbose_name="number of the connection"),
        ),
        migrations.AlterField(
            model_name="frame",
            name="station",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="stations.station",
                verbose_name="station",
            ),
        ),
    ]

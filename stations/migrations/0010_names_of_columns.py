import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("stations", "0009_bulk_jobs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="bulkcommand",
            name="forgiven",
            field=models.PositiveIntegerField(
                default=0,
                editable=False,
                help_text="Failures that stood when a person went on in spite of them.",
                verbose_name="failures passed over",
            ),
        ),
        migrations.AlterField(
            model_name="bulkcommand",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="public ID"),
        ),
        migrations.AlterField(
            model_name="bulkstep",
            name="bulk",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="steps",
                to="stations.bulkcommand",
                verbose_name="bulk job",
            ),
        ),
        migrations.AlterField(
            model_name="bulkstep",
            name="command",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stations.command",
                verbose_name="command",
            ),
        ),
        migrations.AlterField(
            model_name="bulkstep",
            name="station",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stations.station",
                verbose_name="station",
            ),
        ),
        migrations.AlterField(
            model_name="certificate",
            name="station",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="certificates",
                to="stations.station",
                verbose_name="station",
            ),
        ),
        migrations.AlterField(
            model_name="command",
            name="epoch",
            field=models.BigIntegerField(null=True, verbose_name="number of the connection"),
        ),
        migrations.AlterField(
            model_name="command",
            name="holds_secret",
            field=models.BooleanField(
                default=False,
                editable=False,
                help_text="A person typed a secret: it is blanked once nothing sends it any more.",
                verbose_name="holds a secret",
            ),
        ),
        migrations.AlterField(
            model_name="command",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="public ID"),
        ),
        migrations.AlterField(
            model_name="command",
            name="station",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="commands",
                to="stations.station",
                verbose_name="station",
            ),
        ),
        migrations.AlterField(
            model_name="commissioning",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="public ID"),
        ),
        migrations.AlterField(
            model_name="configurationkey",
            name="station",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="configuration",
                to="stations.station",
                verbose_name="station",
            ),
        ),
        migrations.AlterField(
            model_name="connectionspan",
            name="epoch",
            field=models.BigIntegerField(verbose_name="number of the connection"),
        ),
        migrations.AlterField(
            model_name="connectionspan",
            name="station",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="stations.station",
                verbose_name="station",
            ),
        ),
        migrations.AlterField(
            model_name="connector",
            name="station",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="connectors",
                to="stations.station",
                verbose_name="station",
            ),
        ),
        migrations.AlterField(
            model_name="connectorstate",
            name="station",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="connector_states",
                to="stations.station",
                verbose_name="station",
            ),
        ),
        migrations.AlterField(
            model_name="diagnosticsjob",
            name="command",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="stations.command",
                verbose_name="command",
            ),
        ),
        migrations.AlterField(
            model_name="diagnosticsjob",
            name="station",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="diagnostics_jobs",
                to="stations.station",
                verbose_name="station",
            ),
        ),
        migrations.AlterField(
            model_name="diagnosticsjob",
            name="token_hash",
            field=models.CharField(
                blank=True, db_index=True, editable=False, max_length=64, verbose_name="hash of the token"
            ),
        ),
        migrations.AlterField(
            model_name="favourite",
            name="station",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="stations.station",
                verbose_name="station",
            ),
        ),
        migrations.AlterField(
            model_name="favourite",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="favourites",
                to=settings.AUTH_USER_MODEL,
                verbose_name="person",
            ),
        ),
        migrations.AlterField(
            model_name="firmwarejob",
            name="command",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="stations.command",
                verbose_name="command",
            ),
        ),
        migrations.AlterField(
            model_name="firmwarejob",
            name="image",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="jobs",
                to="stations.firmwareimage",
                verbose_name="firmware",
            ),
        ),
        migrations.AlterField(
            model_name="firmwarejob",
            name="station",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="firmware_jobs",
                to="stations.station",
                verbose_name="station",
            ),
        ),
        migrations.AlterField(
            model_name="firmwarejob",
            name="token_hash",
            field=models.CharField(
                blank=True, db_index=True, editable=False, max_length=64, verbose_name="hash of the token"
            ),
        ),
        migrations.AlterField(
            model_name="gateway",
            name="id",
            field=models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False, verbose_name="ID"),
        ),
        migrations.AlterField(
            model_name="installerlink",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="public ID"),
        ),
        migrations.AlterField(
            model_name="installerlink",
            name="token_hash",
            field=models.CharField(editable=False, max_length=64, unique=True, verbose_name="hash of the token"),
        ),
        migrations.AlterField(
            model_name="knock",
            name="key_hash",
            field=models.CharField(blank=True, editable=False, max_length=64, verbose_name="hash of its key"),
        ),
        migrations.AlterField(
            model_name="maintenance",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="public ID"),
        ),
        migrations.AlterField(
            model_name="report",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="public ID"),
        ),
        migrations.AlterField(
            model_name="securityevent",
            name="station",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="security_events",
                to="stations.station",
                verbose_name="station",
            ),
        ),
        migrations.AlterField(
            model_name="station",
            name="epoch",
            field=models.BigIntegerField(default=0, editable=False, verbose_name="number of the connection"),
        ),
        migrations.AlterField(
            model_name="station",
            name="gateway",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="stations",
                to="stations.gateway",
                verbose_name="gateway",
            ),
        ),
        migrations.AlterField(
            model_name="station",
            name="key_hash",
            field=models.CharField(blank=True, editable=False, max_length=64, verbose_name="hash of its key"),
        ),
        migrations.AlterField(
            model_name="station",
            name="key_in_doubt",
            field=models.BooleanField(
                default=False,
                editable=False,
                help_text="The newest key was sent and no answer came: whichever of the two is used next is the right one.",
                verbose_name="newest key in doubt",
            ),
        ),
        migrations.AlterField(
            model_name="station",
            name="previous_key_hash",
            field=models.CharField(blank=True, editable=False, max_length=64, verbose_name="hash of its previous key"),
        ),
        migrations.AlterField(
            model_name="stationseen",
            name="station",
            field=models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                primary_key=True,
                related_name="seen",
                serialize=False,
                to="stations.station",
                verbose_name="station",
            ),
        ),
        migrations.AlterField(
            model_name="statusspan",
            name="station",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="stations.station",
                verbose_name="station",
            ),
        ),
        migrations.AlterField(
            model_name="upload",
            name="job",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="uploads",
                to="stations.diagnosticsjob",
                verbose_name="diagnostics job",
            ),
        ),
    ]

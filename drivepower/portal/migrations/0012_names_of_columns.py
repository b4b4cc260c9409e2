import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0011_rights_of_the_portal"),
    ]

    operations = [
        migrations.AlterField(
            model_name="savedview",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="public ID"),
        ),
    ]

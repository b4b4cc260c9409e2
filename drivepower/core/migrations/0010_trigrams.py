from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    """The one place that makes extensions: two would each try to drop it when they are taken back."""

    dependencies = [("core", "0009_alerts_open_first")]
    operations = [TrigramExtension()]

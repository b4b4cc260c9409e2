"""Whoever sees commands sees those to many stations."""

from importlib import import_module

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

roles = import_module("drivepower.portal.migrations.0001_staff_roles")


def give_rights(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Add to every role that may see commands now."""
    see = roles.permission(apps, "view", "stations.bulkcommand")
    for group in apps.get_model("auth", "Group").objects.filter(
        permissions__codename="view_command", permissions__content_type__app_label="stations"
    ):
        group.permissions.add(see)


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0006_rights_of_companies"),
        ("stations", "0006_bulk_commands"),
    ]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]

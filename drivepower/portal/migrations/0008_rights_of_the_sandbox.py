"""What the sandbox keeps may hold codes by which a driver comes in: it is for owners alone."""

from importlib import import_module

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

roles = import_module("drivepower.portal.migrations.0001_staff_roles")


def take_rights(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take it from the roles that were given it."""
    see = roles.permission(apps, "view", "accounts.sandboxmessage")
    for group in apps.get_model("auth", "Group").objects.filter(name__in=["Operator", "Support"]):
        group.permissions.remove(see)


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0007_rights_of_bulk_commands"),
    ]

    operations = [migrations.RunPython(take_rights, migrations.RunPython.noop)]

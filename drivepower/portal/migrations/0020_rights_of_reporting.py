"""Whoever looks after drivers, a place or a fleet files reports of problems; a fleet manager reads those of its own."""

from importlib import import_module

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

roles = import_module("drivepower.portal.migrations.0001_staff_roles")

RIGHTS = {
    "Support": [("add", "stations.report")],
    "Site host": [("add", "stations.report")],
    "Fleet manager": [("view", "stations.report"), ("add", "stations.report")],
}


def give_rights(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Add to the roles that are still there; what an owner has given or taken stays."""
    for group in apps.get_model("auth", "Group").objects.filter(name__in=RIGHTS):
        group.permissions.add(*[roles.permission(apps, verb, model) for verb, model in RIGHTS[group.name]])


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0019_rights_of_owners"),
        ("stations", "0005_access_reports_maintenance"),
    ]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]

"""A technician takes a station from its box into service; support answers what drivers report.

Prices and retiring are guarded by rights that a technician has not (`stations.keeping`).
"""

from importlib import import_module

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

roles = import_module("drivepower.portal.migrations.0001_staff_roles")

SET_UP = ["stations.station", "stations.connector"]
RIGHTS = {
    "Technician": [*roles.to("add", SET_UP), *roles.to("change", SET_UP)],
    "Support": [("change", "stations.report")],
}


def give_rights(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Add to the roles that are still there; what an owner has given or taken stays."""
    for group in apps.get_model("auth", "Group").objects.filter(name__in=RIGHTS):
        group.permissions.add(*[roles.permission(apps, verb, model) for verb, model in RIGHTS[group.name]])


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0013_rights_of_money_desk"),
        ("stations", "0005_access_reports_maintenance"),
    ]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]

"""Those who keep the network write down what makers' codes mean; support and technicians read it."""

from importlib import import_module

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

roles = import_module("drivepower.portal.migrations.0001_staff_roles")

CODES = ["stations.makerscode"]
READ = roles.to("view", CODES)
KEPT = [*READ, *roles.to("add", CODES), *roles.to("change", CODES), *roles.to("delete", CODES)]
RIGHTS = {"Owner": KEPT, "Operator": KEPT, "Support": READ, "Technician": READ}


def give_rights(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Add to the roles that are still there; what an owner has given or taken stays."""
    for group in apps.get_model("auth", "Group").objects.filter(name__in=RIGHTS):
        group.permissions.add(*[roles.permission(apps, verb, model) for verb, model in RIGHTS[group.name]])


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0017_rights_of_support_and_finance"),
        ("stations", "0012_makers_codes"),
    ]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]

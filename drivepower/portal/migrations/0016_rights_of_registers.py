"""The owner and finance read the books of the sandbox's cash register."""

from importlib import import_module

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

roles = import_module("drivepower.portal.migrations.0001_staff_roles")

RIGHTS = {name: [("view", "billing.sandboxfiscalentry")] for name in ("Owner", "Finance")}


def give_rights(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Add to the roles that are still there; what an owner has given or taken stays."""
    for group in apps.get_model("auth", "Group").objects.filter(name__in=RIGHTS):
        group.permissions.add(*[roles.permission(apps, verb, model) for verb, model in RIGHTS[group.name]])


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0015_rights_of_driver_page"),
        ("billing", "0016_registers_sandbox_cash_register"),
    ]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]

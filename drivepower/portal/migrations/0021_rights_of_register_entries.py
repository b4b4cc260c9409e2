"""The owner and finance book what a provider's register tells of as something else; a second person's word is the
verb's own matter.
"""

from importlib import import_module

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

roles = import_module("drivepower.portal.migrations.0001_staff_roles")

RIGHTS = [(verb, "billing.registerentry") for verb in ("view", "add", "change")]


def give_rights(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Add to the roles that are still there; what an owner has given or taken stays."""
    for group in apps.get_model("auth", "Group").objects.filter(name__in=("Owner", "Finance")):
        group.permissions.add(*[roles.permission(apps, verb, model) for verb, model in RIGHTS])


class Migration(migrations.Migration):
    dependencies = [("portal", "0020_rights_of_reporting"), ("billing", "0023_entries_of_register_lines")]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]

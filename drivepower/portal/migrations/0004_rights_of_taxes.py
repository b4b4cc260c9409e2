"""Whoever sees tariff plans sees the taxes that were announced for them."""

from importlib import import_module

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

roles = import_module("drivepower.portal.migrations.0001_staff_roles")


def give_rights(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Add to every role that sees plans."""
    see = roles.permission(apps, "view", "billing.taxchange")
    for group in apps.get_model("auth", "Group").objects.filter(
        permissions__codename="view_tariffplan", permissions__content_type__app_label="billing"
    ):
        group.permissions.add(see)


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0003_rights_of_money"),
        ("billing", "0009_announced_taxes_and_parties"),
    ]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]

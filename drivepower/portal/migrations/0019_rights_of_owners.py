"""Owners give and take the roles of staff, and let a name that was locked by wrong passwords in again."""

from importlib import import_module
from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

roles = import_module("drivepower.portal.migrations.0001_staff_roles")


def give_rights(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Add to the role if it is still there; what an owner has given or taken stays."""
    for group in apps.get_model("auth", "Group").objects.filter(name="Owner"):
        group.permissions.add(to_give_roles(apps), roles.permission(apps, "delete", "axes.accessattempt"))


def to_give_roles(apps: Apps) -> Any:
    """The right to say what others on the staff may do, and whether they may come in."""
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label="accounts", model="user")
    made, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=kind, codename="give_roles", defaults={"name": "Can give and take roles of staff"}
    )
    return made


class Migration(migrations.Migration):
    dependencies = [("portal", "0018_rights_of_makers_codes"), ("axes", "0001_initial")]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]

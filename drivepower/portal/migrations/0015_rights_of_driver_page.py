"""What support does for a driver who calls: start and stop a charge, block a person or a lost card, end logins.

To block has a right of its own: whoever may change people could take an account over by its e-mail address.
"""

from importlib import import_module

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

roles = import_module("drivepower.portal.migrations.0001_staff_roles")


def give_rights(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Add to the roles that are still there; what an owner has given or taken stays."""
    groups = apps.get_model("auth", "Group").objects
    for group in groups.filter(name__in=["Owner", "Operator", "Support"]):
        group.permissions.add(to_block(apps))
    for group in groups.filter(name="Support"):
        group.permissions.add(roles.permission(apps, "add", "charging.session"))


def to_block(apps: Apps):
    """The right to keep somebody or a card out, and to let them in again."""
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label="accounts", model="user")
    made, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=kind, codename="block_user", defaults={"name": "Can block people, cards and logins"}
    )
    return made


class Migration(migrations.Migration):
    dependencies = [("portal", "0014_rights_of_field_and_support"), ("accounts", "0010_notes")]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]

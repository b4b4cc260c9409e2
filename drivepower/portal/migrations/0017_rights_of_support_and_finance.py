"""Support asks for refunds that somebody else decides about; finance reads what a station said where a bill is explained.

To ask has a right of its own: whoever may add adjustments books small ones alone.
"""

from importlib import import_module

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

roles = import_module("drivepower.portal.migrations.0001_staff_roles")

HEARD = ["ocpp_consumer.frame", "stations.command", "stations.connectionspan", "stations.statusspan"]


def give_rights(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Add to the roles that are still there; what an owner has given or taken stays."""
    groups = apps.get_model("auth", "Group").objects
    for group in groups.filter(name="Support"):
        group.permissions.add(to_ask_for_refunds(apps))
    for group in groups.filter(name="Finance"):
        group.permissions.add(*[roles.permission(apps, verb, model) for verb, model in roles.to("view", HEARD)])


def to_ask_for_refunds(apps: Apps):
    """The right to ask for a refund, which somebody else decides about."""
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="billing", model="adjustment"
    )
    made, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=kind,
        codename="ask_refund",
        defaults={"name": "Can ask for a refund, which somebody else decides about"},
    )
    return made


class Migration(migrations.Migration):
    dependencies = [("portal", "0016_rights_of_registers")]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]

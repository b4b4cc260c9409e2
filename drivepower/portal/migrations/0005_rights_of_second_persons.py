"""Who sees what waits for a second person, and who may be one; a second payment is finance's to decide about,
and so are the alerts that a person closes."""

from importlib import import_module

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

roles = import_module("drivepower.portal.migrations.0001_staff_roles")

SEEN = roles.to("view", ["charging.decisionrequest", "billing.secondpayment"])
RIGHTS = {
    "Owner": SEEN,
    "Finance": [*SEEN, ("change", "core.alert")],
    "Support": SEEN,
    "Operator": [("view", "charging.decisionrequest")],
}


def give_rights(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Add to the roles that are still there."""
    for group in apps.get_model("auth", "Group").objects.filter(name__in=RIGHTS):
        group.permissions.add(*[roles.permission(apps, verb, model) for verb, model in RIGHTS[group.name]])


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0004_rights_of_taxes"),
        ("billing", "0008_by_hand"),
        ("charging", "0007_second_person"),
    ]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]

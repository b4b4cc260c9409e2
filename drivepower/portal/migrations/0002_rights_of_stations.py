"""What the roles of staff may do with firmware, files, configuration, certificates, quirks and what stations keep.

A technician sees no reservation, because it names its driver; how meters are read is for those who answer for bills.
"""

from importlib import import_module

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

roles = import_module("drivepower.portal.migrations.0001_staff_roles")

WORKSHOP = ["stations.firmwareimage", "stations.configurationtemplate"]
FILES = ["stations.upload", "stations.firmwarejob", "stations.diagnosticsjob"]
HEARD = ["stations.configurationkey", "stations.certificate", "stations.securityevent"]
ODDITIES = ["stations.quirkprofile"]
HELD = ["charging.chargingprofile", "charging.locallist"]
BOOKED = ["charging.reservation"]
KEPT = [*WORKSHOP, *ODDITIES, "charging.locallist"]
EVERYTHING = [*WORKSHOP, *FILES, *HEARD, *ODDITIES, *HELD, *BOOKED]

MANAGE = [
    *roles.to("view", EVERYTHING),
    *roles.to("add", KEPT),
    *roles.to("change", KEPT),
    *roles.to("delete", ["stations.configurationtemplate", "stations.quirkprofile", "stations.upload"]),
]
RIGHTS = {
    "Owner": [*MANAGE, ("view", "billing.sandboxinvoice")],
    "Operator": MANAGE,
    "Support": roles.to("view", EVERYTHING),
    "Finance": [("view", "billing.sandboxinvoice")],
    "Technician": [
        *roles.to("view", [*WORKSHOP, *FILES, *HEARD, *ODDITIES, *HELD]),
        *roles.to("add", WORKSHOP),
        *roles.to("change", WORKSHOP),
    ],
}


def give_rights(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Add to the roles that are still there; what an owner has given or taken stays."""
    for group in apps.get_model("auth", "Group").objects.filter(name__in=RIGHTS):
        group.permissions.add(*[roles.permission(apps, verb, model) for verb, model in RIGHTS[group.name]])


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0001_staff_roles"),
        ("charging", "0003_ocpp_whole"),
        ("stations", "0003_file_reasons"),
    ]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]

"""Site hosts and fleet managers see what is their company's, now that every list is cut to it; what came with the API
is seen by who needs it.

A host sees no reservation, because it names its driver; secrets of other systems are the owner's to give.
"""

from importlib import import_module

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

roles = import_module("drivepower.portal.migrations.0001_staff_roles")

PLACES = ["stations.accessrule", "stations.maintenance", "stations.report"]
SITES = ["charging.siteplan", "charging.siteshare"]
TOLD = ["accounts.notification", "accounts.message", "accounts.sandboxmessage", "accounts.notificationchoice"]
DOORS = [
    *("accounts.login", "accounts.onetimecode", "accounts.foreignidentity", "accounts.pushsubscription"),
    *("axes.accessattempt", "axes.accesslog"),
]
HOOKS = ["core.webhook", "core.delivery"]
OUTBOX = ["core.event", *HOOKS]
KEPT = ["accounts.apiclient", "core.idempotencykey", "core.eventcursor", "stations.favourite", "accounts.signedrequest"]

KEEP_PLACES = [
    *roles.to("view", [*PLACES, *SITES]),
    *roles.to("add", PLACES),
    *roles.to("change", PLACES),
    ("delete", "stations.accessrule"),
]
KEEP_HOOKS = [("add", "core.webhook"), ("change", "core.webhook"), ("delete", "core.webhook")]
HOSTED = [
    *("stations.location", "stations.station", "stations.connector", "stations.connectorstate"),
    *("stations.connectionspan", "stations.statusspan", *PLACES, "charging.session"),
    *("accounts.company", "accounts.user", "core.event"),
]
FLEET = [
    *("accounts.company", "accounts.user", "accounts.idtag", "charging.session", "charging.reservation"),
    *("billing.receipt", "billing.receiptline", "billing.wallet", "billing.transfer", "billing.topup"),
    *("billing.debt", "billing.statement", "core.event"),
]
RIGHTS = {
    "Owner": [
        *KEEP_PLACES,
        *KEEP_HOOKS,
        *roles.to("view", [*TOLD, *DOORS, *OUTBOX, *KEPT]),
        *roles.to("add", ["accounts.apiclient"]),
        *roles.to("change", ["accounts.apiclient"]),
    ],
    "Operator": [*KEEP_PLACES, *KEEP_HOOKS, *roles.to("view", [*TOLD, *OUTBOX])],
    "Support": roles.to("view", [*PLACES, *SITES, *TOLD, *DOORS, *OUTBOX]),
    "Technician": [
        *roles.to("view", [*PLACES, *SITES, "core.event"]),
        *roles.to("add", ["stations.maintenance", "stations.report"]),
        *roles.to("change", ["stations.maintenance", "stations.report"]),
    ],
    "Site host": roles.to("view", HOSTED),
    "Fleet manager": roles.to("view", FLEET),
}


def give_rights(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Add to the roles that are still there; what an owner has given or taken stays."""
    for group in apps.get_model("auth", "Group").objects.filter(name__in=RIGHTS):
        group.permissions.add(*[roles.permission(apps, verb, model) for verb, model in RIGHTS[group.name]])


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0005_rights_of_second_persons"),
        ("accounts", "0002_logins_and_notifications"),
        ("axes", "0010_accessattemptexpiration"),
        ("charging", "0008_limits_and_sites"),
        ("core", "0003_events_webhooks_idempotency"),
        ("stations", "0005_access_reports_maintenance"),
    ]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]

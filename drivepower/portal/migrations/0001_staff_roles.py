"""The roles of staff are groups. Their permissions are made here, because Django makes them only after all migrations.

A site host and a fleet manager may open no list until every list is cut to their company.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

NETWORK = ["stations.location", "stations.station", "stations.connector"]
HARDWARE = [
    "stations.connectorstate",
    "stations.connectionspan",
    "stations.gateway",
    "stations.knock",
    "stations.stationseen",
    "stations.statusspan",
    "ocpp_consumer.frame",
]
SESSIONS = ["charging.session", "charging.sessionmeter", "charging.meterreading", "charging.straymessage"]
PEOPLE = ["accounts.user", "accounts.idtag", "accounts.company", "accounts.membership"]
TARIFFS = ["billing.tariffplan", "billing.tariffversion", "billing.tariffrule", "billing.priceterms"]
MONEY = [
    "billing.wallet",
    "billing.hold",
    "billing.capture",
    "billing.transfer",
    "billing.debt",
    "billing.topup",
    "billing.providerevent",
    "billing.receipt",
    "billing.receiptline",
    "charging.settlement",
]
WATCH = ["core.alert", "stations.command"]
EVERYTHING = [*NETWORK, *HARDWARE, *SESSIONS, *PEOPLE, *TARIFFS, *MONEY, *WATCH]


def to(verb: str, models: list[str]) -> list[tuple[str, str]]:
    """That verb on each of these models."""
    return [(verb, model) for model in models]


ROLES = {
    "Owner": [
        *to("view", [*EVERYTHING, "auth.group"]),
        *to("add", [*NETWORK, *PEOPLE, *TARIFFS, "stations.command", "charging.session"]),
        *to("change", [*EVERYTHING]),
        *to("delete", ["stations.knock", "stations.location", "stations.station", "stations.connector"]),
    ],
    "Operator": [
        *to(
            "view",
            [*NETWORK, *HARDWARE, *SESSIONS, *PEOPLE, *TARIFFS, *WATCH, "billing.receipt", "billing.receiptline"],
        ),
        *to("add", [*NETWORK, *PEOPLE, *TARIFFS, "stations.command", "charging.session"]),
        *to("change", [*NETWORK, *PEOPLE, *TARIFFS, "core.alert", "stations.knock"]),
        *to("delete", ["stations.knock"]),
    ],
    "Support": to("view", EVERYTHING),
    "Finance": to(
        "view", [*NETWORK, "charging.session", "charging.sessionmeter", *PEOPLE, *TARIFFS, *MONEY, "core.alert"]
    ),
    "Technician": [
        *to("view", [*NETWORK, *HARDWARE, *SESSIONS, *WATCH]),
        *to("add", ["stations.command"]),
        *to("change", ["core.alert"]),
    ],
    "Site host": [],
    "Fleet manager": [],
}


def make_roles(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Make the groups, and such of their permissions as Django has not made yet."""
    group_model = apps.get_model("auth", "Group")
    for name, rights in ROLES.items():
        group, _ = group_model.objects.get_or_create(name=name)
        group.permissions.add(*[permission(apps, verb, model) for verb, model in rights])


def permission(apps: Apps, verb: str, model: str):
    """The permission that Django itself would make, under the same name."""
    app, name = model.split(".")
    shown = apps.get_model(app, name)._meta.verbose_name
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label=app, model=name)
    made, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=kind, codename=f"{verb}_{name}", defaults={"name": f"Can {verb} {shown}"}
    )
    return made


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("billing", "0001_initial"),
        ("charging", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("core", "0001_initial"),
        ("ocpp_consumer", "0001_initial"),
        ("stations", "0001_initial"),
    ]

    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]

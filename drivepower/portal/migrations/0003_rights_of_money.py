"""What the roles of staff may do with money: finance moves it, operators set prices, support sees what explains a charge.

The raw words of providers are for finance and owners only: they name people and phones.
"""

from importlib import import_module

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

roles = import_module("drivepower.portal.migrations.0001_staff_roles")

PRICES = ["billing.clienttariff", "billing.promocode"]
SEEN = [*PRICES, "billing.promouse", "billing.adjustment", "billing.paymentrefund", "billing.statement"]
BOOKS = ["billing.walletcheckpoint"]
DECIDED = ["charging.decision"]
SWEPT = ["core.sweep", "core.sweeprun"]

SET_PRICES = [*roles.to("view", [*PRICES, "billing.promouse"]), *roles.to("add", PRICES), *roles.to("change", PRICES)]
# Adding an adjustment is asking for it; changing one is deciding about somebody else's.
MOVE = [
    *roles.to("add", ["billing.adjustment", "billing.paymentrefund", "charging.decision", "billing.topup"]),
    ("change", "billing.adjustment"),
]
RIGHTS = {
    "Owner": [*SET_PRICES, *MOVE, *roles.to("view", [*SEEN, *BOOKS, *DECIDED, *SWEPT])],
    "Operator": [*SET_PRICES, *roles.to("view", [*DECIDED, *SWEPT])],
    "Support": roles.to("view", [*SEEN, *DECIDED, *SWEPT]),
    "Finance": [
        *MOVE,
        *roles.to("view", [*SEEN, *BOOKS, *DECIDED, *SWEPT, "charging.meterreading", "charging.straymessage"]),
    ],
    "Technician": [],
}
TAKEN = {"Support": [("view", "billing.providerevent")]}


def give_rights(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Add to the roles that are still there, and take what they should not have had."""
    for group in apps.get_model("auth", "Group").objects.filter(name__in=RIGHTS):
        group.permissions.add(*[roles.permission(apps, verb, model) for verb, model in RIGHTS[group.name]])
        group.permissions.remove(*[roles.permission(apps, verb, model) for verb, model in TAKEN.get(group.name, [])])


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0002_rights_of_stations"),
        ("core", "0002_sweeps"),
        ("billing", "0003_money_whole"),
        ("charging", "0006_decisions"),
    ]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]

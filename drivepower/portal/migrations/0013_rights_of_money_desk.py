"""What the roles of staff may do at the money desk: invoices, shares of hosts, payouts, goodwill, registers, closes,
opening balances, fiscal documents; and the notes about drivers.

Support asks for goodwill and payouts; a second person's word is the verbs' own matter. A company sees its own papers.
"""

from importlib import import_module

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

roles = import_module("drivepower.portal.migrations.0001_staff_roles")

INVOICES = ["billing.invoice", "billing.invoicepayment"]
HOSTS = ["billing.hostagreement", "billing.hoststatement"]
GIVEN = ["billing.payout", "billing.goodwill", "billing.goodwillline"]
REGISTERS = ["billing.providerregister", "billing.registerline", "billing.registertransfer"]
CLOSES = ["billing.dayclose", "billing.closedmonth"]
OPENING = ["billing.openingimport", "billing.openingline"]
FISCAL = ["billing.fiscaldocument"]
DESK = [*INVOICES, *HOSTS, *GIVEN, *REGISTERS, *CLOSES, *OPENING, *FISCAL]
ASKED = ["billing.payout", "billing.goodwill"]

KEEP = [
    *roles.to("view", DESK),
    *roles.to("add", ["billing.invoice", "billing.invoicepayment", *HOSTS, *ASKED]),
    *roles.to("add", ["billing.providerregister", "billing.closedmonth", "billing.openingimport"]),
    *roles.to("change", ["billing.invoice", "billing.hostagreement", *ASKED]),
    *roles.to("change", ["billing.providerregister", "billing.registerline", "billing.openingimport", *FISCAL]),
]
NOTES = [(verb, "accounts.note") for verb in ("view", "add", "change")]
RIGHTS = {
    "Owner": [*KEEP, *NOTES, ("delete", "accounts.note")],
    "Finance": [*KEEP, ("view", "accounts.note")],
    "Operator": NOTES,
    "Support": [*roles.to("view", [*INVOICES, *GIVEN, *FISCAL]), *roles.to("add", ASKED), *NOTES],
    "Site host": roles.to("view", HOSTS),
    "Fleet manager": roles.to("view", INVOICES),
}


def give_rights(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Add to the roles that are still there; what an owner has given or taken stays."""
    for group in apps.get_model("auth", "Group").objects.filter(name__in=RIGHTS):
        group.permissions.add(*[roles.permission(apps, verb, model) for verb, model in RIGHTS[group.name]])


class Migration(migrations.Migration):
    dependencies = [("portal", "0012_names_of_columns"), ("accounts", "0010_notes"), ("billing", "0013_money_desk")]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]

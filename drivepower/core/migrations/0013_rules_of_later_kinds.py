"""Rules for the kinds of alerts that came after the first ones, for all stations."""

from typing import Any

from django.db import migrations

KINDS = ("bulk_halted", "fiscal_failed", "invoice_overdue")


def make(apps: Any, editor: Any) -> None:
    """Make those that are not there; who has made one for all stations keeps it alone."""
    AlertRule = apps.get_model("core", "AlertRule")
    for kind in KINDS:
        if not AlertRule.objects.filter(kind=kind, labels=[], locations=[], vendors=[]).exists():
            AlertRule.objects.get_or_create(
                name=kind.replace("_", "-"), defaults={"kind": kind, "severity": "warning", "parameters": {}}
            )


class Migration(migrations.Migration):
    dependencies = [("core", "0012_alerts_in_every_language")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop, elidable=False)]

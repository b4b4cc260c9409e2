"""What the roles of staff may do with what came with the portal: rules and rota of alerts, switches, commissioning,
figures, monthly reports, the audit trail, second factors; and the commands that leave a station as it was.

A technician sees no money: figures of days hold revenue. The trail names everybody, so its list is the
owner's to read; Explain tells whoever of the house may see a row what was changed of it.
"""

from importlib import import_module

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

roles = import_module("drivepower.portal.migrations.0001_staff_roles")

RULES = ["core.alertrule", "core.alertstep"]
DUTY = ["accounts.dutyshift", "accounts.dutynotice"]
SERVICE = ["stations.commissioning", "stations.installerlink"]
FIGURES = ["charging.dailyfigures", "charging.hourlyenergy", "charging.figuresmark", "portal.monthlyreport"]
SEEN = [*RULES, *DUTY, *SERVICE, "core.switch"]

KEEP = [
    *roles.to("view", [*SEEN, *FIGURES]),
    *roles.to("add", [*RULES, "accounts.dutyshift", *SERVICE]),
    *roles.to("change", [*RULES, "accounts.dutyshift", *SERVICE, "core.switch"]),
    *roles.to("delete", [*RULES, "accounts.dutyshift"]),
]
CHOICES = [(verb, "accounts.dutychoice") for verb in ("view", "add", "change")]
RIGHTS = {
    "Owner": [
        *KEEP,
        *CHOICES,
        *roles.to("view", ["portal.change", "portal.savedview", "otp_totp.totpdevice"]),
        ("delete", "otp_totp.totpdevice"),
        *roles.to("change", ["portal.savedview"]),
        *roles.to("delete", ["portal.savedview"]),
    ],
    "Operator": KEEP,
    "Support": roles.to("view", [*SEEN, *FIGURES]),
    "Finance": roles.to("view", FIGURES),
    "Technician": [
        *roles.to("view", [*RULES, *DUTY, *SERVICE]),
        *roles.to("add", ["stations.commissioning"]),
        *roles.to("change", ["stations.commissioning"]),
    ],
}
# Those who may send every command may send these as well.
SAFE = ("Owner", "Operator", "Support", "Technician")


def give_rights(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Add to the roles that are still there; what an owner has given or taken stays."""
    safe = safe_commands(apps)
    for group in apps.get_model("auth", "Group").objects.filter(name__in=RIGHTS):
        group.permissions.add(*[roles.permission(apps, verb, model) for verb, model in RIGHTS[group.name]])
        if group.name in SAFE:
            group.permissions.add(safe)


def safe_commands(apps: Apps):
    """The right to send what leaves a station as it was."""
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label="stations", model="command")
    made, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=kind, codename="send_safe_command", defaults={"name": "Can send commands that change nothing"}
    )
    return made


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0010_audit_trail"),
        ("accounts", "0007_duty"),
        ("charging", "0010_roll_ups"),
        ("core", "0007_alert_rules"),
        ("otp_totp", "0003_add_timestamps"),
        ("stations", "0008_portal_whole"),
    ]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]

"""A rule for each kind of alert, for all stations; people change them, and their names stay."""

from typing import Any

from django.db import migrations

SEVERITIES = {
    "critical": (
        "stations_offline station_contested books_differ paid_twice payment_reversed rows_outside_partitions "
        "codes_go_nowhere stop_not_kept supply_exceeded"
    ),
    "info": "unknown_tags stray_message refund_waits diagnostics_failed",
    "warning": (
        "security_event open_station certificate_refused onboarding_stuck firmware_failed charging_without_session "
        "charging_limit_refused session_stuck session_unjudged session_differs session_unsettled session_held "
        "start_stuck hold_stuck end_stuck no_price payment_odd refund_refused messages_failing events_begun_anew "
        "events_not_read webhook_failing files_full many_commands bulk_command report review_waits"
    ),
}
# What is looked for by these, with the figures that people may change.
LOOKED_FOR: dict[str, tuple[str, dict[str, float]]] = {
    "connector_faulted": ("warning", {"minutes": 0}),
    "connector_stuck_preparing": ("warning", {"minutes": 15}),
    "connector_stuck_finishing": ("info", {"minutes": 60}),
    "station_offline": ("warning", {"minutes": 15}),
    "excess_disconnects": ("warning", {"per_day": 12}),
    "certificate_ends": ("warning", {"days": 30}),
    "nothing_started": ("warning", {"in_a_row": 3, "hours": 24}),
    "trend_success": ("warning", {"least_attempts": 10, "points": 25}),
    "trend_resets": ("warning", {"least": 4, "times": 3}),
    "trend_disconnects": ("warning", {"least": 6, "times": 3}),
    "trend_faults": ("warning", {"least": 3, "times": 3}),
    "trend_power": ("info", {"least": 5, "percent": 50}),
}
# product.md F20: after a charge the cable's lock gets its time, and nothing is set operative meanwhile.
LADDER: tuple[tuple[str, int, int | None], ...] = (
    ("TriggerMessage", 20, 20),
    ("ChangeAvailability", 40, None),
    ("UnlockConnector", 60, 180),
)
WITH_LADDER = ("connector_faulted", "connector_stuck_preparing", "connector_stuck_finishing")


def make(apps: Any, editor: Any) -> None:
    """Make those that are not there."""
    AlertRule, AlertStep = apps.get_model("core", "AlertRule"), apps.get_model("core", "AlertStep")
    kinds = {kind: (severity, {}) for severity, names in SEVERITIES.items() for kind in names.split()}
    for kind, (severity, parameters) in (kinds | LOOKED_FOR).items():
        values = {"kind": kind, "severity": severity, "parameters": parameters}
        rule, is_new = AlertRule.objects.get_or_create(name=kind.replace("_", "-"), defaults=values)
        if is_new and kind in WITH_LADDER:
            AlertStep.objects.bulk_create(
                AlertStep(rule=rule, position=position, action=action, after_s=after, after_charge_s=later)
                for position, (action, after, later) in enumerate(LADDER, 1)
            )


class Migration(migrations.Migration):
    dependencies = [("core", "0007_alert_rules")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop, elidable=False)]

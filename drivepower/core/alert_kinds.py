"""The kinds of alerts in words, and the figures that a rule of each of them may set."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from drivepower.core.models import AlertRule

KINDS: dict[str, Promise] = {
    "books_differ": _("Books differ"),
    "bulk_command": _("Many stations asked at once"),
    "bulk_halted": _("Bulk job stopped"),
    "certificate_ends": _("Certificate ends soon"),
    "certificate_refused": _("Certificate refused"),
    "charging_limit_refused": _("Charging limit refused"),
    "charging_without_session": _("Charging without a session"),
    "clock_off": _("Clock is off"),
    "codes_go_nowhere": _("Codes go nowhere"),
    "connector_faulted": _("Connector faulted"),
    "connector_stuck_finishing": _("Connector stuck in Finishing"),
    "connector_stuck_preparing": _("Connector stuck in Preparing"),
    "diagnostics_failed": _("Diagnostics failed"),
    "end_stuck": _("Session cannot be ended"),
    "events_begun_anew": _("Events were lost"),
    "events_not_read": _("Events are not read"),
    "excess_disconnects": _("Too many disconnects"),
    "files_full": _("No room for files"),
    "fiscal_failed": _("Receipt is not registered"),
    "firmware_failed": _("Firmware update failed"),
    "hold_stuck": _("Money stays held"),
    "invoice_overdue": _("Invoice overdue"),
    "many_commands": _("Very many commands of one person"),
    "messages_failing": _("Messages do not arrive"),
    "no_price": _("No price"),
    "nothing_started": _("Nothing starts after authorisation"),
    "onboarding_stuck": _("Onboarding is stuck"),
    "open_station": _("Station without authentication"),
    "paid_twice": _("Paid twice"),
    "payment_odd": _("Odd payment"),
    "payment_reversed": _("Payment reversed"),
    "refund_refused": _("Refund refused"),
    "refund_waits": _("Refund waits"),
    "report": _("Problem reported"),
    "review_waits": _("Sessions wait for review"),
    "rows_outside_partitions": _("Rows outside of partitions"),
    "security_event": _("Security event"),
    "session_differs": _("Session differs from the books"),
    "session_held": _("Finished session still holds money"),
    "session_stuck": _("Session cannot be settled"),
    "session_unjudged": _("Limit cannot be judged"),
    "session_unsettled": _("Session is not settled"),
    "start_stuck": _("Start cannot be failed"),
    "station_contested": _("Two sockets fight for a station"),
    "station_offline": _("Station offline"),
    "stations_offline": _("Many stations offline"),
    "stop_not_kept": _("Stop was not kept"),
    "stray_message": _("Message of no session"),
    "supply_exceeded": _("Supply exceeded"),
    "trend_disconnects": _("Trend: disconnects"),
    "trend_faults": _("Trend: faults"),
    "trend_power": _("Trend: less of its rated power"),
    "trend_resets": _("Trend: resets"),
    "trend_success": _("Trend: fewer successful starts"),
    "unknown_tags": _("Many unknown cards"),
    "webhook_failing": _("Webhook fails"),
}
# No figure of a condition is above it.
MOST = 100_000
# The figures of a condition, with what counts where a rule does not say.
FIGURES: dict[str, Mapping[str, float]] = {
    "certificate_ends": {"days": 30},
    "connector_faulted": {"minutes": 0},
    "connector_stuck_finishing": {"minutes": 60},
    "connector_stuck_preparing": {"minutes": 15},
    "excess_disconnects": {"per_day": 12},
    "nothing_started": {"in_a_row": 3, "hours": 24},
    "station_offline": {"minutes": 15},
    "trend_disconnects": {"least": 6, "times": 3},
    "trend_faults": {"least": 3, "times": 3},
    "trend_power": {"least": 5, "percent": 50},
    "trend_resets": {"least": 4, "times": 3},
    "trend_success": {"least_attempts": 10, "points": 25},
}


def title_of(kind: str) -> str:
    """A kind in words of the language in force; one that has none by its name."""
    return str(KINDS[kind]) if kind in KINDS else kind.replace("_", " ")


def called(text: str) -> list[str]:
    """The kinds whose words, in the language in force, contain that text."""
    wanted = text.strip().casefold()
    return [kind for kind, title in KINDS.items() if wanted in str(title).casefold()] if wanted else []


def figure(rule: "AlertRule", name: str) -> float:
    """A figure of the rule's condition, or the usual one."""
    said: Any = rule.parameters.get(name)
    return float(said) if is_figure(said) else FIGURES[rule.kind][name]


def is_figure(said: Any) -> bool:
    """Whether that is a number which a condition may have."""
    return isinstance(said, (int, float)) and not isinstance(said, bool) and 0 <= said <= MOST

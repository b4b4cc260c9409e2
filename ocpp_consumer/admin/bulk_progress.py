"""How far a job is, as its page shows it: counts, and the stations with their outcome and its reason in words."""

import json
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from drivepower.core.texts import storable
from ocpp_consumer import bulk
from ocpp_consumer.masking import mask
from stations.models import BulkCommand, BulkStep

Kind, Outcome = BulkCommand.Kind, BulkStep.Outcome
PART = "ocpp_consumer/bulk/progress.html"
SHOWN = 100
REASONS = {
    "access_denied": gettext_lazy("it belongs to others by now"),
    "as_wanted": gettext_lazy("it was so already"),
    "not_kept": gettext_lazy("its list is not kept in step"),
    "not_seen": gettext_lazy("it said yes, but no effect was seen"),
    "station_contested": gettext_lazy("two sockets fight for its identity"),
    "station_not_accepted": gettext_lazy("it is not accepted"),
    "station_offline": gettext_lazy("offline"),
    "timed_out": gettext_lazy("no answer in time"),
    "too_late": gettext_lazy("not done within the time given"),
    "too_many_commands": gettext_lazy("too many commands wait for it"),
    "command_breaks_rules": gettext_lazy("the request breaks a rule for this station"),
    "NotSupported": gettext_lazy("the station has no such feature"),
    "NotImplemented": gettext_lazy("the station has no such feature"),
    "RebootRequired": gettext_lazy("in force after its next boot"),
    "Scheduled": gettext_lazy("it will when the charge ends"),
    "disconnected": gettext_lazy("the connection ended before it answered"),
}


def progress_of(request: HttpRequest, job: BulkCommand) -> dict[str, Any]:
    """What the moving part of the page shows, by the filters in the address; a constant number of queries."""
    counted = bulk.progress([job])[job.pk]
    outcome, text = request.GET.get("outcome", ""), storable(request.GET.get("station", ""))[:50]
    steps = job.steps.select_related("station", "command").order_by("id")
    if outcome in Outcome.values:
        steps = steps.filter(outcome=outcome)
    if text:
        steps = steps.filter(station__code__icontains=text)
    if (after := request.GET.get("after", "")).isdecimal() and len(after) < 18:
        steps = steps.filter(id__gt=int(after))
    found = list(steps[: SHOWN + 1])
    return {
        "job": job,
        "counted": counted,
        "outcomes": [(one.value, one.label, counted[one.value]) for one in Outcome],
        "is_live": job.state == BulkCommand.State.RUNNING or counted[Outcome.IN_PROGRESS.value] > 0,
        "steps": [{"step": step, "reason": in_words(step.reason)} for step in found[:SHOWN]],
        "after": found[SHOWN - 1].pk if len(found) > SHOWN else None,
        "outcome": outcome,
        "station": text,
        "part": reverse("admin:stations_bulkcommand_progress", args=[job.pk]),
        "wish": wish_in_words(job),
        "payload": json.dumps(mask(job.payload), indent=2, ensure_ascii=False),
    }


def in_words(reason: str) -> str:
    """A reason as people read it; what a station has said itself stays as it said it."""
    return str(REASONS.get(reason, reason))


def wish_in_words(job: BulkCommand) -> str:
    """What a job does, in a few words."""
    said = job.payload
    match job.kind:
        case Kind.CONFIGURATION:
            values = ", ".join(f"{key} = {value}" for key, value in list(said.get("values", {}).items())[:3])
            return f"{job.get_kind_display()}: {said.get('template') or values}"
        case Kind.FIRMWARE | Kind.TARIFF:
            return f"{job.get_kind_display()}: {said.get('name', '')}"
        case Kind.RESET | Kind.AVAILABILITY:
            return f"{job.get_kind_display()}: {said.get('type', '')}"
        case Kind.LOCAL_LIST:
            return (
                f"{job.get_kind_display()}: {_('all of it') if said.get('update') == 'full' else _('what has changed')}"
            )
    return str(job.action)

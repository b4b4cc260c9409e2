"""The ladder: one command after the other until the cause is seen gone, and at the end a person.

Each step is a line of the alert's history, unique by its number, made in the transaction that queues the command: two
sweeps at once climb it once. Nothing dangerous goes to a connector where anybody charges, and no ladder begins more
often a day than its rule says, so that a connector that comes and goes does not wear out its lock.
"""

from datetime import datetime, timedelta
from typing import Protocol

import structlog
from django.db import transaction
from django.db.models import Q

from drivepower.core import alerts
from drivepower.core.models import Alert, AlertAct, AlertRule, AlertStep
from drivepower.core.sentences import sentence
from stations import commands, maintenance
from stations.models import Command, ConnectorState, Station, StatusSpan
from stations.models.state import DELIVERING
from stations.recovery.places import named_in

AT_ONCE = 200
# A command is good for so long; how soon one looks again at what cannot be done now, and for how long at all.
PATIENCE, AGAIN, WAITS = timedelta(seconds=30), timedelta(seconds=30), timedelta(minutes=15)
# Steps that became possible together are not taken together: each may be what helps.
GAP = timedelta(seconds=5)
# After the last step the station gets this long to show that it has helped.
VERIFY = timedelta(seconds=60)
# A charge that ended so shortly before is a teardown: the cable's lock and the car are still at it.
TEARDOWN = timedelta(minutes=5)
DAY = timedelta(days=1)
ASKED, LEFT_OUT = "asked", "left_out"
UNDER_WAY = (Command.State.QUEUED, Command.State.SENT)
REFUSED = (Command.State.REJECTED, Command.State.FAILED)
Action = AlertStep.Action

log = structlog.stdlib.get_logger(__name__)


class Busy(Protocol):
    """Whether somebody charges, or is about to, at the connector (None: anywhere on the station).

    Until the transaction ends nobody begins there.
    """

    def __call__(self, *, station_id: int, number: int | None) -> bool: ...


def climb(*, busy: Busy, at: datetime) -> int:
    """Take the next step of every ladder whose time has come; answers how many commands were sent."""
    note_outcomes()
    due = Alert.objects.open().filter(ladder_at__lte=at).order_by("ladder_at").values_list("pk", flat=True)[:AT_ONCE]
    keys = list(due)
    silent = maintenance.muted(at) if keys else set()
    return sum(_try(key, busy, silent, at) for key in keys)


def note_outcomes() -> int:
    """Write beside each step what became of its command; how many."""
    count = 0
    steps = AlertAct.objects.filter(outcome=ASKED, command__isnull=False).values_list("command", "pk")[:AT_ONCE]
    asked = {command: key for command, key in steps if command}
    answered = Command.objects.filter(public_id__in=asked).exclude(state__in=UNDER_WAY)
    for public_id, state in answered.values_list("public_id", "state"):
        count += AlertAct.objects.filter(pk=asked[public_id], outcome=ASKED).update(outcome=state)
    return count


def _try(key: int, busy: Busy, silent: set[str], at: datetime) -> bool:
    """One alert's next step; whatever breaks on it is logged, and the others get theirs."""
    try:
        return _climb(key, busy, silent, at)
    except Exception:
        log.exception("a ladder cannot be climbed", alert=key)
        return False


@transaction.atomic
def _climb(key: int, busy: Busy, silent: set[str], at: datetime) -> bool:
    """One alert's next step; whoever finds it locked, or moved on, leaves it."""
    mine = Alert.objects.select_for_update(skip_locked=True, of=("self",)).select_related("rule")
    alert = mine.filter(pk=key, ladder_at__lte=at, resolved_at=None).first()
    if alert is None:
        return False
    code, number = named_in(alert.subject)
    station = Station.objects.filter(code=code).first()
    if alert.rule is None:
        return _give_up(alert, "", at)
    if not alert.rule.is_on or alert.acknowledged_at or station is None:
        Alert.objects.filter(pk=key).update(ladder_at=None)
        return False
    if code in silent:
        return _look_again(alert, at + AGAIN)
    return _step(alert, alert.rule, station, number, busy, at)


def _step(alert: Alert, rule: AlertRule, station: Station, number: int | None, busy: Busy, at: datetime) -> bool:
    """Send the next step's command if it is time and nothing stands against it."""
    taken = list(alert.acts.filter(step__isnull=False).order_by("step"))
    if not taken and tries(alert, at=at) >= rule.most_ladders_per_day:
        again = sentence("It has come back %(count)s times within a day.", count=rule.most_ladders_per_day)
        return _give_up(alert, again, at)
    last = taken[-1].step if taken else 0
    step = rule.steps.filter(position__gt=last).order_by("position").first()
    if step is None:
        return _end(alert, taken, at)
    after = due_after(step, alert, station, number)
    is_pointless = step.action == Action.UNLOCK and not number
    if after is None or is_pointless or (step.action == Action.AVAILABLE and is_taken_out(station, number)):
        _note(alert, step, rule, at, outcome=LEFT_OUT)
        return _look_again(alert, at)
    due = alert.opened_at + timedelta(seconds=after)
    if taken and (taken[-1].outcome == ASKED or taken[-1].at > at - GAP):
        due = max(due, at + GAP)
    if due > at:
        return _look_again(alert, due)
    if why := stands_against(step, station, number, busy, at):
        if at >= due + WAITS:
            return _give_up(alert, why, at)
        return _look_again(alert, at + AGAIN)
    command = _send(alert, rule, step, station, number, at)
    _note(alert, step, rule, at, outcome=ASKED, command=command)
    Alert.objects.filter(pk=alert.pk).update(ladder_at=at)  # when the next is due is seen at the next look
    return True


def tries(alert: Alert, *, at: datetime) -> int:
    """How many ladders of this trouble were begun within a day."""
    same = Q(alert__kind=alert.kind, alert__subject=alert.subject, alert__opened_at__gt=at - DAY)
    begun = AlertAct.objects.filter(same, step__isnull=False, command__isnull=False)
    return begun.values("alert").distinct().count()


def due_after(step: AlertStep, alert: Alert, station: Station, number: int | None) -> int | None:
    """The step's time in seconds; after a teardown its other one, None where it is left out then."""
    if number is None:
        return step.after_s
    spans = StatusSpan.objects.filter(station=station, number=number)
    now = spans.filter(until=None).values_list("since", flat=True).first()
    began = min(now or alert.opened_at, alert.opened_at)
    # The latest few: a teardown passes through Finishing on its way to the fault.
    lately = spans.order_by("-since").values_list("status", "until")[:10]
    torn = any(status in DELIVERING and until and until > began - TEARDOWN for status, until in lately)
    return step.after_charge_s if torn else step.after_s


def is_taken_out(station: Station, number: int | None) -> bool:
    """Whether somebody, or planned work, has set it out of operation and not back: that is theirs to end."""
    asked = Command.objects.filter(station=station, intent=Action.AVAILABLE, payload__connectorId__in={0, number or 0})
    last = asked.exclude(state__in=REFUSED).order_by("-id").first()
    return last is not None and last.payload.get("type") == "Inoperative"


def stands_against(step: AlertStep, station: Station, number: int | None, busy: Busy, at: datetime) -> str:
    """Why the step is not taken now; empty where nothing stands against it."""
    if not Station.objects.online(at=at).filter(pk=station.pk).exists():
        return sentence("The station is not connected.")
    if station.registration != Station.Registration.ACCEPTED or station.contested_at:
        return sentence("The station is not to be trusted with commands now.")
    if step.action == Action.TRIGGER:
        return ""
    where = number if step.action != Action.RESET else None
    delivering = ConnectorState.objects.filter(station=station, status__in=DELIVERING)
    if where:
        delivering = delivering.filter(number=where)
    if delivering.exists() or busy(station_id=station.pk, number=where or None):
        return sentence("Somebody charges there.")
    return ""


def _send(
    alert: Alert, rule: AlertRule, step: AlertStep, station: Station, number: int | None, at: datetime
) -> Command:
    """The step's command in the words of OCPP 1.6, as the ledger keeps it."""
    here = {"connectorId": number} if number else {}
    payloads: dict[str, dict[str, object]] = {
        Action.TRIGGER: {"requestedMessage": "StatusNotification", **here},
        Action.AVAILABLE: {"connectorId": number or 0, "type": "Operative"},
        Action.UNLOCK: {"connectorId": number},
        Action.RESET: {"type": "Soft"},
    }
    signs = {
        Action.TRIGGER: f"StatusNotification:{number}" if number else "StatusNotification",
        Action.RESET: "boot",
    }
    return commands.send(
        station=station,
        intent=step.action,
        payload=payloads[step.action],
        subject=f"alert:{alert.pk}",
        asked_by=f"rule:{rule.name}",
        expires_at=at + PATIENCE,
        at=at,
        awaits=signs.get(Action(step.action), ""),
    )


def _note(
    alert: Alert, step: AlertStep, rule: AlertRule, at: datetime, *, outcome: str, command: Command | None = None
) -> None:
    AlertAct.objects.create(
        alert=alert,
        what=AlertAct.What.STEP,
        at=at,
        by=f"rule:{rule.name}",
        text=step.action,
        step=step.position,
        command=command.public_id if command else None,
        outcome=outcome,
    )


def _end(alert: Alert, taken: list[AlertAct], at: datetime) -> bool:
    """Nothing is left to try: once the last step has had its time, people are told."""
    if not taken:
        return _give_up(alert, "", at)
    if at < taken[-1].at + VERIFY:
        return _look_again(alert, taken[-1].at + VERIFY)
    return _give_up(alert, sentence("Nothing of its ladder has helped."), at)


def _give_up(alert: Alert, why: str, at: datetime) -> bool:
    alerts.escalate(alert, text=why, at=at)
    return False


def _look_again(alert: Alert, then: datetime) -> bool:
    Alert.objects.filter(pk=alert.pk).update(ladder_at=then)
    return False

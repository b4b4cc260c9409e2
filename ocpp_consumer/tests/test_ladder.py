"""A fault from the frame to the commands of its ladder and to the frame that ends it, with a station on the wire."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from charging.recovering import recover
from drivepower.core.models import Alert, AlertAct, AlertRule, AlertStep
from ocpp_consumer.tests.server import Talk, eventually, in_db, now
from stations.models import Command, ConnectorState, Station

pytestmark = pytest.mark.django_db(transaction=True)
KIND = "connector_faulted"
# Sooner than in earnest: the server renews its lease by the real clock.
LADDER = (("TriggerMessage", 2), ("UnlockConnector", 8))


def make_rule() -> None:
    AlertRule.objects.filter(kind=KIND).delete()
    rule = AlertRule.objects.create(name="faulted", kind=KIND, parameters={"minutes": 0})
    for position, (action, after) in enumerate(LADDER, 1):
        AlertStep.objects.create(rule=rule, position=position, action=action, after_s=after, after_charge_s=after)


async def say(talk: Talk, station: Station, status: str) -> None:
    error = "GroundFailure" if status == "Faulted" else "NoError"
    said = {"connectorId": 1, "status": status, "errorCode": error, "timestamp": now()}
    await talk.ask("StatusNotification", said)

    def is_kept() -> bool:
        return ConnectorState.objects.filter(station=station, number=1, status=status).exists()

    await eventually(is_kept, f"the journal has {status}")


async def answer(talk: Talk, status: str) -> tuple[str, dict[str, Any]]:
    """Hear a command and answer it; what it was."""
    _, message_id, action, payload = await talk.hear()
    await talk.send([3, message_id, {"status": status}])
    state = "accepted" if status in ("Accepted", "Unlocked") else "rejected"
    await eventually(lambda: Command.objects.filter(intent=action, state=state).exists(), f"{action} is answered")
    return action, payload


async def test_it_is_asked_unlocked_and_seen_recovered(talk: Talk, station: Station) -> None:
    await in_db(make_rule)()
    await say(talk, station, "Faulted")
    began = datetime.now(UTC)
    await in_db(recover)(at=began)
    await in_db(recover)(at=began + timedelta(seconds=2))
    asked = {"requestedMessage": "StatusNotification", "connectorId": 1}
    assert await answer(talk, "Accepted") == ("TriggerMessage", asked)
    await say(talk, station, "Faulted")
    await in_db(recover)(at=began + timedelta(seconds=9))
    assert await answer(talk, "Unlocked") == ("UnlockConnector", {"connectorId": 1})
    await say(talk, station, "Available")
    await in_db(recover)(at=began + timedelta(seconds=11))

    def history() -> tuple[Any, ...]:
        alert = Alert.objects.get(kind=KIND)
        steps = AlertAct.objects.filter(step__isnull=False).order_by("step").values_list("text", "outcome")
        return alert.resolved_at is not None, alert.notice_at, list(steps)

    assert await in_db(history)() == (
        True, None, [("TriggerMessage", "accepted"), ("UnlockConnector", "accepted")],
    )  # fmt: skip

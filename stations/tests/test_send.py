from datetime import datetime
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from redis import Redis

from drivepower.core import doorbell
from stations import commands
from stations.models import Command, Station
from stations.tests.world import NOON, connect, gateway, seconds, station


def send(to: Station, **fields: Any) -> Command:
    asked: dict[str, Any] = {
        "intent": "start_charging",
        "payload": {"connector": 1, "id_tag": "04A1B2C3"},
        "subject": "session:41",
        "asked_by": "driver:41",
        "expires_at": NOON + seconds(60),
        "at": NOON,
    }
    return commands.send(station=to, **{**asked, **fields})


@pytest.mark.django_db
def test_it_queues_a_command() -> None:
    made = station()
    command = send(made, effect_expected=True)
    kept = Command.objects.get()
    assert kept == command
    assert (kept.state, kept.effect, kept.station, kept.sent_at) == ("queued", "expected", made, None)
    assert kept.payload == {"connector": 1, "id_tag": "04A1B2C3"}
    assert (kept.asked_at, kept.expires_at) == (NOON, NOON + seconds(60))


@pytest.mark.django_db
def test_it_expects_no_effect_by_itself() -> None:
    assert send(station()).effect == "none"


@pytest.mark.django_db
@pytest.mark.parametrize("fields", [{"state": "queued", "sent_at": NOON}, {"state": "accepted", "sent_at": None}])
def test_the_table_refuses_states_out_of_order(fields: dict[str, datetime | None]) -> None:
    command = send(station())
    with pytest.raises(IntegrityError), transaction.atomic():
        Command.objects.filter(pk=command.pk).update(**fields)


@pytest.mark.django_db(transaction=True)
def test_it_rings_the_gateway_once_the_command_can_be_seen() -> None:
    holder = gateway(at=NOON)
    made = connect(station(), holder)
    layers: dict[str, Any] = settings.CHANNEL_LAYERS
    prefix = layers["default"]["CONFIG"]["prefix"]
    with Redis.from_url(settings.REDIS_URL) as valkey, valkey.pubsub() as bell:
        bell.subscribe(f"{prefix}__group__gateway.{holder.pk.hex}")
        assert bell.get_message(timeout=10)["type"] == "subscribe"
        with transaction.atomic():
            send(made)
            doorbell.bell().rings.join()
            assert bell.get_message(timeout=0) is None
        assert b"command.queued" in bell.get_message(timeout=10)["data"]

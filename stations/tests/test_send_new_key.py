"""A new key over the station's own line: only to a station that is here, has one, and is nobody else."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from drivepower.core.refusals import Refusal
from stations import registry, rotating
from stations.models import Command, SecurityEvent, Station
from stations.tests.test_admin import browser, dialog_link
from stations.tests.world import NOON, connect, gateway, station

pytestmark = pytest.mark.django_db


def here(**fields: Any) -> Station:
    """A station that is connected and has a key."""
    made = station(**fields)
    registry.issue_key(station=made)
    return connect(made, gateway(at=timezone.now()))


def test_it_asks_the_station_to_take_one_that_nobody_sees() -> None:
    client = browser("view_station", "change_station", "view_command")
    made = here()
    link = dialog_link(client, f"/admin/stations/station/{made.pk}/change/", "rotate_key")
    where = client.post(link, {"_form_submitted": "True"})["HX-Redirect"]
    command = Command.objects.get()
    assert (command.intent, command.payload, where) == (
        "rotate_key",
        {},
        f"/admin/stations/command/{command.pk}/change/",
    )
    assert command.asked_by.startswith("staff:")
    assert LogEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"gateway": None}, "station_offline"),
        ({"key_hash": ""}, "station_without_key"),
        ({"contested_at": NOON}, "station_contested"),
        ({"key_in_doubt": True}, "rotation_unsettled"),
    ],
    ids=["offline", "no key", "contested", "in doubt"],
)
def test_it_asks_no_station_that_could_not_be_trusted_with_it(fields: dict[str, Any], code: str) -> None:
    made = here()
    Station.objects.filter(pk=made.pk).update(**fields)
    with pytest.raises(Refusal) as refused:
        rotating.send_new_key(
            station=Station.objects.select_related("gateway").get(), asked_by="staff:1", at=timezone.now()
        )
    assert refused.value.code == code
    assert not Command.objects.exists()


def test_it_notes_who_made_a_key_and_not_the_key() -> None:
    made = station()
    key = rotating.make_new_key(station=made, by="installer:7", at=NOON)
    event = SecurityEvent.objects.get()
    assert (event.type, event.detail, event.station) == ("KeyIssued", "by installer:7", made)
    assert key not in repr(SecurityEvent.objects.values())

"""What is odd is told of many charges at once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from charging import review, watch
from charging.models import Session
from charging.tests.world import NOW, World, minutes
from drivepower.core.models import Alert
from stations.models import StationSeen


def test_it_tells_of_every_silent_charge_in_one_statement(world: World) -> None:
    for connector in (world.one, world.two):
        world.say(connector, "Charging", at=NOW)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert watch.tell_of_silent_charges(at=NOW + minutes(5)) == 2
    assert sum("INSERT" in query["sql"] for query in asked) == 1
    subjects = list(Alert.objects.open().order_by("subject").values_list("kind", "subject"))
    assert subjects == [(watch.SILENT, f"connector:BSK-01/{number}") for number in (1, 2)]


@pytest.mark.parametrize("times", [1, 2])
def test_it_flags_every_session_of_a_rebooted_station_in_one_statement(world: World, times: int) -> None:
    for number in (1, 2):
        world.charging(world.driver(), connector=number)
    seen = {"booted_at": NOW + minutes(1), "last_frame_at": NOW + minutes(1)}
    StationSeen.objects.update_or_create(station=world.station, defaults=seen)
    with CaptureQueriesContext(connection) as asked:
        counts = [watch.flag_rebooted(at=NOW + minutes(30)) for _ in range(times)]
    assert sum("UPDATE" in query["sql"] for query in asked) == times
    assert counts == [2, 0][:times]
    assert [one.findings for one in Session.objects.all()] == [[review.REBOOTED]] * 2

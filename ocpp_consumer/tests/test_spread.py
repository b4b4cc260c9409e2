"""Stations that came back together must not speak together, and never sooner than configured."""

from typing import Any

import pytest

from ocpp_consumer.spread import spread
from ocpp_consumer.tests.server import Server, basic, in_db, make_station, talking

BOOT = {"chargePointVendor": "V", "chargePointModel": "M"}


@pytest.mark.parametrize("seconds", [1, 10, 60, 300, 86_400])
def test_it_is_never_shorter_and_at_most_a_fifth_longer(seconds: int) -> None:
    spreads = {spread(seconds, seed=f"CP-{number}") for number in range(1000)}
    assert seconds <= min(spreads) <= max(spreads) <= seconds * 1.2


def test_it_spreads_a_network_over_its_whole_width() -> None:
    spreads = [spread(300, seed=f"CP-{number}") for number in range(3000)]
    shares = [sum(low <= one < low + 10 for one in spreads) for low in range(300, 360, 10)]
    assert all(400 < share < 600 for share in shares)
    assert spreads == [spread(300, seed=f"CP-{number}") for number in range(3000)]


async def test_a_boot_is_told_the_spread_interval_unless_the_station_has_its_own(server: Server, settings: Any) -> None:
    settings.OCPP_HEARTBEAT_INTERVAL = 1000
    usual, key = await in_db(make_station)("usual")
    _, own_key = await in_db(make_station)("own", heartbeat_interval=77)
    waiting, waiting_key = await in_db(make_station)("waiting", registration="pending")
    for identity, secret, interval in (
        ("usual", key, spread(1000, seed=usual.code)),
        ("own", own_key, 77),
        ("waiting", waiting_key, spread(60, seed=waiting.code)),
    ):
        async with talking(server, f"/ocpp/{identity}", headers=basic(identity, secret)) as talk:
            assert (await talk.ask("BootNotification", BOOT))["interval"] == interval

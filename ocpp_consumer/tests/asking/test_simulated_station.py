"""A simulated station is asked through the door, and does what it is asked."""

from ocpp_consumer.simulator import Backoff, StationSpec
from ocpp_consumer.simulator import Station as Simulated
from ocpp_consumer.tests.asking.world import Effect, State, effect, intend, outcome, through_door
from ocpp_consumer.tests.server import Server, eventually, in_db, make_station
from stations.models import ConfigurationKey, ConnectorState


async def test_it_does_what_it_is_asked(server: Server) -> None:
    station, key = await in_db(make_station)("DP-1")
    spec = StationSpec(identity="DP-1", password=key, step_seconds=0.0)
    async with Simulated(spec, url=f"{server.url}/ocpp", backoff=Backoff(first=0.02, most=0.05)):
        await eventually(ConnectorState.objects.filter(number=1).exists, "it is up")
        await outcome(await through_door(station, "GetConfiguration", {}), State.ACCEPTED)
        assert await in_db(ConfigurationKey.objects.filter(key="NumberOfConnectors", value="1").exists)()
        wanted = {"key": "MeterValueSampleInterval", "value": "30"}
        await effect(
            await intend(station, "set_configuration", wanted, awaits="configuration:MeterValueSampleInterval"),
            Effect.SEEN,
        )
        for action, payload in (
            ("TriggerMessage", {"requestedMessage": "StatusNotification", "connectorId": 1}),
            ("ChangeAvailability", {"connectorId": 1, "type": "Inoperative"}),
            ("Reset", {"type": "Soft"}),
        ):
            await effect(await through_door(station, action, payload), Effect.SEEN)

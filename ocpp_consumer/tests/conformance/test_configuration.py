"""Configuration: read whole and by key, changed, refused, and wrong on purpose."""

from typing import Any

from ocpp_consumer.tests.conformance.asking import State, accepted, exchange
from ocpp_consumer.tests.conformance.charger import Charger
from ocpp_consumer.tests.server import wait_until
from stations.models import ConfigurationKey


def keys(cp: Charger) -> dict[str, str | None]:
    """What the tables say that the station is set to."""
    known = ConfigurationKey.objects.filter(station=cp.site.station_id, is_known=True)
    return dict(known.values_list("key", "value"))


def setting(key: str, value: str, *, readonly: bool = False) -> dict[str, Any]:
    """A key as a station answers it."""
    return {"key": key, "readonly": readonly, "value": value}


def test_tc_019_1(cp: Charger) -> None:
    """Retrieve All Configuration Keys"""
    found = [setting("NumberOfConnectors", "2", readonly=True), setting("HeartbeatInterval", "300")]
    accepted(cp, "GetConfiguration", {}, configurationKey=found)
    assert keys(cp) == {"NumberOfConnectors": "2", "HeartbeatInterval": "300"}
    assert ConfigurationKey.objects.get(station=cp.site.station_id, key="NumberOfConnectors").is_read_only


def test_tc_019_2(cp: Charger) -> None:
    """Retrieve Specific Configuration Key"""
    found = setting("SupportedFeatureProfiles", "Core,RemoteTrigger", readonly=True)
    accepted(cp, "GetConfiguration", {"key": ["SupportedFeatureProfiles"]}, configurationKey=[found])
    assert keys(cp) == {"SupportedFeatureProfiles": "Core,RemoteTrigger"}


def test_tc_021(cp: Charger) -> None:
    """Change/Set Configuration"""
    accepted(cp, "ChangeConfiguration", {"key": "MeterValueSampleInterval", "value": "60"})
    wait_until(lambda: keys(cp).get("MeterValueSampleInterval") == "60", "the table says so too")


def test_tc_040_1(cp: Charger) -> None:
    """Configuration Keys: NotSupported"""
    done = exchange(cp, "ChangeConfiguration", {"key": "Colour", "value": "green"}, status="NotSupported")
    assert (done.state, done.answer) == (State.REJECTED, {"status": "NotSupported"})
    assert "Colour" not in keys(cp)


def test_tc_040_2(cp: Charger) -> None:
    """Configuration Keys: Invalid Value"""
    wrong = {"key": "MeterValueSampleInterval", "value": "-1"}
    assert exchange(cp, "ChangeConfiguration", wrong, force=True, status="Rejected").state == State.REJECTED
    assert keys(cp).get("MeterValueSampleInterval") != "-1"

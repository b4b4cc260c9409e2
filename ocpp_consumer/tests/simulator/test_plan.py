import json
from pathlib import Path
from typing import Any

import pytest

from ocpp_consumer.simulator import ConnectorSpec, PlanError, StationSpec, parse_plan, plan, read_plan

STATION: dict[str, Any] = {
    "identity": "DP-0001",
    "password": "ab" * 20,
    "vendor": "Acme",
    "model": "Twin",
    "serial": "SN-1",
    "firmware": "2.1",
    "meter_interval": 5,
    "connectors": [
        {"number": 1, "type": "CCS2", "max_power_w": 60000},
        {"number": 2, "type": "Type2", "max_power_w": 22000, "register_wh": 123456},
    ],
    "charge": {"id_tags": ["CARD-1"], "energy_wh": [3000, 20000], "pause_seconds": [20, 180]},
}


def test_it_reads_a_plan(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps({"seed": 1, "stations": [STATION, {"identity": "DP-0002", "charge": None}]}))
    found = read_plan(path)
    first, second = found.stations
    assert (found.seed, first.identity, first.password, first.firmware) == ("1", "DP-0001", "ab" * 20, "2.1")
    assert first.meter_interval == 5.0
    assert first.connectors[1] == ConnectorSpec(number=2, type="Type2", max_power_w=22_000, register_wh=123_456)
    assert first.charge is not None
    assert first.charge.id_tags == ("CARD-1",)
    assert first.charge.energy_wh == (3_000, 20_000)
    assert first.charge.pause_seconds == (20, 180)
    assert (second.password, second.charge, second.connectors) == (None, None, (ConnectorSpec(),))
    assert (first.plug_seconds, first.unplug_seconds) == (plan.PLUG_SECONDS, plan.UNPLUG_SECONDS)


def test_it_lets_a_station_be_told_more() -> None:
    more = {"identity": "X", "speed": 60, "plug_seconds": None, "unplug_seconds": 0, "step_seconds": 0.5}
    (station,) = parse_plan({"stations": [more]}).stations
    expected = (60.0, None, 0.0, 0.5)
    assert (station.speed, station.plug_seconds, station.unplug_seconds, station.step_seconds) == expected
    assert isinstance(station, StationSpec)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"identity": None}, "stations[0].identity: it is missing"),
        ({"identity": ""}, "stations[0].identity: a text is expected"),
        ({"vendro": "x"}, "stations[0].vendro: there is no such key"),
        ({"meter_interval": 0}, "stations[0].meter_interval: a number above 0"),
        ({"meter_interval": "5"}, "stations[0].meter_interval: a number above 0"),
        ({"speed": -1}, "stations[0].speed: a number above 0"),
        ({"connectors": []}, "stations[0].connectors: a list that is not empty"),
        ({"connectors": [{"number": 0}]}, "stations[0].connectors[0].number: a whole number of at least 1"),
        ({"connectors": [{"max_power_w": "60kW"}]}, "stations[0].connectors[0].max_power_w: a whole number"),
        ({"connectors": [{"max_power_w": True}]}, "stations[0].connectors[0].max_power_w: a whole number"),
        ({"connectors": [{"curve": "steep"}]}, "stations[0].connectors[0].curve: one of dc, ac, constant"),
        ({"connectors": [{"number": 1}, {"number": 1}]}, "stations[0].connectors: a number stands there more than"),
        ({"connectors": ["one"]}, "stations[0].connectors[0]: an object is expected"),
        ({"charge": {"id_tags": []}}, "stations[0].charge.id_tags: a list that is not empty"),
        ({"charge": {"id_tags": ["x" * 21]}}, "stations[0].charge.id_tags: texts of 1 to 20 characters"),
        ({"charge": {"id_tags": ["A"], "energy_wh": [5, 1]}}, "stations[0].charge.energy_wh: two numbers [from, to]"),
        ({"charge": {"id_tags": ["A"], "energy_wh": [0, 1]}}, "stations[0].charge.energy_wh: at least 1 Wh"),
        ({"charge": {"id_tags": ["A"], "pause_seconds": 5}}, "stations[0].charge.pause_seconds: two numbers"),
    ],
)
def test_it_says_what_is_wrong_and_where(change: dict[str, Any], complaint: str) -> None:
    with pytest.raises(PlanError) as caught:
        parse_plan({"stations": [{**STATION, **change}]})
    assert str(caught.value).startswith(complaint)


def test_it_refuses_documents_that_are_no_plans() -> None:
    documents: list[Any] = [[], {}, {"stations": []}, {"stations": {}}, {"station": [STATION]}, "plan"]
    for document in documents:
        with pytest.raises(PlanError):
            parse_plan(document)
    with pytest.raises(PlanError, match="DP-0001 stands there more than once"):
        parse_plan({"stations": [STATION, STATION]})


def test_it_says_when_the_file_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="No such file"):
        read_plan(tmp_path / "absent.json")
    broken = tmp_path / "broken.json"
    broken.write_text('{"stations": [')
    with pytest.raises(PlanError, match="not JSON"):
        read_plan(broken)
    broken.write_bytes(b"\xff\xfe")
    with pytest.raises(PlanError, match="not JSON"):
        read_plan(broken)

"""What stations are set to: what was read is kept, what drifts from a template is asked for, and read back."""

from datetime import timedelta
from typing import Any

import pytest

from stations import configuration
from stations.configuration import Drift
from stations.models import Command, ConfigurationKey, ConfigurationTemplate, Station
from stations.tests.world import NOON, station

pytestmark = pytest.mark.django_db


def read(made: Station, **values: str | None) -> None:
    """The station has answered."""
    said = [{"key": key, "value": value, "readonly": False} for key, value in values.items()]
    configuration.note_read(station=made, configuration=said, unknown=[], at=NOON)


def template(name: str = "T", **fields: Any) -> ConfigurationTemplate:
    """What operators want."""
    return ConfigurationTemplate.objects.create(name=name, **{"wanted": {}, **fields})


def test_it_prefers_the_highest_priority_that_fits() -> None:
    made = station(vendor="ACME", model="Fast 60", firmware="1.2.3")
    template("all")
    template("vendor", vendor="acme", priority=1)
    template("other", vendor="other", priority=9)
    template("model", model="fast*", firmware="1.?.*", priority=2)
    found = configuration.template_for(made, onboarding=False)
    assert found is not None
    assert found.name == "model"


def test_it_onboards_by_templates_that_are_meant_for_it() -> None:
    made = station(vendor="ACME")
    template("daily", priority=5)
    assert configuration.template_for(made, onboarding=True) is None
    template("first", is_for_onboarding=True)
    found = configuration.template_for(made, onboarding=True)
    assert found is not None
    assert found.name == "first"


def test_it_sees_what_is_not_as_it_is_wanted() -> None:
    made = station()
    template(
        wanted={
            "HeartbeatInterval": 300,
            "MeterValuesSampledData": "SoC,Voltage",
            "LocalPreAuthorize": True,
            "ConnectionTimeOut": "60",
            "ResetRetries": "3",
        }
    )
    read(
        made, heartbeatinterval="60", MeterValuesSampledData="SoC, Voltage", LocalPreAuthorize="True", ResetRetries="3"
    )
    assert configuration.drift(made) == [
        Drift("ConnectionTimeOut", "60", None),
        Drift("HeartbeatInterval", "300", "60"),
    ]


def test_it_sees_no_drift_without_a_template() -> None:
    made = station()
    read(made, HeartbeatInterval="60")
    assert configuration.drift(made) == []


def test_it_leaves_keys_and_security_profiles_out_of_templates() -> None:
    made = station()
    template(wanted={"AuthorizationKey": "c0ffee", "SecurityProfile": "1", "VendorPassword": "x"})
    assert configuration.drift(made) == []
    assert configuration.apply_template(station=made, asked_by="staff:1", at=NOON) == []


def test_it_asks_for_what_drifts_and_awaits_the_read_back() -> None:
    made = station()
    template(wanted={"HeartbeatInterval": "300", "ResetRetries": "3"})
    read(made, ResetRetries="3")
    [command] = configuration.apply_template(station=made, asked_by="staff:1", at=NOON)
    assert (command.intent, command.payload) == ("set_configuration", {"key": "HeartbeatInterval", "value": "300"})
    assert (command.awaits, command.effect) == ("configuration:HeartbeatInterval", "expected")


def test_it_does_not_ask_twice_while_it_waits() -> None:
    made = station()
    template(wanted={"HeartbeatInterval": "300"})
    configuration.apply_template(station=made, asked_by="staff:1", at=NOON)
    assert configuration.apply_template(station=made, asked_by="staff:1", at=NOON) == []
    later = NOON + configuration.EXPIRY + timedelta(seconds=1)
    assert len(configuration.apply_template(station=made, asked_by="staff:1", at=later)) == 1


def test_it_says_why_it_asks_for_nothing() -> None:
    made = station()
    assert configuration.why_none(made) == "No template fits this station."
    template(wanted={"HeartbeatInterval": "300"})
    configuration.apply_template(station=made, asked_by="staff:1", at=NOON)
    assert configuration.why_none(made).startswith("All that differs from its template has been asked for")
    read(made, HeartbeatInterval="300")
    assert configuration.why_none(made) == "Nothing differs from its template."


def test_it_asks_in_portions() -> None:
    made = station()
    keys = ["A", "B", "C", "D", "E"]
    [whole] = configuration.read(station=made, keys=keys, asked_by="staff:1", at=NOON)
    assert whole.payload == {"keys": keys}
    read(made, GetConfigurationMaxKeys="2")
    parts = configuration.read(station=made, keys=keys, asked_by="staff:1", at=NOON)
    assert [part.payload["keys"] for part in parts] == [["A", "B"], ["C", "D"], ["E"]]
    [everything] = configuration.read(station=made, keys=[], asked_by="staff:1", at=NOON)
    assert everything.payload == {"keys": []}


@pytest.mark.parametrize("value", [None, "", "0", "-3", "many", "9999999", "²"], ids=ascii)
def test_it_asks_all_at_once_where_the_station_does_not_say_how_many(value: str | None) -> None:
    made = station()
    read(made, GetConfigurationMaxKeys=value)
    [whole] = configuration.read(station=made, keys=["A", "B"], asked_by="staff:1", at=NOON)
    assert whole.payload == {"keys": ["A", "B"]}


def test_it_knows_a_value_that_was_accepted_by_the_key_as_it_was_read() -> None:
    made = station()
    read(made, heartbeatInterval="60")
    configuration.note_set(station=made, key="HeartbeatInterval", value="300", at=NOON)
    configuration.note_set(station=made, key="WifiPassword", value="hush", at=NOON)
    kept = dict(ConfigurationKey.objects.values_list("key", "value"))
    assert kept == {"heartbeatInterval": "300", "WifiPassword": None}


def test_it_keeps_no_more_than_a_thousand_keys_of_one_answer() -> None:
    made = station()
    read(made, **{f"K{number}": "v" for number in range(1100)})
    assert made.configuration.count() == 1000


def test_it_keeps_the_last_word_on_a_key() -> None:
    made = station()
    said = [{"key": "A", "value": "1"}, {"key": "A", "value": "2"}]
    configuration.note_read(station=made, configuration=said, unknown=["A"], at=NOON)
    assert made.configuration.get().value == "2"


def test_it_judges_only_changes_of_that_station_that_were_accepted() -> None:
    made, other = station("BSK-01"), station("BSK-02")
    template(wanted={"HeartbeatInterval": "300"})
    for one in (made, other):
        configuration.apply_template(station=one, asked_by="staff:1", at=NOON)
    read(made, HeartbeatInterval="300")
    assert set(Command.objects.values_list("effect", flat=True)) == {"expected"}
    Command.objects.update(state="accepted", sent_at=NOON, answered_at=NOON)
    read(made, HeartbeatInterval="300")
    effects = dict(Command.objects.values_list("station__code", "effect"))
    assert effects == {"BSK-01": "seen", "BSK-02": "expected"}

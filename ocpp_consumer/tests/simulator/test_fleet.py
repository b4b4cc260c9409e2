from ocpp_consumer.simulator import StationSpec
from ocpp_consumer.simulator.fleet import multiply, number_identities


def test_it_counts_identities_on() -> None:
    assert number_identities("DP-0001", 3) == ["DP-0001", "DP-0002", "DP-0003"]
    assert number_identities("DP-9", 2) == ["DP-9", "DP-10"]
    assert number_identities("DP-0099", 2) == ["DP-0099", "DP-0100"]
    assert number_identities("Berlin", 3) == ["Berlin", "Berlin-2", "Berlin-3"]
    assert number_identities("Berlin", 1) == ["Berlin"]


def test_it_multiplies_a_station() -> None:
    specs = multiply(StationSpec(identity="A-1", vendor="Acme"), 2)
    assert [(spec.identity, spec.vendor) for spec in specs] == [("A-1", "Acme"), ("A-2", "Acme")]

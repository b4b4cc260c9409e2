import pytest
from rest_framework.settings import api_settings

from drivepower.core.addresses import client_of, subscriber_of


@pytest.mark.parametrize(
    ("proxies", "forwarded_for", "address"),
    [
        (0, "203.0.113.1", "198.51.100.7"),
        (1, "203.0.113.1", "203.0.113.1"),
        (1, "192.0.2.9, 203.0.113.1", "203.0.113.1"),
        (2, "192.0.2.9, 203.0.113.1", "192.0.2.9"),
        (2, "203.0.113.1", "203.0.113.1"),
        (1, "", "198.51.100.7"),
    ],
)
def test_it_believes_only_what_our_proxies_wrote(
    monkeypatch: pytest.MonkeyPatch, proxies: int, forwarded_for: str, address: str
) -> None:
    monkeypatch.setattr(api_settings, "NUM_PROXIES", proxies)
    assert client_of(forwarded_for=forwarded_for, peer="198.51.100.7") == address


@pytest.mark.parametrize(
    ("address", "subscriber"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::1", "2001:db8:1:2::/64"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("unix", "unix"),
        ("x" * 100, "x" * 64),
        ("", ""),
    ],
)
def test_it_counts_what_one_subscriber_has(address: str, subscriber: str) -> None:
    assert subscriber_of(address) == subscriber

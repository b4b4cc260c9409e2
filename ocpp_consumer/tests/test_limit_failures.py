"""Whoever fails too often from one address waits; a valid key never does, and no identity is ever locked."""

from typing import Any

import pytest
from rest_framework.settings import api_settings

from ocpp_consumer.handshake import failures
from ocpp_consumer.handshake.failures import FORGOTTEN_AFTER, FREE, LONGEST_WAIT, Failures
from ocpp_consumer.tests.server import Server, basic, in_db, is_let_in, make_station, refusal


def failed(times: int, *, address: str = "198.51.100.7", counts: Failures | None = None, now: float = 0) -> Failures:
    """A table with so many failures, each as soon as the wait before it is over."""
    counts = counts or Failures()
    for _ in range(times):
        now += counts.wait_of(address, now=now)
        counts.note(address, now=now)
    return counts


@pytest.mark.parametrize(
    ("times", "wait"), [(FREE, 0.0), (FREE + 1, 1.0), (FREE + 2, 2.0), (FREE + 6, 32.0), (FREE + 7, LONGEST_WAIT)]
)
def test_it_waits_twice_as_long_each_time_up_to_a_minute(times: int, wait: float) -> None:
    ends = sum(min(LONGEST_WAIT, 2.0**number) for number in range(times - FREE - 1))
    assert failed(times).wait_of("198.51.100.7", now=ends) == pytest.approx(wait)


def test_failures_while_it_waits_prolong_nothing() -> None:
    counts = failed(FREE + 1)
    for _ in range(1000):
        counts.note("198.51.100.7", now=0.5)
    assert counts.wait_of("198.51.100.7", now=0.5) == 0.5
    assert counts.wait_of("198.51.100.7", now=1.0) == 0.0


def test_it_forgets_an_address_that_was_quiet() -> None:
    counts = failed(FREE + 7)
    counts.note("198.51.100.7", now=1000 + FORGOTTEN_AFTER)
    assert counts.wait_of("198.51.100.7", now=1000 + FORGOTTEN_AFTER) == 0.0


def test_it_keeps_no_more_addresses_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failures, "MOST_ADDRESSES", 3)
    counts = failed(FREE + 1, address="0")
    for address in ("1", "0", "2", "3", "4"):
        counts.note(address, now=0.1)
    assert len(counts) == 3
    assert counts.wait_of("0", now=0.2) == 0.0


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is free, and every wait is long."""
    monkeypatch.setattr(failures, "FREE", -10)


@pytest.mark.usefixtures("few")
async def test_it_tells_who_waits_nothing_about_identities(server: Server) -> None:
    _, key = await in_db(make_station)("known")
    wrong = basic("known", "0" * 40)
    assert (await refusal(server, "/ocpp/known", headers=wrong))[0] == 401
    status, headers, body = await refusal(server, "/ocpp/known", headers=wrong)
    assert (status, body, 0 < int(headers.pop("retry-after")) <= 60) == (429, b"", True)
    other = await refusal(server, "/ocpp/unknown", headers=basic("unknown", key))
    assert 0 < int(other[1].pop("retry-after")) <= 60
    assert other == (status, headers, body)


@pytest.mark.usefixtures("few")
async def test_it_lets_a_valid_key_in_from_an_address_that_waits(server: Server) -> None:
    _, key = await in_db(make_station)("known")
    for _ in range(3):
        await refusal(server, "/ocpp/known", headers=basic("known", "0" * 40))
    assert await is_let_in(server, "/ocpp/known", headers=basic("known", key))
    assert (await refusal(server, "/ocpp/known", headers=basic("known", "0" * 40)))[0] == 429


@pytest.mark.usefixtures("few")
async def test_it_counts_by_the_address_that_our_proxies_vouch_for(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_settings, "NUM_PROXIES", 1)

    async def knock(forwarded_for: str) -> int:
        headers: dict[str, Any] = {"X-Forwarded-For": forwarded_for}
        return (await refusal(server, "/ocpp/unknown", headers=headers))[0]

    assert await knock("198.51.100.1") == 401
    assert await knock("203.0.113.9, 198.51.100.1") == 429  # what a stranger writes in front counts for nothing
    assert await knock("198.51.100.2") == 401
    assert await knock("2001:db8:1:2::1") == 401
    assert await knock("2001:db8:1:2:ffff::2") == 429  # a subscriber has a /64
    assert await knock("2001:db8:1:3::1") == 401

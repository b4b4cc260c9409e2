"""Idle fees by the hour: what held then is told, and nothing where none did."""

from datetime import time
from decimal import Decimal

import pytest

from billing.pricing import Rule, Terms
from charging.stays import Stay
from drivepower.portal.explain.sentences import meter
from drivepower.portal.tests.explain.making import minutes, reader, session, story

# The story stands from 18:20 to 18:45 in Bishkek, and the fee begins after ten minutes.
STAY = Stay(minutes(20), minutes(45))


def told(*windows: tuple[str, int, int, int, int], stay: Stay = STAY) -> list[tuple[object, str]]:
    """What is told with fees of these prices from then until then."""
    rules = [
        Rule(price, "parking_fee", Decimal(price), frozenset(), time(h, m), time(h2, m2), None, None, 0, 1)
        for price, h, m, h2, m2 in windows
    ]
    terms = Terms("KGS", "Asia/Bishkek", tuple(rules), "", Decimal(0), True, 600, None)
    found = meter.idle(story(session(), terms=terms, stay=stay), reader())
    return [(one.at, one.text) for one in found]


def test_there_is_no_fee_at_an_hour_that_has_none() -> None:
    assert told(("1", 22, 0, 6, 0)) == [(minutes(20), "Charging was over; no idle fee holds at that hour.")]


def test_it_is_the_price_of_that_hour() -> None:
    assert told(("1", 22, 0, 6, 0), ("5", 6, 0, 22, 0)) == [
        (minutes(20), "Charging was over; the idle fee starts after 10 min."),
        (minutes(30), "The idle fee began: 5.00 KGS a minute."),
        (minutes(45), "The connector was not kept any more: the idle fee ended after 15 min."),
    ]


def test_it_changes_and_ends_with_its_hours() -> None:
    assert [text for _at, text in told(("5", 6, 0, 18, 35), ("7", 18, 35, 18, 40))] == [
        "Charging was over; the idle fee starts after 10 min.",
        "The idle fee began: 5.00 KGS a minute.",
        "The idle fee changed: 7.00 KGS a minute.",
        "The idle fee ended: none holds from here on.",
    ]


def test_it_may_begin_later_than_the_car_stood() -> None:
    assert told(("5", 18, 40, 22, 0)) == [
        (minutes(20), "Charging was over; no idle fee holds at that hour."),
        (minutes(40), "The idle fee began: 5.00 KGS a minute."),
        (minutes(45), "The connector was not kept any more: the idle fee ended after 5 min."),
    ]


@pytest.mark.parametrize("left", [None, minutes(25)], ids=["at once", "in time"])
def test_who_left_in_time_pays_none(left: object) -> None:
    found = told(("5", 6, 0, 22, 0), stay=Stay(minutes(20), left))  # type: ignore[arg-type]  # a time or none
    assert [text for _at, text in found] == ["Charging was over; the idle fee starts after 10 min."]

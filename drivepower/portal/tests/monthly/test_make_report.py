"""The report of a month, reckoned by hand, made once and only when the month is over everywhere."""

from datetime import timedelta

import pytest

from drivepower.portal.models import MonthlyReport
from drivepower.portal.monthly import making
from drivepower.portal.monthly.figures import figures_of
from drivepower.portal.tests.monthly.months import BEGINS, FEBRUARY, HOSTILE, OVER, network
from stations.models import Location

pytestmark = pytest.mark.django_db
DAY = 86_400


def test_it_adds_up_by_connector_place_and_vendor() -> None:
    network()
    figures = figures_of(month=FEBRUARY, at=OVER)

    one, two = figures["connectors"]
    assert (one["name"], one["measured"], one["faulted"], one["offline"]) == ("S-1 / 1", 28 * DAY, 2 * DAY, 0)
    assert (one["attempts"], one["failures"], one["sessions"], one["energy_wh"]) == (10, 2, 10, 121_000)
    assert (two["offline"], two["attempts"]) == (14 * DAY, 0)
    place = figures["locations"][0]
    assert (place["name"], place["connectors"], place["measured"]) == ("PLACE", 2, 56 * DAY)
    assert [row["name"] for row in figures["vendors"]] == [HOSTILE, "Volt"]
    assert [row["name"] for row in figures["worst"]] == ["S-2 / 1", "S-1 / 1"]
    assert figures["causes"] == [
        {"cause": "offline", "seconds": 14 * DAY},
        {"cause": "fault:GroundFailure", "seconds": 2 * DAY},
    ]
    assert figures["total"]["measured"] == 56 * DAY


def test_it_is_made_once_and_stays_as_it_was() -> None:
    network()
    assert making.make_due(at=OVER) == 1
    Location.objects.update(code="OTHER")

    assert making.make_due(at=OVER + timedelta(hours=1)) == 0
    assert making.make(month=FEBRUARY, at=OVER) == 0
    report = MonthlyReport.objects.get()
    assert (report.month, report.made_at) == (FEBRUARY, OVER)
    assert report.figures["locations"][0]["name"] == "PLACE"


def test_it_waits_until_the_month_is_over_everywhere() -> None:
    network()
    Location.objects.update(time_zone="Pacific/Honolulu")
    ends = BEGINS + timedelta(days=28, hours=16)  # UTC+6 to UTC-10

    assert making.make_due(at=ends + making.GRACE - timedelta(seconds=1)) == 0
    assert making.make_due(at=ends + making.GRACE) == 1


def test_a_network_without_stations_has_no_report() -> None:
    assert making.make_due(at=OVER) == 0

"""Nights in which Berlin changes its clocks: a station's times of them, its charges, their charts, and the app."""

from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from django.http import QueryDict
from django.utils.html import escape

from charging.tests.app import App
from charging.tests.world import World
from drivepower.portal.explain.asked import Span, span_of
from drivepower.portal.station import readings
from drivepower.portal.tests.explain.nights import HALF_PAST_TWO, QUARTER, TWICE, charged, move_to_berlin
from drivepower.portal.tests.explain.pages import browser, page_of, time_of
from drivepower.portal.tests.making import superuser
from stations.access import zone_of

pytestmark = pytest.mark.django_db
NEVER = "2026-03-29T02:30"


@pytest.fixture
def berlin(world: World) -> World:
    """The world, moved there."""
    move_to_berlin(world)
    return world


def asked(world: World, **query: str) -> Span:
    """What is taken for these two times, a day after that night."""
    said = QueryDict(mutable=True)
    said.update(query)
    return span_of(said, zone_of(world.station), at=TWICE + timedelta(days=1))


def test_its_chart_goes_on_through_the_hour_that_comes_twice(berlin: World) -> None:
    found = readings.series(charged(berlin), at=TWICE + timedelta(days=1), zone=zone_of(berlin.station))
    assert found["labels"] == [
        "02:30 (UTC+02:00)",
        "02:45 (UTC+02:00)",
        "02:00 (UTC+01:00)",
        "02:15 (UTC+01:00)",
        "02:30 (UTC+01:00)",
    ]
    assert found["datasets"][1]["values"] == [0.0, 0.5, 1.0, 1.5, 2.0]


def test_the_app_tells_the_same_lines_as_the_page(berlin: World) -> None:
    session = charged(berlin)
    assert session.driver is not None
    assert session.receipt is not None
    status, receipt = App(session.driver).get(f"/api/v1/receipts/{session.receipt.public_id}")
    assert status == 200
    page = browser(superuser()).get(page_of(session), {"format": "json"}).json()
    assert (
        receipt["why"]
        == page["bill"]["lines"]
        == [
            "02:30 (UTC+02:00)–02:30 (UTC+01:00), Energy: 15.00 KGS per kWh × 2.000 kWh = 30.00 KGS.",
            "On 25 Oct 2026 the clocks were put back from 03:00 to 02:00: "
            "the time between came twice, first as UTC+02:00 and then as UTC+01:00.",
        ]
    )
    assert page["clock_changes"] == receipt["why"][1:]


def test_a_station_asked_from_half_past_two_to_half_past_two_tells_the_whole_hour(berlin: World) -> None:
    session = charged(berlin)
    address, client = time_of(berlin.station, since=HALF_PAST_TWO, until=HALF_PAST_TWO), browser(superuser())
    page = client.get(address)
    assert page.status_code == 200
    for which in ("the first was taken (UTC+02:00).", "the second was taken (UTC+01:00)."):
        said = f"25 Oct 2026, 02:30 came twice there, as the clocks were put back: {which}"
        assert escape(said) in page.text
    assert "the last hour is shown" not in page.text
    told = client.get(f"{address}&format=json").json()
    (charge,) = told["charges"]
    assert (charge["name"], charge["began"], charge["ended"]) == (
        str(session),
        "25 Oct 2026, 02:30:00 (UTC+02:00)",
        "02:30:00 (UTC+01:00)",
    )
    head = {one["name"]: one["value"] for one in told["head"]}
    assert (head["From"], head["Until"]) == ("25 Oct 2026, 02:30:00 (UTC+02:00)", "25 Oct 2026, 02:30:00 (UTC+01:00)")


def test_the_other_of_two_times_is_one_click_away(berlin: World) -> None:
    found = asked(berlin, since=HALF_PAST_TWO, until="2026-10-25T03:00")
    (first,) = found.taken
    assert (found.since, found.until) == (TWICE + 2 * QUARTER, TWICE + 8 * QUARTER)
    address = f"{time_of(berlin.station)}{first.other}"
    page = browser(superuser()).get(address)
    assert escape("25 Oct 2026, 02:30 came twice there, as the clocks were put back: the second was taken") in page.text
    query = {name: values[0] for name, values in parse_qs(first.other.removeprefix("?")).items()}
    second = asked(berlin, **query)
    assert (second.since, second.until) == (TWICE + 6 * QUARTER, TWICE + 8 * QUARTER)
    assert parse_qs(second.taken[0].other.removeprefix("?"))["since"] == ["2026-10-25T02:30:00+02:00"]


def test_no_other_is_offered_that_would_turn_the_times_round(berlin: World) -> None:
    found = asked(berlin, since=HALF_PAST_TWO, until=HALF_PAST_TWO)
    assert (found.since, found.until) == (TWICE + 2 * QUARTER, TWICE + 6 * QUARTER)
    assert [one.other for one in found.taken] == ["", ""]


@pytest.mark.parametrize(
    ("since", "until", "begins", "ends"),
    [
        (NEVER, "2026-03-29T04:00", "03:00", "04:00"),
        ("2026-03-29T01:00", NEVER, "01:00", "03:00"),
        (NEVER, "", "03:00", "04:00"),
    ],
    ids=["from then", "until then", "an hour from then"],
)
def test_of_a_time_that_never_came_it_takes_the_moment_of_the_change(
    berlin: World, since: str, until: str, begins: str, ends: str
) -> None:
    zone, found = zone_of(berlin.station), asked(berlin, since=since, until=until)
    assert [f"{one.astimezone(zone):%H:%M}" for one in (found.since, found.until)] == [begins, ends]
    (taken,) = found.taken
    assert (taken.text, taken.other) == (
        "29 Mar 2026, 02:30 never came there, as the clocks were put forward: 29 Mar 2026, 03:00 was taken.",
        "",
    )
    page = browser(superuser()).get(time_of(berlin.station, since=since, until=until))
    assert page.status_code == 200
    assert escape(taken.text) in page.text


def test_nothing_lies_between_a_time_that_never_came_and_itself(berlin: World) -> None:
    page = browser(superuser()).get(time_of(berlin.station, since=NEVER, until=NEVER))
    assert page.status_code == 200
    assert "The end does not come after the beginning; the last hour is shown." in page.text
    assert page.text.count(escape("29 Mar 2026, 02:30 never came there")) == 2


def test_a_night_is_measured_by_the_time_that_passed(berlin: World) -> None:
    # Three days on the wall from 24 October, and an hour more in truth.
    found = asked(berlin, since="2026-10-24T12:00", until="2026-10-27T12:00")
    assert found.problem == "That is more than three days; the first three are shown."
    assert found.until - found.since == timedelta(days=3)


def test_other_times_leave_no_doubt(berlin: World) -> None:
    found = asked(berlin, since="2026-10-25T01:59:59", until="2026-10-25T03:00")
    assert (found.taken, found.until - found.since) == ((), 4 * QUARTER + timedelta(hours=1, seconds=1))
    page = browser(superuser()).get(time_of(berlin.station, since="2026-10-25T12:00", until="2026-10-25T13:00"))
    assert "came twice" not in page.text
    assert page.text.count("UTC+01:00") == 1  # the head's

"""Trends as worked examples: a connector against its own month, and what is too little to mean anything."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from charging import trends
from charging.models import Session
from charging.models.rollups import DailyFigures
from charging.tests.world import NOW, World, minutes
from drivepower.core.models import Alert, AlertRule, Tally
from stations.models import ConnectionSpan, Station, StationSeen, StatusSpan

DAY = timedelta(days=1)


def days(count: float) -> timedelta:
    return timedelta(days=count)


@pytest.fixture
def known(world: World) -> World:
    """A station that has been there for long, and one rule of each kind."""
    Station.objects.update(created_at=NOW - days(90))
    StatusSpan.objects.all().delete()
    ConnectionSpan.objects.all().delete()
    for kind in trends.STATEMENTS:
        AlertRule.objects.filter(kind=kind).delete()
        AlertRule.objects.create(name=kind, kind=kind)
    return world


def found() -> list[tuple[str, str]]:
    return list(Alert.objects.open().order_by("kind", "subject").values_list("kind", "subject"))


def tried(world: World, ago: int, attempts: int, failures: int) -> None:
    day = (NOW - days(ago)).date()
    DailyFigures.objects.create(day=day, connector=world.one, attempts=attempts, failures=failures)


def test_fewer_starts_succeed(known: World) -> None:
    for ago in range(3, 33):
        tried(known, ago, 4, 0)
    tried(known, 1, 10, 4)
    assert trends.watch_trends(at=NOW) == 1
    alert = Alert.objects.get()
    assert (alert.kind, alert.subject) == ("trend_success", "connector:BSK-01/1")
    assert alert.text == "60 % of 10 first tries succeeded in three days; in the thirty days before it was 100 %."


@pytest.mark.parametrize(
    ("lately", "before"),
    [((9, 9), (120, 0)), ((10, 2), (120, 0)), ((10, 10), (19, 0)), ((10, 4), (120, 48))],
    ids=["few-tries", "little-worse", "little-history", "as-bad-as-ever"],
)
def test_noise_is_no_trend(known: World, lately: tuple[int, int], before: tuple[int, int]) -> None:
    tried(known, 1, *lately)
    tried(known, 10, *before)
    assert trends.watch_trends(at=NOW) == 0


def test_it_ends_when_it_is_over(known: World) -> None:
    tried(known, 10, 120, 0)
    tried(known, 1, 10, 10)
    trends.watch_trends(at=NOW)
    DailyFigures.objects.filter(failures=10).update(failures=0)
    trends.watch_trends(at=NOW + DAY)
    assert (found(), Alert.objects.count()) == ([], 1)


def connected(world: World, *agos: float, reason: str = "closed") -> None:
    Station.objects.update(epoch=100)
    for number, ago in enumerate(agos):
        until = NOW - days(ago)
        ConnectionSpan.objects.create(
            station=world.station, epoch=number + 1, since=until - minutes(5), until=until, reason=reason
        )


@pytest.mark.parametrize(
    ("before", "lately", "is_worse"), [(0, 6, True), (0, 5, False), (90, 8, False), (90, 9, True)], ids=str
)
def test_more_disconnects(known: World, before: int, lately: int, is_worse: bool) -> None:
    connected(known, *[1.5 + number / 4 for number in range(before)], *[0.01 + number / 20 for number in range(lately)])
    trends.watch_trends(at=NOW)
    assert found() == ([("trend_disconnects", "station:BSK-01")] if is_worse else [])


def test_our_own_restarts_count_for_nothing(known: World) -> None:
    connected(known, *[0.01 + number / 20 for number in range(9)], reason="gateway_died")
    assert trends.watch_trends(at=NOW) == 0


def test_a_station_of_this_week_has_no_usual_day(known: World) -> None:
    Station.objects.update(created_at=NOW - days(7))
    connected(known, *[0.01 + number / 20 for number in range(9)])
    assert trends.watch_trends(at=NOW) == 0


def test_one_code_of_fault_comes_more_often(known: World) -> None:
    for number, (ago, code) in enumerate([(0.1, "GroundFailure"), (0.2, "GroundFailure"), (0.3, "GroundFailure")]):
        since = NOW - days(ago)
        StatusSpan.objects.create(
            station=known.station,
            number=1,
            status="Faulted",
            error_code=code,
            since=since,
            until=since + minutes(number),
        )
    for ago in (0.1, 0.2):
        since = NOW - days(ago)
        StatusSpan.objects.create(
            station=known.station, number=2, status="Faulted", error_code="HighTemperature", since=since, until=since
        )
    trends.watch_trends(at=NOW)
    assert Alert.objects.get().text == "3 within a day (GroundFailure); its usual day of the last 30 had 0.0."


def test_more_resets_than_on_its_usual_day(known: World) -> None:
    seen: dict[str, Any] = {"last_frame_at": NOW, "boot_count": 10}
    StationSeen.objects.update_or_create(station=known.station, defaults=seen)
    for ago in range(12, -1, -1):
        StationSeen.objects.update(boot_count=10 + (12 - ago) // 6 + (5 if ago == 0 else 0))
        trends.watch_trends(at=NOW - days(ago))
    assert found() == [("trend_resets", "station:BSK-01")]
    assert Alert.objects.get().text.startswith("6 within a day; its usual day of the last 11 had 0.1")
    assert Tally.objects.count() == 13


def charged(world: World, ago: float, watts: int) -> None:
    began = NOW - days(ago)
    Session.objects.create(
        station=world.station, connector=world.one, asked_by="card", state="settled", started_at=began,
        stopped_at=began + timedelta(hours=1), billed_energy_wh=watts,
    )  # fmt: skip


def test_it_gives_less_of_its_rated_power(known: World) -> None:
    type(known.one).objects.update(max_power_w=60_000)
    for number in range(10):
        charged(known, 4 + number, 48_000)
    for number in range(5):
        charged(known, 0.2 + number / 4, 12_000 + number)
    trends.watch_trends(at=NOW)
    assert found() == [("trend_power", "connector:BSK-01/1")]
    assert "took 20 % of its rated power (median of 5)" in Alert.objects.get().text


def test_a_rule_that_is_off_looks_at_nothing(known: World) -> None:
    AlertRule.objects.update(is_on=False)
    tried(known, 10, 120, 0)
    tried(known, 1, 10, 10)
    assert trends.watch_trends(at=NOW) == 0


def test_it_asks_alike_for_one_and_for_many(known: World) -> None:
    counts = []
    for number in range(3):
        tried(known, 10 + number, 120, 0)
        tried(known, number - 1, 10, 10)
        with CaptureQueriesContext(connection) as asked:
            trends.watch_trends(at=NOW)
        counts.append(len(asked))
    assert counts[1] == counts[2]


@given(count=st.integers(0, 500), before=st.integers(0, 500), known=st.integers(0, 30))
def test_more_is_never_less_of_a_trend(count: int, before: int, known: int) -> None:
    rule = AlertRule(kind="trend_faults", parameters={})
    if trends.worse_count(rule, count, before, known, ""):
        assert trends.worse_count(rule, count + 1, before, known, "")
        assert count >= 3
        assert known >= trends.FEWEST_DAYS

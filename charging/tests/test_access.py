"""Where, when and how much may be charged: rules of places, and what a fleet sets on its cards (Bishkek is UTC+6)."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import IdTag
from charging import access, authorization, limits
from charging.local_lists.wanted import candidates, choose
from charging.models import Session
from charging.tests.settling import after, settle
from charging.tests.world import NOW, World, company, minutes
from drivepower.core.refusals import Refusal
from stations.models import AccessRule

# 15:00 on a Monday in Bishkek.
DAY = {"opens": time(8), "closes": time(20)}
NIGHT = {"opens": time(22), "closes": time(6)}


def rule(world: World, **fields: Any) -> AccessRule:
    """A rule of the station's location."""
    return AccessRule.objects.create(location=world.station.location, **fields)


def status(world: World, tag: str = "CARD-1", *, at: datetime = NOW, starting: bool = True) -> str:
    return authorization.authorize(tag=tag, station=world.station, at=at, starting=starting).status


def hours(count: float) -> datetime:
    return NOW + timedelta(hours=count)


@pytest.mark.parametrize(
    ("window", "at", "expected"),
    [
        (DAY, NOW, "Accepted"),
        (DAY, hours(5), "Blocked"),
        (DAY, hours(-7), "Accepted"),
        (DAY, hours(-7) - minutes(1), "Blocked"),
        (NIGHT, NOW, "Blocked"),
        (NIGHT, hours(7), "Accepted"),
        (NIGHT, hours(14.9), "Accepted"),
        (NIGHT, hours(15), "Blocked"),
        ({"weekdays": [1]}, NOW, "Accepted"),
        ({"weekdays": [1]}, hours(9), "Blocked"),
        ({"weekdays": [2]}, NOW, "Blocked"),
    ],
    ids=str,
)
def test_a_place_has_its_hours_by_its_own_clock(
    world: World, window: dict[str, Any], at: datetime, expected: str
) -> None:
    world.card(world.driver())
    rule(world, **window)
    assert status(world, at=at) == expected


def test_a_place_may_be_for_a_company_alone(world: World) -> None:
    fleet = company()
    world.card(world.driver())
    world.card(value="FLEET", company=fleet)
    world.card(world.driver(company=fleet), value="OWN")
    rule(world, whom=AccessRule.Whom.COMPANY, company=fleet)
    assert [status(world, tag) for tag in ("CARD-1", "FLEET", "OWN")] == ["Blocked", "Accepted", "Accepted"]


def test_a_place_may_be_for_a_group_of_cards(world: World) -> None:
    world.card(world.driver())
    world.card(world.driver(), value="STAFF", group="STAFF")
    rule(world, whom=AccessRule.Whom.GROUP, group="STAFF")
    assert [status(world, tag) for tag in ("CARD-1", "STAFF")] == ["Blocked", "Accepted"]


def test_one_rule_that_fits_is_enough(world: World) -> None:
    world.card(world.driver())
    rule(world, whom=AccessRule.Whom.GROUP, group="STAFF")
    assert status(world) == "Blocked"
    AccessRule.objects.create(station=world.station)
    assert status(world) == "Accepted"


def test_a_technicians_card_opens_every_place(world: World) -> None:
    world.card(value="TECH", kind=IdTag.Kind.SERVICE)
    rule(world, **NIGHT)
    assert status(world, "TECH") == "Accepted"


def test_who_charges_when_the_place_closes_may_still_stop(world: World) -> None:
    world.card(world.driver())
    rule(world, **DAY)
    world.begin("CARD-1", at=hours(4.9))
    assert status(world, at=hours(5.1), starting=False) == "Accepted"
    world.card(world.driver(), value="OTHER")
    assert status(world, "OTHER", at=hours(5.1), starting=False) == "Blocked"


def test_an_app_start_is_refused_by_the_same_rules(world: World) -> None:
    fleet, driver = company(), world.driver()
    rule(world, whom=AccessRule.Whom.COMPANY, company=fleet)
    with pytest.raises(Refusal) as refused:
        world.request(driver)
    assert refused.value.code == "access_denied"
    assert Session.objects.get().failure == "access_denied"
    world.card(driver, company=fleet)
    session = world.request(driver)
    assert world.begin(session.tag).status == "Accepted"


def test_a_start_with_a_card_that_is_kept_out_is_recorded_and_stopped(world: World) -> None:
    world.card(world.driver())
    rule(world, **NIGHT)
    began = world.begin("CARD-1")
    assert (began.status, began.session.findings) == ("Blocked", ["unauthorized"])
    [looked] = limits.touched(session_ids=[began.session.pk], at=after(1))
    assert looked.stop


@pytest.mark.parametrize(
    ("places", "expected"),
    [([], "Accepted"), (["BSK"], "Accepted"), (["BSK-01"], "Accepted"), (["OSH"], "Blocked")],
    ids=str,
)
def test_a_card_may_be_good_at_some_places(world: World, places: list[str], expected: str) -> None:
    world.card(world.driver(), allowed_places=places)
    assert status(world) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"allowed_from": time(15), "allowed_until": time(16)}, "Accepted"),
        ({"allowed_from": time(9), "allowed_until": time(15)}, "Blocked"),
        ({"allowed_weekdays": [1]}, "Accepted"),
        ({"allowed_weekdays": [6, 7]}, "Blocked"),
    ],
    ids=str,
)
def test_a_card_has_its_hours_by_the_clock_of_the_place(world: World, fields: dict[str, Any], expected: str) -> None:
    world.card(world.driver(), **fields)
    assert status(world) == expected


def charged(world: World, energy_wh: int, *, at: datetime) -> Session:
    """A charge of the card, done and settled."""
    session = world.begin("CARD-1", at=at).session
    world.end(session, 1000 + energy_wh, at=at + minutes(30))
    settle(session, at=at + minutes(31))
    return session


@pytest.mark.parametrize(
    "limit",
    [{"day_limit_wh": 10_000}, {"day_limit_amount": Decimal(150)}],
    ids=["energy", "money"],
)
def test_a_card_takes_so_much_a_day_of_the_place(world: World, limit: dict[str, Any]) -> None:
    world.card(world.driver(), **limit)
    charged(world, 6000, at=NOW)
    assert status(world, at=hours(1)) == "Accepted"
    charged(world, 4000, at=hours(2))
    assert status(world, at=hours(8.9)) == "Blocked"
    assert status(world, at=hours(9)) == "Accepted"


@pytest.mark.parametrize(
    "limit",
    [{"month_limit_wh": 10_000}, {"month_limit_amount": Decimal(150)}],
    ids=["energy", "money"],
)
def test_a_card_takes_so_much_a_month(world: World, limit: dict[str, Any]) -> None:
    world.card(world.driver(), **limit)
    charged(world, 10_000, at=NOW)
    assert status(world, at=NOW + timedelta(days=20)) == "Blocked"
    assert status(world, at=NOW + timedelta(days=31)) == "Accepted"


def test_what_runs_now_counts_too(world: World) -> None:
    world.card(world.driver(), day_limit_wh=10_000, sessions_at_once=2)
    session = world.begin("CARD-1").session
    world.read(session, 11_000, at=after(10))
    assert status(world, at=after(11)) == "Blocked"


def test_a_charge_ends_with_what_the_card_may_still_take(world: World) -> None:
    card = world.card(world.driver(), day_limit_wh=10_000, month_limit_amount=Decimal(1000))
    charged(world, 6000, at=NOW)
    session = world.begin("CARD-1", at=hours(1), meter_start_wh=7000).session
    assert (session.limit_kind, session.limit_energy_wh, session.limit_amount) == ("energy", 4000, Decimal(910))
    world.read(session, 11_000, at=hours(1.2), power_w=10_000)
    assert [one.stop for one in limits.touched(session_ids=[session.pk], at=hours(1.2))] == [True]
    assert access.rest(card, station=world.station, at=hours(2)).is_used_up


def test_a_station_keeps_only_whom_it_need_not_ask_about(world: World) -> None:
    fleet = company()
    world.card(world.driver(), value="PLAIN")
    world.card(value="FLEET", company=fleet)
    world.card(value="TECH", kind=IdTag.Kind.SERVICE)
    world.card(world.driver(), value="HOURS", allowed_from=time(8), allowed_until=time(9))
    world.card(world.driver(), value="LIMITED", day_limit_wh=1000)
    world.card(world.driver(), value="ELSEWHERE", allowed_places=["OSH"])

    def listed() -> list[str]:
        return sorted(choose(candidates(at=NOW), station=world.station, most=None)[0])

    assert listed() == ["FLEET", "PLAIN", "TECH"]
    rule(world, **DAY)
    assert listed() == ["TECH"]
    rule(world, whom=AccessRule.Whom.COMPANY, company=fleet)
    assert listed() == ["FLEET", "TECH"]


def test_it_asks_nothing_more_where_no_rule_is(world: World) -> None:
    world.card(world.driver())
    with CaptureQueriesContext(connection) as asked:
        assert status(world) == "Accepted"
    plain = len(asked)
    world.card(world.driver(), value="BOUND", day_limit_wh=5)
    with CaptureQueriesContext(connection) as asked:
        assert status(world, "BOUND") == "Accepted"
    assert len(asked) > plain

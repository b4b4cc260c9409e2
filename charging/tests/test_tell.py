from decimal import Decimal
from typing import Any

import pytest

from charging import lifecycle, reviewing
from charging.models import Session, SessionMeter
from charging.tests.settling import STAFF, after, ended, inferred, settle
from charging.tests.world import NOW, World, company, minutes
from drivepower.core.models import Event
from drivepower.core.refusals import Refusal


def told(session: Session) -> list[str]:
    """What was told of a session, in order, without the word before the point."""
    events = Event.objects.filter(subject=f"session:{session.public_id}").order_by("id")
    return [kind.removeprefix("session.") for kind in events.values_list("kind", flat=True)]


def payload(session: Session, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = Event.objects.get(subject=f"session:{session.public_id}", kind=f"session.{kind}").payload
    return found


def test_it_tells_of_a_whole_charge(world: World) -> None:
    driver = world.driver()
    session = world.charging(driver, energy_wh=30_000)
    lifecycle.request_stop(session=session, asked_by=f"driver:{driver.public_id}", cause="driver", at=after(59))
    world.end(session, 26_500, at=after(60))
    settle(session, at=after(61))
    assert told(session) == ["requested", "started", "stopping", "ended", "settled"]
    said = payload(session, "settled")
    assert said["session_id"] == str(session.public_id)
    assert (said["station_id"], said["connector_id"], said["state"]) == ("BSK-01", 1, "settled")
    assert (said["energy_kwh"], said["cost"], said["currency"]) == (25.5, "382.50", "KGS")
    assert (said["limit_type"], said["limit_value"]) == ("energy", 30)
    assert (said["stop_reason"], said["stop_cause"], said["error"]) == ("Local", "driver", None)
    assert session.receipt is not None
    assert said["receipt_id"] == str(session.receipt.public_id)


def test_it_says_whose_it_is_and_where(world: World) -> None:
    host, fleet = company("Host"), company()
    assert world.station.location is not None
    world.station.location.host = host
    world.station.location.save()
    world.card(world.driver(), company=fleet)
    session = world.begin("CARD-1").session
    event = Event.objects.get(kind="session.started")
    assert (event.station, event.location, event.is_public) == ("BSK-01", "BSK", False)
    assert session.driver is not None
    assert (event.driver, event.company, event.host) == (session.driver.public_id, fleet.public_id, host.public_id)
    assert event.at == NOW


def test_it_tells_why_a_start_failed(world: World) -> None:
    driver = world.driver()
    session = world.request(driver)
    lifecycle.fail_start(session=session, code="start_timeout", text="It did not start.", at=after(3))
    assert told(session) == ["requested", "failed"]
    assert payload(session, "failed")["error"] == "start_timeout"


def test_it_tells_of_a_start_that_was_refused(world: World) -> None:
    with pytest.raises(Refusal):
        world.request(world.driver(is_active=False))
    assert told(Session.objects.get()) == ["failed"]
    assert payload(Session.objects.get(), "failed")["error"] == "account_blocked"


def test_it_tells_of_a_start_after_all_hope(world: World) -> None:
    session = world.request(world.driver())
    lifecycle.fail_start(session=session, code="start_timeout", text="", at=after(3))
    world.begin(session.tag, at=after(4))
    assert told(session) == ["requested", "failed", "started"]
    assert payload(session, "started")["error"] is None


def test_it_tells_when_the_station_will_not_stop(world: World) -> None:
    session = world.charging(world.driver())
    lifecycle.request_stop(session=session, asked_by="rule:limits", cause="limit", at=after(10))
    lifecycle.note_stop_answer(session_id=session.pk, accepted=False, at=after(10))
    lifecycle.note_stop_answer(session_id=session.pk, accepted=False, at=after(11))
    assert told(session) == ["requested", "started", "stopping", "resumed"]


def test_it_tells_of_a_review_and_what_became_of_it(world: World) -> None:
    session = inferred(world, world.driver(), 10_000)
    assert told(session)[2:] == ["ended", "review"]
    assert payload(session, "review")["cost"] == "150.00"
    reviewing.waive(session_id=session.pk, reason="Not theirs.", by=STAFF, at=after(100))
    assert told(session)[-1] == "waived"
    assert payload(session, "waived")["cost"] == "0.00"


def test_it_tells_of_a_late_end_without_the_cost_of_the_first(world: World) -> None:
    session = inferred(world, world.driver(), 10_000)
    SessionMeter.objects.update(running_cost=Decimal("150.00"))
    world.end(session, 13_000, at=after(40))
    settle(session)
    assert told(session)[2:] == ["ended", "review", "ended", "settled"]
    events = Event.objects.filter(kind__in=["session.ended", "session.settled"]).order_by("id")
    assert [(one.payload["revision"], one.payload["cost"]) for one in events] == [(0, None), (1, None), (1, "180.00")]


def test_it_tells_of_an_end_without_a_start(world: World) -> None:
    session = lifecycle.end_unstarted(
        station=world.station,
        connector=world.one,
        tag="",
        started_at=NOW,
        stopped_at=after(30),
        meter_start_wh=1000,
        meter_stop_wh=2000,
        reason="",
        received_at=after(31),
    )
    assert told(session) == ["ended"]


def test_it_tells_of_a_start_that_had_to_be_repaired(world: World) -> None:
    start: dict[str, Any] = {"station": world.station, "connector": world.one, "tag": "CARD-1", "meter_start_wh": 0}
    began = lifecycle.repair(**start, started_at=NOW, timestamp=NOW, received_at=NOW)
    lifecycle.repair(**start, started_at=NOW, timestamp=NOW, received_at=NOW)
    assert told(began.session) == ["started"]


def test_it_writes_money_with_the_decimals_of_its_currency(world: World) -> None:
    session = world.charging(world.driver(), amount=Decimal("100.00"))
    SessionMeter.objects.create(session=session, energy_wh=1234, soc=Decimal("55.50"), running_cost=Decimal("18.515"))
    lifecycle.request_stop(session=session, asked_by="driver:1", cause="driver", at=NOW + minutes(9))
    said = payload(session, "stopping")
    assert (said["cost"], said["limit_value"]) == ("18.52", "100.00")
    assert (said["energy_kwh"], said["ev_battery_soc"]) == (1.234, 55.5)


def test_it_says_no_cost_of_an_earlier_reading_as_a_charge_ends(world: World) -> None:
    session = world.charging(world.driver())
    SessionMeter.objects.create(session=session, energy_wh=1234, running_cost=Decimal("15.00"))
    world.end(session, 2234, at=NOW + minutes(10))
    said = payload(session, "ended")
    assert (said["energy_kwh"], said["cost"]) == (1.234, None)


def test_it_tells_nothing_of_what_did_not_happen(world: World) -> None:
    session = ended(world, world.driver())
    settle(session)
    before = told(session)
    settle(session)
    world.end(session, 26_500, at=after(60))
    lifecycle.request_stop(session=session, asked_by="rule:limits", cause="limit", at=after(70))
    assert told(session) == before


@pytest.mark.parametrize("verb", ["correct", "waive", "rerun"])
def test_it_tells_that_a_decision_opens_the_charge_once_more(world: World, verb: str) -> None:
    session = inferred(world, world.driver(), 10_000)
    before = told(session)
    more = {"energy_wh": 9000} if verb == "correct" else {}
    decide = getattr(reviewing, verb)
    decide(session_id=session.pk, reason="Not so.", by=STAFF, at=after(100), **more)
    becomes = {"correct": "settled", "waive": "waived", "rerun": "review"}
    assert told(session) == [*before, "ended", becomes[verb]]
    ends = Event.objects.filter(kind="session.ended").order_by("id")
    assert [event.payload["revision"] for event in ends] == [0, 1]

"""Sentences by themselves: what is said of each fact, to the second where a time stands in it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from billing.models import Receipt
from billing.pricing import Rule, Terms
from charging.stays import Stay
from drivepower.core.models import Event
from drivepower.portal.explain.facts import Money, Said, Told, Turn
from drivepower.portal.explain.sentences import (
    clauses,
    commands,
    events,
    frames,
    meter,
    money,
    people,
    prices,
    states,
    words,
)
from drivepower.portal.explain.sentences import session as life
from drivepower.portal.explain.shapes import Moment
from drivepower.portal.tests.explain.making import (
    BISHKEK,
    command,
    debt,
    failed,
    hold,
    minutes,
    reader,
    receipt,
    session,
    settlement,
    socket,
    span,
    story,
    transfer,
)

WINDOW = minutes(-5), minutes(60)


def texts(moments: Any) -> list[str]:
    """What they say, in order of time."""
    found: list[Moment] = sorted(moments, key=lambda one: one.at)
    return [one.text for one in found]


def test_it_tells_a_charge_by_card() -> None:
    assert texts(life.moments(story(session(stop_reason="EVDisconnected")), reader())) == [
        "The charge began at connector 1 with card CARD-1; the meter stood at 10.000 kWh.",
        "The charge ended: the cable was unplugged from the car. The meter stood at 12.000 kWh, so it took 2.000 kWh.",
    ]


def test_it_tells_how_late_a_start_was_told() -> None:
    late = session(start_received_at=minutes(32), stop_received_at=minutes(34))
    first, last, told = life.moments(story(late), reader())
    assert (told.at, told.text) == (minutes(34), "Only now the station told of the end.")
    assert first.detail == "The station told it 32 min later, at 18:32:00."
    assert last.detail == "The station told it 4 min later, at 18:34:00."


def test_it_shows_the_date_where_a_time_is_of_another_day() -> None:
    late = session(stop_received_at=minutes(30 + 24 * 60))
    _, last, _ = life.moments(story(late), reader())
    assert last.detail == "The station told it 24 h 0 min later, at 3 Mar 2026, 18:30:00."


def test_it_hides_the_card_from_who_may_not_know_it() -> None:
    assert "CARD-1" not in " ".join(texts(life.moments(story(session()), reader(knows=False))))


@pytest.mark.parametrize(
    ("limit", "ending"),
    [
        ({"limit_kind": "energy", "limit_energy_wh": 20_000}, ", up to 20.000 kWh."),
        ({"limit_kind": "soc", "limit_soc": 80}, ", up to 80 %."),
        ({"limit_kind": "time", "limit_seconds": 1800}, ", for 30 min."),
        ({}, "at connector 1."),
    ],
)
def test_it_tells_who_asked_and_how_far(limit: dict[str, Any], ending: str) -> None:
    asked = session(asked_by="app", requested_at=minutes(-1), **limit)
    first = life.asked(story(asked), reader())
    assert first.startswith("In the app, the driver asked for a charge at connector 1")
    assert first.endswith(ending)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("start_timeout", "Nothing began in time: the start was given up."),
        ("no_price", "The start was refused: This connector has no price yet."),
    ],
)
def test_it_tells_why_no_charge_came_of_it(code: str, said: str) -> None:
    assert life.failed(failed(code, "This connector has no price yet.")) == said


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"state": "accepted"}, "The station answered «Start charging»: it accepted."),
        (
            {"state": "rejected", "answer": {"status": "Rejected"}},
            "The station answered «Start charging»: it refused.",
        ),
        ({"state": "timed_out"}, "The station did not answer «Start charging»."),
        ({"state": "timed_out", "sent_at": None}, "«Start charging» was never sent: the station was not connected."),
        ({"state": "queued", "sent_at": None}, ""),
    ],
)
def test_it_tells_how_a_command_went(fields: dict[str, Any], said: str) -> None:
    assert commands.answered(command(**fields)) == said


def test_it_names_who_asked_for_a_command_by_right() -> None:
    asked = command("Reset", asked_by="staff:7f0c")
    asked.by = "Aizada"  # type: ignore[attr-defined]  # what the query adds
    said = "We sent «Reset» to the station, asked by %s."
    assert commands.asked(asked, reader()) == said % "Aizada"
    assert commands.asked(command("Reset"), reader()) == said % "the system (limits)"


def test_it_tells_statuses_with_their_errors_and_the_makers_words() -> None:
    faulted = span("Faulted", 10, error="GroundFailure")
    said = {"connectorId": 1, "status": "Faulted", "vendorErrorCode": "E-17", "info": "RCD"}
    frame = Said(minutes(10), False, "StatusNotification", said, {})
    [before] = states.moments([span("Available", -60, 0), faulted], [frame], WINDOW)
    assert before.text == "Connector 1 is faulted: the ground fault protection has tripped."
    assert before.detail == "The maker's own words: E-17, RCD."


def test_it_tells_that_the_station_was_away() -> None:
    spans = [socket(1, -60, 5, reason="closed", close_code=1006), socket(2, 9)]
    assert texts(states.connections(spans, WINDOW)) == [
        "The connection to the station ended: it was closed (1006).",
        "The station came back after 4 min.",
    ]


def test_it_tells_of_a_socket_that_took_another_ones_place() -> None:
    [said] = texts(states.connections([socket(1, -60, 5), socket(2, 5)], WINDOW))
    assert said.startswith("The station opened a new connection")


def test_it_tells_cards_boots_and_repetitions() -> None:
    authorized = {"idTagInfo": {"status": "Blocked"}}
    started = {"transactionId": 41}
    said = [
        Said(minutes(0), False, "Authorize", {"idTag": "C1"}, authorized),
        Said(minutes(1), False, "StartTransaction", {}, started),
        Said(minutes(2), False, "StartTransaction", {}, started),
        Said(minutes(3), False, "BootNotification", {"chargePointVendor": "V"}, {"status": "Pending"}),
        Said(minutes(4), False, "MeterValues", {}, None, "value: type"),
    ]
    assert texts(frames.moments(said, reader(), 41)) == [
        (
            "Card C1 was shown at the station: we refused: it or its owner is blocked or owes money, or may not "
            "charge here now."
        ),
        "The station sent the start again, as it does when our answer was lost; it counts once.",
        "The station booted (V). We answered Pending: it may not charge yet.",
        "A message of the station («MeterValues») was not quite right: "
        "«value» is of the wrong kind: a text for a number, say.",
    ]


def test_it_tells_where_readings_turn() -> None:
    turns = [Turn(minutes(1), "first", 7000.0), Turn(minutes(20), "stopped", 0.0), Turn(minutes(22), "soc", 80.4)]
    assert texts(meter.moments(story(session(), turns=turns))) == [
        "Power flows: 7.0 kW.",
        "The car stopped drawing power.",
        "The car's battery is at 80 %.",
    ]


def test_it_tells_when_the_idle_fee_began() -> None:
    idle = Rule("Idle", "parking_fee", Decimal("5"), frozenset(), None, None, None, None, 0, 1)
    terms = Terms("KGS", "Asia/Bishkek", (idle,), "", Decimal(0), True, 600, None)
    told = story(session(), terms=terms, stay=Stay(minutes(20), minutes(45)))
    moments = list(meter.idle(told, reader()))
    assert [one.text for one in moments] == [
        "Charging was over; the idle fee starts after 10 min.",
        "The idle fee began: 5.00 KGS a minute.",
        "The connector was not kept any more: the idle fee ended after 15 min.",
    ]
    assert [one.at for one in moments] == [minutes(20), minutes(30), minutes(45)]


def test_it_tells_that_a_price_changed() -> None:
    lines = prices.of_settlement(settlement(("per_kwh", "Day", "15"), ("per_kwh", "Night", "9")).lines)
    assert texts(prices.moments(lines, "KGS")) == [
        "From here «Day» held, 15.00 KGS per kWh: 1.000 kWh came to 15.00 KGS.",
        "The price changed to «Night», 15.00 KGS per kWh: 1.000 kWh came to 9.00 KGS.",
    ]


def test_it_tells_holds_payments_and_debts() -> None:
    held = [hold("100"), hold("50", pk=2, made_at=minutes(10), state="captured", ended_at=minutes(31))]
    owed = debt("40", "10")
    receipt = Receipt(
        pk=1, seller="DP", year=2026, number=7, currency="KGS", gross=Decimal(30), subject_gross=Decimal(30)
    )
    receipt.made_at = minutes(32)
    facts = story(
        session(),
        money={"holds": held, "transfers": [transfer("capture", "30")], "debts": [owed], "receipts": [receipt]},
    )
    assert texts(money.moments(facts.money, reader(), {})) == [
        "100.00 KGS was held for it.",
        "50.00 KGS more was held, since the charge needed it.",
        "The hold of 50.00 KGS ended with the payment.",
        "30.00 KGS was taken from the wallet for the charge.",
        "A debt began, of which 30.00 KGS is open now: no new charge before it is paid.",
        "Receipt DP-2026-000007: the charge costs 30.00 KGS.",
    ]


def test_it_tells_whether_a_notification_arrived() -> None:
    told = Told(minutes(1), "charging_started", {"station_id": "BSK-01"}, [("sms", "failed", "no such number")])
    [moment] = people.notifications([told])
    assert moment.text == "The driver was told: «Charging has begun»."
    assert moment.detail == "BSK-01. SMS: did not arrive (no such number)."
    assert (moment.tone, moment.is_key) == ("bad", True)


def test_it_tells_what_was_taken_for_the_end_before_the_real_one() -> None:
    payload = {"revision": 0, "stop_reason": "Silence", "energy_kwh": 1.5}
    older = Event(kind="session.ended", at=minutes(50), payload=payload)
    late = session(revision=1, stop_received_at=minutes(60))
    assert texts(events.moments(story(late, events=[older]))) == [
        "We took the charge for over: nothing more was heard of it. By what was known then it took 1.500 kWh."
    ]
    assert texts(events.moments(story(session(), events=[older]))) == []


def test_what_a_person_corrected_was_no_supposition() -> None:
    told = Event(kind="session.ended", at=minutes(30), payload={"revision": 0, "stop_reason": "Local", "energy_kwh": 5})
    assert texts(events.moments(story(session(revision=1), events=[told]))) == []


@pytest.mark.parametrize("table", [words.STOP_REASONS, words.ERRORS, words.STATUSES, words.TAGS], ids=len)
def test_every_word_of_the_specification_is_said_in_russian(table: dict[str, Any]) -> None:
    with translation.override("en"):
        english = {name: str(said) for name, said in table.items()}
    with translation.override("ru"):
        assert [name for name in table if str(table[name]) == english[name]] == []


def test_a_word_that_no_table_has_stays_as_it_was_said() -> None:
    assert words.reason("<b>Aliens</b>\u202e") == "«<b>Aliens</b>»"


def test_times_are_by_the_clock_of_the_place() -> None:
    assert reader().clock(minutes(41)) == "18:41:00"
    assert reader().zone == BISHKEK


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (59, "59 s"),
        (3600, "1 h 0 min"),
        (47 * 3600, "47 h 0 min"),
        (48 * 3600, "2 days 0 h"),
        (9272 * 3600, "386 days 8 h"),
    ],
)
def test_a_long_time_is_told_in_days(length: int, said: str) -> None:
    assert clauses.span(timedelta(seconds=length)) == said


def test_a_hold_of_what_cost_nothing_is_released_without_a_payment() -> None:
    ended = hold("200", state="captured", ended_at=minutes(31))
    free = Money(holds=[ended], receipts=[receipt("0", subject_gross=Decimal(0))])
    assert "The hold of 200.00 KGS was released." in texts(money.moments(free, reader(), {}))
    paid = Money(holds=[ended], receipts=[receipt("30", subject_gross=Decimal(30))])
    assert "The hold of 200.00 KGS ended with the payment." in texts(money.moments(paid, reader(), {}))

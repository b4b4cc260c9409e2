"""Each rule by itself: the name of the likely cause for facts that call for it, and for facts that do not."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from billing.tariffs import free_terms
from charging import review
from charging.models import Decision
from drivepower.core.models import Alert, Event
from drivepower.portal.explain import causes
from drivepower.portal.explain.causes.refusals import TABLE
from drivepower.portal.explain.facts import Around, Said, Story, Turn, Watch
from drivepower.portal.explain.sentences import session as life
from drivepower.portal.tests.explain.making import (
    STATION,
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
    top_up,
    transfer,
)

START = {"commands": [command()]}
BOOT = Said(minutes(10), False, "BootNotification", {}, {"status": "Accepted"})
STOP = Said(minutes(30), False, "StopTransaction", {"transactionId": 41, "idTag": "OTHER"}, {})
PLUGGED = {**START, "statuses": [span("Preparing", 0.5)]}
UNPLUGGED = {**START, "statuses": [span("Available", -60)]}
SILENT = {"commands": [command(state="timed_out")]}
UNSENT = {"commands": [command(state="timed_out", sent_at=None)]}
REFUSED = {"commands": [command(state="rejected", answer={"status": "Rejected"})]}
FULL = [Turn(minutes(1), "first", 7000.0), Turn(minutes(20), "stopped", 0.0)]
GIVEN_UP = Event(kind="session.failed", at=minutes(3), payload={"error": "start_timeout"})
AMENDED = Event(kind="session.ended", at=minutes(40), payload={"stop_reason": "Silence", "energy_kwh": 1.0})
CHARGES = {**START, "statuses": [span("Charging", 0.5)]}
REPLACED = [socket(1, -60, 6, reason="replaced"), socket(2, 5)]
GAP = [Turn(minutes(20), "gap", 0.0, minutes(2))]
TWO_PRICES = settlement(("per_kwh", "Day", "15"), ("per_kwh", "Night", "9"))
PARKED = settlement(("per_kwh", "Day", "15"), ("parking_fee", "Idle", "50"))

CASES: dict[str, Story] = {
    "waiting": story(session(state="requested", started_at=None, stopped_at=None, requested_at=minutes(89))),
    "offline": story(failed("start_timeout"), around=UNSENT),
    "no_answer": story(failed("start_timeout"), around=SILENT),
    "no_cable": story(failed("start_timeout"), around=UNPLUGGED),
    "no_car": story(failed("start_timeout"), around=PLUGGED),
    "unsaid": story(failed("start_timeout"), around=CHARGES),
    "late_start": story(session(), events=[GIVEN_UP]),
    "elsewhere": story(session(start_status="ConcurrentTx")),
    "rejected": story(failed("start_rejected"), around=REFUSED),
    "taken": story(failed("connector_taken")),
    "cancelled": story(failed("start_cancelled")),
    "refused_of_a_new_kind": story(failed("of_a_new_kind", "Something new.")),
    "unauthorised": story(session(start_status="Blocked")),
    "clock": story(session(state="review", findings=[review.CLOCK])),
    "meter": story(session(state="review", findings=[review.NEGATIVE])),
    "inferred": story(session(state="review", inferred=True, stop_reason="Silence")),
    "guessed": story(session(state="review", inferred=True, findings=[review.GUESSED])),
    "late_stop": story(session(revision=1, stop_received_at=minutes(50)), events=[AMENDED]),
    "repaired": story(session(findings=[review.REPAIR])),
    "only_stop": story(session(state="review", findings=[review.ONLY_STOP])),
    "noted": story(session(findings=[review.SECOND_STOP])),
    "no_payer": story(session(state="review", findings=[review.NO_PAYER])),
    "review": story(session(state="review", findings=[review.TOO_LONG])),
    "faulted": story(session(), around={"statuses": [span("Faulted", 10, error="GroundFailure")]}),
    "rebooted": story(session(), around={"frames": [BOOT]}),
    "away": story(session(), around={"sockets": [socket(1, -60, 5), socket(2, 15)]}),
    "doubled": story(session(), around={"sockets": REPLACED}),
    "replayed": story(session(start_received_at=minutes(50))),
    "gap": story(session(), turns=GAP),
    "running": story(session(state="active", stopped_at=None), read_at=minutes(89)),
    "stopping": story(session(state="stopping", stopped_at=None)),
    "stopped_limit": story(session(stop_cause="limit")),
    "stopped_reserve": story(session(stop_cause="reserve")),
    "stopped_no_hold": story(session(stop_cause="reserve", findings=[review.NO_HOLD])),
    "stopped_operator": story(session(stop_cause="operator")),
    "stopped_driver": story(session(stop_cause="driver")),
    "stopped_unauthorized": story(session(stop_cause="unauthorized")),
    "other_card": story(session(), around={"frames": [STOP]}),
    "car": story(session(stop_reason="EVDisconnected"), turns=FULL),
    **{
        f"stop_{reason}": story(session(stop_reason=reason))
        for reason in [
            "Local",
            "EVDisconnected",
            "EmergencyStop",
            "PowerLoss",
            "Reboot",
            "HardReset",
            "SoftReset",
            "UnlockCommand",
            "DeAuthorized",
            "Remote",
            "Other",
        ]
    },
    "no_price": story(session(price_terms_id=None)),
    "debt": story(session(), money={"debts": [debt("40", "10")]}),
    "waived": story(session(state="waived")),
    "free": story(session(), terms=free_terms(time_zone="Asia/Bishkek")),
    "refunded": story(session(), money={"transfers": [transfer("refund", "20")]}),
    "window": story(session(), money={"settlements": [TWO_PRICES]}),
    "idle_fee": story(session(), money={"settlements": [PARKED]}),
    "cable_in": story(session(), around={"statuses": [span("Charging", 0, 30), span("Finishing", 30)]}),
    "corrected": story(session(), money={"receipts": [receipt("76"), receipt("30", kind="correction")]}),
    "overshoot": story(session(overshoot_wh=120)),
    "held": story(session(state="review"), money={"holds": [hold("100")]}),
    "paid_late": story(
        session(),
        money={"top_ups": [top_up(state="approved", ended_at=minutes(11), transfer=transfer("top_up", "100"))]},
    ),
    "paid_other": story(
        session(), money={"top_ups": [top_up(state="approved", transfer=transfer("top_up", "5", made_at=minutes(2)))]}
    ),
}
TERMS = replace(free_terms(time_zone="Asia/Bishkek"), level="station")
NORMAL = story(session(stop_reason="Local"), around={**START, "sockets": [socket(1, -60)]})


@pytest.mark.parametrize("name", CASES)
def test_it_finds_the_cause(name: str) -> None:
    found = {cause.name: cause for cause in causes.of_session(CASES[name])}
    assert name in found
    assert found[name].text


def test_it_finds_nothing_but_the_stop_in_a_normal_charge() -> None:
    assert [cause.name for cause in causes.of_session(NORMAL)] == ["stop_Local"]


@pytest.mark.parametrize("code", TABLE)
def test_every_refusal_has_words_for_the_driver_and_a_step(code: str) -> None:
    [cause] = causes.of_session(story(failed(code)))
    assert cause.name == f"refused_{code}"
    assert all([cause.text, cause.tell, cause.steps[0].text, cause.steps[0].to])


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"revision": 1}, "late_stop"),
        ({"start_status": "Blocked", "events": [GIVEN_UP]}, "unauthorised"),
        ({"start_received_at": minutes(35)}, "replayed"),
        ({"findings": [review.SECOND_STOP]}, "review"),
        ({"stop_cause": "limit", "stop_reason": "PowerLoss"}, "stop_PowerLoss"),
        ({"state": "review"}, "waived"),
        ({"overshoot_wh": None}, "overshoot"),
        ({"overshoot_amount": None}, "overshoot"),
    ],
)
def test_it_does_not_find_what_is_not_so(changed: dict[str, Any], name: str) -> None:
    events = changed.get("events", [])
    fields = {key: value for key, value in changed.items() if key != "events"}
    assert name not in [cause.name for cause in causes.of_session(story(session(**fields), events=events))]


def test_the_real_end_that_is_the_same_is_no_late_one() -> None:
    same = Event(kind="session.ended", at=minutes(40), payload={"stop_reason": "Local", "energy_kwh": 2.0})
    told = story(session(revision=1, stop_reason="Local", stop_received_at=minutes(50)), events=[same])
    assert "late_stop" not in [cause.name for cause in causes.of_session(told)]


def test_alerts_at_a_station_are_named_and_it_was_not_quiet() -> None:
    alert = Alert(kind="clock_off", opened_at=minutes(5))
    watch = Watch(
        station=STATION,
        since=minutes(0),
        until=minutes(9),
        at=minutes(9),
        around=Around(alerts=[alert], sockets=[socket(1, -60)]),
    )
    [cause] = causes.of_station(watch)
    assert (cause.name, cause.text) == ("alarmed", "There were alerts: Clock is off.")


def test_a_person_who_decided_is_no_late_stop() -> None:
    late = session(revision=1, stop_received_at=minutes(50))
    decided = story(late, events=[AMENDED], decisions=[Decision(verb="reprice")])
    assert "late_stop" not in [cause.name for cause in causes.of_session(decided)]


def test_the_reason_of_the_stop_goes_before_a_boot_and_after_a_fault() -> None:
    around = {"frames": [BOOT], "statuses": [span("Faulted", 10, error="GroundFailure")]}
    found = [cause.name for cause in causes.of_session(story(session(), around=around))]
    assert found == ["faulted", "stop_Local", "rebooted"]


def test_a_short_break_of_the_connection_is_none() -> None:
    around = {"sockets": [socket(1, -60, 5), socket(2, 5.1)]}
    assert "away" not in [cause.name for cause in causes.of_session(story(session(), around=around))]


def test_a_review_offers_its_decisions() -> None:
    [cause] = [one for one in causes.of_session(CASES["meter"]) if one.name == "meter"]
    assert [step.to for step in cause.steps][:3] == ["accept", "correct", "waive"]


@pytest.mark.parametrize(
    "statuses",
    [
        [span("Finishing", 30, 40)],
        [span("Finishing", 30, 31), span("Available", 31)],
        [span("Finishing", -5)],
        [span("Finishing", 80)],
        [span("Charging", 30)],
    ],
    ids=["until then", "free since", "before it", "of the next one", "not said"],
)
def test_it_says_nothing_of_a_cable_that_is_out(statuses: list[Any]) -> None:
    found = causes.of_session(story(session(), around={"statuses": statuses}))
    assert "cable_in" not in [cause.name for cause in found]


def test_money_that_went_back_was_not_paid_in_parts() -> None:
    papers = [receipt("76"), receipt("-30", kind="correction")]
    assert "corrected" not in [cause.name for cause in causes.of_session(story(session(), money={"receipts": papers}))]


def test_a_limit_of_money_that_was_passed_is_told_in_money() -> None:
    beyond = session(stop_cause="limit", overshoot_amount=Decimal("51.50"))
    [_limit, cause] = causes.of_session(story(beyond, terms=TERMS))
    assert (cause.name, cause.text) == ("overshoot", "It cost 51.50 KGS more than the limit that was set.")


def test_a_plain_refusal_of_a_station_is_no_reason() -> None:
    def text(status: str) -> str:
        around = {"commands": [command(state="rejected", answer={"status": status})]}
        return causes.of_session(story(failed("start_rejected"), around=around))[0].text

    assert text("Rejected") == "The station refused the start: it does not say why."
    assert text("Occupied") == "The station refused the start: it says that the connector is occupied."


@pytest.mark.parametrize(
    ("statuses", "name"),
    [
        ([span("Finishing", -5)], "refused_old_cable"),
        ([span("Finishing", -5, -1), span("Charging", -1)], "refused_connector_occupied"),
        ([span("Charging", -5, 1), span("Finishing", 1)], "refused_connector_occupied"),
        ([], "refused_connector_occupied"),
    ],
)
def test_a_cable_that_was_left_in_is_told_apart_from_a_charge(statuses: Any, name: str) -> None:
    [cause] = causes.of_session(story(failed("connector_occupied"), around={"statuses": statuses}))
    assert cause.name == name


def test_what_waits_for_a_price_says_so_before_how_it_ended() -> None:
    waits = session(price_terms_id=None, state="review", findings=[review.NO_PRICE])
    assert [one.name for one in causes.of_session(story(waits))] == ["no_price", "stop_Local"]
    assert [one.name for one in causes.of_session(CASES["no_price"])] == ["stop_Local", "no_price"]


def test_a_card_whose_wallet_was_empty_is_not_called_blocked() -> None:
    poor = story(session(start_status="Blocked", findings=[review.UNAUTHORIZED, review.NO_HOLD]))
    first = causes.of_session(poor)[0]
    assert (first.name, first.tell) == (
        "refused_insufficient_balance",
        "Please top up your wallet and try again.",
    )
    assert [step.to for step in first.steps] == ["wallet"]
    assert life.started(poor, reader()).text.endswith("the wallet lacked the money that has to be held.")


@pytest.mark.parametrize(
    ("status", "to"), [("Blocked", ["card", "station", "wallet"]), ("Invalid", ["card", "station"])]
)
def test_a_card_that_is_refused_may_be_of_somebody_who_owes(status: str, to: list[str]) -> None:
    refused = causes.of_session(story(session(start_status=status)))[0]
    assert [step.to for step in refused.steps] == to

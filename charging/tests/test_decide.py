"""What people do with a finished session, with a reason, each once: accepting, running it again, pricing it anew."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from charging import review, settlement
from charging.models import Decision, Session, Settlement
from charging.models.session import State
from charging.tests.settling import (
    STAFF,
    VERBS,
    accepted,
    after,
    check,
    decide,
    ended,
    inferred,
    refusal,
    settle,
    stands,
)
from charging.tests.world import NOW, World
from drivepower.core.refusals import Refusal
from stations.models import Connector

Verdict = Settlement.Verdict
NOTHING = Decimal(0)


def test_accepting_charges_it_as_it_stands(world: World) -> None:
    driver = world.driver("1000.00")
    session = inferred(world, driver, 10_000, amount=Decimal(500))
    assert stands(world.wallet(driver)) == (Decimal(1000), Decimal(500), NOTHING)
    made = decide("accept", session)
    assert (session.state, made.verdict, made.decided_by, made.reason) == (
        State.SETTLED,
        Verdict.ACCEPTED,
        STAFF,
        "Seen on site.",
    )
    assert stands(world.wallet(driver)) == (Decimal("850.00"), NOTHING, NOTHING)
    assert list(session.settlements.order_by("revision").values_list("verdict", flat=True)) == ["suspect", "accepted"]
    assert session.receipt is not None
    assert session.receipt.reason == "Seen on site."
    check(session, "150.00")


def test_a_decision_says_what_stood_before_and_after(world: World) -> None:
    driver = world.driver("1000.00")
    session = inferred(world, driver, 10_000)
    decide("correct", session, energy_wh=8000, stopped_at=after(40), reason="The driver's photo.")
    decision = session.decisions.get()
    assert (decision.verb, decision.reason, decision.decided_by) == ("correct", "The driver's photo.", STAFF)
    assert (decision.revision, decision.made_at) == (session.revision, after(120))
    shared = {"started_at": NOW.isoformat(), "payer": f"driver:{driver.public_id}"}
    assert decision.before == {
        **shared,
        "state": "review",
        "energy_wh": 10_000,
        "stopped_at": after(30).isoformat(),
        "total": "150.00 KGS",
    }
    assert decision.after == {
        **shared,
        "state": "settled",
        "energy_wh": 8000,
        "stopped_at": after(40).isoformat(),
        "total": "120.00 KGS",
    }
    for change in (lambda: Decision.objects.update(reason="x"), lambda: Decision.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_running_it_again_asks_the_rules_of_today(world: World) -> None:
    """40 kWh in half an hour are too much for 60 kW; the connector has 150 kW, as somebody enters."""
    driver = world.driver("1000.00")
    session = world.charging(driver)
    world.end(session, 41_000, at=after(30))
    settle(session)
    assert session.findings == [review.IMPOSSIBLE]
    again = decide("rerun", session)
    assert (again.verdict, session.state, session.revision) == (Verdict.SUSPECT, State.REVIEW, 1)
    Connector.objects.filter(pk=session.connector_id).update(max_power_w=150_000)
    settled = decide("rerun", session)
    assert (settled.verdict, session.state, session.findings) == (Verdict.OK, State.SETTLED, [])
    assert [decision.verb for decision in session.decisions.all()] == ["rerun", "rerun"]
    check(session, "600.00")


def test_running_it_again_finds_a_price_that_was_missing(world: World) -> None:
    type(world.station).objects.update(tariff_plan=None)
    world.one.refresh_from_db()
    driver = world.driver("1000.00")
    world.card(driver)
    session = world.begin("CARD-1").session
    world.end(session, 26_500, at=after(60))
    settle(session)
    assert session.findings == [review.NO_PRICE]
    assert refusal("accept", session) == refusal("correct", session) == "no_price"
    type(world.station).objects.update(tariff_plan=world.plan)
    decide("rerun", session)
    assert (session.state, session.findings) == (State.SETTLED, [])
    check(session, "382.50")


@pytest.mark.parametrize("verb", ["accept", "correct"])
def test_it_charges_the_driver_whose_card_it_turned_out_to_be(world: World, verb: str) -> None:
    session = world.begin("NEW-CARD").session
    world.end(session, 26_500, at=after(60))
    settle(session)
    assert review.NO_PAYER in session.findings
    assert refusal(verb, session) == "no_payer"
    driver = world.driver("1000.00")
    world.card(driver, value="NEW-CARD")
    decide(verb, session)
    assert (session.state, session.driver) == (State.SETTLED, driver)
    assert world.wallet(driver).balance == Decimal(1000) - session.settlements.get(revision=session.revision).total


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("reason", ["", "  ", "x" * 201])
def test_it_wants_a_reason(world: World, verb: str, reason: str) -> None:
    session = inferred(world, world.driver(), 10_000)
    assert refusal(verb, session, reason=reason) in {"reason_missing", "reason_too_long"}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", [State.ACTIVE, State.ENDED, State.FAILED, State.WAIVED])
def test_it_decides_nothing_that_stands_elsewhere(world: World, verb: str, state: State) -> None:
    session = ended(world, world.driver())
    Session.objects.filter(pk=session.pk).update(state=state)
    assert refusal(verb, session) == "session_moved"


@pytest.mark.parametrize("verb", ["accept", "rerun"])
def test_it_accepts_nothing_that_is_settled(world: World, verb: str) -> None:
    session = accepted(world, world.driver(), 10_000)
    assert refusal(verb, session) == "session_moved"


@pytest.mark.parametrize("verb", VERBS)
def test_it_decides_only_about_what_the_person_saw(world: World, verb: str) -> None:
    """A late Stop has come since the page was loaded."""
    session = inferred(world, world.driver(), 10_000)
    world.end(session, 26_500_000, at=after(60))
    settle(session)
    assert session.state == State.REVIEW
    assert refusal(verb, session, seen=0) == "session_moved"
    decide(verb, session, seen=session.revision)
    assert session.decisions.count() == 1


def test_settling_anew_by_other_terms_moves_the_difference(world: World) -> None:
    driver = world.driver("1000.00")
    session = ended(world, driver)
    settle(session)
    terms = settlement.terms_of(session)
    assert terms is not None
    cheaper = type(terms)(**{**vars(terms), "discount_percent": Decimal(10)})
    said: dict[str, Any] = {"verdict": Verdict.REPRICED, "decided_by": STAFF, "verb": Decision.Verb.REPRICE}
    made = settlement.settle_anew(session_id=session.pk, terms=cheaper, reason="Wrong plan.", at=after(90), **said)
    session.refresh_from_db()
    assert (made.verdict, made.total, made.revision) == (Verdict.REPRICED, Decimal("344.25"), 1)
    assert settlement.terms_of(session) == cheaper
    assert session.decisions.get().before["total"] == "382.50 KGS"
    check(session, "344.25")
    Session.objects.filter(pk=session.pk).update(state=State.REVIEW)
    with pytest.raises(Refusal, match="somebody or something was faster"):
        settlement.settle_anew(session_id=session.pk, terms=cheaper, reason="Again.", at=after(91), **said)

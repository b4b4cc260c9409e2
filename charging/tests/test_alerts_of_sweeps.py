"""Each sweep has a kind of alert of its own, open until that sweep's trouble has gone."""

import pytest

from billing import ledger
from billing.models import PriceTerms
from charging import limits, sweeps
from charging.models import Session
from charging.models.session import State
from charging.tests.settling import after, ended, settle
from charging.tests.world import NOW, World
from drivepower.core.models import Alert


def kinds() -> list[str]:
    """The kinds of the open alerts."""
    return list(Alert.objects.open().order_by("kind").values_list("kind", flat=True))


def test_settling_does_not_resolve_what_cannot_be_freed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    session = ended(world, world.driver("1000.00"))
    Session.objects.update(state=State.SETTLED)
    with monkeypatch.context() as broken:
        broken.setattr(ledger, "release", None)
        sweeps.free_leftovers(at=after(70))
    sweeps.settle_ended(at=after(71))
    alert = Alert.objects.open().get()
    assert (alert.kind, alert.subject) == ("hold_stuck", session.subject)
    sweeps.free_leftovers(at=after(72))
    assert kinds() == []


def test_a_start_that_cannot_be_failed_is_told_of_until_it_can(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.request(world.driver())
    with monkeypatch.context() as broken:
        broken.setattr(sweeps, "fail_start", None)
        sweeps.fail_expired_starts(at=after(5))
    sweeps.settle_ended(at=after(6))
    assert kinds() == ["start_stuck"]
    sweeps.fail_expired_starts(at=after(7))
    assert kinds() == []


def test_a_charge_that_cannot_be_judged_is_told_of_until_it_can(world: World) -> None:
    session = world.charging(world.driver())
    other = world.charging(world.driver(), connector=2)
    terms = session.price_terms
    odd = PriceTerms.objects.create(currency="KGS", document={}, made_at=NOW)
    Session.objects.filter(pk=session.pk).update(price_terms=odd)
    keys = [session.pk, other.pk]
    for minute in (1, 2):
        limits.touched(session_ids=keys, at=after(minute))
    alert = Alert.objects.open().get()
    assert (alert.kind, alert.subject, alert.count) == ("session_unjudged", session.subject, 2)
    limits.touched(session_ids=[other.pk], at=after(3))
    assert kinds() == ["session_unjudged"]
    Session.objects.filter(pk=session.pk).update(price_terms=terms)
    limits.touched(session_ids=keys, at=after(4))
    assert kinds() == []


def test_a_charge_that_cannot_be_judged_is_told_of_while_it_runs(world: World) -> None:
    session = world.charging(world.driver())
    odd = PriceTerms.objects.create(currency="KGS", document={}, made_at=NOW)
    Session.objects.filter(pk=session.pk).update(price_terms=odd)
    limits.touched(session_ids=[session.pk], at=after(1))
    sweeps.settle_ended(at=after(2))
    assert kinds() == ["session_unjudged"]
    Session.objects.filter(pk=session.pk).update(price_terms=session.price_terms)
    world.end(session, 2000, at=after(3))
    settle(session)
    sweeps.settle_ended(at=after(201))
    assert kinds() == []

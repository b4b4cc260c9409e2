"""What a reference system gets wrong when a charge stops (product.md 4.4), and what becomes of it here."""

from decimal import Decimal

import pytest

from billing import ledger
from billing.models import Capture, Debt, Receipt, Transfer
from charging import lifecycle, reviewing, settlement
from charging.models.session import State
from charging.tests.world import NOW, World, minutes, top_up

pytestmark = pytest.mark.django_db


def moved(kind: str) -> list[str]:
    amounts = Transfer.objects.filter(kind=kind).order_by("id").values_list("amount", flat=True)
    return [f"{amount:.2f}" for amount in amounts]


def test_it_moves_no_money_before_the_station_confirms_and_charges_what_it_counted_until_then(world: World) -> None:
    # the app asks for a stop at 10 kWh; the station hears of it at 14 kWh: 14 x 15.00 = 210.00
    driver = world.driver("1000.00")
    session = world.charging(driver)
    world.read(session, 11_000, at=NOW + minutes(20))
    lifecycle.request_stop(session=session, asked_by="driver:x", cause="driver", at=NOW + minutes(20))
    lifecycle.note_stop_answer(session_id=session.pk, accepted=True, at=NOW + minutes(20))

    assert settlement.settle(session_id=session.pk, at=NOW + minutes(25)) is None
    assert (Capture.objects.exists(), world.wallet(driver).balance) == (False, Decimal(1000))

    world.end(session, 15_000, at=NOW + minutes(30))
    settlement.settle(session_id=session.pk, at=NOW + minutes(31))
    session.refresh_from_db()
    assert session.state == State.SETTLED
    assert moved("capture") == ["210.00"]
    assert world.wallet(driver).balance == Decimal(790)


def test_it_writes_a_charge_beyond_the_money_as_a_debt_and_never_as_a_negative_top_up(world: World) -> None:
    # 100.00 in the wallet, 10 kWh at 15.00 = 150.00: 100.00 paid, 50.00 owed, none of it written off
    driver = world.driver("100.00")
    session = world.charging(driver)
    world.end(session, 11_000, at=NOW + minutes(30))
    settled = settlement.settle(session_id=session.pk, at=NOW + minutes(31))

    assert settled is not None
    assert (settled.total, settled.shortfall) == (Decimal(150), Decimal(50))
    wallet = world.wallet(driver)
    assert (wallet.balance, wallet.owed) == (Decimal(0), Decimal(50))
    assert (moved("capture"), moved("debt"), moved("top_up")) == (["100.00"], ["50.00"], ["100.00"])
    assert Debt.objects.get().subject == session.subject
    top_up(wallet, "80.00")
    assert (moved("repayment"), world.wallet(driver).balance) == (["50.00"], Decimal(30))
    assert ledger.check_books() == []


def test_it_gives_money_back_as_a_transfer_with_a_receipt(world: World) -> None:
    # 20 kWh = 300.00 were charged; a person sees that it were 12 kWh = 180.00: 120.00 come back
    driver = world.driver("1000.00")
    session = world.charging(driver)
    world.end(session, 21_000, at=NOW + minutes(30))
    settlement.settle(session_id=session.pk, at=NOW + minutes(31))

    reviewing.correct(
        session_id=session.pk, energy_wh=12_000, reason="the meter jumped", by="staff:1", at=NOW + minutes(60)
    )

    assert moved("refund") == ["120.00"]
    assert list(Receipt.objects.order_by("id").values_list("gross", flat=True)) == [Decimal(300), Decimal(-120)]
    assert world.wallet(driver).balance == Decimal(820)
    assert ledger.check_books() == []

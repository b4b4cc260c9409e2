"""Money of the payer that people and banks moved around a charge: corrections by hand, payments that went back."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from billing import adjustments, ledger
from billing.models import Transfer, Wallet
from charging.models import Session
from charging.tests.world import World, minutes
from drivepower.core import alerts
from drivepower.portal.tests.explain.meanwhile import boss, told_of_station, told_to
from drivepower.portal.tests.explain.pages import browser, charged, count_of, page_of
from drivepower.portal.tests.making import staff

pytestmark = pytest.mark.django_db
TOLD = {
    "given": "By hand, Owen put 50.00 KGS into the wallet.",
    "taken": "By hand, Owen took 40.00 KGS out of the wallet.",
    "why": "Reason: sorry",
    "bank": "Owen entered a bank transfer: 500.00 KGS came into the wallet.",
    "all": "The bank took back the top-up of 500.00 KGS.",
    "part": "The bank took back 900.00 KGS of a top-up of 1,000.00 KGS.",
    "owed": "It was spent already: the wallet owes it, and is blocked until it is paid.",
    "asked": "By hand, Owen asked for 900,000.00 KGS (adjustment): big gift",
    "alert": "Alert: Payment reversed.",
    "cause": "Around this charge the bank took 1,500.00 KGS of top-ups back.",
}
RUSSIAN = (
    "Банк забрал обратно пополнение на 500,00 KGS.",
    "Вручную в кошелёк внесено 50,00 KGS (Owen).",
)


def move_all(session: Session, by: str) -> None:
    """Owen and the bank move money of the driver, half an hour after the charge."""
    at = timezone.now() - minutes(10)
    wallet = Wallet.objects.get(user=session.driver)
    first = Transfer.objects.get(target=wallet)
    hand: dict[str, Any] = {"made_by": by, "at": at}
    ledger.adjust(wallet=wallet, amount=Decimal(50), reference="adjustment:1", reason="sorry", **hand)
    ledger.adjust(wallet=wallet, amount=Decimal(-40), reference="adjustment:2", reason="too much", **hand)
    brought = ledger.top_up(wallet=wallet, provider="bank", amount=Decimal(500), reference="bank:1", **hand)
    ledger.reverse_top_up(transfer=brought, amount=Decimal(500), reference="bank:1:reversed", at=at)
    alerts.open_alert(kind="payment_reversed", subject="bank:1", text="x", at=at)
    ledger.reverse_top_up(transfer=first, amount=Decimal(900), reference="first:900", at=at)
    ledger.reverse_top_up(transfer=first, amount=Decimal(100), reference="first:1000", at=at)
    adjustments.ask_adjustment(wallet=wallet, amount=Decimal(900_000), reason="big gift", asked_by=by, at=at)


@pytest.mark.parametrize(
    ("role", "sees"), [("Support", set(TOLD)), ("Finance", set(TOLD)), ("Technician", set()), ("Operator", set())]
)
def test_each_role_reads_what_it_may(world: World, role: str, sees: set[str]) -> None:
    session, person = charged(world), staff(role)
    move_all(session, f"staff:{boss().public_id}")
    page = told_to(person, session)
    assert {what for what, words in TOLD.items() if words in page} == sees


def test_it_is_told_in_russian(world: World) -> None:
    session = charged(world)
    move_all(session, f"staff:{boss().public_id}")
    page = told_to(staff("Finance"), session, language="ru")
    assert [words for words in RUSSIAN if words not in page] == []


def test_a_stations_page_tells_it_with_the_charge(world: World) -> None:
    session = charged(world)
    move_all(session, f"staff:{boss().public_id}")
    page = told_of_station(staff("Support"), session)
    seen = {what for what in ("given", "all", "part", "owed") if TOLD[what] in page}
    assert seen == {"given", "all", "part", "owed"}
    assert TOLD["given"] not in told_of_station(staff("Technician"), session)


def test_what_moved_long_before_and_for_others_is_not_told(world: World) -> None:
    session, now = charged(world), timezone.now()
    mine, theirs = Wallet.objects.get(user=session.driver), world.wallet(world.driver())
    for number, (wallet, at) in enumerate([(mine, now - minutes(240)), (theirs, now - minutes(30))]):
        facts: dict[str, Any] = {"reference": f"adjustment:{number}", "made_by": "staff:x", "reason": "other"}
        ledger.adjust(wallet=wallet, amount=Decimal(50), at=at, **facts)
    assert "By hand" not in told_to(staff("Support"), session)


def test_it_asks_as_often_for_many_as_for_none(world: World) -> None:
    session, client = charged(world), browser(staff("Finance"))
    client.get(page_of(session))
    none = count_of(client, page_of(session))
    move_all(session, f"staff:{boss().public_id}")
    assert count_of(client, page_of(session)) <= none + 1  # the links of alerts that there were none of

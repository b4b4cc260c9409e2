"""Money of the payer's wallet that moved beside the charge: by its kind, and by which way it went."""

import pytest
from django.utils import timezone

from billing import ledger
from billing.models import Wallet
from charging.tests.world import World
from drivepower.portal.explain import of_session
from drivepower.portal.explain.facts import Money
from drivepower.portal.explain.sentences import money
from drivepower.portal.tests.explain.making import reader, transfer
from drivepower.portal.tests.explain.pages import charged
from drivepower.portal.tests.making import superuser

KINDS = [
    ("payout", "", "clearing:bank", "100.00 KGS left the wallet, to be paid to its owner by bank."),
    ("payout", "clearing:bank", "", "A payout of 100.00 KGS came back to the wallet: the bank did not take it."),
    ("share", "shares", "", "100.00 KGS came into the wallet as a host's share."),
    ("share", "", "shares", "100.00 KGS of a host's share was taken back."),
    ("opening", "opening", "", "100.00 KGS was brought along from the system before."),
    ("opening", "receivable", "opening", "A debt of 100.00 KGS was brought along from the system before."),
]


@pytest.mark.parametrize(("kind", "source", "target", "said"), KINDS)
def test_it_tells_each_kind_by_its_way(kind: str, source: str, target: str, said: str) -> None:
    ends = {"source": Wallet(pk=1, system=source, currency="KGS"), "target": Wallet(pk=2, system=target)}
    moved = transfer(kind, "100", subject="payout:1", **ends)
    [moment] = money.moments(Money(others=[moved]), reader(), {})
    assert (moment.text, moment.is_key) == (said, False)


@pytest.mark.django_db
def test_a_charges_page_tells_what_its_driver_was_paid_out(world: World) -> None:
    session = charged(world)
    wallet = Wallet.objects.get(user=session.driver)
    facts = {"reference": "payout:1", "made_by": "staff:x", "reason": "asked for it"}
    ledger.pay_out(wallet=wallet, amount=wallet.balance, at=timezone.now(), **facts)
    found = of_session(session, person=superuser(), at=timezone.now())
    said = [one.text for one in found.moments]
    assert sum(text.endswith("left the wallet, to be paid to its owner by bank.") for text in said) == 1

"""Real threads on real connections: whatever comes first, the books are right."""

import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import transaction

from billing import adjustments, ledger
from billing.ledger import Captured
from billing.ledger.wallets import system_wallets
from billing.models import Capture, Hold, Transfer, Wallet
from billing.tests.making import NOON, figures, give, wallet_with
from billing.tests.threads import at_once, connections_that_wait
from billing.tests.waiting import wait_for

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = range(8)


def hold(wallet: Wallet, amount: int, subject: str, number: int = 1) -> Any:
    return partial(
        ledger.hold,
        wallet=wallet,
        amount=Decimal(amount),
        subject=subject,
        number=number,
        expires_at=None,
        at=NOON,
    )


def capture(wallet: Wallet, net: int, subject: str, revision: int = 1) -> Any:
    return partial(
        ledger.capture,
        wallet=wallet,
        subject=subject,
        revision=revision,
        net=Decimal(net),
        tax=Decimal(0),
        at=NOON,
    )


def test_it_lets_one_of_fifty_holds_through_when_there_is_money_for_one() -> None:
    wallet = wallet_with("100")
    answers = at_once(*[hold(wallet, 100, f"session:{number}") for number in range(50)])
    assert sum(isinstance(answer, Hold) for answer in answers) == 1
    assert sorted(set(answers) - {a for a in answers if isinstance(a, Hold)}) == ["zero_balance"]
    assert figures(wallet) == ("100.00", "100.00", "0.00")
    assert ledger.check_books() == []


def test_it_lets_as_many_holds_through_as_there_is_money_for() -> None:
    wallet = wallet_with("100")
    answers = at_once(*[hold(wallet, 30, f"session:{number}") for number in range(20)])
    assert sum(isinstance(answer, Hold) for answer in answers) == 3
    assert figures(wallet) == ("100.00", "90.00", "0.00")


def test_it_charges_a_revision_once_when_many_settle_it() -> None:
    wallet = wallet_with("100")
    hold(wallet, 50, "session:1")()
    answers = at_once(*[capture(wallet, 40, "session:1") for _ in range(12)])
    assert answers.count("already_captured") == 11
    assert answers.count(Captured(paid=Decimal(40), owed=Decimal(0))) == 1
    assert figures(wallet) == ("60.00", "0.00", "0.00")
    assert Capture.objects.count() == 1
    assert ledger.check_books() == []


def test_it_never_gives_the_same_money_to_a_hold_and_to_a_charge() -> None:
    for _ in ROUNDS:
        wallet, one, two = wallet_with("100"), f"session:{uuid.uuid4()}", f"session:{uuid.uuid4()}"
        hold(wallet, 60, one)()
        charged, held = at_once(capture(wallet, 90, one), hold(wallet, 40, two))
        if isinstance(held, Hold):
            assert charged == Captured(paid=Decimal(60), owed=Decimal(30))
            assert figures(wallet) == ("40.00", "40.00", "30.00")
        else:
            assert (charged, held) == (Captured(paid=Decimal(90), owed=Decimal(0)), "insufficient_balance")
            assert figures(wallet) == ("10.00", "0.00", "0.00")
    assert ledger.check_books() == []


def test_it_ends_a_hold_once_when_it_is_charged_and_released() -> None:
    for _ in ROUNDS:
        wallet, subject = wallet_with("100"), f"session:{uuid.uuid4()}"
        hold(wallet, 60, subject)()
        _, freed = at_once(capture(wallet, 50, subject), partial(ledger.release, subject=subject, at=NOON))
        assert freed in (0, 60)
        assert figures(wallet) == ("50.00", "0.00", "0.00")


def test_it_credits_a_payment_once_when_many_report_it() -> None:
    wallet = wallet_with("0")
    credit = partial(
        ledger.top_up, wallet=wallet, provider="sandbox", amount=Decimal(10), reference="top_up:1", at=NOON
    )
    answers = at_once(*[credit] * 12)
    assert answers.count("already_credited") == 11
    assert figures(wallet) == ("10.00", "0.00", "0.00")


def test_it_never_gives_back_more_than_was_paid() -> None:
    wallet = wallet_with("100")
    capture(wallet, 100, "session:1")()
    charge = Transfer.objects.get(reference="session:1:r1:charge")
    give_back = partial(ledger.refund, transfer=charge, amount=Decimal(40), made_by="staff:1", reason="", at=NOON)
    answers = at_once(*[partial(give_back, reference=f"refund:{number}") for number in range(8)])
    assert answers.count("refund_exceeds_charge") == 6
    assert figures(wallet) == ("80.00", "0.00", "0.00")


def test_it_moves_differences_one_after_the_other_whoever_pays() -> None:
    for _ in ROUNDS:
        wallets, subject = [wallet_with("100") for _ in range(4)], f"session:{uuid.uuid4()}"
        answers = at_once(*[capture(wallet, 20 + number, subject, number) for number, wallet in enumerate(wallets)])
        assert isinstance(answers[3], Captured)
        assert [figures(wallet)[0] for wallet in wallets] == ["100.00", "100.00", "100.00", "77.00"]
    assert ledger.check_books() == []


def test_it_gives_back_once_what_is_refunded_and_costs_less_at_once() -> None:
    for _ in ROUNDS:
        wallet, subject = wallet_with("100"), f"session:{uuid.uuid4()}"
        capture(wallet, 100, subject, 0)()
        charge = Transfer.objects.get(reference=f"{subject}:r0:charge")
        give_back = partial(ledger.refund, transfer=charge, made_by="staff:1", reason="", at=NOON)
        refund = partial(give_back, amount=Decimal(60), reference=f"refund:{subject}")
        less, refunded = at_once(capture(wallet, 30, subject, 1), refund)
        if refunded == "refund_exceeds_charge":  # 70.00 came back first, and 30.00 are left
            assert (less, figures(wallet)[0]) == (Captured(refunded=Decimal(70)), "70.00")
        else:  # 60.00 by hand, then the 40.00 that were left
            assert (less, figures(wallet)[0]) == (Captured(refunded=Decimal(40), kept=Decimal(30)), "100.00")
    assert ledger.check_books() == []


def test_it_takes_a_payment_back_once_when_many_report_it() -> None:
    wallet = wallet_with("0")
    paid = give(wallet, "100")
    capture(wallet, 70, "session:1")()
    take = partial(ledger.reverse_top_up, transfer=paid, amount=Decimal(100), at=NOON)
    answers = at_once(*[partial(take, reference=f"reversal:{number % 2}") for number in range(8)])
    assert answers.count(ledger.Reversed(taken=Decimal(30), owed=Decimal(70))) == 1
    assert set(answers) - {ledger.Reversed(Decimal(30), Decimal(70))} == {"already_reversed", "reversal_exceeds_top_up"}
    assert figures(wallet) == ("0.00", "0.00", "70.00")


def test_it_books_an_adjustment_once_when_two_approve_it() -> None:
    for _ in ROUNDS:
        wallet = wallet_with("100")
        asked = adjustments.ask_adjustment(wallet=wallet, amount=Decimal(5000), reason="r", asked_by="staff:1", at=NOON)
        decide = [partial(verb, adjustment=asked, at=NOON) for verb in (adjustments.approve, adjustments.refuse)]
        answers = at_once(*[partial(one, decided_by=f"staff:{n}") for n in (2, 3) for one in decide])
        assert answers.count("already_decided") == 3
        asked.refresh_from_db()
        assert figures(wallet)[0] == {"booked": "5100.00", "refused": "100.00"}[asked.state]
        assert Transfer.objects.filter(adjustment=asked).count() == (asked.state == "booked")


def test_it_makes_one_wallet_when_many_ask_first() -> None:
    driver = wallet_with("0").user
    made = at_once(*[partial(ledger.wallet_of, user=driver, currency="USD") for _ in range(8)])
    assert len({wallet.pk for wallet in made}) == 1


def test_it_locks_two_wallets_in_one_order() -> None:
    for _ in ROUNDS:
        one, two, a, b = wallet_with("100"), wallet_with("100"), f"a:{uuid.uuid4()}", f"b:{uuid.uuid4()}"
        hold(one, 50, a)()
        hold(two, 50, b)()
        # each charges one wallet and ends a hold in the other
        assert at_once(capture(two, 10, a), capture(one, 10, b)) == [Captured(Decimal(10), Decimal(0))] * 2
        assert (figures(one), figures(two)) == (("90.00", "0.00", "0.00"),) * 2


def test_it_locks_nothing_else_while_it_waits_for_the_first_key() -> None:
    for _ in ROUNDS:
        first, second, subject = wallet_with("100"), wallet_with("100"), f"session:{uuid.uuid4()}"
        hold(first, 50, subject)()
        with ThreadPoolExecutor(1) as pool, transaction.atomic():
            Wallet.objects.select_for_update().get(pk=first.pk)
            charging = pool.submit(at_once, capture(second, 10, subject))
            wait_for(partial(connections_that_wait, 1))
            Wallet.objects.select_for_update(nowait=True).get(pk=second.pk)
        assert charging.result() == [Captured(Decimal(10), Decimal(0))]


def test_it_opens_the_accounts_of_a_new_currency_in_one_order() -> None:
    """Each process walks through a set in its own way; two that began with another account waited for one another."""
    roles = [Wallet.System.TAX, Wallet.System.REVENUE, Wallet.System.RECEIVABLE, Wallet.System.ABSORBED]

    def open_them(currency: str, order: Sequence[str]) -> int:
        with transaction.atomic():
            return len(system_wallets(currency, *order))

    for number in range(30):
        currency = f"X{number:02}"
        assert at_once(partial(open_them, currency, roles), partial(open_them, currency, roles[::-1])) == [4, 4]

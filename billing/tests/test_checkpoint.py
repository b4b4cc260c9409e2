from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from billing import ledger
from billing.models import Transfer, Wallet, WalletCheckpoint
from billing.tasks import keep_checkpoint
from billing.tests.making import NOON, balance_of_system, give, wallet_with
from billing.tests.threads import at_once, connections_that_wait
from billing.tests.waiting import wait_for
from drivepower.core.models import Alert


def clearing(currency: str = "KGS") -> Wallet:
    return Wallet.objects.get(system="clearing:sandbox", currency=currency)


def rows() -> list[tuple[str, int]]:
    made = WalletCheckpoint.objects.order_by("last_transfer", "balance").values_list("wallet__currency", "balance")
    return [(currency, int(balance)) for currency, balance in made]


@pytest.mark.django_db
def test_it_keeps_what_each_account_of_the_house_comes_to() -> None:
    wallet_with("100")
    wallet_with("7", currency="USD")
    assert ledger.checkpoint(at=NOON) == 2
    assert rows() == [("KGS", -100), ("USD", -7)]
    assert set(WalletCheckpoint.objects.values_list("last_transfer", flat=True)) == {Transfer.objects.latest("id").pk}


@pytest.mark.django_db
def test_it_adds_what_has_moved_since_and_nothing_twice() -> None:
    wallet = wallet_with("100")
    ledger.checkpoint(at=NOON)
    give(wallet, "20")
    ledger.capture(wallet=wallet, subject="session:1", revision=0, net=Decimal(45), tax=Decimal(5), at=NOON)
    for role in ("clearing:sandbox", "revenue", "tax"):
        account = Wallet.objects.get(system=role)
        assert ledger.balance_of(account) == balance_of_system(role)
    assert ledger.checkpoint(at=NOON) == 3
    assert ledger.checkpoint(at=NOON) == 0
    assert rows()[1:] == [("KGS", -120), ("KGS", 5), ("KGS", 45)]
    for role in ("clearing:sandbox", "revenue", "tax"):
        assert ledger.balance_of(Wallet.objects.get(system=role)) == balance_of_system(role)
    assert ledger.check_books() == []


@pytest.mark.django_db
def test_it_sums_only_what_is_new() -> None:
    wallet = wallet_with("100")
    ledger.checkpoint(at=NOON)
    give(wallet, "20")
    with CaptureQueriesContext(connection) as queries:
        assert ledger.balance_of(clearing()) == -120
    last = WalletCheckpoint.objects.get().last_transfer
    assert f'"id" > {last}' in queries[-1]["sql"]


@pytest.mark.django_db
def test_it_keeps_nothing_where_nothing_has_ever_moved() -> None:
    assert ledger.checkpoint(at=NOON) == 0


@pytest.mark.django_db(transaction=True)
def test_it_waits_for_transfers_with_smaller_keys_that_commit_later() -> None:
    slow, quick = wallet_with("10"), wallet_with("10")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            late = give(slow, "100")  # its key is taken, and nobody sees it yet
            [soon] = at_once(partial(give, quick, "5"))
            assert soon.pk > late.pk
            done = pool.submit(at_once, partial(ledger.checkpoint, at=NOON))
            wait_for(partial(connections_that_wait, 1))
            assert not done.done()
        assert done.result() == [1]
    assert rows() == [("KGS", -125)]
    assert ledger.balance_of(clearing()) == balance_of_system("clearing:sandbox") == -125
    assert ledger.check_books() == []


@pytest.mark.django_db(transaction=True)
def test_it_gives_way_to_a_transfer_that_takes_too_long() -> None:
    wallet = wallet_with("10")
    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        give(wallet, "5")
        with pytest.raises(OperationalError, match="lock timeout"):
            pool.submit(at_once, partial(ledger.checkpoint, at=NOON)).result()
    assert not WalletCheckpoint.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_it_is_exact_in_a_storm_of_transfers() -> None:
    wallets = [wallet_with("10") for _ in range(4)]

    def pay(wallet: Wallet) -> None:
        for _ in range(15):
            give(wallet, "1")

    def keep() -> None:
        for _ in range(8):
            ledger.checkpoint(at=NOON)

    at_once(*[partial(pay, wallet) for wallet in wallets], keep, keep)
    assert ledger.balance_of(clearing()) == balance_of_system("clearing:sandbox") == -100
    assert ledger.check_books() == []


@pytest.mark.django_db
def test_it_runs_by_the_clock_and_looks_at_the_books() -> None:
    wallet = wallet_with("10")
    keep_checkpoint()
    assert rows() == [("KGS", -10)]
    assert not Alert.objects.exists()
    Wallet.objects.filter(pk=wallet.pk).update(balance=11)
    keep_checkpoint()
    assert Alert.objects.get().subject == f"wallet:{wallet.public_id}"

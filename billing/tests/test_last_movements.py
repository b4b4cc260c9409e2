"""The last movements of some wallets: both ways of each, from the ends of two indexes, however many others moved."""

from decimal import Decimal

import pytest
from django.db import connection

from billing import ledger, movements
from billing.models import Transfer, Wallet
from billing.tests.making import NOON, wallet_with

pytestmark = pytest.mark.django_db
INDEXES = ("transfers_out_of_a_wallet", "transfers_into_a_wallet")


def keys(*wallets: Wallet, most: int = 3, before: int | None = None) -> list[int]:
    found = movements.last_of([one.pk for one in wallets], most, before=before)
    rows = Transfer.objects.filter(pk__in=found)
    return list(rows.order_by("-pk").values_list("pk", flat=True)[:most])


@pytest.fixture
def wallets() -> list[Wallet]:
    """Two whose money came and went, in turns, and another one's."""
    found = [wallet_with("0") for _ in range(3)]
    for number in range(4):
        for wallet in found:
            said = {"wallet": wallet, "made_by": "staff:1", "reason": "r", "at": NOON}
            for amount in (10, -5):
                reference = f"{wallet.pk}:{number}:{amount}"
                ledger.adjust(**said, amount=Decimal(amount), reference=reference)  # type: ignore[arg-type]  # as it takes them
    return found


def test_it_finds_the_last_of_both_ways(wallets: list[Wallet]) -> None:
    first, second, _other = wallets
    every = list(Transfer.objects.order_by("-pk"))
    mine = [one.pk for one in every if {one.source_id, one.target_id} & {first.pk, second.pk}]
    assert len(mine) == 16
    assert keys(first, second) == mine[:3]
    assert keys(first, second, before=mine[4]) == mine[5:8]
    assert keys(first, second, most=50) == mine
    assert set(movements.last_of([first.pk, second.pk], None).values_list("pk", flat=True)) == set(mine)
    assert keys() == []


@pytest.mark.parametrize("many", [1, 2])
def test_it_reads_them_from_the_ends_of_two_indexes(wallets: list[Wallet], many: int) -> None:
    found = movements.last_of([one.pk for one in wallets[:many]], 3)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")
        plan = found.explain()
    assert [plan.count(name) for name in INDEXES] == [many, many]
    assert "Sort" not in plan

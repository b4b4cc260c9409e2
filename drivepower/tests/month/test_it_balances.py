"""The ledger of the two months: nothing differs, everything sums to 0, every wallet is its movements."""

from decimal import Decimal

from django.test import Client
from django.urls import reverse

from billing import ledger
from billing.admin.columns import written
from billing.models import OpeningImport, OpeningLine, Transfer, Wallet
from charging import reconciling
from drivepower.tests.month import counting
from drivepower.tests.month.days import APRIL_CLOSES, clock
from drivepower.tests.month.play import Played

KINDS_OF_THE_MONTH = set(Transfer.Kind.values) - {"absorbed", "at_provider"}


def test_no_figure_differs_from_its_transfers(month: Played) -> None:
    assert ledger.check_books() == []


def test_no_session_differs_from_its_money(month: Played) -> None:
    assert reconciling.check(clock(APRIL_CLOSES)) == []


def test_the_months_have_every_kind_of_movement(month: Played) -> None:
    assert set(Transfer.objects.values_list("kind", flat=True)) >= KINDS_OF_THE_MONTH


def test_all_accounts_sum_to_nothing(month: Played) -> None:
    for currency in ("KGS", "KWD"):
        mine = Wallet.objects.filter(currency=currency)
        owners = sum((one.balance for one in mine.filter(system="")), Decimal(0))
        house = sum((ledger.balance_of(one) for one in mine.exclude(system="")), Decimal(0))
        assert (owners + house, owners > 0) == (0, True)


def test_every_wallet_is_its_movements(month: Played) -> None:
    moved = counting.by_wallet(counting.entries())
    kept = {one.pk: one.balance if not one.system else ledger.balance_of(one) for one in Wallet.objects.all()}
    assert {key: amount for key, amount in kept.items() if amount != moved.get(key, 0)} == {}
    assert len(moved) > 100


def test_the_page_of_a_wallet_says_what_moved(month: Played, desk: Client) -> None:
    moved = counting.by_wallet(counting.entries())
    wallets = Wallet.objects.filter(user=None) | Wallet.objects.filter(user__in=month.estate.drivers[:2])
    for wallet in wallets:
        page = desk.get(reverse("admin:billing_wallet_change", args=[wallet.pk])).content.decode()
        assert written(moved.get(wallet.pk, Decimal(0)), wallet.currency) in page, wallet


def test_what_was_brought_along_is_its_control_total(month: Played) -> None:
    for currency in ("KGS", "KWD"):
        file = OpeningImport.objects.get(currency=currency)
        lines = sum(OpeningLine.objects.filter(opening=file).values_list("amount", flat=True), Decimal(0))
        booked = counting.came_to(counting.entries(), "opening", currency)
        assert lines == file.control_total == -booked != 0

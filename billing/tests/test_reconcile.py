from decimal import Decimal

import pytest
from django.db.models import F

from billing.models import Wallet
from billing.tasks import keep_checkpoint, reconcile
from billing.tests.making import give, wallet_with
from drivepower.core.models import Alert

pytestmark = pytest.mark.django_db


def test_it_is_silent_while_the_books_agree() -> None:
    wallet_with("100")
    reconcile()
    assert not Alert.objects.exists()


def test_it_raises_one_alert_per_wallet_until_the_books_agree_again() -> None:
    wallet = wallet_with("100")
    mine = Wallet.objects.filter(pk=wallet.pk)
    mine.update(balance=Decimal("100.01"), held=Decimal(7))
    reconcile()
    reconcile()
    alert = Alert.objects.get()
    assert (alert.kind, alert.subject, alert.count) == ("books_differ", f"wallet:{wallet.public_id}", 2)
    assert "balance says 100.01, its parts sum to 100.00 KGS" in alert.text
    assert "held says 7.00, its parts sum to 0.00 KGS" in alert.text
    mine.update(balance=100, held=0)
    reconcile()
    alert.refresh_from_db()
    assert alert.resolved_at is not None


def test_it_looks_at_all_of_it_at_night_and_by_the_hour_at_what_has_moved() -> None:
    quiet, busy = wallet_with("100"), wallet_with("100")
    keep_checkpoint()
    Wallet.objects.update(balance=F("balance") + 1)
    Wallet.objects.exclude(system="").update(balance=0)
    give(busy, "5")
    reconcile()
    assert [alert.subject for alert in Alert.objects.all()] == [f"wallet:{busy.public_id}"]
    reconcile()
    assert {alert.subject for alert in Alert.objects.open()} == {f"wallet:{one.public_id}" for one in (quiet, busy)}
    Wallet.objects.filter(pk__in=[quiet.pk, busy.pk]).update(balance=F("balance") - 1)
    keep_checkpoint()
    assert not Alert.objects.open().exists()

from decimal import Decimal

import pytest

from billing.models import Wallet
from billing.tasks import reconcile
from billing.tests.making import wallet_with
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

"""Support asks for a refund where it is explained what happened, and the page says that it waits."""

from decimal import Decimal

import pytest
from django.utils import timezone

from billing import adjustments
from billing.models import Transfer
from charging.tests.world import World
from drivepower.portal.tests.explain.pages import browser, charged, page_of
from drivepower.portal.tests.making import staff

pytestmark = pytest.mark.django_db
WAITS = "Nothing has moved yet: it waits for a second person."


def test_support_asks_for_it_there_and_reads_that_it_waits(world: World) -> None:
    session, client = charged(world), browser(staff("Support"))
    charge = Transfer.objects.get(kind="capture", subject=session.subject)
    page = client.get(page_of(session)).text
    assert f"/billing/transfer/{charge.pk}/refund/" in page
    assert WAITS not in page
    asked = adjustments.ask_refund(
        transfer=charge, amount=Decimal(1), reason="r", asked_by="staff:1", at=timezone.now(), may_alone=False
    )
    assert WAITS in client.get(page_of(session)).text
    adjustments.approve(adjustment=asked, decided_by="staff:2", at=timezone.now())
    page = client.get(page_of(session)).text
    assert WAITS not in page
    assert "approved it" in page

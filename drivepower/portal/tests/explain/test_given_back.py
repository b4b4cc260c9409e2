"""What was given back by hand stands beside the cost, on top of the page and in the driver's list."""

from decimal import Decimal

import pytest
from django.utils import timezone

from billing import adjustments
from billing.models import Transfer
from charging.tests.world import World
from drivepower.portal.explain import of_session
from drivepower.portal.explain.bill import given_back
from drivepower.portal.tests.driver.calls import after_charge, browser, count_of, page
from drivepower.portal.tests.explain.making import transfer
from drivepower.portal.tests.making import superuser

pytestmark = pytest.mark.django_db


def test_head_and_list_say_what_was_given_back(world: World) -> None:
    driver, session = after_charge(world)
    owner = superuser()
    client = browser(owner)
    before = count_of(client, page(driver))
    paid = Transfer.objects.get(subject=session.subject, kind="capture")
    asked = {"transfer": paid, "amount": Decimal(12), "reason": "r", "asked_by": "staff:x"}
    adjustments.ask_refund(**asked, at=timezone.now())  # type: ignore[arg-type]  # one table of several kinds
    session.refresh_from_db()
    head = of_session(session, person=owner, at=timezone.now()).head
    assert [(one.value, one.note) for one in head if one.name == "Cost"] == [("30.00 KGS", "12.00 KGS given back")]
    answer = client.get(page(driver))
    [row] = next(one for one in answer.context["panels"] if one.id == "charges").rows
    assert ("30.00 KGS", "12.00 KGS given back") in [(cell.text, cell.note) for cell in row]
    assert count_of(client, page(driver)) <= before + 3


def test_what_a_lower_price_brought_back_was_never_the_price() -> None:
    moved = [transfer("refund", "5"), transfer("refund", "7", made_by="staff:x"), transfer("capture", "30")]
    assert given_back(moved) == 7

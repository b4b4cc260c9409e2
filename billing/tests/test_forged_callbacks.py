"""A thousand callbacks that should not be, over real HTTP, while a worker answers every ring: none credits twice.

A driver's own unpaid invoice is among their names, and so is a paid one, a cancelled one, and somebody else's.
"""

import json
import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from functools import partial

import httpx
import pytest
from django.utils import timezone
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from billing.models import ProviderEvent, TopUp, Transfer
from billing.payments.top_ups import check_top_up, start_top_up, sweep_top_ups
from billing.tests.forging import Forger, Forgery
from billing.tests.making import figures, person
from billing.tests.odengi_calls import SECRET, as_bytes, shape_a, signed
from billing.tests.odengi_desk import OdengiDesk
from billing.tests.ringing import tasks_rung, working
from drivepower.core.doorbell import bell
from drivepower.core.throttles import WebhookThrottle

pytestmark = pytest.mark.django_db(transaction=True)
NOTHING, PAID = ("0.00", "0.00", "0.00"), ("500.00", "0.00", "0.00")


@pytest.fixture
def house(
    live_server: LiveServer, by_odengi: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[httpx.Client]:
    """The house on a port of this machine, open to floods: what is tested is behind the throttle."""
    monkeypatch.setattr(WebhookThrottle, "rate", "1000000/min", raising=False)
    settings.ODENGI_WEBHOOK_SECRET = SECRET
    address = f"{live_server.url}/api/v1/payment/webhook"
    with httpx.Client(base_url=address, timeout=60, headers={"Connection": "close"}) as client:
        yield client


def start(user: User, amount: str = "500") -> TopUp:
    method = TopUp.Method.QR
    return start_top_up(user=user, amount=Decimal(amount), currency="KGS", method=method, at=timezone.now())


def send(house: httpx.Client, forgery: Forgery) -> tuple[int, tuple[int, ...]]:
    """The status it was answered with, and those that are right."""
    headers = [(name.encode(), value.encode()) for name, value in forgery.headers.items()]
    headers.append((b"Content-Type", forgery.content_type.encode()))
    answer = house.request(forgery.method, forgery.path, content=forgery.body, headers=headers)
    if forgery.method != "HEAD" and answer.status_code != 200:
        assert set(answer.json()) == {"success", "error", "message", "details"}
    return answer.status_code, forgery.right


def test_a_thousand_forgeries_credit_nothing(
    house: httpx.Client, desk: OdengiDesk, driver: User, stranger: User
) -> None:
    paid, given_up, wanted, theirs = start(driver), start(driver), start(driver), start(stranger)
    desk.pay(paid.provider_invoice)
    check_top_up(top_up_id=paid.pk, at=timezone.now())
    assert figures(paid.wallet) == PAID
    names = [(one.provider_invoice, str(one.public_id)) for one in (paid, given_up, wanted, theirs)]
    forgeries = Forger(names=names, at=timezone.now()).all()
    assert len(forgeries) > 1000
    with working() as ran, ThreadPoolExecutor(4) as pool:
        answers = Counter(pool.map(partial(send, house), forgeries))
    assert {(said, right) for said, right in answers if said not in right} == set()
    assert sum(count for (said, _), count in answers.items() if said == 401) > 600
    assert ran  # hints were heard, and led to questions
    assert Transfer.objects.count() == 1
    assert (figures(paid.wallet), figures(theirs.wallet)) == (PAID, NOTHING)
    assert ProviderEvent.objects.filter(verdict="forged", top_up=None).count() > 600


def test_a_hundred_true_callbacks_at_once_credit_once(house: httpx.Client, desk: OdengiDesk, driver: User) -> None:
    top_up = start(driver)
    desk.pay(top_up.provider_invoice)
    body = as_bytes(shape_a(top_up.provider_invoice, str(top_up.public_id)))
    true = Forgery(body, signed(body, at=timezone.now()), (200,))
    with working() as ran, ThreadPoolExecutor(20) as pool:
        answers = Counter(pool.map(partial(send, house), [true] * 100))
    assert answers == {(200, (200,)): 100}
    assert set(ran) == {"billing.check_top_up"}
    sweep_top_ups(at=timezone.now() + timedelta(seconds=10))
    assert figures(top_up.wallet) == PAID
    assert Transfer.objects.count() == 1
    assert desk.asked_for("statusPayment") < 10  # however many rang


def test_a_forgery_is_kept_and_rings_nothing(house: httpx.Client, desk: OdengiDesk, driver: User) -> None:
    top_up = start(driver)
    desk.pay(top_up.provider_invoice)
    body = as_bytes(shape_a(top_up.provider_invoice))
    tasks_rung()
    answer = house.post("/odengi", content=body, headers={"X-O-Dengi-Signature": "5f" * 32, "X-Timestamp": "1"})
    assert (answer.status_code, answer.json()["success"], answer.json()["error"]) == (401, False, "unauthorized")
    event = ProviderEvent.objects.get(direction="callback")
    assert (event.verdict, event.top_up, json.loads(event.body)["merchant_id"]) == ("forged", None, "1234567890")
    assert event.headers["X-O-Dengi-Signature"] == "5f" * 32
    bell().rings.join()
    assert (tasks_rung(), figures(top_up.wallet)) == ([], NOTHING)


def test_lost_doubled_and_shuffled_callbacks_credit_everybody_once(house: httpx.Client, desk: OdengiDesk) -> None:
    asked = [start(person(), str(100 + number)) for number in range(30)]
    calls = []
    for number, top_up in enumerate(asked):
        desk.pay(top_up.provider_invoice, trans_id=f"T-{number}")
        for status in (0, 1, 2)[number % 4 :]:  # of a quarter none comes
            body = as_bytes(shape_a(top_up.provider_invoice, status=status))
            calls += [Forgery(body, signed(body, at=timezone.now()), (200,))] * (1 + number % 3)
    random.Random(7).shuffle(calls)
    with working() as ran, ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(partial(send, house), calls))
    assert (answers, bool(ran)) == ({(200, (200,))}, True)
    for _ in range(2):
        sweep_top_ups(at=timezone.now() + timedelta(seconds=10))
    assert [figures(one.wallet)[0] for one in asked] == [f"{100 + number}.00" for number in range(30)]
    assert Transfer.objects.count() == 30

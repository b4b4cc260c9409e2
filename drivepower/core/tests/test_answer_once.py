"""POSTs with an Idempotency-Key: one effect and one answer, also for many at once and for whoever dies in between."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from drivepower.core.idempotency import LEASE, Idempotent, forget_keys
from drivepower.core.models import Alert, IdempotencyKey
from drivepower.core.refusals import Refusal
from drivepower.core.tests.waiting import until

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

CONFLICT = "idempotency_conflict"


class Person:
    """Somebody who asks."""

    is_authenticated = True

    def __init__(self, name: str) -> None:
        self.public_id, self.is_staff = name, name.startswith("staff")


class Named(BaseAuthentication):
    """Whoever the header says."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        name = request.META.get("HTTP_X_PERSON")
        return (Person(name), None) if name else None


class Buying(Idempotent, APIView):
    """Something happens with every request that is carried out."""

    authentication_classes = (Named,)
    throttle_classes: tuple[type[BaseThrottle], ...] = ()
    entered, let_go = Event(), Event()

    def post(self, request: Request, shop: str = "") -> Response:
        Alert.objects.create(kind="bought", subject=str(uuid4()), opened_at=timezone.now(), last_at=timezone.now())
        what = dict(request.data).get("what")
        if what == "nothing":
            raise Refusal("insufficient_balance", "Top up first.")
        if what == "trouble":
            raise OperationalError("the database went away")
        if what == "defect":
            raise ZeroDivisionError
        if what == "slow" and not self.entered.is_set():
            self.entered.set()
            self.let_go.wait(20)
        if what == "the end":
            os._exit(9)
        body = {
            "success": True,
            "shop": shop,
            "number": Alert.objects.count(),
            "ключ": timezone.now(),
            "open": connection.in_atomic_block,
        }
        return Response(body, status=201, headers={"Location": "/bought/1"})


class AskingOutside(Buying):
    """The same, with somebody outside who is waited for."""

    atomic_answer = False


class Watching(Idempotent, APIView):
    """Nothing to be posted here."""

    authentication_classes, throttle_classes = (Named,), ()

    def get(self, request: Request) -> Response:
        return Response({"success": True})


urlpatterns = [
    path("buy/<str:shop>", Buying.as_view()),
    path("elsewhere", Buying.as_view()),
    path("outside", AskingOutside.as_view()),
    path("watch", Watching.as_view()),
]


def buy(what: str = "bread", key: str | None = "k-1", at: str = "/buy/a", who: str = "aida") -> Any:
    headers = {"X-Person": who} | ({} if key is None else {"Idempotency-Key": key})
    client = Client(raise_request_exception=False, headers=headers)
    return client.post(at, {"what": what}, content_type="application/json")


def code(answer: HttpResponse) -> tuple[int, str]:
    return answer.status_code, json.loads(answer.content)["error"]


def bought() -> int:
    return Alert.objects.filter(kind="bought").count()


@pytest.mark.parametrize("at", ["/buy/a", "/outside"])
def test_it_answers_the_same_again_to_the_byte(at: str) -> None:
    first, again = buy(at=at), buy(at=at)
    assert (first.status_code, again.status_code, bought()) == (201, 201, 1)
    assert (first.content, first["Location"], first["Content-Type"]) == (
        again.content, again["Location"], again["Content-Type"],
    )  # fmt: skip
    assert ("Idempotent-Replayed" in first, again["Idempotent-Replayed"]) == (False, "true")


def test_without_a_key_everything_happens_each_time() -> None:
    buy(key=None)
    buy(key=None)
    assert (bought(), IdempotencyKey.objects.count()) == (2, 0)


def test_keys_of_others_are_others() -> None:
    assert [buy(who=who).status_code for who in ("aida", "bakyt", "staff-1")] == [201] * 3
    assert bought() == 3
    assert set(IdempotencyKey.objects.values_list("owner", flat=True)) == {
        "driver:aida",
        "driver:bakyt",
        "staff:staff-1",
    }


def test_it_refuses_another_request_by_the_same_key() -> None:
    buy()
    assert code(buy("milk")) == (409, CONFLICT)
    assert code(buy(at="/buy/b")) == (409, CONFLICT)
    assert code(buy(at="/buy/a?gift=1")) == (409, CONFLICT)
    assert code(buy(at="/elsewhere")) == (409, CONFLICT)
    assert bought() == 1


def test_a_refusal_is_answered_again_with_what_it_left() -> None:
    first, again = buy("nothing"), buy("nothing")
    assert code(first) == code(again) == (402, "insufficient_balance")
    assert (first.content == again.content, bought()) == (True, 1)


@pytest.mark.parametrize(("what", "status"), [("trouble", 503), ("defect", 500)])
def test_trouble_of_our_own_leaves_nothing_and_frees_the_key(what: str, status: int) -> None:
    assert [buy(what).status_code for _ in range(2)] == [status] * 2
    assert (bought(), IdempotencyKey.objects.count()) == (0, 0)


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\there", "ключ"])
def test_it_refuses_a_key_that_is_none(key: str) -> None:
    assert code(buy(key=key)) == (400, "invalid_parameters")
    assert bought() == 0


def test_it_takes_what_is_printable() -> None:
    assert buy(key="~ !" + "x" * 252).status_code == 201


def test_nobody_keeps_keys_without_a_name() -> None:
    answer = Client(headers={"Idempotency-Key": "k"}).post("/buy/a", {"what": "x"}, content_type="application/json")
    assert (answer.status_code, IdempotencyKey.objects.count()) == (401, 0)


def test_it_is_for_posts_alone() -> None:
    client = Client(headers={"Idempotency-Key": "k", "X-Person": "aida"})
    assert (client.get("/watch").status_code, client.post("/watch").status_code) == (200, 405)
    assert not IdempotencyKey.objects.exists()


def test_a_key_is_free_again_after_a_day() -> None:
    buy()
    IdempotencyKey.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert (buy("milk").status_code, bought()) == (201, 2)
    assert forget_keys(at=timezone.now()) == 0
    assert forget_keys(at=timezone.now() + timedelta(hours=25)) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("at", ["/buy/a", "/outside"])
def test_of_fifty_at_once_one_happens(at: str) -> None:
    gate = Barrier(50)

    def one(number: int) -> tuple[int, bytes]:
        gate.wait()
        try:
            answer = buy(at=at)
            return answer.status_code, answer.content
        finally:
            connection.close()

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(one, range(50)))
    made = {content for status, content in answers if status == 201}
    assert (bought(), len(made)) == (1, 1)
    assert {status for status, _ in answers} <= {201, 409, 503}  # 503: no connection was free in time
    assert buy(at=at).content in made


@pytest.mark.django_db(transaction=True)
def test_what_happens_and_its_answer_are_one_transaction_unless_somebody_outside_is_waited_for() -> None:
    assert [json.loads(buy(at=at, key=at).content)["open"] for at in ("/buy/a", "/outside")] == [True, False]


def on_its_own_connection(what: str) -> Any:
    try:
        return buy(what)
    finally:
        connection.close()


@pytest.fixture
def slow_one() -> Iterator[Future[Any]]:
    """A request in flight on another thread, until it is let go."""
    Buying.entered.clear()
    Buying.let_go.clear()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(on_its_own_connection, "slow")
        assert Buying.entered.wait(20)
        yield first
        Buying.let_go.set()


@pytest.mark.django_db(transaction=True)
def test_while_it_is_in_flight_others_are_told_to_wait(slow_one: Future[Any]) -> None:
    second = buy("slow")
    assert (code(second), second["Retry-After"]) == ((409, CONFLICT), "2")
    assert code(buy("milk")) == (409, CONFLICT)
    Buying.let_go.set()
    assert slow_one.result().status_code == 201
    assert (buy("slow").content == slow_one.result().content, bought()) == (True, 1)


@pytest.mark.django_db(transaction=True)
def test_who_takes_too_long_does_not_happen_beside_the_next_try(slow_one: Future[Any]) -> None:
    IdempotencyKey.objects.update(leased_until=timezone.now())
    second = buy("slow")
    assert second.status_code == 201
    Buying.let_go.set()
    assert (code(slow_one.result()), bought()) == ((409, CONFLICT), 1)
    assert buy("slow").content == second.content


DYING = f"""
import django; django.setup()
from {__name__} import buy
from django.conf import settings
settings.ROOT_URLCONF = "{__name__}"
buy("the end")
"""


@pytest.mark.django_db(transaction=True)
def test_whoever_is_killed_in_between_has_done_nothing_and_the_next_try_is_the_first() -> None:
    where = os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{connection.settings_dict['NAME']}"
    house = {"DATABASE_URL": where, "DJANGO_SETTINGS_MODULE": "drivepower.settings", "ALLOWED_HOSTS": "testserver"}
    killed = subprocess.run([sys.executable, "-c", DYING], env=os.environ | house, check=False)  # noqa: S603  # our own words
    assert killed.returncode == 9
    until(lambda: IdempotencyKey.objects.count() == 1)
    assert (bought(), code(buy("the end"))) == (0, (409, CONFLICT))
    IdempotencyKey.objects.update(leased_until=timezone.now() - LEASE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "_exit", lambda status: None)
        assert (buy("the end").status_code, bought()) == (201, 1)

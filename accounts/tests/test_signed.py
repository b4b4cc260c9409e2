"""Requests that another server signs: what is good, and what of it counts once."""

import hashlib
import hmac
import json
import time
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts import signed
from accounts.models import ApiClient, SignedRequest, User
from accounts.tests.at_once import at_once
from accounts.tests.world import aida, bakyt, chinara

ME, PROFILE, LOGINS = "/api/v1/auth/me", "/api/v1/profile", "/api/v1/auth/logins"
SECRET = "5f" * 32


@pytest.fixture
def shop() -> ApiClient:
    """A server that acts as Aida."""
    return ApiClient.objects.create(client_id="shop", name="Shop", secret=SECRET, user=aida(), made_at=timezone.now())


def headers(
    path: str, *, method: str = "GET", body: bytes = b"", late: float = 0, secret: str = SECRET, **said: Any
) -> dict[str, str]:
    """Good headers, of which some are said otherwise."""
    stamp = str(int((time.time() - late) * 1000))
    text = f"shop.{stamp}.{method}.{path}.{hashlib.sha256(body).hexdigest()}"
    made = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    good = {"X-Client-Id": "shop", "X-Client-Timestamp": stamp, "X-Client-Signature": made}
    return {name: value for name, value in {**good, **said}.items() if value is not None}


def older(late: float = 0) -> dict[str, str]:
    """Headers of the older kind, over id and time alone."""
    stamp = str(int((time.time() - late) * 1000))
    made = hmac.new(SECRET.encode(), f"shop.{stamp}".encode(), hashlib.sha256).hexdigest()
    return {"X-Client-Id": "shop", "X-Client-Timestamp": stamp, "X-Client-Signature": made}


def get(path: str, said: dict[str, str]) -> int:
    return Client().get(path, headers=said).status_code


def patch(body: bytes, said: dict[str, str]) -> int:
    return Client().patch(PROFILE, body, "application/json", headers=said).status_code


@pytest.mark.django_db
@pytest.mark.usefixtures("shop")
def test_it_acts_as_its_person() -> None:
    answer = Client().get(ME, headers=headers(ME))
    assert (answer.status_code, answer.json()["user"]["name"]) == (200, "Aida")


@pytest.mark.django_db
@pytest.mark.usefixtures("shop")
def test_a_body_is_signed_with_it() -> None:
    body = json.dumps({"name": "Aida K."}).encode()
    assert patch(body, headers(PROFILE, method="PATCH", body=body)) == 200
    assert User.objects.get().name == "Aida K."
    changed = json.dumps({"name": "Aida X."}).encode()
    assert patch(changed, headers(PROFILE, method="PATCH", body=body)) == 401
    assert User.objects.get().name == "Aida K."


@pytest.mark.django_db
@pytest.mark.usefixtures("shop")
def test_path_query_and_method_are_signed() -> None:
    path = f"{PROFILE}?a=1&b=%D0%B0"
    assert get(path, headers(path)) == 200
    assert get(path, headers(PROFILE)) == 401
    assert get(f"{PROFILE}?a=2", headers(f"{PROFILE}?a=1")) == 401
    assert get(PROFILE, headers(ME)) == 401
    assert get(PROFILE, headers(PROFILE, method="PATCH")) == 401


@pytest.mark.django_db
@pytest.mark.usefixtures("shop")
def test_each_signature_counts_once() -> None:
    once = headers(ME)
    assert [get(ME, once) for _ in range(3)] == [200, 401, 401]
    assert get(ME, {**once, "X-Client-Signature": once["X-Client-Signature"].upper()}) == 401
    assert SignedRequest.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("shop")
def test_the_older_signature_reads_and_changes_nothing() -> None:
    once = older()
    assert [get(ME, once), get(ME, once), get(PROFILE, once)] == [200, 401, 401]
    assert patch(b"{}", older(late=1)) == 401
    assert Client().post("/api/v1/cards", b"{}", "application/json", headers=older(late=2)).status_code == 401


@pytest.mark.django_db
@pytest.mark.usefixtures("shop")
def test_its_window_is_five_minutes() -> None:
    assert [get(ME, headers(ME, late=late)) for late in (290, -290)] == [200, 200]
    assert [get(ME, headers(ME, late=late)) for late in (310, -310, 10**6)] == [401] * 3


@pytest.mark.django_db
@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    "said",
    [
        {"secret": "5e" * 32},
        {"X-Client-Id": "other"},
        {"X-Client-Id": ""},
        {"X-Client-Id": "shop\x00"},
        {"X-Client-Timestamp": None},
        {"X-Client-Timestamp": ""},
        {"X-Client-Timestamp": "now"},
        {"X-Client-Timestamp": "-1"},
        {"X-Client-Timestamp": "1e12"},
        {"X-Client-Timestamp": "9" * 400},
        {"X-Client-Timestamp": "١٢٣"},
        {"X-Client-Signature": None},
        {"X-Client-Signature": ""},
        {"X-Client-Signature": "é"},
        {"X-Client-Signature": "0" * 64},
    ],
    ids=str,
)
def test_it_refuses_odd_headers(said: dict[str, Any]) -> None:
    answer = Client().get(ME, headers=headers(ME, **said))
    assert (answer.status_code, answer.json()["error"]) == (401, "unauthorized")
    assert not SignedRequest.objects.exists()


@pytest.mark.django_db
def test_a_client_that_is_not_there_is_answered_alike() -> None:
    bakyt()
    assert get(ME, headers(ME)) == 401
    assert get(ME, headers(ME, secret=signed.NO_SECRET)) == 401


@pytest.mark.django_db
def test_it_ends_with_the_client_and_with_its_person(shop: ApiClient) -> None:
    ApiClient.objects.update(is_active=False)
    assert get(ME, headers(ME)) == 401
    ApiClient.objects.update(is_active=True)
    User.objects.update(is_active=False)
    assert get(ME, headers(ME)) == 401


@pytest.mark.django_db
@pytest.mark.usefixtures("shop")
def test_it_has_no_login() -> None:
    assert get(LOGINS, headers(LOGINS)) == 401


@pytest.mark.django_db
def test_it_takes_two_queries(shop: ApiClient, django_assert_num_queries: Any) -> None:
    said = headers(ME)
    request = RequestFactory().get(ME, headers=said)
    with django_assert_num_queries(2):
        found = signed.check(request, client_id="shop", at=timezone.now())
    assert found is not None
    assert found.user.name == "Aida"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("shop")
def test_of_many_who_bring_one_signature_at_once_one_is_taken() -> None:
    for late in range(3):
        request = RequestFactory().get(ME, headers=headers(ME, late=late))
        request.body  # noqa: B018  # read once: the threads share it
        taken = at_once(
            *[lambda given=request: signed.check(given, client_id="shop", at=timezone.now()) is not None] * 8
        )
        assert sorted(taken) == [False] * 7 + [True]


@pytest.mark.django_db
def test_staff_make_clients_whose_secret_is_shown_once(client: Client) -> None:
    client.force_login(chinara())
    person = aida()
    form = {"client_id": "shop", "name": "Shop", "user": person.pk, "is_active": "on"}
    made = client.post("/admin/accounts/apiclient/add/", form, follow=True)
    secret = ApiClient.objects.get().secret
    assert len(secret) == 64
    assert secret in made.text
    assert get(ME, headers(ME, secret=secret)) == 200
    row = ApiClient.objects.get()
    for path in ("", f"{row.pk}/change/"):
        assert secret not in client.get(f"/admin/accounts/apiclient/{path}").text
    chosen = {"action": "renew_secret", "_selected_action": [row.pk]}
    renewed = client.post("/admin/accounts/apiclient/", chosen, follow=True)
    fresh = ApiClient.objects.get().secret
    assert fresh != secret
    assert fresh in renewed.text
    assert get(ME, headers(ME, secret=secret)) == 401


@pytest.mark.django_db
def test_owners_make_clients_of_those_who_may_do_no_more(client: Client) -> None:
    owner = User.objects.create_user(email="owner@example.com", role=User.Role.STAFF)
    owner.groups.set(Group.objects.filter(name="Owner"))
    client.force_login(owner)
    form = {"client_id": "shop", "name": "Shop", "is_active": "on"}
    refused = client.post("/admin/accounts/apiclient/add/", form | {"user": chinara().pk})
    assert (refused.status_code, ApiClient.objects.count()) == (200, 0)
    client.post("/admin/accounts/apiclient/add/", form | {"user": aida().pk})
    assert ApiClient.objects.get().user.name == "Aida"


@pytest.mark.django_db
def test_owners_get_no_secret_of_a_superuser(client: Client) -> None:
    owner = User.objects.create_user(email="owner@example.com", role=User.Role.STAFF)
    owner.groups.set(Group.objects.filter(name="Owner"))
    client.force_login(owner)
    row = ApiClient.objects.create(client_id="shop", name="Shop", secret=SECRET, user=chinara(), made_at=timezone.now())
    client.post("/admin/accounts/apiclient/", {"action": "renew_secret", "_selected_action": [row.pk]})
    client.post(f"/admin/accounts/apiclient/{row.pk}/change/", {"client_id": "shop", "name": "Mine", "user": owner.pk})
    assert ApiClient.objects.values_list("secret", "name").get() == (SECRET, "Shop")

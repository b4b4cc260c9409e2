"""Logins, locks and links to outside identities, as operators keep them; what a block or a new password ends."""

from collections.abc import Callable
from typing import Any

import pytest
from axes.models import AccessAttempt, AccessLog
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.locks import PAIR_LIMIT
from accounts.models import ApiClient, ForeignIdentity, IdTag, Login, SignedRequest, User
from accounts.tests.world import PASSWORD, Phone, aida, bakyt, chinara, post
from drivepower.core.tests.forms import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def portal(client: Client) -> Client:
    client.force_login(chinara())
    return client


def rows(model: str) -> Callable[[int], Any]:
    """How one more row of a table is made."""
    at = timezone.now()

    def person(number: int) -> User:
        return User.objects.create_user(email=f"driver{number}@example.com", name=f"Driver {number}")

    def client(number: int) -> ApiClient:
        return ApiClient.objects.create(client_id=str(number), name="Shop", secret="0", user=person(number), made_at=at)

    made: dict[str, Callable[[int], Any]] = {
        "accounts/login": lambda number: Phone(person(number)),
        "accounts/foreignidentity": lambda number: ForeignIdentity.objects.create(
            issuer="there", name=str(number), user=person(number), made_at=at
        ),
        "accounts/apiclient": client,
        "accounts/signedrequest": lambda number: SignedRequest.objects.create(
            client=client(number), signature="0", at=at
        ),
        "axes/accessattempt": lambda number: AccessAttempt.objects.create(
            username=str(number), ip_address="192.0.2.1", failures_since_start=1
        ),
        "axes/accesslog": lambda number: AccessLog.objects.create(username=str(number), ip_address="192.0.2.1"),
    }
    return made[model]


@pytest.mark.parametrize(
    "model",
    [
        *("accounts/login", "accounts/foreignidentity", "accounts/apiclient", "accounts/signedrequest"),
        *("axes/accessattempt", "axes/accesslog"),
    ],
)
def test_it_lists_many_with_as_many_queries_as_few(portal: Client, model: str) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as taken:
            assert portal.get(f"/admin/{model}/").status_code == 200
        return len(taken)

    more = rows(model)
    for number in range(2):
        more(number)
    queries()
    few = queries()
    for number in range(2, 14):
        more(number)
    assert queries() == few


def end_all(browser: Client) -> None:
    chosen = {"action": "end", "_selected_action": list(Login.objects.values_list("pk", flat=True))}
    browser.post("/admin/accounts/login/", chosen)


def test_it_ends_logins(portal: Client) -> None:
    phone = Phone(aida())
    end_all(portal)
    assert phone.get("/api/v1/auth/me")[0] == 401
    assert Login.objects.get().why_ended == "blocked"


def test_logins_of_staff_are_for_superusers() -> None:
    clerk = User.objects.create_user(email="daniyar@example.com", role="staff")
    clerk.user_permissions.set(Permission.objects.filter(codename__in=["view_login", "change_user"]))
    browser, boss, driver = Client(), Phone(chinara()), Phone(aida())
    browser.force_login(clerk)
    end_all(browser)
    assert (boss.get("/api/v1/auth/me")[0], driver.get("/api/v1/auth/me")[0]) == (200, 401)


def test_who_may_only_look_ends_nothing() -> None:
    clerk = User.objects.create_user(email="daniyar@example.com", role="staff")
    clerk.user_permissions.set(Permission.objects.filter(codename="view_login"))
    browser, phone = Client(), Phone(aida())
    browser.force_login(clerk)
    end_all(browser)
    assert phone.get("/api/v1/auth/me")[0] == 200


def test_a_block_ends_every_login_for_good(portal: Client) -> None:
    phone, other = Phone(user := aida()), Phone(bakyt())
    path = f"/admin/accounts/user/{user.pk}/change/"
    form = fields_of(portal.get(path).text)
    assert portal.post(path, {name: value for name, value in form.items() if name != "is_active"}).status_code == 302
    assert portal.post(path, {**fields_of(portal.get(path).text), "is_active": "on"}).status_code == 302
    user.refresh_from_db()
    assert user.is_active
    assert (phone.renew()[0], other.renew()[0]) == (401, 200)


def test_a_password_by_an_operator_ends_every_login(portal: Client) -> None:
    phone = Phone(user := aida())
    fresh = "another-garden-52"
    form = {"password1": fresh, "password2": fresh, "usable_password": "true", "set-password": "1"}
    assert portal.post(f"/admin/accounts/user/{user.pk}/password/", form).status_code == 302
    assert phone.renew()[0] == 401
    assert Login.objects.get().why_ended == "password"


def test_a_card_that_an_operator_blocks_is_not_the_drivers_to_unblock(portal: Client) -> None:
    phone = Phone(user := aida())
    card = IdTag.objects.create(value="04A1B2C3", user=user)
    for door in ("block", "unblock", "block"):
        assert phone.post(f"/api/v1/cards/{card.public_id}/{door}")[0] == 200
    path = f"/admin/accounts/idtag/{card.pk}/change/"
    unblocked = {name: value for name, value in fields_of(portal.get(path).text).items() if name != "blocked"}
    assert portal.post(path, unblocked).status_code == 302
    card.refresh_from_db()
    assert (card.blocked, card.blocked_by) == (False, "")
    assert portal.post(path, {**fields_of(portal.get(path).text), "blocked": "on"}).status_code == 302
    assert phone.post(f"/api/v1/cards/{card.public_id}/unblock")[0] == 403


def test_to_delete_wrong_passwords_opens_the_door(portal: Client) -> None:
    aida()
    browser = Client(REMOTE_ADDR="198.51.100.7")
    for _ in range(PAIR_LIMIT):
        post(browser, "/api/v1/auth/login", login="aida@example.com", password="guess")
    right = {"login": "aida@example.com", "password": PASSWORD}
    assert post(browser, "/api/v1/auth/login", **right).status_code == 429
    row = AccessAttempt.objects.get()
    assert portal.post(f"/admin/axes/accessattempt/{row.pk}/delete/", {"post": "yes"}).status_code == 302
    assert post(browser, "/api/v1/auth/login", **right).status_code == 200


def test_a_superuser_links_an_outside_identity(portal: Client) -> None:
    user = aida()
    form = {"issuer": "https://identity.example", "name": "u-1", "user": user.pk}
    assert portal.post("/admin/accounts/foreignidentity/add/", form).status_code == 302
    assert ForeignIdentity.objects.get().user == user


@pytest.mark.parametrize("page", ["foreignidentity/add/", "login/add/", "signedrequest/add/"])
def test_a_clerk_makes_nothing_that_acts_as_somebody(page: str) -> None:
    clerk = User.objects.create_user(email="daniyar@example.com", role="staff")
    clerk.user_permissions.set(Permission.objects.filter(content_type__app_label="accounts"))
    browser = Client()
    browser.force_login(clerk)
    assert browser.get(f"/admin/accounts/{page}").status_code == 403

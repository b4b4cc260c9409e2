import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Company, IdTag, Membership, User
from accounts.tests.world import PASSWORD, aida, bakyt, chinara
from drivepower.core.tests.forms import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def portal(client: Client) -> Client:
    client.force_login(chinara())
    return client


def clerk(*permissions: str) -> Client:
    """A browser of staff with these permissions and no more."""
    person = User.objects.create_user(email="daniyar@example.com", name="Daniyar", role="staff")
    person.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(person)
    return client


def queries_of(client: Client, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


@pytest.mark.parametrize("model", ["user", "company", "membership", "idtag"])
def test_it_lists_many_with_as_many_queries_as_few(portal: Client, model: str) -> None:
    def more(start: int, end: int) -> None:
        for number in range(start, end):
            company = Company.objects.create(name=f"Fleet {number}")
            tier = Membership.objects.create(name=f"Tier {number}")
            user = User.objects.create_user(
                email=f"driver{number}@example.com", company=company, membership=tier, name=f"Driver {number}"
            )
            IdTag.objects.create(value=f"04A1B2{number}", user=user, company=company)

    more(0, 2)
    path = f"/admin/accounts/{model}/"
    portal.get(path)
    few = queries_of(portal, path)
    more(2, 20)
    assert queries_of(portal, path) == few


@pytest.mark.parametrize("model", ["user", "company", "membership", "idtag"])
def test_it_shows_a_form_to_add(portal: Client, model: str) -> None:
    assert portal.get(f"/admin/accounts/{model}/add/").status_code == 200


def test_it_adds_a_person(portal: Client) -> None:
    form = {"email": "New@Example.com", "phone": "0555 765 432", "name": "New", "role": "driver"}
    response = portal.post("/admin/accounts/user/add/", {**form, "password1": PASSWORD, "password2": PASSWORD})
    assert response.status_code == 302
    user = User.objects.get(email="new@example.com")
    assert (user.phone, user.check_password(PASSWORD)) == ("+996555765432", True)


def test_it_refuses_a_phone_that_is_none(portal: Client) -> None:
    form = {"phone": "call me", "name": "New", "role": "driver", "password1": PASSWORD, "password2": PASSWORD}
    response = portal.post("/admin/accounts/user/add/", form)
    assert "Enter a phone number with its country code." in response.text
    assert User.objects.count() == 1


def test_it_changes_a_password(portal: Client) -> None:
    user = aida()
    path = f"/admin/accounts/user/{user.pk}/password/"
    assert portal.get(path).status_code == 200
    changed = "another-garden-52"
    form = {"password1": changed, "password2": changed, "usable_password": "true", "set-password": "1"}
    assert portal.post(path, form).status_code == 302
    user.refresh_from_db()
    assert user.check_password(changed)


def test_it_writes_only_what_this_person_changed(portal: Client) -> None:
    user = aida()
    path = f"/admin/accounts/user/{user.pk}/change/"
    form = fields_of(portal.get(path).text)
    User.objects.filter(pk=user.pk).update(phone="+996700111222", is_active=False, language="ru")
    assert portal.post(path, {**form, "name": "Aida K."}).status_code == 302
    user.refresh_from_db()
    assert (user.name, user.phone, user.is_active, user.language) == ("Aida K.", "+996700111222", False, "ru")


def test_it_can_empty_a_field_and_set_a_flag(portal: Client) -> None:
    user = aida()
    path = f"/admin/accounts/user/{user.pk}/change/"
    form = fields_of(portal.get(path).text)
    del form["is_active"]
    assert portal.post(path, {**form, "phone": ""}).status_code == 302
    user.refresh_from_db()
    assert (user.phone, user.is_active, user.email) == (None, False, "aida@example.com")


def test_it_says_that_an_email_is_taken(portal: Client) -> None:
    aida()
    user = bakyt()
    path = f"/admin/accounts/user/{user.pk}/change/"
    form = fields_of(portal.get(path).text)
    response = portal.post(path, {**form, "email": "AIDA@example.com"})
    assert response.status_code == 200
    user.refresh_from_db()
    assert user.email is None


def test_it_lets_a_clerk_change_drivers_but_give_no_rights() -> None:
    browser = clerk("view_user", "change_user")
    user = aida()
    path = f"/admin/accounts/user/{user.pk}/change/"
    form = fields_of(browser.get(path).text)
    rights = {"role": "staff", "is_superuser": "on", "user_permissions": [Permission.objects.all()[0].pk]}
    assert browser.post(path, {**form, **rights, "name": "Aida K."}).status_code == 302
    user.refresh_from_db()
    assert (user.name, user.role, user.is_superuser) == ("Aida K.", "driver", False)
    assert not user.user_permissions.exists()


def test_it_lets_a_clerk_add_no_staff() -> None:
    browser = clerk("view_user", "change_user", "add_user")
    form = {"email": "new@example.com", "name": "New", "role": "staff", "password1": PASSWORD, "password2": PASSWORD}
    browser.post("/admin/accounts/user/add/", form)
    assert User.objects.get(email="new@example.com").role == "driver"


def test_it_keeps_clerks_from_staff_and_their_passwords() -> None:
    browser = clerk("view_user", "change_user")
    boss = chinara()
    form = {"name": "Not the boss", "password1": "another-garden-52", "password2": "another-garden-52"}
    for page in ("change", "password"):
        assert browser.post(f"/admin/accounts/user/{boss.pk}/{page}/", form).status_code == 403
    boss.refresh_from_db()
    assert (boss.name, boss.check_password(PASSWORD)) == ("Chinara", True)


def test_it_deletes_nobody(portal: Client) -> None:
    user = aida()
    assert portal.post(f"/admin/accounts/user/{user.pk}/delete/", {"post": "yes"}).status_code == 403


def test_it_escapes_names(portal: Client) -> None:
    aida(name="<script>alert(1)</script>")
    assert "<script>alert(1)" not in portal.get("/admin/accounts/user/").text


def test_it_keeps_roles_under_the_same_roof(portal: Client) -> None:
    Group.objects.create(name="Night shift")
    page = portal.get("/admin/auth/group/")
    assert "Night shift" in page.text
    assert "unfold" in page.text

"""Owners say what others on the staff may do; nobody makes themselves or anybody else more than an owner."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client

from accounts import logins
from accounts.models import Company, Login, User
from charging.tests.world import NOW
from drivepower.core.tests.forms import fields_of
from drivepower.portal.models import Change
from drivepower.portal.tests.making import staff, superuser

pytestmark = pytest.mark.django_db


def browser(person: User) -> Client:
    """Theirs."""
    client = Client()
    client.force_login(person)
    return client


def page(person: User) -> str:
    """Where somebody is changed."""
    return f"/admin/accounts/user/{person.pk}/change/"


def role(name: str) -> int:
    """Its key."""
    return Group.objects.get(name=name).pk


def send(client: Client, person: User, **said: Any) -> int:
    """Send what the form has, and this; answers the status."""
    form = fields_of(client.get(page(person)).content.decode())
    return client.post(page(person), {**form, **said}).status_code


def roles_of(person: User) -> set[str]:
    """Theirs by now."""
    return set(person.groups.values_list("name", flat=True))


@pytest.fixture
def owner() -> User:
    return staff("Owner")


def test_an_owner_gives_and_takes_roles(owner: User) -> None:
    clerk = staff("Support")

    assert send(browser(owner), clerk, groups=[role("Finance"), role("Technician")]) == 302

    assert roles_of(clerk) == {"Finance", "Technician"}
    changes = Change.objects.filter(table="accounts.user", row=str(clerk.pk), who=f"staff:{owner.public_id}")
    assert sorted(change.what for change in changes) == ["delete", "insert", "insert"]


def test_an_owner_takes_somebody_into_the_staff(owner: User) -> None:
    driver = User.objects.create_user(email="new@example.com", name="New")

    assert send(browser(owner), driver, role="staff", groups=[role("Operator")]) == 302

    driver.refresh_from_db()
    assert (driver.role, roles_of(driver)) == ("staff", {"Operator"})


@pytest.mark.parametrize("taken", ["role", "group", "company", "active"])
def test_whoever_loses_rights_has_to_come_in_anew(owner: User, taken: str) -> None:
    clerk = staff("Site host")
    other = Company.objects.create(name="Other")
    theirs = browser(clerk)
    logins.come_in(user=clerk, address="", device="", at=NOW)
    losses: dict[str, dict[str, Any]] = {
        "role": {"role": "driver"}, "group": {"groups": []}, "company": {"company": other.pk}, "active": {},
    }  # fmt: skip
    client = browser(owner)
    form = fields_of(client.get(page(clerk)).content.decode()) | losses[taken]
    if taken == "active":
        del form["is_active"]

    assert client.post(page(clerk), form).status_code == 302

    assert theirs.get("/admin/").status_code == 302
    assert not Login.objects.filter(user=clerk, ended_at=None).exists()


def test_who_is_given_more_stays_logged_in(owner: User) -> None:
    clerk = staff("Support")
    theirs = browser(clerk)

    assert send(browser(owner), clerk, groups=[role("Support"), role("Finance")]) == 302

    assert theirs.get("/admin/").status_code == 200


def test_a_forged_form_makes_nobody_a_superuser(owner: User) -> None:
    clerk, right = staff("Support"), Permission.objects.get(codename="change_group")
    driver = User.objects.create_user(email="new@example.com", name="New")
    forged = {"is_superuser": "on", "user_permissions": [right.pk], "password": "x", "is_staff": "on"}

    for person in (clerk, driver):
        assert send(browser(owner), person, **forged) == 302
        person.refresh_from_db()
        assert (person.is_superuser, person.user_permissions.exists()) == (False, False)
        assert not person.check_password("x")


def test_an_owner_changes_no_superuser(owner: User) -> None:
    root = superuser()
    client = browser(owner)

    for said in ({"role": "driver"}, {"groups": [role("Support")]}, {"name": "Nobody"}):
        assert client.post(page(root), said).status_code == 403

    root.refresh_from_db()
    assert (root.role, root.is_superuser, root.is_active, root.name) == ("staff", True, True, "Root")
    assert "<form" in client.get(page(root)).content.decode()  # it is read, not written


def test_an_owner_changes_not_their_own_role(owner: User) -> None:
    client = browser(owner)

    said = {"groups": [role("Owner"), role("Finance")], "role": "staff", "is_superuser": "on", "email": owner.email}
    assert client.post(page(owner), said).status_code == 403

    owner.refresh_from_db()
    assert (roles_of(owner), owner.is_superuser) == ({"Owner"}, False)


def test_an_owner_comes_in_as_nobody_else(owner: User) -> None:
    clerk = staff("Support")
    client = browser(owner)
    said = {"password1": "another-garden-52", "password2": "another-garden-52"}

    assert client.post(f"/admin/accounts/user/{clerk.pk}/password/", said).status_code == 403
    assert send(client, clerk, email="mine@example.com", phone="+996555000000", name="Else") == 302

    clerk.refresh_from_db()
    assert (clerk.email, clerk.phone, clerk.name) == ("support@example.com", None, "Support")


def test_an_owner_gives_no_role_that_may_more(owner: User) -> None:
    mighty = Group.objects.create(name="Mighty")
    mighty.permissions.add(Permission.objects.get(codename="change_group"))
    modest = Group.objects.create(name="Modest")
    modest.permissions.add(Permission.objects.get(codename="view_station"))
    clerk = staff("Support")
    client = browser(owner)

    assert send(client, clerk, groups=[mighty.pk]) == 200
    assert roles_of(clerk) == {"Support"}
    assert send(client, clerk, groups=[modest.pk]) == 302
    assert roles_of(clerk) == {"Modest"}
    clerk.groups.set([mighty])
    assert send(client, clerk, groups=[]) == 200
    assert roles_of(clerk) == {"Mighty"}
    assert send(browser(superuser()), clerk, groups=[]) == 302
    assert roles_of(clerk) == set()


@pytest.mark.parametrize("other", ["Operator", "Support", "Finance", "Technician"])
def test_no_other_role_gives_any(other: str) -> None:
    person, clerk = staff(other), User.objects.create_user(email="c@example.com", name="C", role=User.Role.STAFF)
    driver = User.objects.create_user(email="new@example.com", name="New")
    client = browser(person)

    for somebody in (clerk, driver, person):
        client.post(page(somebody), {"email": somebody.email, "groups": [role("Owner")], "role": "staff"})

    driver.refresh_from_db()
    assert (roles_of(clerk), roles_of(driver), driver.role) == (set(), set(), "driver")
    assert roles_of(person) == {other}


def test_an_owner_of_a_company_gives_none() -> None:
    host, clerk = staff("Site host"), staff("Support")
    host.groups.add(role("Owner"))
    User.objects.filter(pk=clerk.pk).update(company=host.company)

    assert browser(host).post(page(clerk), {"groups": [role("Owner")]}).status_code == 403
    assert roles_of(clerk) == {"Support"}

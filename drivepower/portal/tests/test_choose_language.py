"""Whoever works in the portal chooses its language, and finds it again in another browser."""

import pytest
from django.test import Client

from accounts.models import User
from drivepower.portal.tests.making import staff, superuser

pytestmark = pytest.mark.django_db
CHOOSE = "/admin/language/"


def as_person(person: User, **headers: str) -> Client:
    client = Client(headers=headers)
    client.force_login(person)
    return client


def test_it_keeps_the_choice_with_the_person_and_the_browser() -> None:
    person = superuser()
    client = as_person(person)

    answer = client.post(CHOOSE, {"language": "ru"}, headers={"Referer": "http://testserver/admin/accounts/user/?q=a"})

    assert answer["Location"] == "http://testserver/admin/accounts/user/?q=a"
    assert User.objects.get(pk=person.pk).language == "ru"
    assert client.cookies["django_language"].value == "ru"
    assert client.cookies["django_language"]["httponly"]
    assert '<html lang="ru"' in client.get("/admin/").text


def test_it_is_there_in_another_browser_once_one_has_come_in() -> None:
    person = superuser()
    User.objects.filter(pk=person.pk).update(language="ru")
    client = as_person(person, **{"Accept-Language": "en"})

    client.get("/admin/")

    assert '<html lang="ru"' in client.get("/admin/").text


def test_it_leaves_a_browser_that_has_chosen_alone() -> None:
    person = superuser()
    client = as_person(person)
    client.cookies["django_language"] = "ru"

    assert '<html lang="ru"' in client.get("/admin/").text
    assert client.cookies["django_language"].value == "ru"


@pytest.mark.parametrize("language", ["", "xx", "../../etc", "en-nowhere-at-all", "<script>"])
def test_it_takes_no_language_that_it_does_not_speak(language: str) -> None:
    person = superuser()

    answer = as_person(person).post(CHOOSE, {"language": language})

    assert answer["Location"] == "/admin/"
    assert User.objects.get(pk=person.pk).language == "en"


@pytest.mark.parametrize("address", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_it_leads_back_only_to_pages_of_the_portal(address: str) -> None:
    answer = as_person(superuser()).post(CHOOSE, {"language": "ru", "next": address}, headers={"Referer": address})

    assert answer["Location"] == "/admin/"


def test_it_is_in_the_menu_of_everybody() -> None:
    page = as_person(staff("Technician")).get("/admin/").text

    assert f'action="{CHOOSE}"' in page
    assert 'name="language" type="hidden" value="ru"' in page


def test_it_asks_who_you_are_and_takes_no_links() -> None:
    assert Client().post(CHOOSE, {"language": "ru"}).status_code == 302
    assert as_person(superuser()).get(CHOOSE).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get())
    assert strict.post(CHOOSE, {"language": "ru"}).status_code == 403

"""A location's name and notice: a text for each language, and none of them is lost."""

from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User
from drivepower.core.tests.forms import fields_of
from stations.models import Location
from stations.tests.world import location

pytestmark = pytest.mark.django_db
PAGES = "/admin/stations/location/"
KYRGYZ = ("ky", "Кыргызча")


@pytest.fixture
def owner(client: Client) -> Client:
    client.force_login(User.objects.create_superuser(email="owner@example.com", password="x"))
    return client


def place(**fields: Any) -> Location:
    made = location("ALA-TOO")
    Location.objects.filter(pk=made.pk).update(**fields)
    return made


def save(owner: Client, made: Location, **said: Any) -> Any:
    """What the location's page sends where nothing but this was touched."""
    page = f"{PAGES}{made.pk}/change/"
    return owner.post(page, {**fields_of(owner.get(page).text), **texts(said)})


def texts(said: dict[str, Any]) -> dict[str, Any]:
    """Names of fields as pages have them."""
    return {name.replace("_in_", "-"): value for name, value in said.items()}


def kept(made: Location) -> tuple[Any, Any]:
    made.refresh_from_db()
    return made.name, made.notice


def test_a_new_location_is_named_in_two_languages(owner: Client) -> None:
    form = fields_of(owner.get(f"{PAGES}add/").text)
    said = {"code": "OSH", "address": "Osh", "latitude": "40.5", "longitude": "72.8", "time_zone": "Asia/Bishkek"}
    names = {"name-en": " Osh bazaar ", "name-ru": "Ошский базар", "notice-ru": "Лифт закрыт\r\nдо среды"}
    assert owner.post(f"{PAGES}add/", form | said | names).status_code == 302
    assert kept(Location.objects.get()) == (
        {"en": "Osh bazaar", "ru": "Ошский базар"},
        {"ru": "Лифт закрыт\r\nдо среды"},
    )


def test_each_language_is_called_by_its_own_name(owner: Client) -> None:
    page = owner.get(f"{PAGES}add/").text
    assert '<label for="id_name-ru" lang="ru">Русский</label>' in page
    assert '<label for="id_notice-en" lang="en">English</label>' in page


def test_a_third_language_needs_only_the_setting(owner: Client, settings: LazySettings) -> None:
    settings.LANGUAGES = [*settings.LANGUAGES, KYRGYZ]
    made = place(name={"en": "Square"})
    assert save(owner, made, name_in_ky="Аянт").status_code == 302
    assert kept(made)[0] == {"en": "Square", "ky": "Аянт"}


def test_other_languages_of_the_row_stay(owner: Client) -> None:
    made = place(name={"en": "Square", "ky": "Аянт"}, notice={"ky": "Жабык"})
    assert "Аянт" not in fields_of(owner.get(f"{PAGES}{made.pk}/change/").text).get("name-en", "")
    assert save(owner, made, name_in_ru="Площадь", notice_in_en="Closed").status_code == 302
    assert kept(made) == ({"en": "Square", "ky": "Аянт", "ru": "Площадь"}, {"ky": "Жабык", "en": "Closed"})


def test_what_was_emptied_goes(owner: Client) -> None:
    made = place(name={"en": "Square", "ru": "Площадь"}, notice={"en": "Closed"})
    assert save(owner, made, name_in_ru=" ", notice_in_en="").status_code == 302
    assert kept(made) == ({"en": "Square"}, {})


def test_a_language_that_nobody_touched_stays_as_others_have_written_it(owner: Client) -> None:
    made = place(name={"en": "Square", "ru": "Площадь"})
    page = f"{PAGES}{made.pk}/change/"
    form = fields_of(owner.get(page).text)
    Location.objects.update(name={"en": "Main square", "ru": "Площадь"}, notice={"en": "Closed"})
    assert owner.post(page, form | {"name-ru": "Главная площадь"}).status_code == 302
    assert kept(made) == ({"en": "Main square", "ru": "Главная площадь"}, {"en": "Closed"})


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"name_in_en": "", "name_in_ru": ""}, "This field is required."),
        ({"name_in_ru": "я" * 121}, "Русский: "),
        ({"notice_in_en": "x" * 501}, "English: "),
        ({"name_in_en": "A\0"}, "English: Null characters are not allowed."),
    ],
    ids=["no name", "long name", "long notice", "null"],
)
def test_it_refuses_what_cannot_be_shown(owner: Client, said: dict[str, str], words: str) -> None:
    made = place(name={"en": "Square"})
    answer = save(owner, made, **said)
    assert words in answer.text
    assert kept(made) == ({"en": "Square"}, {})


def test_nasty_words_are_inert(owner: Client) -> None:
    nasty = '"></textarea><script>alert(1)</script>'
    made = place()
    assert save(owner, made, name_in_en=nasty, notice_in_ru=nasty).status_code == 302
    assert kept(made) == ({"en": nasty, "ru": "Площадь Ала-Тоо"} if "ru" in made.name else {"en": nasty}, {"ru": nasty})
    for page in (f"{PAGES}{made.pk}/change/", PAGES, f"{PAGES}add/?name={nasty}"):
        assert "<script>alert(1)" not in owner.get(page).text


def test_who_may_only_look_reads_every_language(owner: Client) -> None:
    made = place(name={"en": "Square", "ru": "<b>"}, notice={})
    looker = User.objects.create_user(email="looker@example.com", role="staff")
    looker.user_permissions.set(Permission.objects.filter(codename="view_location"))
    owner.force_login(looker)
    page = owner.get(f"{PAGES}{made.pk}/change/").text
    assert "English: Square<br>Русский: &lt;b&gt;" in page
    assert "{&quot;" not in page

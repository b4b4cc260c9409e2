"""What connectors say they are is read in the reader's language, with the specification's word at the pointer."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import translation

from accounts.models import User
from charging.tests.world import World
from drivepower.portal.figures.ticker import Happening
from drivepower.portal.happenings import about
from drivepower.portal.tests.making import superuser

pytestmark = pytest.mark.django_db
TIPPED = '<span title="Faulted">неисправен</span>'


def page_of(address: str, language: str) -> str:
    """A list as an owner of that language reads it."""
    person = superuser()
    User.objects.filter(pk=person.pk).update(language=language)
    client = Client(headers={"accept-language": language})
    client.force_login(User.objects.get(pk=person.pk))
    return client.get(f"/admin/stations/{address}/").content.decode()


@pytest.mark.parametrize("address", ["station", "connector", "statusspan"])
def test_a_list_shows_the_russian_word_and_the_original_at_the_pointer(world: World, address: str) -> None:
    world.say(world.two, "Faulted")
    assert TIPPED in page_of(address, "ru")


@pytest.mark.parametrize("address", ["station", "connector", "statusspan"])
def test_english_keeps_the_word_of_the_specification(world: World, address: str) -> None:
    world.say(world.two, "Faulted")
    page = page_of(address, "en")
    assert "Faulted" in page
    assert '<span title="Faulted">' not in page


def test_the_ticker_says_it_in_russian() -> None:
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    with translation.override("ru"):
        told = about(Happening("connector.status", "", "A-1", at, {"connector_id": 2, "status": "SuspendedEV"}))
        strange = about(Happening("connector.status", "", "A-1", at, {"connector_id": 2, "status": "<b>Odd"}))
    assert told == "A-1 / 2 · пауза, автомобиль"
    assert strange == "A-1 / 2 · <b>Odd"


def test_a_word_that_nobody_knows_stays_and_is_inert(world: World) -> None:
    world.say(world.two, "<b>Odd")
    page = page_of("station", "ru")
    assert "&lt;b&gt;Odd" in page
    assert "<b>Odd" not in page

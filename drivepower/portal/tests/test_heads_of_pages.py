"""What stands above pages: the section of the menu in which they are, and what they are in words."""

import re

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from drivepower.core import alerts
from drivepower.core.models import Alert
from drivepower.portal.tests.making import superuser
from drivepower.portal.theme import NAVIGATION

pytestmark = pytest.mark.django_db
# As parts of the code are called, which nobody who works here need know.
OF_THE_CODE = ("Core", "Portal", "Charging", "Ядро", "Портал")


def browser(language: str = "en") -> Client:
    """Of somebody who may open everything."""
    client = Client(headers={"accept-language": language})
    client.force_login(superuser())
    return client


def steps_of(client: Client, address: str) -> list[str]:
    """The words in the head of that page."""
    page = client.get(address, follow=True).content.decode()
    return re.findall(r'truncate tracking-tight">\s*([^<]*?)\s*</', page[: page.index("</h1>")])


def alert() -> Alert:
    """An open one."""
    at = timezone.now()
    alerts.open_alert(kind="connector_faulted", subject="connector:BSK-01/2", text="It is broken.", at=at)
    return Alert.objects.get()


@pytest.mark.parametrize(
    ("language", "steps"),
    [
        ("en", ["Live", "Alerts", "Connector faulted · connector:BSK-01/2"]),
        ("ru", ["Сейчас", "Тревоги", "Коннектор неисправен · connector:BSK-01/2"]),
    ],
)
def test_an_alert_is_headed_by_its_section_and_its_kind_in_words(language: str, steps: list[str]) -> None:
    address = reverse("admin:core_alert_change", args=[alert().pk])
    assert steps_of(browser(language), address) == steps


def test_every_list_of_the_menu_is_headed_by_its_section() -> None:
    client = browser()
    for group in NAVIGATION:
        for item in group["items"]:
            link = str(item["link"])
            if not re.fullmatch(r"/admin/\w+/\w+/", link):
                continue
            steps = steps_of(client, link)
            assert len(steps) == 2, link
            assert steps[0] in {str(one["title"]) for one in NAVIGATION}, link


def test_a_list_apart_from_the_menu_has_no_word_of_the_code_above_it() -> None:
    client = browser()
    for model in admin.site._registry:
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        assert not set(steps_of(client, address)[:-1]) & set(OF_THE_CODE), address

"""An alert is told in the language of whoever reads it: on every page, in mails, and by the operator API."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.duty.wording import line_of
from accounts.models import User
from drivepower.core import alerts
from drivepower.core.models import Alert
from drivepower.core.sentences import sentence
from drivepower.portal.tests.making import superuser

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
RUSSIAN = "Сейчас станции нельзя доверять команды."


def reader() -> Client:
    """An owner who reads Russian."""
    person = superuser()
    User.objects.filter(pk=person.pk).update(language="ru")
    client = Client(headers={"accept-language": "ru"})
    client.force_login(User.objects.get(pk=person.pk))
    return client


def opened() -> Alert:
    text = sentence("The station is not to be trusted with commands now.")
    alerts.open_alert(kind="station_contested", subject="station:A-1", text=text, at=timezone.now())
    return Alert.objects.get()


@pytest.mark.parametrize("page", ["list", "alert", "start"])
def test_pages_say_it_in_russian(page: str) -> None:
    alert, client = opened(), reader()
    address = {
        "list": reverse("admin:core_alert_changelist"),
        "alert": reverse("admin:core_alert_change", args=[alert.pk]),
        "start": reverse("admin:index"),
    }[page]
    content = client.get(address).content.decode()
    assert RUSSIAN in content
    assert alert.text not in content


def test_it_is_found_by_the_russian_words_of_its_kind() -> None:
    opened()
    alerts.open_alert(kind="other", subject="station:B-1", text="x", at=NOON)
    content = reader().get(reverse("admin:core_alert_changelist"), {"q": "спорят"}).content.decode()
    assert "station:A-1" in content
    assert "station:B-1" not in content


def test_a_notice_says_it_in_the_language_of_its_receiver() -> None:
    alert = opened()
    with translation.override("ru"):
        assert RUSSIAN in line_of(alert)
    with translation.override("en"):
        assert alert.text in line_of(alert)


def test_its_page_names_the_zone_of_its_times() -> None:
    alert = opened()
    content = reader().get(reverse("admin:core_alert_change", args=[alert.pk])).content.decode()
    assert "Все времена: Asia/Bishkek (UTC+06:00)." in content

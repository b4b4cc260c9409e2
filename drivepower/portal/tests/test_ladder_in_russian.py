"""What was sent to a station, and what a ladder has done, is told in the reader's words."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from charging.tests.world import World
from drivepower.core import alerts
from drivepower.core.models import Alert, AlertAct
from drivepower.core.sentences import sentence
from drivepower.portal.tests.making import superuser
from stations.models import Command

pytestmark = pytest.mark.django_db
RUSSIAN = "Сейчас станции нельзя доверять команды."


@pytest.fixture
def client() -> Client:
    """An owner's browser, who reads Russian."""
    person = superuser()
    User.objects.filter(pk=person.pk).update(language="ru")
    client = Client(headers={"accept-language": "ru"})
    client.force_login(User.objects.get(pk=person.pk))
    return client


def opened(world: World) -> Alert:
    """An alert of ours about the station."""
    text = sentence("The station is not to be trusted with commands now.")
    alerts.open_alert(kind="station_contested", subject=f"station:{world.station.code}", text=text, at=timezone.now())
    return Alert.objects.get()


@pytest.mark.parametrize(
    ("outcome", "word"), [("left_out", "пропущен"), ("asked", "запрошено"), ("timed_out", "время вышло")]
)
def test_a_step_and_its_outcome_are_in_words(world: World, client: Client, outcome: str, word: str) -> None:
    alert = opened(world)
    step: dict[str, Any] = {"what": AlertAct.What.STEP, "by": "rule:x", "text": "ChangeAvailability", "step": 1}
    AlertAct.objects.create(alert=alert, at=timezone.now(), outcome=outcome, **step)

    page = client.get(reverse("admin:core_alert_change", args=[alert.pk])).content.decode()

    assert word in page
    assert "сделать рабочим" in page
    assert outcome not in page
    assert "ChangeAvailability" not in page


def test_commands_are_listed_in_words(world: World, client: Client) -> None:
    now = timezone.now()
    for intent in ("start_charging", "Reset"):
        Command.objects.create(station=world.station, intent=intent, asked_at=now, expires_at=now, asked_by="system")

    page = client.get(reverse("admin:stations_command_changelist")).content.decode()

    assert "Начать зарядку" in page
    assert "start_charging" not in page
    assert "Reset" in page


def test_work_of_an_alert_begins_with_its_words_in_russian(world: World, client: Client) -> None:
    form = client.get(f"/admin/stations/maintenance/add/?alert={opened(world).pk}").context["adminform"].form
    assert form["what"].value() == RUSSIAN

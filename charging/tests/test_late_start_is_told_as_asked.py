"""A start that comes after it was given up is told as it was asked for: nobody has shown a card."""

import pytest

from accounts.notifying.wording import BY_CARD, text_of
from charging import sweeps
from charging.models import Session
from charging.tests.world import NOW, World, minutes
from drivepower.core.models import Event

pytestmark = pytest.mark.django_db


def test_it_warns_of_no_card(world: World) -> None:
    asked = world.request(world.driver())
    sweeps.fail_expired_starts(at=NOW + minutes(10))
    late = NOW + minutes(11)
    began = world.begin(asked.tag, at=late, connector=world.one).session
    assert (began.pk, began.asked_by) == (asked.pk, Session.AskedBy.CARD)
    told = Event.objects.get(kind="session.started")
    assert told.payload["asked_by"] == "app"
    assert BY_CARD not in text_of("charging_started", told.payload)


def test_it_warns_of_a_card_that_was_shown(world: World) -> None:
    world.card(world.driver())
    world.begin("CARD-1")
    told = Event.objects.get(kind="session.started")
    assert BY_CARD in text_of("charging_started", told.payload)

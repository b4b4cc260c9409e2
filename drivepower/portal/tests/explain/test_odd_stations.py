"""What stations write against the rules neither breaks a page nor makes it say what cannot be."""

from typing import Any

import pytest
from django.utils import timezone

from charging.models import MeterReading
from charging.tests.world import World, minutes
from drivepower.portal.explain import causes
from drivepower.portal.explain.facts import Said
from drivepower.portal.explain.sentences import frames, states
from drivepower.portal.explain.sentences import session as life
from drivepower.portal.tests.explain.making import minutes as after
from drivepower.portal.tests.explain.making import reader, session, span, story
from drivepower.portal.tests.explain.pages import browser, charged, page_of, time_of
from drivepower.portal.tests.making import superuser
from ocpp_consumer.models import Frame

WINDOW = (after(-5), after(60))


@pytest.mark.parametrize("connector", ["{}", "[]", '{"a":[1]}', '"1"', "null", "1e400", "true"])
@pytest.mark.django_db
def test_a_connector_that_cannot_be_breaks_no_page(world: World, connector: str) -> None:
    session = charged(world)
    at = session.started_at or timezone.now()
    said = (
        f'"StatusNotification",{{"connectorId":{connector},"status":"Faulted","timestamp":"{at:%Y-%m-%dT%H:%M:%SZ}"}}'
    )
    Frame.objects.create(
        station=world.station,
        epoch=1,
        received_at=at,
        direction="in",
        message_type=2,
        message_id="1",
        action="StatusNotification",
        text=f'[2,"1",{said}]',
        error="no such connector",
    )
    client = browser(superuser())
    assert client.get(page_of(session)).status_code == 200
    assert client.get(time_of(world.station, since=(at - minutes(5)).isoformat())).status_code == 200


@pytest.mark.parametrize("connector", [1, "1", 1.0])
def test_the_makers_words_are_of_the_connector_that_is_meant(connector: Any) -> None:
    said = {"connectorId": connector, "status": "Faulted", "vendorErrorCode": "E-17"}
    heard = Said(after(10), False, "StatusNotification", said, {})
    [told] = states.moments([span("Faulted", 10, error="GroundFailure")], [heard], WINDOW)
    assert told.detail == "The maker's own words: E-17."


@pytest.mark.django_db
def test_no_battery_is_emptier_than_empty_or_fuller_than_full(world: World) -> None:
    session = charged(world)
    at = session.started_at or timezone.now()
    for place, value in enumerate(["-5", "250", "40"], 1):
        MeterReading.objects.create(
            part_at=at,
            session_key=session.pk,
            station=world.station,
            number=1,
            at=at + minutes(place),
            measurand="SoC",
            unit="Percent",
            value=value,
        )
    found = browser(superuser()).get(page_of(session)).context["found"]
    assert [one.text for one in found.moments if "battery" in one.text] == ["The car's battery is at 40 %."]


def test_a_card_whose_number_was_too_long_to_be_read_leaves_no_hole() -> None:
    heard = [Said(after(1), False, "Authorize", {}, {"idTagInfo": {"status": "Invalid"}})]
    [told] = frames.moments(heard, reader())
    assert told.text == "Card ? was shown at the station: we refused: nobody knows it."


@pytest.mark.parametrize(
    ("reason", "name", "text"),
    [
        ("local", "stop_Local", "It was stopped at the station, by card or button."),
        ("evDisconnected", "stop_EVDisconnected", "The cable was unplugged from the car."),
        ("Overheated", "stop_Other", "The station ended it, and calls the reason «Overheated»."),
        ("Other", "stop_Other", "The station ended it for a reason that it does not name."),
    ],
)
def test_a_reason_is_known_however_it_is_spelled(reason: str, name: str, text: str) -> None:
    [cause] = causes.of_session(story(session(stop_reason=reason)))
    assert (cause.name, cause.text) == (name, text)
    assert ("«" in life.ended(story(session(stop_reason=reason)), reader()).text) is (reason == "Overheated")


def test_an_end_before_its_beginning_is_not_called_offline() -> None:
    odd = session(started_at=after(60), stopped_at=after(0), start_received_at=after(70))
    assert "replayed" not in [one.name for one in causes.of_session(story(odd))]

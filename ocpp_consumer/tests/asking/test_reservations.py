"""Reservations on the wire (TC_046 to TC_053), with what the tables say at the end."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.models import Company, IdTag
from charging import reservations
from charging.models import Reservation, Session
from drivepower.core.refusals import Refusal
from ocpp_consumer.tests.asking.exchange import exchange, hear
from ocpp_consumer.tests.asking.world import outcome
from ocpp_consumer.tests.server import Talk, eventually, in_db, now
from ocpp_consumer.v16.words import zulu
from stations.models import Command, ConfigurationKey, Connector, Station

State = Reservation.State


@pytest.fixture
def card(station: Station) -> IdTag:
    """Somebody's card, and a connector to reserve for it."""
    Connector.objects.create(station=station, number=1)
    return IdTag.objects.create(value="CARD-1", company=Company.objects.create(name="Fleet"))


def wish(**said: Any) -> dict[str, Any]:
    """A ReserveNow of half an hour for the card."""
    until = zulu(datetime.now(UTC) + timedelta(minutes=30))
    return {"connectorId": 1, "expiryDate": until, "idTag": "CARD-1", "reservationId": 0} | said


async def say(talk: Talk, status: str, *, number: int = 1, at: str = "") -> None:
    """The connector says how it is."""
    said = {"connectorId": number, "errorCode": "NoError", "status": status, "timestamp": at or now()}
    assert await talk.ask("StatusNotification", said) == {}


async def comes_to(state: str) -> Reservation:
    """The reservation once it has come to that state."""
    found = await eventually(Reservation.objects.filter(state=state).first, f"the reservation is {state}")
    assert isinstance(found, Reservation)
    return found


async def kept(talk: Talk, station: Station, **said: Any) -> Reservation:
    """A reservation that the station has accepted and shows."""
    asked = await exchange(talk, station, "ReserveNow", wish(**said))
    await asked.answer({"status": "Accepted"})
    if said.get("connectorId") != 0:
        await say(talk, "Reserved")
    return await comes_to(State.ACTIVE)


async def start(talk: Talk, tag: str = "CARD-1", **said: Any) -> dict[str, Any]:
    """A StartTransaction's answer."""
    payload = {"connectorId": 1, "idTag": tag, "meterStart": 0, "timestamp": now()} | said
    answer: dict[str, Any] = await talk.ask("StartTransaction", payload)
    return answer


async def test_tc_046_it_is_used_by_the_start_that_names_it(talk: Talk, station: Station, card: IdTag) -> None:
    asked = await exchange(talk, station, "ReserveNow", wish())
    row = await in_db(Reservation.objects.get)()
    assert asked.payload == wish(reservationId=row.pk, expiryDate=asked.payload["expiryDate"])
    await asked.answer({"status": "Accepted"})
    await say(talk, "Reserved")
    command = await eventually(Command.objects.filter(effect="seen").first, "the effect is seen")
    assert command == asked.command
    await say(talk, "Preparing")
    answer = await start(talk, reservationId=row.pk)
    assert answer["idTagInfo"]["status"] == "Accepted"
    used = await in_db(Reservation.objects.get)()
    assert (used.state, used.session_id) == (State.USED, answer["transactionId"])


async def test_tc_047_it_expires(talk: Talk, station: Station, card: IdTag) -> None:
    reservation = await kept(talk, station)
    await say(talk, "Available")
    await in_db(Reservation.objects.update)(until=timezone.now())
    await say(talk, "Reserved")
    await say(talk, "Available")
    assert (await comes_to(State.EXPIRED)).pk == reservation.pk


@pytest.mark.parametrize("word", ["Faulted", "Occupied", "Unavailable", "Rejected"])
async def test_tc_048_it_notes_that_the_station_refuses(talk: Talk, station: Station, card: IdTag, word: str) -> None:
    await say(talk, "Preparing" if word == "Occupied" else "Available")
    asked = await exchange(talk, station, "ReserveNow", wish())
    assert (await asked.answer({"status": word})).state == Command.State.REJECTED
    refused = await in_db(Reservation.objects.get)()
    assert (refused.state, refused.answer) == (State.REFUSED, word)


async def test_tc_049_it_reserves_the_whole_station(talk: Talk, station: Station, card: IdTag) -> None:
    able = {"key": "ReserveConnectorZeroSupported", "value": "true", "read_at": timezone.now()}
    await in_db(ConfigurationKey.objects.create)(station=station, **able)
    reservation = await kept(talk, station, connectorId=0)
    assert reservation.connector_id is None
    answer = await start(talk)
    used = await in_db(Reservation.objects.get)()
    assert (used.state, used.session_id) == (State.USED, answer["transactionId"])


@pytest.mark.parametrize(("word", "case"), [("Accepted", "051"), ("Rejected", "052")])
async def test_tc_051_it_is_cancelled(talk: Talk, station: Station, card: IdTag, word: str, case: str) -> None:
    reservation = await kept(talk, station)
    asked = await exchange(talk, station, "CancelReservation", {"reservationId": reservation.pk})
    await asked.answer({"status": word})
    assert (await comes_to(State.CANCELLED)).pk == reservation.pk


async def test_tc_052_it_cancels_an_unknown_one_only_by_force(talk: Talk, station: Station) -> None:
    with pytest.raises(Refusal) as refused:
        await exchange(talk, station, "CancelReservation", {"reservationId": 4711})
    assert refused.value.details["problems"] == ["The station keeps no reservation 4711."]
    asked = await exchange(talk, station, "CancelReservation", {"reservationId": 4711}, force=True)
    assert asked.payload == {"reservationId": 4711}
    assert (await asked.answer({"status": "Rejected"})).state == Command.State.REJECTED


async def test_tc_053_it_is_used_by_another_card_of_the_group(talk: Talk, station: Station, card: IdTag) -> None:
    company = await in_db(Company.objects.get)()
    await in_db(IdTag.objects.create)(value="CARD-2", company=company, group="FLEET")
    reservation = await kept(talk, station, parentIdTag="FLEET")
    info = (await talk.ask("Authorize", {"idTag": "CARD-2"}))["idTagInfo"]
    assert (info["status"], info["parentIdTag"]) == ("Accepted", "FLEET")
    await start(talk, "CARD-2", reservationId=reservation.pk)
    assert (await in_db(Reservation.objects.get)()).state == State.USED


async def test_a_refused_start_uses_nothing_up(talk: Talk, station: Station, card: IdTag) -> None:
    reservation = await kept(talk, station)
    answer = await start(talk, "STRANGER", reservationId=reservation.pk)
    assert answer["idTagInfo"]["status"] == "Invalid"
    assert (await in_db(Reservation.objects.get)()).state == State.ACTIVE
    assert (await start(talk, reservationId=reservation.pk))["idTagInfo"]["status"] == "Accepted"
    assert (await in_db(Reservation.objects.get)()).state == State.USED


@pytest.mark.parametrize("odd", [4711, -1, 2**40, "x", None, 1.5])
async def test_a_start_never_fails_for_its_reservation(talk: Talk, station: Station, card: IdTag, odd: Any) -> None:
    assert (await start(talk, reservationId=odd))["idTagInfo"]["status"] == "Accepted"
    assert await in_db(Session.objects.count)() == 1


async def test_it_ends_when_the_connector_breaks(talk: Talk, station: Station, card: IdTag) -> None:
    await kept(talk, station)
    await say(talk, "Faulted")
    assert (await comes_to(State.ENDED)).answer == "Faulted"


async def test_the_same_id_replaces(talk: Talk, station: Station, card: IdTag) -> None:
    reservation = await kept(talk, station)
    asked = await exchange(talk, station, "ReserveNow", wish(reservationId=reservation.pk, idTag="CARD-2"))
    assert asked.payload["reservationId"] == reservation.pk
    await asked.answer({"status": "Accepted"})
    replaced = await in_db(Reservation.objects.get)()
    assert (replaced.tag, replaced.state) == ("CARD-2", State.ACTIVE)


async def test_a_lost_answer_is_made_good_by_the_status(
    talk: Talk, station: Station, card: IdTag, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "OCPP_CALL_TIMEOUT_SECONDS", 0.2)
    asked = await exchange(talk, station, "ReserveNow", wish())
    await outcome(asked.command, Command.State.TIMED_OUT)
    assert (await in_db(Reservation.objects.get)()).state == State.REQUESTED
    await say(talk, "Reserved")
    await comes_to(State.ACTIVE)


async def test_it_reserves_just_any_connector_only_where_the_station_says_so(
    talk: Talk, station: Station, card: IdTag
) -> None:
    """Nothing is known of ReserveConnectorZeroSupported: a person may try it all the same."""
    with pytest.raises(Refusal) as refused:
        await exchange(talk, station, "ReserveNow", wish(connectorId=0))
    assert "single connectors only" in refused.value.message
    asked = await exchange(talk, station, "ReserveNow", wish(connectorId=0), force=True)
    await asked.answer({"status": "Rejected"})


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"connectorId": 7}, "has no connector 7"),
        ({"connectorId": 0}, "single connectors only"),
        ({"expiryDate": "2020-01-01T00:00:00Z"}, "not a moment to come"),
        ({"expiryDate": "soon"}, "expiryDate is not what"),
        ({"idTag": " "}, "idTag is empty"),
        ({"reservationId": 4711}, "4711 is no reservation of this station"),
    ],
)
async def test_it_breaks_a_rule_only_by_force(
    talk: Talk, station: Station, card: IdTag, said: dict[str, Any], problem: str
) -> None:
    key = {"key": "ReserveConnectorZeroSupported", "value": "false", "read_at": timezone.now()}
    await in_db(ConfigurationKey.objects.create)(station=station, **key)
    with pytest.raises(Refusal) as refused:
        await exchange(talk, station, "ReserveNow", wish(**said))
    assert problem in refused.value.message
    asked = await exchange(talk, station, "ReserveNow", wish(**said), force=True)
    assert asked.payload.items() >= said.items()
    await asked.answer({"status": "Rejected"})


async def test_a_verb_asks_in_the_same_words(talk: Talk, station: Station, card: IdTag) -> None:
    at = timezone.now()
    reservation = await in_db(reservations.reserve)(
        station=await in_db(Station.objects.get)(pk=station.pk),
        connector=await in_db(Connector.objects.get)(station=station, number=1),
        tag="CARD-1",
        parent="FLEET",
        driver=None,
        until=at + timedelta(minutes=5),
        asked_by="driver:1",
        at=at,
    )
    asked = await hear(talk, await in_db(Command.objects.get)(), "ReserveNow")
    assert asked.payload == {
        "connectorId": 1,
        "expiryDate": zulu(reservation.until),
        "idTag": "CARD-1",
        "parentIdTag": "FLEET",
        "reservationId": reservation.pk,
    }
    await asked.answer({"status": "Accepted"})
    reservation = await comes_to(State.ACTIVE)
    await in_db(reservations.cancel)(reservation=reservation, asked_by="driver:1", at=at)
    cancelling = await hear(talk, await in_db(Command.objects.latest)("pk"), "CancelReservation")
    assert cancelling.payload == {"reservationId": reservation.pk}
    await cancelling.answer({"status": "Accepted"})
    await comes_to(State.CANCELLED)

"""A Start is always answered with a positive id, and the same Start always with the same one."""

from typing import Any

import pytest
from django.db import connection

from accounts.models import IdTag, User
from charging.models import Session
from ocpp_consumer.models import Frame
from ocpp_consumer.tests.server import Talk, in_db, now
from stations.models import Station


def start(**fields: Any) -> dict[str, Any]:
    """A StartTransaction payload."""
    return {"connectorId": 1, "idTag": "CARD", "meterStart": 100, "timestamp": now(), **fields}


async def test_it_answers_a_repeated_start_alike(talk: Talk) -> None:
    said = start()
    first = await talk.ask("StartTransaction", said)
    assert first["transactionId"] > 0
    again = [await talk.ask("StartTransaction", said) for _ in range(3)]
    assert again == [first] * 3
    assert await in_db(Session.objects.count)() == 1
    frames = await in_db(lambda: list(Frame.objects.filter(direction="in").values_list("session_key", flat=True)))()
    assert frames == [first["transactionId"]] * 4


async def test_it_gives_an_unknown_card_an_id_and_says_invalid(talk: Talk) -> None:
    answer = await talk.ask("StartTransaction", start())
    assert answer["idTagInfo"] == {"status": "Invalid"}
    session = await in_db(Session.objects.get)(ocpp_id=str(answer["transactionId"]))
    assert (session.state, session.meter_start_wh, session.tag) == ("active", 100, "CARD")
    assert "repair" not in session.findings


async def test_it_tells_a_known_card_its_group(talk: Talk, station: Station) -> None:
    def make_card() -> None:
        driver = User.objects.create_user(email="driver@example.com", password="a good password")
        IdTag.objects.create(value="card", user=driver, group="FAMILY")

    await in_db(make_card)()
    assert (await talk.ask("Authorize", {"idTag": "Card"})) == {
        "idTagInfo": {"status": "Accepted", "parentIdTag": "FAMILY"}
    }
    answer = await talk.ask("StartTransaction", start())
    assert answer["idTagInfo"]["parentIdTag"] == "FAMILY"


async def test_it_makes_the_least_of_a_session_when_the_verb_breaks(talk: Talk, station: Station) -> None:
    """Broken in the database itself: no price can be looked up."""

    def rename(source: str, target: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {source} RENAME TO {target}")

    said = start()
    await in_db(rename)("billing_tariffversion", "billing_tariffversion_away")
    try:
        first = await talk.ask("StartTransaction", said)
        assert first["transactionId"] > 0
    finally:
        await in_db(rename)("billing_tariffversion_away", "billing_tariffversion")
    assert await talk.ask("StartTransaction", said) == first
    session = await in_db(Session.objects.get)()
    assert session.findings == ["repair"]
    broken, repeated = await in_db(lambda: list(Frame.objects.filter(direction="in").order_by("id")))()
    assert "billing_tariffversion" in broken.error
    assert repeated.error == ""
    assert broken.session_key == repeated.session_key == session.pk


@pytest.mark.parametrize("connector", [0, 1, 7])
async def test_it_makes_the_connector_that_is_named(talk: Talk, station: Station, connector: int) -> None:
    answer = await talk.ask("StartTransaction", start(connectorId=connector))
    session = await in_db(Session.objects.select_related("connector").get)(pk=answer["transactionId"])
    assert session.connector.number == connector


async def test_it_counts_by_the_stations_clock_where_that_can_be(talk: Talk) -> None:
    old = await talk.ask("StartTransaction", start(timestamp="2024-05-01T10:00:00Z"))
    unset = await talk.ask("StartTransaction", start(connectorId=2, timestamp="1970-01-01T00:00:00Z"))
    started = await in_db(lambda: dict(Session.objects.values_list("pk", "started_at")))()
    assert started[old["transactionId"]].isoformat() == "2024-05-01T10:00:00+00:00"
    assert started[unset["transactionId"]].year > 2024

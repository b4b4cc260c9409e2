"""Cards that nobody knows: remembered, capped, told of when there are many (A1 to A4; security.md A6, A27)."""

from django.db import connection

from accounts.models import IdTag
from drivepower.core.models import Alert
from ocpp_consumer.tests.holding import held
from ocpp_consumer.tests.server import eventually, in_db, now
from ocpp_consumer.tests.stories.cast import CARD, Play
from stations.models import Knock


def lock_knocks() -> None:
    """Nobody remembers a card."""
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {Knock._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")


async def test_it_answers_for_a_card_by_who_pays(play: Play) -> None:
    """A1 to A3: unknown, blocked and expired ones; case does not matter, nor what a number looks like."""

    def make() -> None:
        driver = play.driver
        IdTag.objects.create(value="blocked", user=driver, blocked=True)
        IdTag.objects.create(value="expired", user=driver, expires_at="2026-01-01T00:00:00Z")
        IdTag.objects.create(value="ключ №1", user=driver, group="FAMILY")
        IdTag.objects.create(value="ownerless")

    await in_db(make)()
    said = {}
    for tag in ("nobody", "BLOCKED", "Expired", "КЛЮЧ №1", "ownerless", CARD.lower()):
        info = (await play.talk.ask("Authorize", {"idTag": tag}))["idTagInfo"]
        said[tag] = (info["status"], info.get("parentIdTag"))
    assert said == {
        "nobody": ("Invalid", None),
        "BLOCKED": ("Blocked", None),
        "Expired": ("Expired", None),
        "КЛЮЧ №1": ("Accepted", "FAMILY"),
        "ownerless": ("Invalid", None),
        CARD.lower(): ("Accepted", None),
    }


async def test_it_remembers_a_card_that_nobody_knows(play: Play) -> None:
    """By Authorize and by Start; a known card never knocks, whoever it belongs to."""
    await in_db(IdTag.objects.create)(value="ownerless")
    await play.talk.ask("Authorize", {"idTag": "ownerless"})
    await play.talk.ask("Authorize", {"idTag": "04FFEE"})
    await eventually(lambda: Knock.objects.filter(value="04FFEE").exists(), "the card has knocked")
    await play.try_start(now(), tag="04FFEE")
    knock = await eventually(lambda: Knock.objects.filter(count=2).first(), "it has knocked again")
    assert (knock.kind, knock.value, knock.reason) == ("tag", "04FFEE", "unknown card")
    assert knock.address.startswith("T-")
    assert await in_db(Knock.objects.count)() == 1


async def test_it_remembers_cards_that_come_while_another_is_looked_at(play: Play) -> None:
    strange = {"04AA01", "04AA02", "04AA03"}
    async with held(lock_knocks):
        for tag in sorted(strange):
            await play.talk.ask("Authorize", {"idTag": tag})
    await eventually(lambda: {knock.value for knock in Knock.objects.all()} == strange, "each has knocked")


async def test_it_tells_of_a_station_that_guesses(play: Play) -> None:
    """Two hundred guesses: none accepted, an alert, and a driver in between does not wait until they are looked at."""
    async with held(lock_knocks):
        for number in range(100):
            assert (await play.talk.ask("Authorize", {"idTag": f"G{number}"}))["idTagInfo"]["status"] == "Invalid"
        assert (await play.talk.ask("Authorize", {"idTag": CARD}))["idTagInfo"]["status"] == "Accepted"
    for number in range(100, 200):
        assert (await play.talk.ask("Authorize", {"idTag": f"G{number}"}))["idTagInfo"]["status"] == "Invalid"
    alert = await eventually(Alert.objects.filter(kind="unknown_tags").first, "somebody is told")
    assert alert.subject.startswith("station:T-")


async def test_it_tells_nobody_of_a_few_strange_cards(play: Play) -> None:
    for number in range(9):
        await play.talk.ask("Authorize", {"idTag": f"G{number}"})
    await eventually(lambda: Knock.objects.count() == 9, "they are looked at")
    assert not await in_db(Alert.objects.exists)()

"""A station's list is asked about, sent, and kept in step, a message at a time."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import IdTag
from charging import authorization, local_lists
from charging.local_lists import Portion
from charging.local_lists.keeping import COMPARE_EVERY
from charging.models import LocalList
from charging.tests.world import NOW, World, minutes
from stations.models import Command, ConfigurationKey

Support = LocalList.Support
ACCEPTED = {"status": "Accepted"}


@pytest.fixture
def kept(world: World) -> LocalList:
    """The world's station keeps a list, and has said that it is empty."""
    return LocalList.objects.create(station=world.station, support=Support.YES)


def tell(world: World, **values: str) -> None:
    """The station's configuration is read."""
    for key, value in values.items():
        ConfigurationKey.objects.create(station=world.station, key=key, value=value, read_at=NOW)


def sent() -> Command:
    """What was asked last."""
    return Command.objects.latest("pk")


def answer(word: str, *, at: datetime = NOW) -> LocalList:
    """The station answers the portion that was sent last."""
    command = sent()
    Command.objects.filter(pk=command.pk).update(state="failed", answered_at=at)
    portion = Portion(**command.payload)
    local_lists.note_sent(station_id=command.station_id, portion=portion, word=word, at=at)
    return LocalList.objects.get()


def keep_in_step(world: World, *, at: datetime = NOW) -> list[dict[str, Any]]:
    """Compare until there is nothing to say, every portion accepted; what was said."""
    said = []
    while local_lists.compare(at=at):
        said.append(sent().payload)
        answer("Accepted", at=at)
    return said


def test_it_asks_a_new_station_what_it_has_and_sends_a_full_list(world: World) -> None:
    LocalList.objects.create(station=world.station)
    world.card(world.driver(), "CARD-1")
    assert local_lists.compare(at=NOW) == 1
    assert (sent().intent, sent().payload, sent().subject) == (
        "ask_list_version",
        {},
        f"local_list:{world.station.pk}",
    )
    assert local_lists.compare(at=NOW + COMPARE_EVERY) == 0  # its answer is still to come
    Command.objects.update(state="failed")
    local_lists.note_version(station_id=world.station.pk, version=0)
    assert keep_in_step(world) == [{"version": 1, "is_full": True, "entries": {"CARD-1": ACCEPTED}}]
    kept = LocalList.objects.get()
    assert (kept.support, kept.version, kept.sending_version) == (Support.YES, 1, None)
    assert (kept.entries, kept.is_full_needed, kept.accepted_at) == ({"CARD-1": ACCEPTED}, False, NOW)


def test_it_leaves_a_station_without_a_list_alone(world: World) -> None:
    LocalList.objects.create(station=world.station)
    local_lists.note_version(station_id=world.station.pk, version=-1)
    kept = LocalList.objects.get()
    assert (kept.support, kept.problem) == (Support.NO, "The station keeps no list.")
    assert local_lists.compare(at=NOW) == 0


def test_it_begins_anew_from_the_version_that_the_station_names(world: World, kept: LocalList) -> None:
    world.card(world.driver(), "CARD-1")
    keep_in_step(world)
    local_lists.note_version(station_id=world.station.pk, version=7)
    assert keep_in_step(world) == [{"version": 8, "is_full": True, "entries": {"CARD-1": ACCEPTED}}]


def test_it_sends_only_what_differs(world: World, kept: LocalList) -> None:
    driver = world.driver()
    cards = [world.card(driver, f"CARD-{number}") for number in range(4)]
    keep_in_step(world)
    until = NOW + timedelta(days=1)
    IdTag.objects.filter(pk=cards[0].pk).update(blocked=True)
    IdTag.objects.filter(pk=cards[1].pk).update(group="FLEET", expires_at=until)
    local_lists.compare_now()
    changed = {"status": "Accepted", "expires_at": until.isoformat(), "parent": "FLEET"}
    assert keep_in_step(world) == [{"version": 2, "is_full": False, "entries": {"CARD-0": None, "CARD-1": changed}}]
    local_lists.compare_now()
    assert keep_in_step(world) == []


@pytest.mark.parametrize("word", ["VersionMismatch", "Failed"])
def test_it_sends_a_full_list_where_the_station_could_not_follow(world: World, kept: LocalList, word: str) -> None:
    driver = world.driver()
    world.card(driver, "CARD-1")
    keep_in_step(world)
    world.card(driver, "CARD-2")
    local_lists.compare_now()
    local_lists.compare(at=NOW)
    assert sent().payload["is_full"] is False
    assert answer(word).is_full_needed is True
    both = {"CARD-1": ACCEPTED, "CARD-2": ACCEPTED}
    assert keep_in_step(world) == [{"version": 2, "is_full": True, "entries": both}]


def test_it_waits_before_it_tries_a_full_list_again(world: World, kept: LocalList) -> None:
    world.card(world.driver(), "CARD-1")
    local_lists.compare(at=NOW)
    assert "Failed" in answer("Failed").problem
    assert local_lists.compare(at=NOW + minutes(1)) == 0
    assert local_lists.compare(at=NOW + COMPARE_EVERY) == 1
    assert sent().intent == "ask_list_version"


@pytest.mark.parametrize("word", ["NotSupported", "NotImplemented"])
def test_it_believes_a_station_that_says_it_keeps_none(world: World, kept: LocalList, word: str) -> None:
    local_lists.compare(at=NOW)
    assert answer(word).support == Support.NO


def test_it_asks_for_the_version_when_an_answer_was_lost(world: World, kept: LocalList) -> None:
    world.card(world.driver(), "CARD-1")
    local_lists.compare(at=NOW)
    Command.objects.update(state="timed_out")
    assert local_lists.compare(at=NOW + minutes(1)) == 0
    later = NOW + COMPARE_EVERY
    assert local_lists.compare(at=later) == 1
    assert sent().intent == "ask_list_version"
    Command.objects.update(state="failed")
    local_lists.note_version(station_id=world.station.pk, version=1)  # it had arrived
    assert [one["version"] for one in keep_in_step(world, at=later)] == [2]
    assert LocalList.objects.get().entries == {"CARD-1": ACCEPTED}


def test_it_sends_as_much_as_the_station_can_bear(world: World, kept: LocalList) -> None:
    tell(world, SendLocalListMaxLength="4")
    driver = world.driver()
    for number in range(10):
        world.card(driver, f"CARD-{number}")
    said = keep_in_step(world)
    assert [(one["version"], one["is_full"], len(one["entries"])) for one in said] == [
        (1, True, 4),
        (2, False, 4),
        (3, False, 2),
    ]
    assert len(LocalList.objects.get().entries) == 10


def test_it_keeps_those_who_charged_there_last_where_there_is_no_room(world: World, kept: LocalList) -> None:
    tell(world, LocalAuthListMaxLength="2")
    driver = world.driver()
    for number in range(5):
        world.card(driver, f"CARD-{number}", sessions_at_once=9)
    for number in (4, 3):
        session = world.begin(f"CARD-{number}", at=NOW - minutes(60 - number)).session
        world.end(session, 2000, at=NOW - minutes(50))
    keep_in_step(world)
    found = LocalList.objects.get()
    assert set(found.entries) == {"CARD-4", "CARD-3"}
    assert found.problem == "3 tags find no room: the station keeps 2"


def test_it_leaves_out_what_cannot_go_on_the_wire(world: World, kept: LocalList) -> None:
    world.card(world.driver(), "X" * 21)
    keep_in_step(world)
    found = LocalList.objects.get()
    assert found.entries == {}
    assert found.problem == "1 tags are longer than 20 characters"


def test_it_says_nothing_to_a_station_that_is_away(world: World, kept: LocalList) -> None:
    world.go_offline()
    assert local_lists.compare(at=NOW) == 0


def test_it_keeps_ten_thousand_tags_with_few_queries(world: World, kept: LocalList) -> None:
    driver = world.driver()
    IdTag.objects.bulk_create(IdTag(value=f"{number:08X}", user=driver) for number in range(10_000))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert local_lists.compare(at=NOW) == 1
    assert len(asked) < 12
    assert len(sent().payload["entries"]) == 100


def test_it_lists_exactly_whom_it_would_accept(world: World) -> None:
    """The rules of one tag and the rules of the whole list are the same."""
    debtor, blocked, leaving, fine = (world.driver() for _ in range(4))
    wallet = world.wallet(debtor)
    type(wallet).objects.filter(pk=wallet.pk).update(owed=5)
    type(blocked).objects.filter(pk=blocked.pk).update(is_active=False)
    type(leaving).objects.filter(pk=leaving.pk).update(deletion_requested_at=NOW)
    owners: list[dict[str, Any]] = [{"user": one} for one in (debtor, blocked, leaving, fine)]
    owners += [{}, {"kind": IdTag.Kind.SERVICE}, {"kind": IdTag.Kind.SERVICE, "user": debtor}]
    traits: list[dict[str, Any]] = [
        {},
        {"blocked": True},
        {"expires_at": NOW},
        {"expires_at": NOW + minutes(1)},
        {"kind": IdTag.Kind.VIRTUAL},
    ]
    for number, (owner, trait) in enumerate((owner, trait) for owner in owners for trait in traits):
        IdTag.objects.create(value=f"T{number}", **(owner | trait))
    one_by_one = {
        tag.value
        for tag in IdTag.objects.all()
        if authorization.authorize(tag=tag.value, station=world.station, at=NOW).status == "Accepted"
    }
    assert one_by_one
    assert set(authorization.accepted(at=NOW).values_list("value", flat=True)) == one_by_one

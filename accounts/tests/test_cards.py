"""A driver's cards: one's own, added once, blocked when lost."""

import uuid
from functools import partial
from typing import Any

import pytest
from django.core.cache import cache

from accounts import cards
from accounts.models import Company, IdTag, User
from accounts.tests.at_once import at_once
from accounts.tests.world import Phone, aida, bakyt

PATH = "/api/v1/cards"


def add(phone: Phone, value: str) -> tuple[int, Any]:
    """Add a card, of which no throttle counts the ones before."""
    cache.clear()
    return phone.post(PATH, value=value)


@pytest.mark.django_db
def test_it_adds_a_card_that_nobody_knows() -> None:
    phone = Phone(user := aida())
    status, told = add(phone, "04A1B2C3")
    assert status == 201
    card = IdTag.objects.get()
    assert (card.user, card.value, card.kind, card.blocked) == (user, "04A1B2C3", "rfid", False)
    assert told["card"] == {
        "id": str(card.public_id),
        "value": "04A1B2C3",
        "blocked": False,
        "may_unblock": False,
        "company": None,
        "plate": "",
        "expires_at": None,
        "created_at": card.created_at.isoformat().replace("+00:00", "Z"),
    }
    assert phone.get(PATH)[1]["data"] == [told["card"]]


@pytest.mark.django_db
def test_it_takes_over_a_card_without_an_owner() -> None:
    card = IdTag.objects.create(value="04a1b2c3")
    status, told = add(Phone(user := aida()), "04A1B2C3")
    assert (status, told["card"]["id"]) == (201, str(card.public_id))
    card.refresh_from_db()
    assert card.user == user


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {"user": "bakyt"},
        {"user": "aida"},
        {"company": "Silk Taxi"},
        {"blocked": True},
        {"kind": "service"},
        {"kind": "app"},
        {"kind": "virtual"},
    ],
    ids=lambda fields: str(next(iter(fields.values()))),
)
def test_it_takes_nothing_that_is_somebodys(fields: dict[str, Any]) -> None:
    people = {"aida": aida(), "bakyt": bakyt()}
    if "user" in fields:
        fields = {"user": people[fields["user"]]}
    if "company" in fields:
        fields = {"company": Company.objects.create(name=fields["company"])}
    card = IdTag.objects.create(value="04A1B2C3", **fields)
    before = IdTag.objects.values().get()
    status, told = add(Phone(people["aida"]), "04a1b2c3")
    assert (status, told["error"]) == (409, "card_taken")
    assert IdTag.objects.values().get(pk=card.pk) == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    "value", ["", "123", "0" * 21, "04 A1", "04A1;drop", "04A1\nB", "０４Ａ１", None, 4101, ["04A1"]]
)
def test_it_refuses_odd_values(value: Any) -> None:
    status, told = Phone(aida()).post(PATH, value=value)
    if value == 4101:  # digits without quotes are the same digits
        assert status == 201
        return
    assert (status, told["error"], list(told["details"])) == (400, "invalid_parameters", ["value"])
    assert not IdTag.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["kind", "user", "company", "blocked", "group", "expires_at", "sessions_at_once"])
def test_it_takes_no_other_field(field: str) -> None:
    status, told = Phone(aida()).post(PATH, value="04A1B2C3", **{field: "service"})
    assert (status, list(told["details"])) == (400, [field])
    assert not IdTag.objects.exists()


@pytest.mark.django_db
def test_there_are_enough_cards_one_day() -> None:
    user = aida()
    IdTag.objects.bulk_create(IdTag(value=f"0{number:04}", user=user) for number in range(cards.MOST))
    status, told = add(Phone(user), "04A1B2C3")
    assert (status, told["error"]) == (400, "card_limit_reached")


@pytest.mark.django_db
@pytest.mark.usefixtures("standing_clock")
def test_whoever_tries_values_out_is_slow() -> None:
    bakyts = bakyt()
    IdTag.objects.bulk_create(IdTag(value=f"0{number:04}", user=bakyts) for number in range(12))
    phone = Phone(aida())
    told = [phone.post(PATH, value=f"0{number:04}")[0] for number in range(12)]
    assert told == [409] * 10 + [429] * 2


@pytest.mark.django_db
def test_it_blocks_and_unblocks_ones_own() -> None:
    phone = Phone(user := aida())
    card = add(phone, "04A1B2C3")[1]["card"]["id"]
    status, told = phone.post(f"{PATH}/{card}/block")
    assert (status, told["card"]["blocked"], told["card"]["may_unblock"]) == (200, True, True)
    assert IdTag.objects.get().blocked_by == f"driver:{user.public_id}"
    status, told = phone.post(f"{PATH}/{card}/unblock")
    assert (status, told["card"]["blocked"], IdTag.objects.get().blocked_by) == (200, False, "")


@pytest.mark.django_db
def test_a_block_of_the_house_stays() -> None:
    user = aida()
    card = IdTag.objects.create(value="04A1B2C3", user=user, blocked=True)
    phone = Phone(user)
    for door in ("block", "unblock"):
        status, told = phone.post(f"{PATH}/{card.public_id}/{door}")
    assert (status, told["error"]) == (403, "access_denied")
    card.refresh_from_db()
    assert (card.blocked, card.blocked_by) == (True, "")


@pytest.mark.django_db
def test_it_gives_a_card_up_for_the_next_one() -> None:
    phone, other = Phone(aida()), Phone(bakyts := bakyt())
    card = add(phone, "04A1B2C3")[1]["card"]["id"]
    assert phone.delete(f"{PATH}/{card}") == (200, {"success": True})
    assert phone.get(PATH)[1]["data"] == []
    assert add(other, "04A1B2C3")[0] == 201
    assert IdTag.objects.get().user == bakyts


@pytest.mark.django_db
def test_a_lost_card_that_was_given_up_is_nobodys() -> None:
    phone, other = Phone(aida()), Phone(bakyt())
    card = add(phone, "04A1B2C3")[1]["card"]["id"]
    phone.post(f"{PATH}/{card}/block")
    phone.delete(f"{PATH}/{card}")
    assert add(other, "04A1B2C3")[1]["error"] == "card_taken"


@pytest.mark.django_db
def test_a_companys_card_is_not_given_up() -> None:
    user = aida()
    card = IdTag.objects.create(value="04A1B2C3", user=user, company=Company.objects.create(name="Silk Taxi"))
    phone = Phone(user)
    assert phone.get(PATH)[1]["data"][0]["company"] == "Silk Taxi"
    status, told = phone.delete(f"{PATH}/{card.public_id}")
    assert (status, told["error"]) == (403, "access_denied")
    card.refresh_from_db()
    assert card.user == user


@pytest.mark.django_db
def test_other_peoples_cards_and_other_tags_are_not_there() -> None:
    user, other = aida(), bakyt()
    hidden = [
        IdTag.objects.create(value="0001", user=other),
        IdTag.objects.create(value="0002", user=user, kind="app"),
        IdTag.objects.create(value="0003", user=user, kind="virtual"),
        IdTag.objects.create(value="0004"),
    ]
    phone = Phone(user)
    assert phone.get(PATH)[1]["data"] == []
    before = list(IdTag.objects.order_by("pk").values())
    for card in [*(row.public_id for row in hidden), uuid.uuid4()]:
        asked = [
            phone.delete(f"{PATH}/{card}"),
            phone.post(f"{PATH}/{card}/block"),
            phone.post(f"{PATH}/{card}/unblock"),
        ]
        assert {(status, told["error"]) for status, told in asked} == {(404, "card_not_found")}
    assert list(IdTag.objects.order_by("pk").values()) == before


@pytest.mark.django_db
def test_it_lists_many_with_as_many_queries_as_few(django_assert_num_queries: Any) -> None:
    user = aida()
    phone = Phone(user)
    for _ in range(2):
        with django_assert_num_queries(2):
            phone.get(PATH)
        for _ in range(6):
            IdTag.objects.create(
                value=uuid.uuid4().hex[:20], user=user, company=Company.objects.create(name=str(uuid.uuid4()))
            )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("known", [False, True])
def test_of_many_who_add_a_card_at_once_one_has_it(known: bool) -> None:
    people = [User.objects.create_user(phone=f"+99655500000{number}") for number in range(6)]
    if known:
        IdTag.objects.create(value="04A1B2C3")
    told = at_once(*[partial(cards.add, user=person, value="04A1B2C3") for person in people])
    card = IdTag.objects.get()
    assert told.count("card_taken") == 5
    assert card in told
    assert card.user in people

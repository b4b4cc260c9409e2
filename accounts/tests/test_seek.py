"""Searching lists: through what rows point to, exactly, and never by words that cannot be values."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import IdTag, User
from drivepower.core.seeking import MOST_KEYS, seek

pytestmark = pytest.mark.django_db


@pytest.fixture
def cards() -> list[IdTag]:
    people = [User.objects.create_user(email=f"{name}@example.com", name=name.title()) for name in ("aida", "bakyt")]
    return [IdTag.objects.create(value=f"CARD{number}", user=person) for number, person in enumerate(people)]


def values(*fields: str, text: str) -> list[str]:
    return sorted(seek(IdTag.objects.all(), fields=fields, text=text).values_list("value", flat=True))


def test_it_finds_rows_by_what_they_point_to(cards: list[IdTag]) -> None:
    assert values("value", "user__email", text="AIDA@") == ["CARD0"]
    assert values("value", "user__email", text="card") == ["CARD0", "CARD1"]
    assert values("value", "user__email", text="nobody") == []


def test_every_word_must_fit(cards: list[IdTag]) -> None:
    assert values("value", "user__name", text="card1 bakyt") == ["CARD1"]
    assert values("value", "user__name", text="card0 bakyt") == []
    assert values("user__name", text='"Aida"') == ["CARD0"]


def test_it_knows_the_lookups_of_the_admin(cards: list[IdTag]) -> None:
    assert values("=value", text="card1") == ["CARD1"]
    assert values("^value", text="ARD1") == []
    assert values("value__exact", text="CARD") == []
    assert values("=user__email", text="Aida@Example.com") == ["CARD0"]
    assert values("=user__email", text="aida") == []
    assert values("pk__exact", text="a word") == []
    assert values("user__public_id__exact", text="a word") == []
    assert values("pk__exact", text=str(cards[1].pk)) == ["CARD1"]


def test_it_reads_the_rows_by_keys(cards: list[IdTag]) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert values("user__email", text="aida") == ["CARD0"]
    assert "accounts_user" in asked[0]["sql"]
    assert "accounts_user" not in asked[1]["sql"]


def test_it_finds_all_of_many(cards: list[IdTag]) -> None:
    User.objects.bulk_create(User(email=f"fleet{number}@example.com") for number in range(MOST_KEYS + 1))
    IdTag.objects.bulk_create(
        IdTag(value=f"F{person.pk}", user=person) for person in User.objects.filter(email__startswith="fleet")
    )
    assert len(values("user__email", text="fleet")) == MOST_KEYS + 1


def test_a_hostile_word_finds_nothing(cards: list[IdTag]) -> None:
    assert values("value", "user__email", text="\x00%_' OR 1=1 --") == []

"""A card that was shown before anybody had entered it becomes one by an operator's act."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import IdTag, User
from charging import authorization, cards
from charging.tests.world import NOW, World
from drivepower.core.refusals import Refusal
from stations import registry
from stations.models import Knock

pytestmark = pytest.mark.django_db


def knock(value: str = "04FFEE", kind: Knock.Kind = Knock.Kind.TAG) -> Knock:
    """What a station has offered."""
    registry.knock(kind=kind, value=value, reason="unknown card", address="BSK-01", key_hash="", at=NOW)
    return Knock.objects.get(value=value)


def test_it_makes_a_card_that_opens_nothing_yet(world: World) -> None:
    card = cards.adopt_tag(knock=knock())
    assert (card.value, card.kind, card.user, card.note) == ("04FFEE", IdTag.Kind.RFID, None, "shown at BSK-01")
    assert not Knock.objects.exists()
    assert authorization.authorize(tag="04ffee", station=world.station, at=NOW).status == "Invalid"
    IdTag.objects.filter(pk=card.pk).update(user=world.driver())
    assert authorization.authorize(tag="04ffee", station=world.station, at=NOW).status == "Accepted"


@pytest.mark.parametrize(
    ("knocked", "code"),
    [
        ({"kind": Knock.Kind.STATION}, "not_a_card"),
        ({"value": "x" * 41}, "not_a_card"),
        ({"value": "card-1"}, "card_exists"),
    ],
)
def test_it_makes_none_of_what_cannot_be_one(world: World, knocked: dict[str, str], code: str) -> None:
    world.card()
    stranger = knock(**knocked)  # type: ignore[arg-type]  # a kind or a value
    with pytest.raises(Refusal) as refusal:
        cards.adopt_tag(knock=stranger)
    assert refusal.value.code == code
    assert Knock.objects.exists()
    assert IdTag.objects.count() == 1


def test_an_operator_makes_it_by_one_act(client: Client) -> None:
    client.force_login(User.objects.create_superuser(email="boss@example.com", password="a good password"))
    page = reverse("admin:stations_knock_adopt_card", args=[knock().pk])
    assert client.get(page).status_code == 200
    answer = client.post(page, {"_form_submitted": "True"})
    card = IdTag.objects.get(value="04FFEE")
    assert answer.headers["HX-Redirect"] == reverse("admin:accounts_idtag_change", args=[card.pk])
    station = knock("CP", Knock.Kind.STATION)
    assert client.get(reverse("admin:stations_knock_adopt_card", args=[station.pk])).status_code == 403

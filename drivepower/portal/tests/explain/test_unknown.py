"""What the reader may not see, or what was too much to read, is not told as if it had not happened."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from accounts.models import User
from charging.tests.world import World, minutes
from drivepower.portal.explain import causes, of_session, of_station
from drivepower.portal.explain.facts import Around, Watch
from drivepower.portal.explain.shapes import COMMAND, STATUS
from drivepower.portal.tests.explain.making import STATION, command, failed, session, socket, story
from drivepower.portal.tests.explain.making import minutes as after
from drivepower.portal.tests.explain.pages import charged
from drivepower.portal.tests.making import superuser
from stations.models import ConnectionSpan, Station

ACCEPTED = {"commands": [command()]}


def names(found: Any) -> list[str]:
    """The causes of a page."""
    return [one.name for one in (found.cause, *found.also) if one]


def person_with(*codes: str) -> User:
    """Somebody with these rights alone."""
    person = User.objects.create_user(email="looks@example.com", role=User.Role.STAFF)
    person.user_permissions.set(Permission.objects.filter(codename__in=codes))
    return User.objects.get(pk=person.pk)


@pytest.mark.parametrize(
    ("around", "name"),
    [({"hidden": frozenset({COMMAND})}, "offline"), ({**ACCEPTED, "hidden": frozenset({STATUS})}, "no_cable")],
)
def test_a_rule_is_silent_about_what_it_cannot_know(around: dict[str, Any], name: str) -> None:
    known = {key: value for key, value in around.items() if key != "hidden"}
    assert name in [one.name for one in causes.of_session(story(failed("start_timeout"), around=known))]
    assert causes.of_session(story(failed("start_timeout"), around=around)) == []


def test_that_nothing_was_heard_is_said_by_who_hears() -> None:
    hung = session(state="review", inferred=True, stop_reason="Silence")
    [cause, *_] = causes.of_session(story(hung, around={"hidden": frozenset({STATUS})}))
    assert cause.text == "The station never said that it ended."


@pytest.mark.django_db
def test_who_may_not_see_connections_hears_nothing_of_them(world: World) -> None:
    mine = charged(world)
    person = person_with("view_session", "view_frame", "view_station")
    window = {"since": timezone.now() - minutes(70), "until": timezone.now() - minutes(10), "at": timezone.now()}
    assert names(of_station(world.station, person=person, **window)) == []
    assert "offline" not in names(of_session(mine, person=person, at=timezone.now()))


@pytest.mark.django_db
def test_a_station_that_flaps_was_not_away(world: World) -> None:
    ConnectionSpan.objects.all().delete()
    began = timezone.now() - minutes(130)
    spans = [
        ConnectionSpan(
            station=world.station,
            epoch=1000 + n,
            since=began + minutes(n),
            until=began + minutes(n + 1),
            reason="closed",
        )
        for n in range(120)
    ]
    ConnectionSpan.objects.bulk_create(spans)
    window = {"since": began, "until": began + minutes(120), "at": timezone.now()}
    found = of_station(world.station, person=superuser(), **window)
    assert names(found)[0] == "unsteady"
    assert found.cause is not None
    assert "more than 50 times" in found.cause.text


def test_before_it_was_known_it_was_not_away() -> None:
    new = Station(pk=2, code="NEW-01", created_at=after(50))
    watch = Watch(
        station=new, since=after(0), until=after(60), at=after(90), around=Around(sockets=[socket(1, 50, 60)])
    )
    assert "offline" not in [one.name for one in causes.of_station(watch)]


def test_a_gap_among_those_that_were_read_is_told_as_the_least() -> None:
    sockets = [socket(2, 30, 40), socket(3, 50, 60)]
    watch = Watch(
        station=STATION,
        since=after(0),
        until=after(60),
        at=after(90),
        around=Around(sockets=sockets, cut=frozenset({"connection"})),
    )
    assert causes.of_station(watch)[0].text == (
        "The station was not connected for 10 min of this time, and maybe longer."
    )

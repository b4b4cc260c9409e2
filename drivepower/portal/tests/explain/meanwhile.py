"""A charge that runs while people of the house do things around it."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from charging.models import Session
from charging.tests.world import World, minutes
from drivepower.portal.tests.explain.pages import browser, page_of, time_of
from drivepower.portal.tests.making import superuser
from stations.models import Gateway

READERS = ("Support", "Finance", "Technician")


def running(world: World, **driver: Any) -> Session:
    """A charge that began ten minutes ago and goes on."""
    at = timezone.now() - minutes(10)
    Gateway.objects.update(renewed_at=timezone.now())
    world.station.refresh_from_db()
    world.one.station = world.station
    world.say(world.one, "Available", at=at - minutes(10))
    return world.charging(world.driver(**driver), at=at)


def boss() -> User:
    """Who does it all, by name."""
    person = superuser()
    User.objects.filter(pk=person.pk).update(name="Owen")
    return person


def told_to(person: User, session: Session, *, language: str = "en") -> str:
    """What a reader's browser shows on its page."""
    return browser(person).get(page_of(session), headers={"Accept-Language": language}).text


def told_of_station(person: User, session: Session) -> str:
    """The same on the page of its station, for the last hour."""
    now = timezone.now()
    since, until = ((now + timedelta(minutes=one)).isoformat() for one in (-65, 1))
    return browser(person).get(time_of(session.station, since=since, until=until)).text

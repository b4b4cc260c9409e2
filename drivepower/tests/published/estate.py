"""One of everything that a route can name, in the hands of one driver, one host and one fleet."""

import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from django.contrib.auth.models import Group, Permission
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts import logins
from accounts.models import Company, IdTag, User
from accounts.tests.world import tokens_of
from billing.models import Receipt, TopUp
from charging import booking
from charging.models import Session
from charging.tests.app import go_live
from charging.tests.settling import ended, settle
from charging.tests.world import World, build
from drivepower.tests.published.holdings import names_for_operators, notification_of
from stations import reports
from stations.models import Location, Station

# Words that no answer to anybody else may hold.
CANARY, CARD = "canary-of-the-driver", "CANARY-CARD"
# The host's things, which everybody finds on the map and other companies' staff find nowhere else.
STATION, IDENTITY, LOCATION, ADDRESS = "CANARY-STATION-1", "canary-identity-1", "CANARY-LOCATION-1", "1 Canary Street"


@dataclass
class Estate:
    """The world, its people by role, and what each route may name (the end of its prefix: parameter and value)."""

    world: World
    driver: User
    other_driver: User
    owner: User
    host: User
    other_host: User
    fleet: User
    other_fleet: User
    stranger: User
    session: Session
    names: dict[str, str] = field(default_factory=dict)

    def token(self, person: User) -> str:
        """A fresh login's access token."""
        return str(tokens_of(person).access)

    def fill(self, route: str) -> dict[str, str]:
        """What the parameters of a route stand for, each by the address up to it."""
        filled: dict[str, str] = {}
        prefix = ""
        for step in route.strip("/").split("/"):
            if step.startswith("{"):
                filled[step.strip("{}")] = self.names.get(prefix.strip("/"), str(uuid.uuid4()))
            prefix += f"{step}/"
        return filled


def staff_of(company: Company | None, role: str, name: str) -> User:
    """A member of staff with that role."""
    person = User.objects.create_user(
        email=f"{name}@example.com", name=name, role=User.Role.STAFF, company=company, password=None
    )
    person.groups.add(Group.objects.get(name=role))
    return person


def stranger_of(company: Company) -> User:
    """Staff of that company with every permission there is: only its company keeps it from the others' things."""
    person = User.objects.create_user(
        email="stranger@example.com", name="stranger", role=User.Role.STAFF, company=company, password=None
    )
    person.user_permissions.set(Permission.objects.all())
    return person


def build_renamed() -> World:
    """The world, its place and station under names that are found in an answer."""
    world = go_live(build())
    Location.objects.update(code=LOCATION, address=ADDRESS)
    Station.objects.update(code=STATION, identity=IDENTITY)
    world.station.refresh_from_db()
    return world


def build_estate() -> Estate:
    """Everything there is, made by the verbs that make it."""
    world = build_renamed()
    hosts, others = (Company.objects.create(name=name, kind=Company.Kind.BOTH) for name in ("Hosts", "Others"))
    Location.objects.update(host=hosts)
    driver = world.driver("5000.00", name=CANARY)
    settled = ended(world, driver)
    settle(settled)
    settled.refresh_from_db()
    estate = Estate(
        world=world,
        driver=driver,
        other_driver=world.driver("100.00", name="other"),
        owner=User.objects.create_superuser(email="owner@example.com", name="owner"),
        host=staff_of(hosts, "Site host", "host"),
        other_host=staff_of(others, "Site host", "other-host"),
        fleet=staff_of(hosts, "Fleet manager", "fleet"),
        other_fleet=staff_of(others, "Fleet manager", "other-fleet"),
        stranger=stranger_of(others),
        session=settled,
    )
    estate.names = names_of(estate)
    return estate


def names_of(estate: Estate) -> dict[str, str]:
    """What follows each prefix."""
    at, driver, station = timezone.now(), estate.driver, Station.objects.get()
    card = IdTag.objects.create(value=CARD, user=driver, note=CANARY)
    report = reports.make(
        said_by=f"driver:{driver.public_id}",
        user=driver,
        station=station,
        number=1,
        session=estate.session.public_id,
        kind="cable",
        text=CANARY,
        contact=CANARY,
        photo=ContentFile(b"\xff\xd8\xff" + CANARY.encode(), "photo.jpg"),
        at=at,
    )
    estate.world.say(estate.world.two, "Available", at=at)
    kept = booking.book(driver=driver, station=station, connector_number=2, lasting=timedelta(minutes=30), at=at)
    top_up = TopUp.objects.create(
        wallet=estate.world.wallet(driver), provider="sandbox", amount=Decimal(100), expires_at=at, made_at=at
    )
    logins.come_in(user=driver, address="", device="phone", at=at)
    login = driver.logins.get(device="phone")
    session, receipt = str(estate.session.public_id), str(Receipt.objects.latest("pk").public_id)
    return {
        **names_for_operators(driver, estate.session, Company.objects.get(name="Hosts")),
        "api/auth/logins": str(login.public_id),
        "api/v1/auth/logins": str(login.public_id),
        "api/v1/notifications": notification_of(driver),
        "c": station.code,
        "c/{code}": "1",
        "api/v1/payment/webhook": "sandbox",
        "api/v1/charging": session,
        "api/v1/charging/status": session,
        "api/v1/receipts": receipt,
        "api/v1/reservations": str(kept.public_id),
        "api/v1/reports": str(report.public_id),
        "api/v1/cards": str(card.public_id),
        "api/v1/payment/status": str(top_up.public_id),
        "api/v1/payment/cancel": str(top_up.public_id),
        "api/v1/stations": station.code,
        "api/v1/favorites": station.code,
        "api/v1/locations": str(station.location and station.location.code),
    }

"""The demo's people: staff of every role, drivers with wallets and cards, a fleet and a host company."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from accounts.models import Company, IdTag, Membership, User

# The same for everyone and in the open: the command refuses outside DEMO_MODE.
PASSWORD = "drivepower-demo"  # noqa: S105  # printed, and only ever in a demo
ADMIN = "admin@drivepower.example"
STAFF = (
    ("owner@drivepower.example", "Owner", "Gulnara"),
    ("operator@drivepower.example", "Operator", "Timur"),
    ("support@drivepower.example", "Support", "Meerim"),
    ("finance@drivepower.example", "Finance", "Nurlan"),
    ("technician@drivepower.example", "Technician", "Azamat"),
    ("host@drivepower.example", "Site host", "Saltanat"),
    ("fleet@drivepower.example", "Fleet manager", "Ruslan"),
)
# E-mail, phone, name, card.
DRIVERS = (
    ("aizada@drivepower.example", "+996555100001", "Aizada", "04A1B2C3D4E501"),
    ("bakyt@drivepower.example", "+996555100002", "Bakyt", "04A1B2C3D4E502"),
    ("chynara@drivepower.example", "+996555100003", "Chynara", "04A1B2C3D4E503"),
    ("daniyar@drivepower.example", "+996555100004", "Daniyar", "04A1B2C3D4E504"),
    ("elena@drivepower.example", "+996555100005", "Elena", "04A1B2C3D4E505"),
    ("farhad@drivepower.example", "+996555100006", "Farhad", "04A1B2C3D4E506"),
)
# The last of them, who charges once, for more than he has.
DEBTOR = len(DRIVERS) - 1
FLEET = "Ak Jol Taxi"
HOST = "Ala-Too Retail Group"
# Cars of the fleet; the last ones charge in the simulator's loop.
FLEET_CARS = 24
LOOP_CARS = 8


@dataclass(frozen=True)
class People:
    """Who was made: drivers in order, the companies, cards by value, and staff by role as they are written."""

    drivers: list[User]
    fleet: Company
    host: Company
    cards: dict[str, IdTag]
    staff: dict[str, str]


def fleet_card(number: int) -> str:
    """The card in the fleet's car of that number, from 1."""
    return f"F1EE7000{number:04d}"


def history_cards() -> list[str]:
    """The fleet cards that charged in the two weeks."""
    return [fleet_card(number) for number in range(1, FLEET_CARS - LOOP_CARS + 1)]


def loop_cards() -> list[str]:
    """The fleet cards that charge for ever in the simulator."""
    return [fleet_card(number) for number in range(FLEET_CARS - LOOP_CARS + 1, FLEET_CARS + 1)]


def make_people(*, at: datetime) -> People:
    """Make everyone; one hash serves all passwords, since hashing is slow on purpose."""
    password = make_password(PASSWORD)
    fleet = Company.objects.create(name=FLEET, kind=Company.Kind.FLEET, tax_id="01234202510014")
    host = Company.objects.create(name=HOST, kind=Company.Kind.HOST, tax_id="01811199610027")
    regular = Membership.objects.create(name="Regular", discount_percent=5, priority=1)
    staff = make_staff(password, {"Site host": host, "Fleet manager": fleet})
    drivers = make_drivers(password, regular)
    cards = make_cards(drivers, fleet)
    User.objects.update(joined_at=at)
    User.objects.filter(role=User.Role.DRIVER).update(email_checked_at=at, phone_checked_at=at)
    return People(drivers, fleet, host, cards, staff)


def make_staff(password: str, companies: dict[str, Company]) -> dict[str, str]:
    """The superuser and one login for each role; answers these by role, as what they do is signed."""
    signed: dict[str, str] = {}
    groups = {group.name: group for group in Group.objects.all()}
    person(ADMIN, password, name="Admin", role=User.Role.STAFF, is_superuser=True)
    for email, role, name in STAFF:
        member = person(email, password, name=name, role=User.Role.STAFF, company=companies.get(role))
        member.groups.add(groups[role])
        signed[role] = f"staff:{member.public_id}"
    return signed


def make_drivers(password: str, membership: Membership) -> list[User]:
    """The drivers; the first belongs to a tier."""
    return [
        person(email, password, phone=phone, name=name, membership=None if number else membership)
        for number, (email, phone, name, _) in enumerate(DRIVERS)
    ]


def person(email: str, password: str, **fields: Any) -> User:
    """A person with a password that was hashed before."""
    return User.objects.create(email=email, password=password, **fields)


def make_cards(drivers: list[User], fleet: Company) -> dict[str, IdTag]:
    """A card for each driver and each car of the fleet, and the technicians' service card."""
    cards = [
        IdTag(value=card, kind=IdTag.Kind.RFID, user=driver)
        for driver, (*_, card) in zip(drivers, DRIVERS, strict=True)
    ]
    cards += [
        IdTag(
            value=fleet_card(number),
            kind=IdTag.Kind.RFID,
            group="AKJOL",
            company=fleet,
            plate=f"01KG{100 + number * 7:03d}TX",
            cost_centre="City" if number % 3 else "Airport",
        )
        for number in range(1, FLEET_CARS + 1)
    ]
    cards.append(IdTag(value="5E2F1CE000000001", kind=IdTag.Kind.SERVICE, note="Technicians"))
    return {card.value: card for card in IdTag.objects.bulk_create(cards)}

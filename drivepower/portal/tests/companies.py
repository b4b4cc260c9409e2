"""Two companies side by side, and everything that can be said about each: nothing of one is the other's business."""

from datetime import timedelta
from decimal import Decimal

from accounts.models import Company, IdTag, User
from billing import adjustments, ledger
from billing.models import ClientTariff, TopUp
from charging import settlement
from charging.models import Reservation, Session
from charging.tests.world import NOW, World, minutes, top_up
from drivepower.core.models import Alert, Event
from drivepower.portal.tests.making import staff
from stations.models import AccessRule, Location, Maintenance, Report, SecurityEvent, Station

OURS, FOREIGN = "OURS", "FOREIGN"


def populate(world: World, name: str) -> Company:
    """A company with a location, a station, a driver, a card, a charge that it paid for, and all about them."""
    company = Company.objects.create(name=f"{name} Ltd", kind=Company.Kind.BOTH)
    place = Location.objects.create(
        code=f"{name}-PLACE", address=f"{name} street", latitude="42.8", longitude="74.6", host=company
    )
    driver = world.driver(name=f"{name} driver", company=company)
    card = world.card(driver, value=f"{name}-CARD", company=company)
    wallet = ledger.wallet_of(company=company, currency="KGS")
    top_up(wallet, "500")
    station = Station.objects.create(code=f"{name}-01", identity=f"{name.lower()}-one", location=place)
    charge(world, card, station)
    TopUp.objects.create(
        wallet=wallet, provider=name, amount=Decimal(5), made_at=NOW, expires_at=NOW + timedelta(hours=1)
    )
    adjustments.ask_adjustment(
        wallet=wallet, amount=Decimal(900_000), reason=f"{name} gift", asked_by=f"staff:{name}", at=NOW
    )
    about(station, driver, company)
    return company


def charge(world: World, card: IdTag, station: Station) -> Session:
    """The card charges 2 kWh there, and its payer pays for them."""
    session = world.begin(card.value).session
    world.end(session, 3000, at=NOW + minutes(20))
    settlement.settle(session_id=session.pk, at=NOW + minutes(60))
    Session.objects.filter(pk=session.pk).update(station=station)
    session.refresh_from_db()
    return session


def about(station: Station, driver: User, company: Company) -> None:
    """What else is said of that station and that driver."""
    name = company.name
    AccessRule.objects.create(station=station, whom="group", group=name)
    Report.objects.create(station=station, user=driver, said_by=name, text=f"{name} is broken", made_at=NOW)
    Maintenance.objects.create(station=station, what=f"{name} work", made_by="staff:x", made_at=NOW)
    SecurityEvent.objects.create(station=station, type=name, happened_at=NOW, received_at=NOW)
    Reservation.objects.create(
        station=station, driver=driver, tag=name, until=NOW + timedelta(hours=1), asked_by="x", asked_at=NOW
    )
    ClientTariff.objects.create(company=company, discount_percent=5, valid_from=NOW, reason=name)
    Alert.objects.create(kind="x", subject=f"station:{station.code}", text="FOREIGN to all", opened_at=NOW, last_at=NOW)
    Event.objects.create(kind="session.started", subject=station.code, host=company.public_id, at=NOW)


def host_of(company: Company) -> User:
    """Staff of that company, with every right there is."""
    person = staff("Site host")
    User.objects.filter(pk=person.pk).update(company=company, is_superuser=True)
    return User.objects.get(pk=person.pk)

"""Alerts about the place, the network, an end that was lost and the payer's money; by who may see them."""

import pytest
from django.utils import timezone

from billing.models import TopUp, Wallet
from charging.models import Session
from charging.tests.world import World, minutes
from drivepower.core import alerts
from drivepower.portal.tests.explain.meanwhile import running, told_of_station, told_to
from drivepower.portal.tests.explain.pages import browser, count_of, page_of
from drivepower.portal.tests.making import staff

pytestmark = pytest.mark.django_db
HARDWARE = {"Supply exceeded", "Many stations offline", "Stop was not kept"}
MONEY = {"Odd payment", "Paid twice"}


def alert(kind: str, subject: str) -> None:
    """One that opened two minutes ago."""
    alerts.open_alert(kind=kind, subject=subject, text="x", at=timezone.now() - minutes(2))


def all_of(session: Session) -> None:
    """One of each kind."""
    code = session.station.code
    alert("supply_exceeded", "location:BSK")
    alert("stations_offline", "network")
    alert("stop_not_kept", f"station:{code}:stop:{session.ocpp_id}")
    at = timezone.now() - minutes(5)
    top_up = TopUp.objects.create(
        wallet=Wallet.objects.get(user=session.driver), provider="sandbox", amount=5, made_at=at, expires_at=at
    )
    alert("payment_odd", top_up.subject)
    alert("paid_twice", top_up.subject)


def titles(page: str) -> set[str]:
    """Which of the kinds a page names."""
    return {title for title in HARDWARE | MONEY if f"Alert: {title}." in page}


@pytest.mark.parametrize(
    ("role", "sees"), [("Support", HARDWARE | MONEY), ("Finance", HARDWARE | MONEY), ("Technician", HARDWARE)]
)
def test_each_role_reads_what_it_may(world: World, role: str, sees: set[str]) -> None:
    session, person = running(world), staff(role)
    all_of(session)
    assert titles(told_to(person, session)) == sees
    assert titles(told_of_station(person, session)) == sees


def test_it_is_told_in_russian(world: World) -> None:
    session = running(world)
    all_of(session)
    page = told_to(staff("Support"), session, language="ru")
    words = ("Тревога: Ввод превышен.", "Тревога: Остановка не сохранена.")
    assert [one for one in words if one not in page] == []


def test_what_is_of_others_is_not_told(world: World) -> None:
    session, code = running(world), world.station.code
    alert("supply_exceeded", "location:BSK-2")
    alert("books_differ", "network")
    alert("stop_not_kept", f"station:{code}0:stop:{session.ocpp_id}")
    alert("payment_odd", "top_up:of-somebody")
    person = staff("Support")
    for page in (told_to(person, session), told_of_station(person, session)):
        assert "Alert:" not in page


def test_a_stations_page_tells_every_end_that_it_lost(world: World) -> None:
    session, code = running(world), world.station.code
    for name in ("4711", "", "-1"):
        alert("stop_not_kept", f"station:{code}:stop:{name}")
    person = staff("Technician")
    assert told_of_station(person, session).count("Alert: Stop was not kept.") == 3
    # On a charge's own page those that name another one are none of its business.
    assert told_to(person, session).count("Alert: Stop was not kept.") == 2


def test_it_asks_as_often_for_many_alerts_as_for_none(world: World) -> None:
    session, client = running(world), browser(staff("Support"))
    client.get(page_of(session))
    none = count_of(client, page_of(session))
    all_of(session)
    assert count_of(client, page_of(session)) == none

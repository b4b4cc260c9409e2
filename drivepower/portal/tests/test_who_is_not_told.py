"""Staff of a company learn by no filter, list or page who of others charged, reserved or reported at their places."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import IdTag, User
from charging.models import Reservation, Session
from charging.tests.world import NOW, World
from drivepower.core.models import Event
from drivepower.portal.tests.companies import FOREIGN, OURS, charge, host_of, populate
from drivepower.portal.tests.making import superuser
from stations.models import Report, Station

LISTS = {
    "sessions": "/admin/charging/session/",
    "reservations": "/admin/charging/reservation/",
    "events": "/admin/core/event/",
    "reports": "/admin/stations/report/",
}


@pytest.fixture
def guest(world: World) -> User:
    """A driver of another company, who has done everything at a station of ours."""
    populate(world, OURS)
    populate(world, FOREIGN)
    station = Station.objects.get(code="OURS-01")
    card = IdTag.objects.get(value="FOREIGN-CARD")
    driver = card.user
    assert driver is not None
    charge(world, card, station)
    until = NOW + timedelta(hours=1)
    said = f"driver:{driver.public_id}"
    Reservation.objects.create(
        station=station, driver=driver, tag="FOREIGN-TAG", until=until, asked_by=said, asked_at=NOW
    )
    Report.objects.create(
        station=station, user=driver, said_by=said, contact="FOREIGN-MAIL", text="Broken", made_at=NOW
    )
    host = station.location.host.public_id if station.location and station.location.host else None
    Event.objects.create(kind="session.started", subject="session:guest", host=host, driver=driver.public_id, at=NOW)
    return driver


@pytest.fixture
def host(guest: User, client: Client) -> Client:
    """Staff of ours."""
    company = User.objects.get(name="OURS driver").company
    assert company is not None
    client.force_login(host_of(company))
    return client


def rows_of(guest: User) -> dict[str, Any]:
    """What the guest has left at our station, by its list."""
    return {
        "sessions": Session.objects.get(driver=guest, station__code="OURS-01"),
        "reservations": Reservation.objects.get(tag="FOREIGN-TAG"),
        "events": Event.objects.get(subject="session:guest"),
        "reports": Report.objects.get(contact="FOREIGN-MAIL"),
    }


@pytest.mark.parametrize("name", LISTS)
def test_neither_list_nor_page_says_who(host: Client, guest: User, name: str) -> None:
    row = rows_of(guest)[name]
    for page in ("", f"{row.pk}/change/"):
        text = host.get(LISTS[name] + page).content.decode()
        assert "FOREIGN" not in text
        assert str(guest.public_id) not in text
    assert f"/{row.pk}/change/" in host.get(LISTS[name]).content.decode()


@pytest.mark.parametrize("name", LISTS)
def test_the_house_reads_who(guest: User, client: Client, name: str) -> None:
    client.force_login(superuser())

    text = client.get(f"{LISTS[name]}{rows_of(guest)[name].pk}/change/").content.decode()

    assert "FOREIGN" in text or str(guest.public_id) in text


@pytest.mark.parametrize(
    "asked",
    ["tag", "tag__startswith", "driver", "driver__exact", "company", "company__id__exact", "id_tag", "driver__phone"],
)
@pytest.mark.parametrize("name", ["sessions", "reservations", "events"])
def test_no_filter_asks_who(host: Client, guest: User, name: str, asked: str) -> None:
    values = {"tag": "FOREIGN-TAG", "driver": str(guest.pk), "company": str(guest.company_id)}

    answer = host.get(LISTS[name], {asked: values.get(asked, "F")}, follow=True)

    told = [one[0] for one in answer.redirect_chain]
    assert answer.status_code == 400 or told == [f"{LISTS[name]}?e=1"]


@pytest.mark.parametrize("text", ["FOREIGN-TAG", "FOREIGN driver", "FOREIGN-CARD"])
@pytest.mark.parametrize("name", ["sessions", "reservations"])
def test_no_search_finds_them(host: Client, guest: User, name: str, text: str) -> None:
    found = host.get(LISTS[name], {"q": text}).content.decode()

    assert f"/{rows_of(guest)[name].pk}/change/" not in found

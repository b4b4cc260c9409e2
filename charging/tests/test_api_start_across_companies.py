"""POST /api/v1/charging/start and /stop by staff of a company: for its own drivers, at its own stations."""

import pytest

from accounts.models import Company, User
from charging.models import Session
from charging.models.session import State
from charging.tests.app import App, go_live, staff
from charging.tests.world import World, top_up
from stations.models import Location, Station


@pytest.fixture
def ours(world: World) -> Company:
    """A company that hosts the station, as of now."""
    go_live(world)
    company = Company.objects.create(name="Ours", kind=Company.Kind.BOTH)
    Location.objects.update(host=company)
    return company


@pytest.fixture
def theirs() -> Company:
    """Another one, which hosts nothing here."""
    return Company.objects.create(name="Theirs", kind=Company.Kind.BOTH)


def staff_of(company: Company | None) -> User:
    """Somebody of theirs, or of the house, who may start for others."""
    person = staff("add_session")
    person.company = company
    person.save(update_fields=["company"])
    return person


def test_it_starts_and_stops_for_ones_own_driver_at_ones_own_station(world: World, ours: Company) -> None:
    app, driver = App(staff_of(ours)), world.driver(company=ours)

    status, body = app.start(driver=str(driver.public_id))

    assert (status, body["state"]) == (202, "requested")
    assert app.stop(body["session_id"])[0] == 200
    assert Session.objects.get().state == State.FAILED


def test_it_knows_no_driver_of_another_company(world: World, ours: Company, theirs: Company) -> None:
    for driver in (world.driver(company=theirs), world.driver()):
        status, body = App(staff_of(ours)).start(driver=str(driver.public_id))
        assert (status, body["error"]) == (404, "client_not_found")
    assert not Session.objects.exists()


@pytest.mark.parametrize("is_public", [True, False])
def test_it_knows_no_station_of_another_company(world: World, ours: Company, theirs: Company, is_public: bool) -> None:
    Station.objects.update(is_public=is_public)
    driver = world.driver(company=theirs)
    status, body = App(staff_of(theirs)).start(driver=str(driver.public_id))
    assert (status, body["error"]) == (404, "station_not_found")
    assert not Session.objects.exists()


def test_it_charges_oneself_at_anybodys_public_station(world: World, ours: Company, theirs: Company) -> None:
    person = staff_of(theirs)
    top_up(world.wallet(person), "1000.00")
    app = App(person)
    assert app.start()[0] == 202
    Station.objects.update(is_public=False)
    assert app.start()[1]["error"] == "station_not_found"


def test_it_stops_nothing_of_another_company(world: World, ours: Company, theirs: Company) -> None:
    driver = world.driver(company=ours)
    started = App(staff_of(None)).start(driver=str(driver.public_id))[1]["session_id"]
    status, body = App(staff_of(theirs)).stop(started)
    assert (status, body["error"]) == (404, "session_not_found")
    assert Session.objects.get().state == State.REQUESTED


def test_it_stops_at_ones_own_station_nobody_whom_one_may_not_see(world: World, ours: Company) -> None:
    started = App(staff_of(None)).start(driver=str(world.driver().public_id))[1]["session_id"]
    assert App(staff_of(ours)).stop(started)[0] == 404
    assert App(staff_of(None)).stop(started)[0] == 200

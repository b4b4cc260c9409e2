"""Staff of a company with every permission: nothing of its own may be tied to another company's things by a body."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.utils import timezone

from accounts.models import Company, IdTag, User
from drivepower.tests.published.bodies import LATER, OPERATOR, PLACE
from drivepower.tests.published.estate import CANARY, CARD, LOCATION, STATION, Estate
from drivepower.tests.published.test_isolation import content, fingerprint, send
from stations.models import Connector, Location, Maintenance, Station

# Marked, so that the test database is made: the estate lives in a transaction around those of the tests.
pytestmark = pytest.mark.django_db

OWN_STATION, OWN_LOCATION = "OWN-STATION", "OWN-LOCATION"
AT_OWN, AT_FOREIGN = {"station_id": OWN_STATION}, {"station_id": STATION}


class Things(NamedTuple):
    """Ids: of the other company's own things, and of the driver's and the host's."""

    card: str
    work: str
    driver: str
    foreign_driver: str
    foreign_company: str
    foreign_person: str


Case = tuple[str, str, Callable[[Things], dict[str, Any]]]
CASES: list[Case] = [
    ("PATCH", "stations/OWN-STATION", lambda its: {"location_id": LOCATION}),
    ("PUT", "stations/OWN-STATION", lambda its: AT_OWN | {"identity": "own", "location_id": LOCATION}),
    ("PATCH", "locations/OWN-LOCATION", lambda its: {"host_id": its.foreign_company}),
    ("PUT", "locations/OWN-LOCATION", lambda its: PLACE | {"location_id": "OWN", "host_id": its.foreign_company}),
    ("PATCH", "id-tags/{card}", lambda its: {"driver_id": its.foreign_driver}),
    ("PATCH", "id-tags/{card}", lambda its: {"driver_id": None, "company_id": its.foreign_company}),
    ("POST", "id-tags", lambda its: {"value": "NEW-CARD", "company_id": its.foreign_company}),
    ("PATCH", "drivers/{driver}", lambda its: {"company_id": its.foreign_company}),
    ("PATCH", "maintenance/{work}", lambda its: {"assignee_id": its.foreign_person}),
    ("POST", "maintenance", lambda its: AT_OWN | {"what": "Cable", "assignee_id": its.foreign_person}),
    ("POST", "access-rules", lambda its: {"location_id": LOCATION}),
    ("POST", "reservations", lambda its: AT_OWN | {"driver_id": its.foreign_driver, "until": LATER}),
    ("POST", "reservations", lambda its: AT_OWN | {"tag": CARD, "until": LATER}),
    ("POST", "reservations", lambda its: AT_FOREIGN | {"driver_id": its.driver, "until": LATER}),
    ("POST", "sessions", lambda its: AT_OWN | {"driver": its.foreign_driver}),
    ("POST", "sessions", lambda its: AT_FOREIGN | {"driver": its.driver, "connector_id": 1}),
    ("POST", "../charging/start", lambda its: AT_OWN | {"driver": its.foreign_driver}),
    ("POST", "../charging/start", lambda its: AT_FOREIGN | {"driver": its.driver, "connector_id": 1}),
    ("POST", "commands/bulk", lambda its: {"action": "ClearCache", "payload": {}, "stations": [OWN_STATION, STATION]}),
]

EACH = pytest.mark.parametrize(
    "case", CASES, ids=[f"{number} {method} {path}" for number, (method, path, _makes) in enumerate(CASES)]
)


@pytest.fixture
def things(estate: Estate) -> Things:
    """One of each in the hands of the other company."""
    others = Company.objects.get(name="Others")
    place = Location.objects.create(code=OWN_LOCATION, address="Chuy 2", latitude=42, longitude=74, host=others)
    online = {"gateway": estate.world.station.gateway, "connected_at": timezone.now()}
    station = Station.objects.create(code=OWN_STATION, identity="own", location=place, **online)
    Connector.objects.create(station=station, number=1)
    driver = estate.world.driver(company=others, name="own")
    work = Maintenance.objects.create(station=station, what="Cable", made_by="rule:x", made_at=timezone.now())
    return Things(
        card=str(IdTag.objects.create(value="OWN-CARD", user=driver).public_id),
        work=str(work.public_id),
        driver=str(driver.public_id),
        foreign_driver=str(estate.driver.public_id),
        foreign_company=str(Company.objects.get(name="Hosts").public_id),
        foreign_person=str(estate.host.public_id),
    )


def told(estate: Estate, person: User, case: Case, its: Things) -> Any:
    """The answer to that person."""
    method, path, makes = case
    address = f"/{OPERATOR}/{path}".replace("operator/../", "").format(**its._asdict())
    return send(estate, person, method, address, makes(its))


@EACH
def test_it_ties_nothing_to_foreign_things(estate: Estate, things: Things, case: Case) -> None:
    before = fingerprint(estate)
    answer = told(estate, estate.stranger, case, things)
    assert answer.status_code in {400, 403, 404}, f"{answer.status_code} {content(answer)[:300]}"
    assert CANARY not in content(answer)
    assert fingerprint(estate) == before


@EACH
def test_it_is_the_company_that_forbids_it(estate: Estate, things: Things, case: Case) -> None:
    answer = told(estate, estate.owner, case, things)
    assert answer.status_code < 500
    assert answer.status_code not in {400, 401, 403, 404, 405}, f"{answer.status_code} {content(answer)[:300]}"

"""Stations with connectors from files."""

import pytest

from drivepower.portal.tests.making import superuser
from drivepower.portal.tests.moving.files import imported, looked, of
from stations.models import ConfigurationTemplate, Connector, Location, Station

pytestmark = pytest.mark.django_db
HEADS = "station,identity,location,labels,public,connector,type,power_w"


@pytest.fixture
def station() -> Station:
    place = Location.objects.create(code="PLACE", address="-", latitude=42, longitude=74)
    station = Station.objects.create(code="S-1", identity="one", location=place, vendor="Volt", labels=["fast"])
    Connector.objects.create(station=station, number=1, type="CCS2", max_power_w=60_000)
    return station


def test_it_says_what_would_change(station: Station) -> None:
    lines = looked(
        "stations", HEADS,
        's-1,one,place,"fast, city",yes,1,CCS2,50000', "S-1,,,,,2,Type2,22000", "S-2,two,PLACE,,no,,,",
    )  # fmt: skip

    assert of(lines) == [("S-1", "changed"), ("S-2", "new")]
    assert lines[0].changes == [
        ("labels", "fast", "fast, city"),
        ("1: power_w", "60000", "50000"),
        ("connector 2", "", "new"),
        ("2: type", "", "Type2"),
        ("2: power_w", "", "22000"),
    ]
    assert Station.objects.count() == 1


def test_it_writes_that_and_nothing_else_and_once(station: Station) -> None:
    file = (HEADS, "S-1,one,PLACE,fast,no,1,CCS2,50000", "S-2,two,PLACE,,yes,1,Type2,22000", "S-2,,,,,2,Type2,")
    person = superuser()

    assert imported("stations", person, *file) == {"new": 1, "changed": 1, "same": 0}
    assert imported("stations", person, *file) == {"new": 0, "changed": 0, "same": 2}

    station.refresh_from_db()
    assert (station.is_public, station.vendor) == (False, "Volt")
    told = Connector.objects.order_by("station__code", "number").values_list("station__code", "number", "max_power_w")
    assert list(told) == [("S-1", 1, 50_000), ("S-2", 1, 22_000), ("S-2", 2, None)]
    assert Station.objects.get(code="S-2").registration == "accepted"


def test_a_new_one_waits_where_stations_are_set_up_first(station: Station) -> None:
    ConfigurationTemplate.objects.create(name="x", is_for_onboarding=True)
    imported("stations", superuser(), "station,identity", "S-2,two")
    assert Station.objects.get(code="S-2").registration == "pending"


WRONG = {
    "S-2,,PLACE,,yes,,,": "identity: a new station needs one",
    "S-2,one,PLACE,,yes,,,": "identity: another station has it",
    "S-2,S-2,PLACE,,yes,,,": "identity: it must differ from the public code",
    "S-2,two,NOWHERE,,yes,,,": "location: there is no NOWHERE",
    "S-2,two,PLACE,,maybe,,,": "public: write yes or no",
    "S_2,two,PLACE,,yes,,,": "station: Capital letters, digits and hyphens.",
    "S-2,two,PLACE,,yes,101,,": "row 2: connector: from 1 to 100",
    "S-2,two,PLACE,,yes,,CCS2,": "row 2: connector: say which one",
    "S-2,two,PLACE,,yes,1,Shuko,": "row 2: type: Value 'Shuko' is not a valid choice.",
    "S-2,two,PLACE,,yes,1,,-5": "row 2: power_w: write a whole number",
}


@pytest.mark.parametrize("row", WRONG)
def test_it_says_what_is_wrong(station: Station, row: str) -> None:
    line = looked("stations", HEADS, row)[0]
    assert (line.state, line.reasons) == ("wrong", [WRONG[row]])


def test_it_compares_the_rows_of_a_file(station: Station) -> None:
    lines = looked("stations", HEADS, "S-2,two,PLACE,,yes,1,,", "S-2,two,,,no,1,,", "S-3,two,,,yes,,,")

    assert lines[0].reasons == [
        "row 3: public is another than in row 2",
        "row 3: connector 1 is there twice",
        "identity: another row has the same",
    ]
    assert lines[1].state == "new"


def test_it_never_takes_keys() -> None:
    from drivepower.portal.moving.kinds import KINDS

    assert not [name for kind in KINDS.values() for name in kind.known if "key" in name or "password" in name]

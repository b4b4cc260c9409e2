"""Cards that programs keep for operators name places that there are: a slip would shut a card out."""

import pytest

from accounts.models import IdTag
from stations.tests.desk import Desk, staff
from stations.tests.world import location, station

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    """Somebody of staff, in a house with one location and one station."""
    location("OSH-BAZAAR")
    station("BSK-01")
    return Desk(staff())


def test_it_keeps_codes_as_they_are_written_each_once(desk: Desk) -> None:
    status, made = desk.post("id-tags", value="04A1B2", allowed_places=["bsk-01", "OSH-Bazaar ", "BSK-01"])
    assert (status, made["id_tag"]["allowed_places"]) == (201, ["BSK-01", "OSH-BAZAAR"])
    status, changed = desk.ask("PATCH", f"id-tags/{made['id_tag']['id']}", {"allowed_places": []})
    assert (status, changed["id_tag"]["allowed_places"]) == (200, [])


def test_it_refuses_a_slip_and_names_what_is_near(desk: Desk) -> None:
    status, body = desk.post("id-tags", value="04A1B2", allowed_places=["BSK-1"])
    assert (status, body["error"]) == (400, "invalid_parameters")
    assert body["details"] == {"allowed_places": ["There is no place BSK-1. Did you mean: BSK-01?"]}
    assert not IdTag.objects.exists()


def test_it_does_not_look_long_for_what_many_slips_may_mean(desk: Desk) -> None:
    slips = [f"BSK-0{number}X" for number in range(6)]
    _, body = desk.post("id-tags", value="04A1B2", allowed_places=slips)
    assert body["details"] == {"allowed_places": [f"There is no place {slip}." for slip in slips]}
    _, body = desk.post("id-tags", value="04A1B2", allowed_places=slips[:5])
    assert all("Did you mean: BSK-01?" in said for said in body["details"]["allowed_places"])


def test_it_leaves_a_card_alone_that_is_changed_otherwise(desk: Desk) -> None:
    made = IdTag.objects.create(value="04A1B2", allowed_places=["GONE"])
    assert desk.ask("PATCH", f"id-tags/{made.public_id}", {"plate": "01KG123ABC"})[0] == 200
    assert desk.ask("PATCH", f"id-tags/{made.public_id}", {"allowed_places": ["GONE"]})[0] == 400
    made.refresh_from_db()
    assert (made.plate, made.allowed_places) == ("01KG123ABC", ["GONE"])

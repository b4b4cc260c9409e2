"""Types and powers of the connectors that a station has named by itself, told on the page of its steps."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from drivepower.core.refusals import Refusal
from stations.commissioning import fitting
from stations.models import Commissioning, Connector, SecurityEvent
from stations.tests.commissioning import begun, come, link_for
from stations.tests.test_admin_own_price import browser
from stations.tests.world import NOON, say, seconds

pytestmark = pytest.mark.django_db
AT = NOON + seconds(5)


@pytest.fixture
def row() -> Commissioning:
    """A station that has named connectors 1 and 2, of which nobody has entered anything, and spoken for itself."""
    row = begun(at=timezone.now())
    Connector.objects.all().delete()
    for number in (0, 1, 2):
        say(row.station, number, "Available", at=timezone.now())
    return row


def tell(row: Commissioning, **said: str) -> int:
    """What somebody says."""
    return fitting.tell(station=row.station, said=said)


def connectors() -> list[tuple[Any, ...]]:
    """All there are."""
    return list(Connector.objects.order_by("number").values_list("number", "type", "max_power_w", "phases"))


def test_it_keeps_what_is_told_and_leaves_the_rest_to_be_asked(row: Commissioning) -> None:
    assert fitting.untold(row.station) == [1, 2]
    assert tell(row, type_1="CCS2", power_1="62,5", type_2="", power_2="22") == 1
    assert connectors() == [(1, "CCS2", 62_500, 0)]
    assert fitting.untold(row.station) == [2]
    assert tell(row, type_2="Type2") == 1
    assert connectors()[1] == (2, "Type2", None, 3)


def test_what_was_planned_stays_as_it_is(row: Commissioning) -> None:
    Connector.objects.create(station=row.station, number=1, type="GB/T DC", max_power_w=40_000, phases=0)
    assert tell(row, type_1="CCS2", power_1="1") == 0
    assert connectors() == [(1, "GB/T DC", 40_000, 0)]


@pytest.mark.parametrize(
    "said",
    [
        {"type_1": "USB"}, {"type_1": "CCS2", "power_1": "much"}, {"type_1": "CCS2", "power_1": "-5"},
        {"type_1": "CCS2", "power_1": "2001"}, {"type_1": "CCS2", "power_1": "NaN"}, {"type_1": "CCS2", "power_1": "0"},
    ],
    ids=["no type", "no number", "negative", "too much", "not a number", "none at all"],
)  # fmt: skip
def test_it_refuses_what_is_no_type_and_no_power(row: Commissioning, said: dict[str, str]) -> None:
    with pytest.raises(Refusal) as refused:
        tell(row, **said)
    assert refused.value.code == "invalid_parameters"
    assert fitting.untold(row.station) == [1, 2]


def act(client: Client, address: str, **said: str) -> Any:
    """A form of the page."""
    return client.post(address, {"act": "tell_connectors", **said})


def test_the_page_of_staff_asks_and_the_step_is_done(row: Commissioning) -> None:
    client = browser("view_commissioning", "change_commissioning")
    address = reverse("admin:stations_commissioning_page", args=[row.public_id])
    assert re.findall(r'name="(type_\d+)"', client.get(address).text) == ["type_1", "type_2"]
    assert client.get(reverse("admin:stations_commissioning_now", args=[row.public_id])).json()["untold"] == "1,2"
    assert act(client, address).status_code == 409
    assert act(client, address, type_1="CCS2", power_1="60", type_2="CCS2").status_code == 302
    page = client.get(address)
    assert "type_1" not in page.text
    done = [step.name for step, _word in page.context["steps"] if step.done_at is not None]
    assert "connectors" in done
    assert SecurityEvent.objects.filter(type="Commissioning", detail__startswith="connectors told").exists()


def test_an_installer_tells_it_by_their_link(row: Commissioning) -> None:
    _link, token = link_for(row.station, at=timezone.now())
    address = f"/commission/{token}/{row.station.code}"
    assert "type_2" in Client().get(address).text
    assert act(Client(), address, type_1="Type2").status_code == 302
    assert connectors() == [(1, "Type2", None, 3)]


def test_it_asks_nobody_who_only_looks(row: Commissioning) -> None:
    come(row.station, at=timezone.now())
    client = browser("view_commissioning")
    address = reverse("admin:stations_commissioning_page", args=[row.public_id])
    assert "type_1" not in client.get(address).text
    assert act(client, address, type_1="CCS2").status_code == 409

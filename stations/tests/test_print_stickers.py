"""Sheets of stickers: which connectors, how many on a page, and the address that the QR code holds."""

import re
from typing import Any

import pytest
import segno

from accounts.models import Company, User
from stations import sheets
from stations.models import Connector, Location, Station
from stations.tests.test_admin import browser
from stations.tests.world import location, station

pytestmark = pytest.mark.django_db
PAGE = "/admin/stations/station/stickers/"


def chosen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that are printed, in their order."""
    printed: list[str] = []
    draw = sheets.Sheet.draw_qr

    def note(sheet: sheets.Sheet, text: str, **place: float) -> None:
        printed.append(text)
        draw(sheet, text, **place)

    monkeypatch.setattr(sheets.Sheet, "draw_qr", note)
    return printed


def pages_of(pdf: bytes) -> int:
    """How many pages it says that it has."""
    [count] = re.findall(rb"/Count (\d+)", pdf)
    return int(count)


def test_it_names_the_address_that_never_changes(settings: Any) -> None:
    settings.PUBLIC_URL = "https://charge.example.com"
    made = station()
    assert sheets.address_of(made.connectors.get(number=2)) == "https://charge.example.com/c/BSK-01/2"


def test_it_puts_eight_on_a_page() -> None:
    station(connectors=17)
    connectors = Connector.objects.select_related("station").order_by("number")
    assert [pages_of(sheets.make(connectors[:count])) for count in (1, 8, 9, 17)] == [1, 1, 2, 3]


def test_it_prints_something_where_nothing_is_chosen() -> None:
    assert sheets.make([]).startswith(b"%PDF")


@pytest.mark.parametrize("text", ["https://charge.example.com/c/BSK-01/1", "x"])
def test_it_draws_every_dark_module(text: str) -> None:
    for modules in segno.make(text, error="m", micro=False).matrix:
        drawn = [0] * len(modules)
        for first, length in sheets.runs(modules):
            drawn[first : first + length] = [1] * length
        assert drawn == list(modules)


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ({"label": "fast"}, ["A", "C"]),
        ({"label": "square"}, ["A", "B"]),
        ({"label": "none"}, []),
        ({"locations": ["HERE"]}, ["A", "B"]),
        ({"stations": ["C"]}, ["C"]),
        ({"stations": ["C"], "locations": ["HERE"]}, ["A", "B", "C"]),
    ],
    ids=str,
)
def test_it_prints_those_that_are_chosen(
    query: dict[str, Any], codes: list[str], monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.OPERATOR_PHONE, settings.PUBLIC_URL = "+996 312 000 000", "https://x.example"
    here = location("HERE", labels=["square"])
    station("A", at=here, connectors=1, labels=["fast"])
    station("B", at=here, connectors=1)
    station("C", connectors=1, labels=["fast"])
    station("GONE", connectors=1, labels=["fast"], service_state="retired")
    Connector.objects.create(station=Station.objects.get(code="A"), number=0)
    printed = chosen(monkeypatch)
    said = {
        "stations": [Station.objects.get(code=code).pk for code in query.get("stations", [])],
        "locations": [Location.objects.get(code=code).pk for code in query.get("locations", [])],
        "label": query.get("label", ""),
    }
    answer = browser("view_station").get(PAGE, said)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF")
    assert printed == [f"https://x.example/c/{code}/1" for code in codes]


def test_it_prints_in_russian() -> None:
    station()
    answer = browser("view_station").get(
        PAGE, {"stations": [Station.objects.get().pk]}, headers={"accept-language": "ru"}
    )
    assert answer.content.startswith(b"%PDF")


def test_it_prints_the_chosen_rows_of_the_list() -> None:
    made = station()
    client = browser("view_station", "change_station")
    said = {"action": "print_stickers", "_selected_action": [made.pk]}
    assert client.post("/admin/stations/station/", said)["Location"] == f"{PAGE}?stations={made.pk}"


def test_it_prints_a_company_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    client = browser("view_station")
    host = Company.objects.create(name="Host")
    User.objects.update(company=host)
    station("THEIRS", at=location("HERE", host=host), connectors=1, labels=["fast"])
    other = station("OTHER", connectors=1, labels=["fast"])
    printed = chosen(monkeypatch)
    assert client.get(PAGE).status_code == 200
    assert client.get(PAGE, {"label": "fast"}).status_code == 200
    assert [address.split("/c/")[1] for address in printed] == ["THEIRS/1"]
    assert "OTHER" not in client.get(PAGE).text
    assert client.get(PAGE, {"stations": [other.pk]})["Content-Type"].startswith("text/html")


def test_it_prints_for_nobody_without_the_right() -> None:
    assert browser("view_location").get(PAGE).status_code == 403

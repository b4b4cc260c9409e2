"""What makers' codes mean stands at the axis and in the cause; who may, is led to where an unknown one is told of."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.utils import timezone

from charging.models import Session
from charging.tests.world import World
from drivepower.portal.explain import causes
from drivepower.portal.explain.facts import Around, Said, Watch
from drivepower.portal.explain.sentences import states
from drivepower.portal.tests.explain.making import STATION, minutes, session, span, story
from drivepower.portal.tests.explain.pages import NASTY, browser, charged, count_of, local, page_of, time_of
from drivepower.portal.tests.making import staff, superuser
from ocpp_consumer.models import Frame
from stations.makers_codes import Makers, Meaning
from stations.models import MakersCode, Station, StatusSpan

MAKERS = Makers("ACME", {("e-17", "acme"): Meaning("the RCD has tripped", "Reset it.", is_own=True)})
STEPS = {
    "e-17": ["Reset it.", "If the fault stays, plan work."],
    "CX025": [
        "Have the latch or the plug changed; till then charges may break off.",
        "If the fault stays, plan work.",
    ],
    "E-99": [
        "Look up the maker's code in its manual; a restart helps against some.",
        "Say what this code means: E-99.",
        "If the fault stays, plan work.",
    ],
}


def around(code: str, **more: Any) -> dict[str, Any]:
    """A fault with this code, ten minutes after the beginning."""
    said = {"connectorId": 1, "status": "Faulted", "vendorErrorCode": code}
    frame = Said(minutes(10), False, "StatusNotification", said, {})
    faulted = span("Faulted", 10, error="InternalError")
    return {"frames": [frame], "statuses": [faulted], "makers": MAKERS, "tells_codes": True, **more}


def test_the_axis_says_what_it_means() -> None:
    known = around("e-17")
    window = minutes(-5), minutes(60)
    [moment] = states.moments(known["statuses"], known["frames"], window, MAKERS)
    assert moment.detail == "The maker's own words: e-17. That means: the RCD has tripped."
    [moment] = states.moments(known["statuses"], around("E-99")["frames"], window, MAKERS)
    assert moment.detail == "The maker's own words: E-99."


@pytest.mark.parametrize("code", STEPS)
def test_the_cause_says_what_to_do(code: str) -> None:
    [cause] = [one for one in causes.of_session(told(code)) if one.name == "faulted"]
    assert [step.text for step in cause.steps] == STEPS[code]


def told(code: str, **more: Any) -> Any:
    """A charge that such a fault ended."""
    return story(session(stop_reason="Other"), around=around(code, **more))


def test_a_stations_time_does_too() -> None:
    for code in STEPS:
        watch = Watch(
            station=STATION, since=minutes(0), until=minutes(60), at=minutes(90), around=Around(**around(code))
        )
        cause = next(one for one in causes.of_station(watch) if one.name == "faulted")
        assert [step.text for step in cause.steps] == [one for one in STEPS[code] if "manual" not in one]


def test_nobody_is_led_where_they_may_not_go() -> None:
    [cause] = [one for one in causes.of_session(told("E-99", tells_codes=False)) if one.name == "faulted"]
    assert not any("Say what" in step.text for step in cause.steps)


def broken(session: Session, *codes: str) -> None:
    """Faults in the middle of a charge, each told with one of these codes."""
    assert session.started_at is not None
    for place, code in enumerate(codes):
        at, number = session.started_at + timedelta(minutes=1, seconds=place), Frame.objects.count()
        StatusSpan.objects.create(
            station=session.station, number=1, status="Faulted", error_code="OtherError", since=at, until=at
        )
        text = f'[2,"{number}","StatusNotification",{{"connectorId":1,"status":"Faulted","vendorErrorCode":"{code}"}}]'
        common = {"station": session.station, "epoch": 1, "received_at": at, "direction": "in", "message_type": 2}
        Frame.objects.create(**common, message_id=str(number), action="StatusNotification", text=text)


def pages(session: Session) -> list[str]:
    """Both explanations, of the charge and of its station's time."""
    return [page_of(session), time_of(session.station, since=local(session))]


def offered(page: str) -> dict[str, list[str]]:
    """What the link to the form fills in; nothing where there is no link."""
    _, found, rest = page.partition('href="/admin/stations/makerscode/add/?')
    return parse_qs(rest.partition('"')[0].replace("&amp;", "&")) if found else {}


@pytest.fixture
def charge(world: World) -> Session:
    """One that is over, at a station of ACME."""
    Station.objects.update(vendor="ACME")
    return charged(world)


@pytest.mark.parametrize(
    ("role", "found"),
    [("Operator", {"vendor": ["ACME"], "code": [NASTY]}), ("Support", {}), ("Finance", {})],
)
@pytest.mark.django_db
def test_the_page_leads_who_may_to_the_form(charge: Session, role: str, found: dict[str, list[str]]) -> None:
    broken(charge, NASTY)
    client = browser(staff(role))
    for address in pages(charge):
        page = client.get(address).text
        assert offered(page) == found
        assert NASTY not in page


@pytest.mark.django_db
def test_the_page_says_what_an_operator_wrote(charge: Session) -> None:
    broken(charge, "E-17")
    MakersCode.objects.create(vendor="acme", code="e-17", meaning=NASTY, made_by="x", made_at=timezone.now())
    client = browser(staff("Operator"))
    for address in pages(charge):
        page = client.get(address).text
        assert "words: E-17. That means: &lt;script&gt;" in page
        assert NASTY not in page
        assert offered(page) == {}


@pytest.mark.django_db
def test_it_asks_as_often_for_many_codes_as_for_one(charge: Session) -> None:
    broken(charge, "E-0")
    client = browser(superuser())
    few = [(client.get(address), count_of(client, address))[1] for address in pages(charge)]
    broken(charge, *(f"E-{number}" for number in range(30)))
    for number in range(30):
        MakersCode.objects.create(code=f"E-{number}", meaning="x", made_by="x", made_at=timezone.now())
    assert [count_of(client, address) for address in pages(charge)] == few

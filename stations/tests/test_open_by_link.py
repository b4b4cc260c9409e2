"""An installer's link opens its own stations' pages, until it ends; everything else is not there."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.tests.world import chinara
from drivepower.core.keys import hash_key
from drivepower.core.refusals import Refusal
from stations.commissioning import installers
from stations.commissioning.doors import InstallerThrottle
from stations.models import Command, Commissioning, InstallerLink, SecurityEvent, Station
from stations.tests.commissioning import begun, come, expire, link_for, planned, see_all
from stations.tests.world import location, station

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
ACTS = [
    ("make_key", {"sure": "1"}),
    ("ask_status", {}),
    ("write_note", {"note": "x"}),
    ("finish", {"why_not": "x"}),
    ("give_up", {"sure": "1"}),
]


def opened(**fields: Any) -> tuple[Client, str, InstallerLink]:
    """A browser without anything, where one station's page is, and the link."""
    made = planned(**fields)
    link, token = link_for(made, at=timezone.now())
    return Client(), f"/commission/{token}/{made.code}", link


def test_it_keeps_only_the_hash() -> None:
    link, token = link_for(planned(), at=timezone.now())
    assert link.token_hash == hash_key(token.encode())
    assert token not in repr(list(InstallerLink.objects.values()))
    assert Commissioning.objects.get().begun_by == "staff:1"


def test_it_tells_until_when_by_the_houses_clock(settings: Any) -> None:
    settings.DEFAULT_LOCATION_TIME_ZONE = "Asia/Bishkek"
    link, token = link_for(planned(), at=timezone.now())
    until = link.expires_at.astimezone(ZoneInfo("Asia/Bishkek"))
    shown = Client().get(f"/commission/{token}/").text
    assert f"{until:%H:%M}:" in shown
    assert "(Asia/Bishkek)" in shown


@pytest.mark.parametrize("lasts", [timedelta(), timedelta(days=91)], ids=["no time", "too long"])
def test_it_makes_none_that_never_or_always_opens(lasts: timedelta) -> None:
    with pytest.raises(Refusal):
        link_for(planned(), at=timezone.now(), lasts=lasts)
    assert not InstallerLink.objects.exists()


def test_it_shows_its_stations_and_sets_no_cookie() -> None:
    client, address, link = opened(at=location(name={"en": "<i>Square</i>"}))
    station("OTHER-1", at=location("OTHER-PLACE"))
    home = client.get(address.rpartition("/")[0] + "/")
    assert "BSK-07" in home.text
    assert "OTHER-1" not in home.text
    assert "&lt;b&gt;Installers&lt;/b&gt;" in home.text
    page = client.get(address)
    assert "secret-identity-BSK-07" in page.text
    assert "<i>Square" not in page.text
    assert "csrfmiddlewaretoken" not in page.text
    for answer in (home, page):
        assert answer.cookies == {}
        assert (answer["Referrer-Policy"], answer["Cache-Control"]) == ("no-referrer", "no-store")
    link.refresh_from_db()
    assert link.last_used_at is not None


@pytest.mark.parametrize("end", [expire, lambda link: installers.revoke(link=link, at=timezone.now())])
def test_it_opens_nothing_when_it_is_over(end: Any) -> None:
    client, address, link = opened()
    assert client.get(address).status_code == 200
    end(link)
    root = address.rpartition("/")[0] + "/"
    assert [client.get(path).status_code for path in (root, address, f"{address}/now")] == [404] * 3
    assert client.post(address, {"act": "make_key", "sure": "1"}).status_code == 404
    assert Station.objects.get().key_hash == ""


@pytest.mark.parametrize(("act", "said"), ACTS, ids=[act for act, _said in ACTS])
def test_it_opens_no_other_station(act: str, said: dict[str, str]) -> None:
    client, address, _link = opened()
    other = begun(planned("OTHER-1"), at=timezone.now())
    see_all(other)
    before = list(Station.objects.values("service_state", "key_hash")), list(Commissioning.objects.values())
    foreign = address.replace("BSK-07", "OTHER-1")
    answers = [client.get(foreign), client.get(f"{foreign}/now"), client.post(foreign, {"act": act, **said})]
    assert [answer.status_code for answer in answers] == [404] * 3
    assert (list(Station.objects.values("service_state", "key_hash")), list(Commissioning.objects.values())) == before
    assert not Command.objects.exists()


@pytest.mark.parametrize("token", ["x", "%00", "a" * 500, "<script>"])
def test_it_knows_no_other_token(token: str) -> None:
    client, _address, _link = opened()
    assert client.get(f"/commission/{token}/").status_code == 404


def test_it_is_gone_with_the_station() -> None:
    client, address, _link = opened()
    Station.objects.update(service_state=Station.ServiceState.RETIRED)
    assert client.get(address).status_code == 404


def test_it_writes_down_who_acts() -> None:
    client, address, link = opened()
    by = installers.who(link)
    come(Station.objects.get(), at=timezone.now())
    photo = SimpleUploadedFile("x.png", PNG, "image/png")
    for said in ({"act": "write_note", "note": "<b>wet</b>"}, {"act": "keep_photo", "photo": photo}):
        assert client.post(address, said).status_code == 302
    assert client.post(address, {"act": "ask_status"}).status_code == 302
    assert client.post(address, {"act": "make_key", "sure": "1"}).status_code == 200
    assert Command.objects.get().asked_by == by
    details = SecurityEvent.objects.exclude(detail__contains="begun").values_list("detail", flat=True)
    assert len(details) == 3
    assert all(by in detail for detail in details)
    page = client.get(address).text
    assert "&lt;b&gt;wet" in page
    assert "A photo is kept." in page
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    "said",
    [
        {"act": "finish", "why_not": "I say so", "is_public": "1"},
        {"act": "give_up", "sure": "1"},
        {"act": "make_key"},
        {"act": "nothing"},
        {},
    ],
    ids=str,
)
def test_it_decides_nothing_that_is_not_an_installers(said: dict[str, str]) -> None:
    client, address, _link = opened()
    answer = client.post(address, said)
    assert answer.status_code == 409
    assert 'role="alert"' in answer.text
    made = Station.objects.get()
    assert (made.service_state, made.is_public, made.key_hash) == ("commissioning", False, "")
    assert Commissioning.objects.get().state == "open"


def test_it_changes_nothing_once_it_has_ended() -> None:
    client, address, _link = opened()
    see_all(Commissioning.objects.get())
    assert client.post(address, {"act": "finish"}).status_code == 302
    assert client.post(address, {"act": "make_key", "sure": "1"}).status_code == 409
    assert Station.objects.get().key_hash == ""
    assert "<form" not in client.get(address).text


@pytest.mark.parametrize("act", ["make_key", "start_test", "write_note", "finish"])
def test_it_does_nothing_at_a_station_that_went_into_service_another_way(act: str) -> None:
    client, address, _link = opened()
    come(Station.objects.get(), at=timezone.now())
    Station.objects.update(service_state=Station.ServiceState.IN_SERVICE)
    answer = client.post(address, {"act": act, "sure": "1", "connector": "1", "note": "x"})
    assert answer.status_code == 409
    assert (Station.objects.get().key_hash, Command.objects.count()) == ("", 0)


def test_it_shows_no_money_and_no_driver() -> None:
    person = chinara()
    client, address, _link = opened()
    page = client.get(address).text
    assert str(person.email) not in page
    assert "KGS" not in page


@pytest.mark.usefixtures("standing_clock")
def test_it_is_asked_so_often_and_no_more(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(InstallerThrottle, "THROTTLE_RATES", {"commission": "3/min"})
    client, address, _link = opened()
    assert [client.get(f"{address}/now").status_code for _ in range(5)] == [200, 200, 200, 429, 429]


def test_it_speaks_russian() -> None:
    client, address, _link = opened(at=location())
    page = client.get(address, headers={"accept-language": "ru"}).text
    for words in ('lang="ru"', "Площадь Ала-Тоо", "Пробная зарядка", "Ввести в работу"):
        assert words in page

"""The charges of a station's time: all that their own pages tell of it, cut to it and to what the reader may see."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Message, Notification
from billing import adjustments
from billing.models import TopUp, Transfer
from charging import reviewing, settlement
from charging.models import Session
from charging.tests.settling import STAFF, after
from charging.tests.world import World
from drivepower.core import alerts
from drivepower.portal.explain import Explanation, of_station
from drivepower.portal.explain.gathering import MOST_STORIES
from drivepower.portal.tests.companies import host_of, populate
from drivepower.portal.tests.explain.pages import browser, count_of, local, time_of
from drivepower.portal.tests.explain.stories.telling import superuser_once
from drivepower.portal.tests.making import staff, superuser

pytestmark = pytest.mark.django_db
# By what each part of a charge is told.
PARTS = {
    "started": "The charge began at connector ",
    "stopped drawing": "The car stopped drawing power.",
    "price": "From here «Energy» held",
    "hold": " was held for it.",
    "payment": " was taken from the wallet for the charge.",
    "receipt": ": the charge costs ",
    "notice": "The driver was told: ",
    "decision": " corrected it: ",
    "refund": "By hand, ",
    "alert": "Alert: ",
}
ALWAYS = {"started"}


def charged(world: World, begins: float, *, connector: int = 1, driver: Any = None) -> Session:
    """Half an hour for 30.00 KGS, which stopped drawing power after twenty minutes; settled and told."""
    person = driver or world.driver("5000")
    session = world.charging(person, at=after(begins), connector=connector)
    for since, register, power in ((1, 1100, 7000), (20, 2900, 0), (25, 2900, 0)):
        world.read(session, register, at=after(begins + since), power_w=power)
    world.end(session, 3000, at=after(begins + 30))
    settlement.settle(session_id=session.pk, at=after(begins + 45))
    session.refresh_from_db()
    told = Notification.objects.create(
        user=person,
        kind="charging_ended",
        subject=f"session:{session.public_id}",
        key=str(session.pk),
        made_at=after(begins + 30),
    )
    Message.objects.create(notification=told, channel="sms", target="x", state="sent", made_at=after(begins + 31))
    return session


def disputed(session: Session, at: datetime) -> None:
    """Something is given back, a person sets its energy, and there is an alert about it."""
    paid = Transfer.objects.get(subject=session.subject, kind="capture")
    adjustments.ask_refund(transfer=paid, amount=Decimal(10), reason="slow", asked_by=STAFF, at=at)
    reviewing.correct(session_id=session.pk, energy_wh=1500, reason="meter", by=STAFF, at=at)
    alerts.open_alert(kind="x", subject=session.subject, text="x", at=at)


def told(world: World, since: float = -10, until: float = 120) -> Explanation:
    """As the owner reads the station's time."""
    world.station.refresh_from_db()
    return of_station(world.station, since=after(since), until=after(until), person=superuser_once(), at=timezone.now())


def parts(found: Explanation, session: Session) -> set[str]:
    """What of a session is told, on the axis, by its name and with the way to its own page."""
    page = reverse("admin:portal_explain_session", args=[session.public_id])
    own = [one.text for one in found.moments if one.text.startswith(f"{session}: ")]
    assert all(one.link == page for one in found.moments if one.text in own)
    return {part for part, words in PARTS.items() if any(words in text for text in own)}


def test_it_tells_of_each_charge_all_that_its_own_page_tells(world: World) -> None:
    one, two = charged(world, 0), charged(world, 20, connector=2)
    disputed(two, after(80))
    found = told(world)
    usual = set(PARTS) - {"decision", "refund", "alert"}
    assert parts(found, one) == usual
    assert parts(found, two) == set(PARTS)
    assert len(found.moments) == len({(moment.at, moment.text, moment.detail) for moment in found.moments})


def test_a_line_for_each_charge_says_what_came_of_it(world: World) -> None:
    one, two = charged(world, 0), charged(world, 20, connector=2)
    Session.objects.filter(pk=two.pk).update(state="waived")
    lines = told(world).charges
    assert [(line.name, line.connector, line.energy, line.cost, line.state) for line in lines] == [
        (str(one), "1", "2.000 kWh", "30.00 KGS", "settled"),
        (str(two), "2", "2.000 kWh", "30.00 KGS", "waived"),
    ]
    assert [line.began[-8:] for line in lines] == ["15:00:00", "15:20:00"]
    assert [line.ended for line in lines] == ["15:30:00", "15:50:00"]


@pytest.mark.parametrize(
    ("since", "until", "sees"),
    [
        (-10, 10, {"started", "hold", "price"}),
        (15, 22, {"stopped drawing"}),
        (25, 40, {"notice"}),
        (40, 60, set()),
    ],
    ids=["its begin", "its middle", "its end", "after it"],
)
def test_it_is_cut_to_that_time(world: World, since: int, until: int, sees: set[str]) -> None:
    session = charged(world, 0)
    found = told(world, since, until)
    assert parts(found, session) == sees
    moments = [one.at for one in found.moments if str(session) in one.text]
    assert all(after(since) <= at <= after(until) for at in moments)
    assert len(found.charges) == int(since < 30)


@pytest.mark.parametrize(
    ("role", "unseen"),
    [
        ("Owner", set()),
        ("Finance", {"notice"}),
        ("Technician", {"price", "hold", "payment", "receipt", "notice", "decision", "refund"}),
    ],
)
def test_each_role_reads_what_it_may(world: World, role: str, unseen: set[str]) -> None:
    session = charged(world, 0)
    disputed(session, after(80))
    answer = browser(staff(role)).get(time_of(world.station, since=local(session), until="2026-03-02T17:00"))
    assert set(PARTS) - parts(answer.context["found"], session) == unseen
    assert ("30.00 KGS" in answer.text) == ("receipt" not in unseen)
    assert (">Price<" in answer.text) == ("receipt" not in unseen)


def test_staff_of_a_company_read_no_names_of_strangers(world: World) -> None:
    ours = populate(world, "OURS")
    mine = Session.objects.get(company=ours)
    Session.objects.filter(pk=mine.pk).update(company=None, driver=world.driver(name="Secret Guest"), tag="GUEST-TAG")
    page = time_of(mine.station, since=local(mine))
    host, owner = (browser(one).get(page).text for one in (host_of(ours), superuser()))
    assert str(mine) in host
    for secret in ("Secret Guest", "GUEST-TAG"):
        assert secret not in host
    assert "GUEST-TAG" in owner


def test_it_asks_as_often_for_five_charges_as_for_one(world: World) -> None:
    client, session = browser(superuser()), charged(world, 0)
    disputed(session, after(80))
    page = time_of(world.station, since=local(session), until="2026-03-03T15:00")
    few = (client.get(page), count_of(client, page))[1]
    for number in range(1, 5):
        disputed(charged(world, 100 * number), after(100 * number + 80))
    assert len(client.get(page).context["found"].charges) == 5
    assert count_of(client, page) == few
    assert few < 60


def test_some_charts_are_drawn_at_once_and_the_rest_when_asked_for(world: World) -> None:
    sessions = [charged(world, 100 * number) for number in range(5)]
    page = browser(superuser()).get(time_of(world.station, since=local(sessions[0]), until="2026-03-03T15:00")).text
    drawn, folded = page[: page.index('<details class="panel more')], page[page.index('<details class="panel more') :]
    addresses = [reverse("admin:portal_explain_readings", args=[one.public_id]) for one in sessions]
    assert [one in drawn for one in addresses] == [True] * 3 + [False] * 2
    assert [one in folded for one in addresses] == [False] * 3 + [True] * 2
    assert f"{sessions[0]}, connector 1, " in drawn


def test_of_too_many_it_tells_the_first_and_says_so(world: World) -> None:
    beside = {"station": world.station, "connector": world.one, "asked_by": "app", "state": "failed"}
    failed = [
        Session.objects.create(requested_at=after(n), failure="connector_busy", **beside) for n in range(MOST_STORIES)
    ]
    last = charged(world, 30)
    found = told(world)
    assert found.left_off == ["Charges"]
    assert parts(found, last) == ALWAYS
    assert len(found.charges) == len(failed) + 1
    page = browser(superuser_once()).get(time_of(world.station, since=local(last), until="2026-03-02T17:00"))
    assert "all is told below" not in page.text
    whole = time_of(world.station, since="2026-03-02T14:50", until="2026-03-02T17:00")
    assert f"Of the first {MOST_STORIES} all is told below" in browser(superuser_once()).get(whole).text


def test_a_top_up_between_two_charges_of_a_driver_is_told_once(world: World) -> None:
    driver = world.driver("5000")
    charged(world, 0, driver=driver)
    charged(world, 50, driver=driver)
    TopUp.objects.create(
        wallet=world.wallet(driver), provider="x", amount=Decimal(7), made_at=after(40), expires_at=after(60)
    )
    texts = [one.text for one in told(world).moments]
    assert len([text for text in texts if "A top-up of 7.00 KGS" in text]) == 1


def test_the_file_tells_of_them_too(world: World) -> None:
    session = charged(world, 0)
    page = time_of(world.station, since=local(session), format="json")
    [owner] = browser(superuser()).get(page).json()["charges"]
    assert (owner["name"], owner["cost"], owner["energy"]) == (str(session), "30.00 KGS", "2.000 kWh")
    [technician] = browser(staff("Technician")).get(page).json()["charges"]
    assert technician == {name: value for name, value in owner.items() if name != "cost"}

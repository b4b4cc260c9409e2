"""The pages: for whom, how often they ask, what a hostile station has put there, and the same as a file."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Company, User
from charging.models import Session
from charging.tests.world import World
from drivepower.core import alerts
from drivepower.core.models import Alert
from drivepower.portal.tests.companies import host_of, populate
from drivepower.portal.tests.explain.pages import (
    NASTY,
    SECRET,
    browser,
    charged,
    count_of,
    crowd,
    local,
    page_of,
    time_of,
)
from drivepower.portal.tests.making import staff, superuser
from ocpp_consumer.models import Frame
from stations.models import Command, Report, StatusSpan

pytestmark = pytest.mark.django_db
# By what it is told that a charge was asked for, held for, priced and paid.
TOLD = {
    "command": 'data-row="command"',
    "hold": "was held for it",
    "payment": "was taken from the wallet for the charge",
    "price": 'data-row="price"',
    "receipt": ": the charge costs ",
}


def test_it_shows_what_a_hostile_station_says_as_text(world: World) -> None:
    session = charged(world, name=NASTY)
    crowd(session, times=2)
    client = browser(superuser())
    for address in (page_of(session), time_of(session.station, since=local(session))):
        answer = client.get(address)
        assert answer.status_code == 200
        assert NASTY not in answer.text
        assert "&lt;script&gt;" in answer.text


def test_it_asks_as_often_for_much_as_for_little(world: World) -> None:
    session = charged(world)
    crowd(session, times=1)
    client = browser(superuser())
    pages = [page_of(session), time_of(session.station, since=local(session))]
    few = [(client.get(page), count_of(client, page))[1] for page in pages]
    crowd(session, times=12)
    assert [count_of(client, page) for page in pages] == few
    assert max(few) < 50


def test_it_says_what_it_leaves_off(world: World) -> None:
    session = charged(world)
    at = session.started_at or timezone.now()
    spans = [StatusSpan(station=world.station, number=1, status="Charging", since=at, until=at) for _ in range(250)]
    StatusSpan.objects.bulk_create(spans)
    answer = browser(superuser()).get(page_of(session))
    assert "not all is shown of" in answer.text
    assert answer.text.count('data-row="status"') <= 210


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        ("Owner", set(TOLD)),
        ("Operator", {"receipt", "price", "command"}),
        ("Support", set(TOLD)),
        ("Finance", set(TOLD)),
        ("Technician", {"command"}),
    ],
)
def test_each_role_reads_what_it_may(world: World, role: str, sees: set[str]) -> None:
    answer = browser(staff(role)).get(page_of(charged(world)))
    assert {what for what, words in TOLD.items() if words in answer.text} == sees


def test_finance_reads_why_it_costs_that_and_nothing_that_is_kept_from_it(world: World) -> None:
    session = charged(world)
    crowd(session, times=1)
    client = browser(staff("Finance"))
    assert client.get(time_of(session.station)).status_code == 200
    told = client.get(page_of(session))
    assert told.context["found"].bill.moves == [("taken from the wallet", "30.00 KGS")]
    assert 'data-row="notification"' not in told.text
    assert "A problem was reported" not in told.text


def test_readings_are_for_those_who_may_see_them(world: World) -> None:
    session, person = charged(world), staff("Finance")
    client, address = browser(person), reverse("admin:portal_explain_readings", args=[session.public_id])
    assert 'data-row="meter"' in client.get(page_of(session)).text
    assert client.get(address).status_code == 200
    Group.objects.get(name="Finance").permissions.remove(Permission.objects.get(codename="view_meterreading"))
    told = client.get(page_of(session)).text
    assert 'data-row="meter"' not in told
    assert "data-readings" not in told
    assert client.get(address).status_code == 403


@pytest.mark.parametrize("role", ["Site host", "Fleet manager"])
def test_who_may_not_read_what_stations_say_is_refused(world: World, role: str) -> None:
    session, client = charged(world), browser(staff(role))
    assert client.get(page_of(session)).status_code == 403
    assert client.get(time_of(session.station)).status_code == 403


def test_a_name_is_for_those_who_may_see_people(world: World) -> None:
    session = charged(world, name="Ainura Driver")
    assert "Ainura Driver" in browser(staff("Support")).get(page_of(session)).text
    assert "Ainura Driver" not in browser(staff("Technician")).get(page_of(session)).text


def test_staff_of_a_company_read_their_own_and_no_names_of_others(world: World) -> None:
    ours, foreign = populate(world, "OURS"), populate(world, "FOREIGN")
    client = browser(host_of(ours))
    mine, theirs = (Session.objects.get(company=one) for one in (ours, foreign))
    assert client.get(page_of(theirs)).status_code == 404
    assert client.get(time_of(theirs.station)).status_code == 404
    told = client.get(page_of(mine)).text
    assert ("OURS-CARD" in told, "FOREIGN" in told) == (True, False)
    Session.objects.filter(pk=mine.pk).update(company=None, driver=world.driver(name="Secret Guest"), tag="GUEST-TAG")
    at_ours = client.get(page_of(mine)).text
    assert "Secret Guest" not in at_ours
    assert "GUEST-TAG" not in at_ours


def test_what_others_did_meanwhile_names_nobody_to_staff_of_a_company(world: World) -> None:
    ours = populate(world, "OURS")
    mine, stranger = Session.objects.get(company=ours), world.driver(name="Secret Guest")
    at = mine.started_at or timezone.now()
    said = '[2,"a","Authorize",{"idTag":"GUEST-TAG"}]'
    Frame.objects.create(
        station=mine.station, epoch=1, received_at=at, direction="in", message_type=2, action="Authorize", text=said
    )
    asked = {"asked_by": f"driver:{stranger.public_id}", "asked_at": at, "expires_at": at}
    for subject in ("", "session:4711"):
        Command.objects.create(station=mine.station, intent="Reset", subject=subject, **asked)
    Report.objects.create(station=mine.station, said_by=f"driver:{stranger.public_id}", text="Hot", made_at=at)
    host, owner = (browser(one).get(page_of(mine)).text for one in (host_of(ours), superuser()))
    assert "Secret Guest" not in host
    assert "Secret Guest" in owner
    assert "GUEST-TAG" not in host
    assert "GUEST-TAG" in owner
    assert owner.count("«Reset»") == host.count("«Reset»") == 1


def test_it_is_the_same_as_a_file_without_secrets(world: World) -> None:
    session = charged(world)
    crowd(session, times=1)
    answer = browser(superuser()).get(page_of(session), {"format": "json"})
    told = answer.json()
    assert told["cause"]["name"]
    assert told["bill"]["total"] == "30.00 KGS"
    assert {"at", "kind", "text", "detail", "important"} == set(told["moments"][0])
    assert SECRET not in answer.text


def test_a_running_charge_can_be_stopped_in_place_by_right(world: World) -> None:
    session = charged(world)
    Session.objects.filter(pk=session.pk).update(state="active", stopped_at=None)
    stop = f"/ask/RemoteStopTransaction/?transactionId={session.ocpp_id}"
    assert stop in browser(staff("Support")).get(page_of(session)).text
    User.objects.filter(email="support@example.com").update(company=populate(world, "OURS"))
    Session.objects.filter(pk=session.pk).update(company=Company.objects.get(name="OURS Ltd"))
    assert stop not in browser(User.objects.get(email="support@example.com")).get(page_of(session)).text


def test_a_paid_charge_can_be_given_back_in_place_by_right(world: World) -> None:
    session = charged(world)
    assert "/refund/" in browser(superuser()).get(page_of(session)).text
    assert "/refund/" not in browser(staff("Technician")).get(page_of(session)).text


def test_the_bill_adds_up_to_the_receipts(world: World) -> None:
    session = charged(world)
    bill = browser(superuser()).get(page_of(session)).context["found"].bill
    assert session.receipt is not None
    assert (bill.total, bill.is_final) == ("30.00 KGS", True)
    assert bill.moves == [("taken from the wallet", "30.00 KGS")]
    assert session.receipt.subject_gross == Decimal(bill.total.split()[0])
    assert any("15.00 KGS per kWh × 2.000 kWh = 30.00 KGS" in line for line in bill.lines)


def test_what_waits_for_a_person_costs_the_same_above_and_below(world: World, settings: Settings) -> None:
    settings.REVIEW_LARGEST_KWH = 1
    session = charged(world)
    assert session.state == Session.State.REVIEW
    client = browser(superuser())
    found = client.get(page_of(session)).context["found"]
    assert [one.value for one in found.head if one.name == "Cost"] == [found.bill.total] == ["30.00 KGS"]
    began = session.started_at or timezone.now()
    [line] = client.get(time_of(world.station, since=began.isoformat())).context["found"].charges
    assert line.cost == "30.00 KGS"


def test_it_speaks_russian(world: World) -> None:
    session = charged(world)
    client = browser(superuser())
    told = client.get(page_of(session), headers={"Accept-Language": "ru"}).text
    for words in ("Вероятная причина", "Зарядка началась на коннекторе 1", "Почему это стоит"):
        assert words in told


def test_a_session_that_is_not_there_is_not_found(world: World) -> None:
    client = browser(superuser())
    assert client.get("/admin/explain/session/00000000-0000-0000-0000-000000000000/").status_code == 404
    assert client.get("/admin/explain/station/NOBODY/").status_code == 404
    assert client.get("/admin/explain/station/%00/").status_code == 404


def test_a_list_row_and_a_page_lead_there(world: World) -> None:
    session = charged(world)
    client = browser(superuser())
    assert page_of(session) in client.get(reverse("admin:charging_session_changelist")).text
    button = client.get(reverse("admin:charging_session_explain", args=[session.pk]), follow=True)
    assert button.redirect_chain[-1][0] == page_of(session)
    tab = client.get(reverse("admin:stations_station_change", args=[world.station.pk]), {"tab": "sessions"}).text
    assert page_of(session) in tab
    assert time_of(world.station) in tab


def test_alerts_and_reports_lead_to_their_time(world: World) -> None:
    session = charged(world)
    at = timezone.now()
    alerts.open_alert(kind="x", subject=f"station:{world.station.code}", text="x", at=at)
    alert = Alert.objects.get(kind="x")
    report = Report.objects.create(
        station=world.station, session=session.public_id, said_by="public", text="x", made_at=at
    )
    client = browser(superuser())
    of_alert = client.get(reverse("admin:core_alert_explain", args=[alert.pk]), follow=True)
    assert of_alert.redirect_chain[-1][0].startswith(time_of(world.station))
    of_report = client.get(reverse("admin:stations_report_explain", args=[report.pk]), follow=True)
    assert of_report.redirect_chain[-1][0] == page_of(session)


@pytest.mark.parametrize(
    "subject", ["", "wallet:1", "session:0", "session:x", "station:", "station:X/../y", "station:/", "station:\0"]
)
def test_what_is_about_nothing_leads_nowhere(world: World, subject: str) -> None:
    answer = browser(superuser()).get(reverse("admin:portal_explain"), {"subject": subject}, follow=True)
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ({"since": "nonsense"}, "cannot be read"),
        ({"since": "2026-03-02T10:00", "until": "2026-03-02T09:00"}, "does not come after"),
        ({"since": "2026-03-02T10:00", "until": "2026-03-20T09:00"}, "more than three days"),
        ({"since": "2026-03-02T10:00+00:00"}, ""),
        ({"since": "9999-03-02T10:00"}, "cannot be read"),
    ],
)
def test_odd_times_are_told(world: World, query: dict[str, str], problem: str) -> None:
    answer = browser(superuser()).get(time_of(world.station, **query))
    assert answer.status_code == 200
    assert problem in answer.context["problem"]
    assert bool(answer.context["problem"]) == bool(problem)

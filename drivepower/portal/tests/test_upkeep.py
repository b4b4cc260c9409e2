"""The board of upkeep: from an alert or a report to work that is done and a driver who has an answer."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import DutyChoice, Message, Notification, SandboxMessage, User
from accounts.notifying import sending
from charging.tests.world import World
from drivepower.core.models import Alert
from drivepower.core.refusals import Refusal
from drivepower.portal.tests.companies import host_of, populate
from drivepower.portal.tests.making import staff
from drivepower.portal.tests.reporting import person_of
from drivepower.portal.upkeep import cards, planning
from stations.models import Maintenance, Report, Station

pytestmark = pytest.mark.django_db
BOARD = "admin:portal_upkeep"
State = Maintenance.State


@pytest.fixture
def client() -> Client:
    """An operator's browser."""
    browser = Client()
    browser.force_login(staff("Operator"))
    return browser


def report(world: World, **fields: Any) -> Report:
    """A driver's report."""
    known: dict[str, Any] = {"said_by": "driver:x", "text": "The cable\n is  torn", "number": 2}
    known |= {"made_at": timezone.now(), "user": world.driver()}
    return Report.objects.create(station=world.station, **{**known, **fields})


def alert(world: World, **fields: Any) -> Alert:
    """An open alert about the station."""
    now = timezone.now()
    known = {"kind": "station_offline", "subject": f"station:{world.station.code}", "text": "Gone", "opened_at": now}
    return Alert.objects.create(last_at=now, **{**known, **fields})


def press(client: Client, act: str, row: Any, **said: Any) -> Any:
    """A button."""
    return client.post(reverse(BOARD), {"act": act, "row": row.pk, **said})


def columns(client: Client, **query: str) -> dict[str, list[str]]:
    """The titles of each column."""
    found = client.get(reverse(BOARD), query).context["columns"]
    return {column.name: [card.title for card in column.cards] for column in found}


def test_it_goes_from_a_report_to_an_answer(world: World, client: Client) -> None:
    said = report(world)
    assert columns(client)["reported"] == ["The cable\n is  torn"]
    assert press(client, "plan_report", said).status_code == 302
    work = Maintenance.objects.get()
    assert (work.what, work.number, work.report, work.state) == ("The cable is torn", 2, said, State.PLANNED)
    assert columns(client) == {"reported": [], "planned": [work.what], "under_way": [], "done": []}
    person = User.objects.get(name="Operator")
    press(client, "assign", work, assignee=str(person.public_id))
    press(client, "begin", work)
    assert columns(client)["under_way"] == [work.what]
    photo = SimpleUploadedFile("x.png", b"\x89PNG\r\n\x1a\n rest")
    press(client, "finish", work, cost="120.5", note="New cable", photo=photo)
    work.refresh_from_db()
    assert (work.state, work.cost, work.note, work.assignee) == (State.DONE, Decimal("120.5"), "New cable", person)
    assert bool(work.photo)
    press(client, "answer", said, text="It is mended.")
    said.refresh_from_db()
    assert (said.state, said.answer) == (Report.State.ANSWERED, "It is mended.")
    assert len(columns(client)["done"]) == 2


def test_it_makes_work_of_an_alert(world: World, client: Client) -> None:
    one = alert(world)
    assert columns(client)["reported"] == ["Gone"]
    press(client, "plan_alert", one)
    work = Maintenance.objects.get()
    assert (work.what, work.station, work.alert) == ("Gone", world.station, one)
    assert columns(client)["reported"] == []


@pytest.mark.parametrize("what", ["report", "alert"])
def test_of_two_who_plan_one_does(world: World, what: str) -> None:
    at = timezone.now()
    if what == "report":
        said = report(world)
        planning.plan_report(report=said, by="staff:x", at=at)
        with pytest.raises(Refusal, match="already"):
            planning.plan_report(report=said, by="staff:y", at=at)
    else:
        one = alert(world)
        planning.plan_alert(alert=one, by="staff:x", at=at)
        with pytest.raises(Refusal, match="already"):
            planning.plan_alert(alert=one, by="staff:y", at=at)
    assert Maintenance.objects.count() == 1


def test_it_is_narrowed_to_place_and_assignee(world: World, client: Client) -> None:
    report(world)
    mine = Maintenance.objects.create(
        station=world.station,
        what="Mine",
        made_by="x",
        made_at=timezone.now(),
        assignee=User.objects.get(name="Operator"),
    )
    assert columns(client, place="999999")["planned"] == []
    assert columns(client, assignee="nobody")["planned"] == []
    assert columns(client, assignee=str(mine.assignee.public_id))["planned"] == ["Mine"]  # type: ignore[union-attr]
    assert columns(client, assignee="nonsense", place="9" * 30)["planned"] == ["Mine"]


def test_alerts_elsewhere_do_not_crowd_out_those_of_a_place(world: World, client: Client) -> None:
    alert(world, subject=f"connector:{world.station.code}/1", text="Here", opened_at=timezone.now() - timedelta(days=1))
    away = Station.objects.create(code="AWAY", identity="away-1")
    for number in range(cards.MOST):
        alert(world, kind=f"kind_{number}", subject=f"station:{away.code}", text="Away")
    assert world.station.location_id is not None
    shown = columns(client, place=str(world.station.location_id))["reported"]
    assert shown == ["Here"]


def test_what_ended_long_ago_is_gone(world: World, client: Client) -> None:
    at = timezone.now()
    for days in (1, 8):
        ended = at - timedelta(days=days)
        Maintenance.objects.create(
            station=world.station, what=f"{days}", made_by="x", made_at=ended, ended_at=ended, state=State.DONE
        )
    assert columns(client)["done"] == ["1"]


@pytest.mark.parametrize(
    ("role", "sees", "works", "answers"),
    [
        ("Owner", 200, True, True), ("Operator", 200, True, True), ("Technician", 200, True, True),
        ("Support", 200, False, True), ("Finance", 403, False, False), ("Site host", 200, False, False),
        ("Fleet manager", 200, False, False),
    ],
)  # fmt: skip
def test_each_role_may_what_it_may(world: World, role: str, sees: int, *, works: bool, answers: bool) -> None:
    said, browser = report(world), Client()
    browser.force_login(staff(role))
    assert browser.get(reverse(BOARD)).status_code == sees
    assert press(browser, "plan_report", said).status_code == (302 if works else 403)
    assert press(browser, "answer", said, text="Yes").status_code == (302 if answers else 403)


def test_a_host_sees_their_own(world: World) -> None:
    ours, _theirs = populate(world, "OURS"), populate(world, "FOREIGN")
    browser = Client()
    browser.force_login(host_of(ours))
    page = browser.get(reverse(BOARD)).content.decode()
    assert "OURS Ltd work" in page
    assert "FOREIGN" not in page


def test_it_asks_the_same_number_of_queries_whatever_there_is(world: World, client: Client) -> None:
    counts = []
    for _ in range(2):
        for number in range(3):
            report(world, text=f"r{number}")
            alert(world, kind=f"k{Alert.objects.count()}")
            Maintenance.objects.create(station=world.station, what="w", made_by="x", made_at=timezone.now())
        client.get(reverse(BOARD))
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(reverse(BOARD))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_hostile_text_is_inert(world: World, client: Client) -> None:
    report(world, text="<script>alert(1)</script>")
    page = client.get(reverse(BOARD)).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_it_says_where_an_answer_goes_to_who_may_give_one(world: World, client: Client) -> None:
    mail = "<b>aida@example.com"
    report(world, user=None, contact="aida@example.com")
    report(world, user=None, contact=mail)
    host = Client()
    host.force_login(host_of(populate(world, "OURS")))
    Report.objects.filter(text="OURS Ltd is broken").update(user=None, contact="left@example.com")
    page = client.get(reverse(BOARD)).content.decode()
    assert "the answer to aida@example.com stays in the sandbox" in page
    assert "No way to answer by e-mail or SMS: &lt;b&gt;aida@example.com" in page
    assert mail not in page
    theirs = host.get(reverse(BOARD)).content.decode()
    assert "left@example.com" in page
    assert "OURS Ltd is broken" in theirs
    assert "left@example.com" not in theirs


def test_who_is_given_work_is_told_once_in_their_language(world: World, client: Client) -> None:
    other, me = staff("Technician"), User.objects.get(name="Operator")
    User.objects.filter(pk=other.pk).update(language="ru")
    work = Maintenance.objects.create(station=world.station, what="New\n cable", made_by="x", made_at=timezone.now())
    for who in (me, other, other):
        press(client, "assign", work, assignee=str(who.public_id))
    sending.send_messages(at=timezone.now())
    sent = SandboxMessage.objects.get()
    assert (sent.channel, sent.target, sent.title) == ("email", other.email, "Вам поручена работа")
    assert f"{world.station.code}. New cable http" in sent.text
    assert sent.text.endswith(reverse("admin:stations_maintenance_change", args=[work.pk]))


def test_who_wants_no_mail_of_the_house_gets_none_of_work(world: World, client: Client) -> None:
    other = staff("Technician")
    DutyChoice.objects.create(person=other, ways=[])
    work = Maintenance.objects.create(station=world.station, what="Cable", made_by="x", made_at=timezone.now())
    press(client, "assign", work, assignee=str(other.public_id))
    assert not Message.objects.exists()
    assert Notification.objects.get().user == other


def test_cards_are_not_without_end(world: World, client: Client) -> None:
    Report.objects.bulk_create(
        Report(station=world.station, said_by="x", text=str(number), made_at=timezone.now()) for number in range(60)
    )
    assert len(columns(client)["reported"]) == cards.MOST


@pytest.mark.parametrize(("language", "cost"), [("ru", "1500,50"), ("ru", "1500.50"), ("en", "1500.50")])
def test_a_cost_is_written_as_one_writes_it(world: World, client: Client, language: str, cost: str) -> None:
    work = Maintenance.objects.create(station=world.station, what="Cable", made_by="x", made_at=timezone.now())
    client.cookies["django_language"] = language
    press(client, "finish", work, cost=cost, note="A new one")
    work.refresh_from_db()
    assert (work.cost, work.note, work.state) == (Decimal("1500.50"), "A new one", State.DONE)


def test_it_says_that_there_is_more_than_it_shows(world: World, client: Client) -> None:
    for number in range(cards.MOST):
        alert(world, kind=f"kind_{number}")
    page = client.get(reverse(BOARD)).text
    assert (f"<span>{cards.MOST}</span>" in page, "have the rest" in page) == (True, False)
    alert(world, kind="one_more")
    page = client.get(reverse(BOARD)).text
    assert (f"<span>{cards.MOST}+</span>" in page, "have the rest" in page) == (True, True)


def test_a_host_reads_of_work_at_its_place_and_not_of_the_alert_behind_it(world: World) -> None:
    ours = populate(world, "OURS")
    place = Station.objects.get(code="OURS-01")
    one = alert(world, subject="station:OURS-01", text="For the house alone")
    known: dict[str, Any] = {"station": place, "what": "New cable", "made_by": "x", "made_at": timezone.now()}
    work = Maintenance.objects.create(**known, alert=one)
    address = reverse("admin:stations_maintenance_change", args=[work.pk])
    host, house = Client(), Client()
    host.force_login(person_of(ours, "Site host"))
    house.force_login(staff("Technician"))
    assert "New cable" in host.get(address).text
    assert str(one) not in host.get(address).text
    assert str(one) in house.get(address).text


def test_what_ended_lately_crowds_no_open_work_out(world: World, client: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(cards, "MOST", 3)
    now = timezone.now()
    over = {"state": State.DONE, "starts_at": now, "made_by": "x", "made_at": now, "station": world.station}
    Maintenance.objects.bulk_create(
        Maintenance(what=f"Done {number}", ended_at=now - timedelta(hours=20 - number), **over) for number in range(13)
    )
    for number in range(4):
        Maintenance.objects.create(station=world.station, what=f"New {number}", made_by="x", made_at=now)
    Report.objects.bulk_create(
        Report(
            station=world.station, said_by="driver:x", text=f"Report {number}", made_at=now, state="answered",
            answer="Yes", answered_at=now - timedelta(hours=50 - number),
        )
        for number in range(4)
    )  # fmt: skip
    found = {column.name: column for column in client.get(reverse(BOARD)).context["columns"]}
    assert [card.title for card in found["planned"].cards] == ["New 0", "New 1", "New 2"]
    assert [card.title for card in found["done"].cards] == [
        "Done 12", "Done 11", "Done 10", "Report 3", "Report 2", "Report 1",
    ]  # fmt: skip
    assert {name: column.is_cut for name, column in found.items()} == {
        "reported": False, "planned": True, "under_way": False, "done": True,
    }  # fmt: skip

"""Operators plan work, set who may charge where, and answer what people report."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Company, Notification, User
from drivepower.core.models import Alert
from stations import reports
from stations.models import AccessRule, Maintenance, QuirkProfile, Report, Station
from stations.tests import world
from stations.tests.desk import Desk, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    """Somebody of the house who may do anything."""
    return Desk(staff())


def report(station: Station | None, **said: Any) -> Report:
    """A problem that a driver has seen."""
    user = User.objects.create_user(email="driver@example.com", password="x", name="Driver")
    wish = {"number": 1, "session": None, "kind": "cable", "text": "The cable is cut.", "contact": "", "photo": None}
    at = timezone.now()
    return reports.make(said_by=f"driver:{user.public_id}", user=user, station=station, at=at, **{**wish, **said})


def test_work_is_planned_taken_up_and_ended(desk: Desk) -> None:
    world.station()
    somebody = staff()
    wish = {"station_id": "BSK-01", "connector_id": 1, "what": "Change the cable", "cost": "1200.50"}

    status, body = desk.post("maintenance", **wish, assignee_id=str(somebody.public_id))

    assert status == 201, body
    made = body["maintenance"]
    assert (made["state"], made["made_by"], made["cost"]) == ("planned", desk.by, "1200.500")
    assert made["assignee_id"] == str(somebody.public_id)
    done = desk.ask("PATCH", f"maintenance/{made['id']}", {"state": "done"})[1]["maintenance"]
    again = desk.ask("PATCH", f"maintenance/{made['id']}", {"state": "done", "note": "ok"})[1]["maintenance"]
    back = desk.ask("PATCH", f"maintenance/{made['id']}", {"state": "under_way"})[1]["maintenance"]
    assert done["ended_at"] is not None
    assert (again["ended_at"], again["note"]) == (done["ended_at"], "ok")
    assert back["ended_at"] is None
    assert Notification.objects.get().user == somebody
    assert desk.listed("maintenance", station="BSK-01", state="under_way") == [back]
    assert desk.listed("maintenance", state="done") == []


def test_work_ends_after_it_starts_and_is_done_by_staff(desk: Desk) -> None:
    world.station()
    wish = {"station_id": "BSK-01", "what": "Look"}
    driver = User.objects.create_user(email="driver@example.com", password="x")
    window = {"starts_at": "2026-03-02T10:00:00Z", "ends_at": "2026-03-02T09:00:00Z"}

    assert desk.post("maintenance", **wish, **window)[1]["error"] == "invalid_parameters"
    assert desk.post("maintenance", **wish, assignee_id=str(driver.public_id))[1]["error"] == "person_not_found"
    assert not Maintenance.objects.exists()


def test_access_rules_are_made_changed_and_deleted(desk: Desk) -> None:
    world.station(at=world.location())
    fleet = Company.objects.create(name="Fleet")
    wish = {"location_id": "ALA-TOO", "whom": "company", "company_id": str(fleet.public_id), "weekdays": [1, 5]}

    status, body = desk.post("access-rules", **wish)

    assert status == 201, body
    rule = body["rule"]
    assert desk.listed("access-rules", location="ALA-TOO") == [rule]
    assert desk.listed("access-rules", station="BSK-01") == []
    hours = {"opens": "08:00:00", "closes": "20:00:00"}
    assert desk.ask("PATCH", f"access-rules/{rule['id']}", hours)[1]["rule"] == rule | hours
    assert desk.ask("DELETE", f"access-rules/{rule['id']}")[0] == 200
    assert not AccessRule.objects.exists()


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"location_id": "ALA-TOO", "station_id": "BSK-01"},
        {"station_id": "BSK-01", "whom": "group"},
        {"station_id": "BSK-01", "opens": "08:00"},
        {"station_id": "BSK-01", "weekdays": [8]},
    ],
    ids=["nowhere", "two places", "no group", "half the hours", "eighth day"],
)
def test_it_refuses_a_rule_that_makes_no_sense(desk: Desk, said: dict[str, Any]) -> None:
    world.station(at=world.location())

    assert desk.post("access-rules", **said)[1]["error"] == "invalid_parameters"
    assert not AccessRule.objects.exists()


def test_a_report_is_taken_once_and_answered(desk: Desk) -> None:
    made = report(world.station())
    [row] = desk.listed("reports", station="BSK-01", state="open")
    path = f"reports/{row['id']}"

    assert (row["text"], row["driver_id"]) == ("The cable is cut.", str(made.user and made.user.public_id))
    assert desk.ask("PATCH", path, {"state": "taken"})[1]["report"]["looked_after_by"] == desk.by
    assert Desk(staff()).ask("PATCH", path, {"state": "taken"})[1]["error"] == "report_taken"
    assert desk.ask("PATCH", path, {"state": "answered"})[1]["error"] == "invalid_parameters"
    answered = desk.ask("PATCH", path, {"state": "answered", "answer": "It is new."})[1]["report"]
    assert (answered["state"], answered["answer"]) == ("answered", "It is new.")
    again = desk.ask("PATCH", path, {"state": "answered", "answer": "It is old."})[1]
    assert again["error"] == "report_moved"
    assert not Alert.objects.open().filter(kind=reports.ALERT).exists()
    assert desk.listed("reports", state="open") == []


def test_a_report_without_a_photo_has_none(desk: Desk) -> None:
    made = report(world.station())

    assert desk.get(f"reports/{made.public_id}/photo")[1]["error"] == "report_not_found"
    assert desk.ask("PATCH", f"reports/{made.public_id}", {"state": "closed"})[1]["report"]["state"] == "closed"


@pytest.mark.parametrize("path", ["maintenance", "access-rules", "reports"])
def test_it_takes_as_many_queries_for_many_rows(desk: Desk, path: str) -> None:
    def more(count: int) -> None:
        for number in range(count):
            made = Station.objects.count()
            station = world.station(f"BSK-{made}")
            Maintenance.objects.create(station=station, what="x", made_by="x", made_at=timezone.now())
            AccessRule.objects.create(station=station)
            reports_row = {"said_by": "public", "text": str(number), "made_at": timezone.now()}
            Report.objects.create(station=station, **reports_row)

    more(2)
    few = desk.queries(path)
    more(10)
    assert desk.queries(path) == few


def test_another_companys_upkeep_is_nowhere() -> None:
    ours, others = (Company.objects.create(name=name, kind="host") for name in ("Ours", "Theirs"))
    station = world.station(at=world.location(host=others))
    work = Maintenance.objects.create(station=station, what="x", made_by="x", made_at=timezone.now())
    rule, problem = AccessRule.objects.create(station=station), report(station)
    host = Desk(staff(*RIGHTS, company=ours))

    assert [host.listed(path) for path in ("maintenance", "access-rules", "reports")] == [[], [], []]
    assert host.post("maintenance", station_id="BSK-01", what="x")[0] == 404
    assert host.post("access-rules", station_id="BSK-01")[0] == 404
    assert host.post("access-rules", location_id="ALA-TOO")[0] == 404
    paths = [f"maintenance/{work.public_id}", f"access-rules/{rule.pk}", f"reports/{problem.public_id}"]
    for path in paths:
        assert host.get(path)[0] == 404
        assert host.ask("PATCH", path, {"state": "closed"} if "reports" in path else {})[0] == 404
    assert host.ask("DELETE", paths[1])[0] == 404
    assert host.get(f"{paths[2]}/photo")[0] == 404


RIGHTS = [
    f"stations.{verb}_{what}"
    for verb in ("view", "add", "change", "delete")
    for what in ("maintenance", "accessrule", "report")
]


def test_quirk_profiles_are_read(desk: Desk) -> None:
    QuirkProfile.objects.create(name="ACME", vendor="ACME*", energy_unit="kWh")

    [row] = desk.listed("quirks")

    assert (row["name"], row["energy_unit"], row["is_on"]) == ("ACME", "kWh", False)


def test_work_that_is_ended_in_the_admin_says_when(client: Client) -> None:
    client.force_login(staff())
    made = Maintenance.objects.create(station=world.station(), what="x", made_by="x", made_at=timezone.now())
    page = f"/admin/stations/maintenance/{made.pk}/change/"
    shown = client.get(page).context["adminform"].form
    said = {name: shown[name].value() or "" for name in shown.fields}
    hidden = {f"initial-{name}": value for name, value in said.items()}

    answer = client.post(page, {**hidden, **said, "state": "done"})

    assert answer.status_code == 302, answer.context["adminform"].form.errors
    made.refresh_from_db()
    assert (made.state, made.ended_at is not None) == ("done", True)

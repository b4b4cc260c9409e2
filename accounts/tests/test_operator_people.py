"""What staff do with drivers, cards and companies through the operator API."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from rest_framework.test import APIClient

from accounts.models import Company, IdTag, Login, Membership, User
from accounts.tests.world import aida, bakyt, chinara, tokens_of
from drivepower.core.models import Event

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/operator"


class Desk:
    """Requests of one member of staff; every answer as (status, body)."""

    def __init__(self, person: User) -> None:
        self.client = APIClient()
        self.client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens_of(person).access}")

    def get(self, path: str, **query: Any) -> tuple[int, Any]:
        answer = self.client.get(f"{ROOT}/{path}", query)
        return answer.status_code, answer.json()

    def post(self, path: str, **body: Any) -> tuple[int, Any]:
        answer = self.client.post(f"{ROOT}/{path}", body, format="json")
        return answer.status_code, answer.json()

    def patch(self, path: str, **body: Any) -> tuple[int, Any]:
        answer = self.client.patch(f"{ROOT}/{path}", body, format="json")
        return answer.status_code, answer.json()


@pytest.fixture
def desk() -> Desk:
    return Desk(chinara())


def test_it_makes_a_driver_who_has_no_password(desk: Desk) -> None:
    company, tier = Company.objects.create(name="Fleet"), Membership.objects.create(name="Gold")
    said = {"name": "Aida", "phone": "0555 123 456", "company_id": str(company.public_id), "membership_id": tier.pk}

    status, body = desk.post("drivers", **said)

    assert status == 201
    driver = User.objects.get(phone="+996555123456")
    assert (driver.role, driver.company, driver.membership) == (User.Role.DRIVER, company, tier)
    assert body["driver"]["company"] == {"id": str(company.public_id), "name": "Fleet"}
    assert body["driver"]["membership"]["name"] == "Gold"


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"name": "Aida"}, 400, "invalid_parameters"),
        ({"name": "Aida", "email": "aida@example.com"}, 400, "invalid_parameters"),
        ({"name": "Aida", "email": "new@example.com", "role": "staff"}, 400, "invalid_parameters"),
        ({"name": "Aida", "email": "new@example.com", "membership_id": 99}, 404, "membership_not_found"),
        ({"name": "Aida\u0000", "email": "new@example.com"}, 400, "invalid_parameters"),
    ],
    ids=["unreachable", "taken", "role", "membership", "nul"],
)
def test_it_refuses_a_driver(desk: Desk, said: dict[str, Any], status: int, code: str) -> None:
    aida()

    answer = desk.post("drivers", **said)

    assert (answer[0], answer[1]["error"]) == (status, code)
    assert User.objects.filter(role="driver").count() == 1


def test_it_finds_drivers_and_no_staff(desk: Desk) -> None:
    aida()
    bakyt()

    found = {text: [row["name"] for row in desk.get("drivers", search=text)[1]["data"]] for text in ("", "555", "bAK")}

    assert found == {"": ["Bakyt", "Aida"], "555": ["Aida"], "bAK": ["Bakyt"]}
    assert desk.get("drivers", is_active="false")[1]["data"] == []


def test_it_changes_a_driver_and_an_address_is_to_be_proved_anew(desk: Desk) -> None:
    driver = aida()
    User.objects.filter(pk=driver.pk).update(email_checked_at=driver.joined_at, phone_checked_at=driver.joined_at)

    status, body = desk.patch(f"drivers/{driver.public_id}", name="Aida K.", email="k@example.com")

    assert status == 200
    assert (body["driver"]["name"], body["driver"]["email"]) == ("Aida K.", "k@example.com")
    assert body["driver"]["email_checked_at"] is None
    assert body["driver"]["phone_checked_at"] is not None


def test_it_blocks_a_driver_everywhere_at_once(desk: Desk) -> None:
    driver = aida()
    token = tokens_of(driver).access

    status, body = desk.post(f"drivers/{driver.public_id}/block")

    assert (status, body["driver"]["is_active"]) == (200, False)
    assert APIClient().get("/api/v1/auth/me", HTTP_AUTHORIZATION=f"Bearer {token}").status_code == 401
    assert Login.objects.get(user=driver).why_ended == Login.End.BLOCKED
    assert desk.post(f"drivers/{driver.public_id}/unblock")[1]["driver"]["is_active"] is True


def test_it_blocks_no_staff(desk: Desk) -> None:
    other = User.objects.create_user(email="other@example.com", role=User.Role.STAFF)

    assert desk.post(f"drivers/{other.public_id}/block")[0] == 404
    assert User.objects.get(pk=other.pk).is_active


def test_it_keeps_a_fleet_card_with_its_limits(desk: Desk) -> None:
    driver, company = aida(), Company.objects.create(name="Fleet")
    limits = {"day_limit_kwh": "12.5", "allowed_weekdays": [1, 2], "plate": "B1234AB", "cost_centre": "North"}

    status, made = desk.post("id-tags", value="04A1B2", company_id=str(company.public_id), **limits)
    key = made["id_tag"]["id"]
    _, changed = desk.patch(f"id-tags/{key}", driver_id=str(driver.public_id), month_limit_amount="500")

    assert status == 201
    tag = IdTag.objects.get(value="04A1B2")
    assert (tag.day_limit_wh, tag.plate, tag.company, tag.user) == (12_500, "B1234AB", company, driver)
    assert (changed["id_tag"]["day_limit_kwh"], changed["id_tag"]["month_limit_amount"]) == (12.5, "500.000")
    assert desk.get("id-tags", driver=str(driver.public_id))[1]["data"] == [changed["id_tag"]]


@pytest.mark.parametrize(
    "said",
    [{"value": "04a1b2"}, {"value": ""}, {"value": "X", "allowed_from": "08:00"}, {"value": "X", "kind": "virtual"}],
    ids=["known", "empty", "half", "machine"],
)
def test_it_refuses_a_card_by_field(desk: Desk, said: dict[str, Any]) -> None:
    IdTag.objects.create(value="04A1B2")

    status, body = desk.post("id-tags", **said)

    assert (status, body["error"]) == (400, "invalid_parameters")
    assert body["details"]


def test_it_blocks_a_card_for_good(desk: Desk) -> None:
    tag = IdTag.objects.create(value="04A1B2", user=aida(), blocked=True, blocked_by="driver:x")

    assert desk.post(f"id-tags/{tag.public_id}/block")[1]["id_tag"]["blocked"] is True
    tag.refresh_from_db()
    assert tag.blocked_by.startswith("staff:")

    assert desk.post(f"id-tags/{tag.public_id}/unblock")[1]["id_tag"]["blocked"] is False
    tag.refresh_from_db()
    assert (tag.blocked, tag.blocked_by) == (False, "")


def test_it_leaves_sessions_own_tags_out_unless_they_are_asked_for(desk: Desk) -> None:
    for value, kind in (("CARD", "rfid"), ("OWN", "virtual")):
        IdTag.objects.create(value=value, kind=kind)

    assert [tag["value"] for tag in desk.get("id-tags")[1]["data"]] == ["CARD"]
    assert [tag["value"] for tag in desk.get("id-tags", kind="virtual")[1]["data"]] == ["OWN"]


@pytest.mark.parametrize("accept", ["text/csv", "application/json", "*/*"])
def test_it_writes_cards_as_a_file_without_formulas(desk: Desk, accept: str) -> None:
    driver = aida(name="=HYPERLINK(1)", phone="+996555000111")
    IdTag.objects.create(value="@SUM(A1)", user=driver, note="-1+1", day_limit_wh=5)
    IdTag.objects.create(value="OTHER")

    answer = desk.client.get(f"{ROOT}/exports/id-tags", {"driver": str(driver.public_id)}, HTTP_ACCEPT=accept)
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert 'attachment; filename="id-tags.csv"' in answer["Content-Disposition"]
    shown = [(row["value"], row["driver"], row["note"], row["day_limit_wh"]) for row in rows]
    assert shown == [("'@SUM(A1)", "'=HYPERLINK(1)", "'-1+1", "5")]


def test_it_says_what_is_wrong_with_a_file_as_json(desk: Desk) -> None:
    answer = desk.client.get(f"{ROOT}/exports/id-tags", {"driver": "nobody"}, HTTP_ACCEPT="text/csv")

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_parameters")


def test_it_keeps_companies_and_memberships(desk: Desk) -> None:
    _, company = desk.post("companies", name="Fleet", kind="both", currency="KZT")
    _, tier = desk.post("memberships", name="Gold", discount_percent="12.5", priority=2)

    key = company["company"]["id"]
    assert desk.patch(f"companies/{key}", tax_id="123")[1]["company"]["tax_id"] == "123"
    assert desk.get(f"companies/{key}")[1]["company"]["currency"] == "KZT"
    assert desk.patch(f"memberships/{tier['membership']['id']}", priority=3)[1]["membership"]["priority"] == 3
    assert desk.get("memberships")[1]["data"][0]["discount_percent"] == "12.50"
    assert desk.post("companies", name="Fleet")[0] == 400
    assert desk.post("memberships", name="Silver", discount_percent="101")[0] == 400


def test_it_lets_a_company_keep_its_own_within_its_rights() -> None:
    fleet, other = (Company.objects.create(name=name) for name in ("Fleet", "Other"))
    person = chinara(company=fleet)
    desk = Desk(person)

    status, made = desk.post("id-tags", value="NEW-1")
    assert (status, made["id_tag"]["company"]["name"]) == (201, "Fleet")
    key = made["id_tag"]["id"]
    assert desk.patch(f"id-tags/{key}", plate="B1")[0] == 200
    assert desk.patch(f"id-tags/{key}", company_id=None)[0] == 403
    assert desk.patch(f"id-tags/{key}", company_id=str(other.public_id))[0] == 404
    status, made = desk.post("drivers", name="New", email="new@example.com")
    assert (status, made["driver"]["company"]["name"]) == (201, "Fleet")
    assert desk.patch(f"drivers/{made['driver']['id']}", company_id=None)[0] == 403


def test_it_answers_405_where_there_is_no_such_method(desk: Desk) -> None:
    assert desk.client.delete(f"{ROOT}/drivers").status_code == 405


@pytest.mark.django_db(transaction=True)
def test_it_tells_events_in_order_from_where_one_stopped() -> None:
    fleet = Company.objects.create(name="Fleet")
    for number in range(5):
        mine = {"company": fleet.public_id} if number % 2 else {}
        Event.objects.create(kind=f"test.{number}", subject="x", station="BSK", at=fleet.created_at, **mine)
    desk = Desk(chinara())

    _, first = desk.get("events", limit=2)
    _, rest = desk.get("events", since=first["last"])
    _, none = desk.get("events", since=rest["last"])
    _, nobody = desk.get("events", kind="test.9")

    assert [event["kind"] for event in first["data"] + rest["data"]] == [f"test.{number}" for number in range(5)]
    assert (none["data"], none["last"]) == ([], rest["last"])
    assert (nobody["data"], nobody["last"]) == ([], rest["last"])  # so much was looked at for it
    assert [event["kind"] for event in desk.get("events", kind="test.3")[1]["data"]] == ["test.3"]
    assert desk.get("events", since="1-2-3")[0] == 400
    host = User.objects.create_superuser(email="fleet@example.com", company=fleet)
    assert [event["kind"] for event in Desk(host).get("events")[1]["data"]] == ["test.1", "test.3"]


@pytest.mark.django_db(transaction=True)
def test_events_go_on_after_a_restore() -> None:
    said = {"subject": "x", "at": datetime(2026, 3, 1, 12, tzinfo=UTC)}
    old = Event.objects.create(kind="test.old", transaction=2**40, **said)
    Event.objects.create(kind="test.new", **said)
    desk = Desk(chinara())
    _, page = desk.get("events", since=f"{2**40}-{old.pk}")
    assert [event["kind"] for event in page["data"]] == ["test.new"]
    assert desk.get("events", since=page["last"])[1]["data"] == []


@pytest.mark.django_db(transaction=True)
def test_it_names_a_driver_to_whoever_hosts_only_where_they_pay() -> None:
    host, fleet = (Company.objects.create(name=name) for name in ("Host", "Fleet"))
    driver = aida().public_id
    at_the_host: dict[str, Any] = {"subject": "x", "host": host.public_id, "driver": driver, "at": host.created_at}
    for kind, payer in {"test.1": None, "test.2": fleet.public_id, "test.3": host.public_id}.items():
        Event.objects.create(kind=kind, company=payer, **at_the_host)

    def named(company: Company | None) -> dict[str, str | None]:
        person = User.objects.create_superuser(email=f"{User.objects.count()}@example.com", company=company)
        return {event["kind"]: event["client_id"] for event in Desk(person).get("events")[1]["data"]}

    name = str(driver)
    assert named(None) == {"test.1": name, "test.2": name, "test.3": name}
    assert named(fleet) == {"test.2": name}
    assert named(host) == {"test.1": None, "test.2": None, "test.3": name}


def test_it_keeps_an_address_in_lower_case(desk: Desk) -> None:
    status, made = desk.post("drivers", name="Aida", email="Aida@Example.COM")
    assert (status, made["driver"]["email"]) == (201, "aida@example.com")
    path = f"drivers/{made['driver']['id']}"

    status, changed = desk.patch(path, email="A.Ida@Example.com")

    assert (status, changed["driver"]["email"]) == (200, "a.ida@example.com")
    assert desk.patch(path, email="A.IDA@example.com", name="Aida A.")[0] == 200


def test_it_notes_who_wrote_what(desk: Desk) -> None:
    _, made = desk.post("companies", name="Fleet")
    desk.patch(f"companies/{made['company']['id']}", tax_id="123")

    written = [(entry.user.email, entry.action_flag, entry.change_message) for entry in LogEntry.objects.order_by("pk")]
    assert written == [
        ("chinara@example.com", ADDITION, "By the API: name."),
        ("chinara@example.com", CHANGE, "By the API: tax_id."),
    ]

"""Agreements and statements of hosts in the portal."""

import csv
import io
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import Company, User
from billing.models import HostAgreement, HostStatement
from billing.tests.reading_pdf import pages_of
from charging.hosts import make_host_statements
from charging.tests.test_make_host_statements import MONTH, agree, begins, charged, months_on, stated
from charging.tests.world import World
from stations.models import Location

pytestmark = pytest.mark.django_db
AGREEMENTS, STATEMENTS = "/admin/billing/hostagreement/", "/admin/billing/hoststatement/"
HOSTILE = "=<script>alert(1)</script>"


def browser(*permissions: str, company: Company | None = None) -> Client:
    """A member of staff with these rights beside seeing all of it."""
    number = User.objects.count()
    person = User.objects.create_user(email=f"s{number}@example.com", role=User.Role.STAFF, company=company)
    names = ["view_hostagreement", "view_hoststatement", *permissions]
    person.user_permissions.set(Permission.objects.filter(codename__in=names, content_type__app_label="billing"))
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person)
    return client


@pytest.fixture
def host(world: World) -> Company:
    host = Company.objects.create(name=HOSTILE, kind=Company.Kind.HOST)
    Location.objects.update(host=host)
    return host


def form(host: Company, **said: str) -> dict[str, str]:
    usual = {"company": str(host.pk), "place": "", "currency": "KGS", "share_percent": "20", "per_kwh": "0"}
    hidden = {"initial-share_percent": "0", "initial-per_kwh": "0"}
    return {**usual, **hidden, "valid_from": f"{MONTH:%Y-%m-%d}", "valid_until": "", **said}


def test_it_keeps_an_agreement_with_who_made_it(host: Company) -> None:
    client = browser("add_hostagreement", "change_hostagreement")
    client.post(f"{AGREEMENTS}add/", form(host))
    agreement = HostAgreement.objects.get()
    assert (agreement.share_percent, agreement.made_by[:6]) == (Decimal(20), "staff:")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"valid_from": f"{MONTH:%Y-%m}-02"}, "Agreements hold for whole months"),
        ({"place": "OTHER"}, "This location has another host."),
        ({"share_percent": "101"}, ""),
        ({"currency": "so"}, "Three letters, such as KGS."),
    ],
    ids=["a day inside a month", "a place of another", "more than all", "no currency"],
)
def test_it_refuses_what_is_no_agreement(host: Company, said: dict[str, str], why: str) -> None:
    other = Company.objects.create(name="Other")
    Location.objects.create(code="OTHER", latitude="42.8", longitude="74.6", host=other)
    page = browser("add_hostagreement").post(f"{AGREEMENTS}add/", form(host, **said)).text
    assert why in page
    assert not HostAgreement.objects.exists()


def test_its_terms_stay_once_a_statement_stands_on_them(world: World, host: Company) -> None:
    agreement = agree(host)
    stated()
    client = browser("change_hostagreement")
    page = f"{AGREEMENTS}{agreement.pk}/change/"
    assert 'name="share_percent"' not in client.get(page).text
    client.post(page, {"valid_until": f"{months_on(3):%Y-%m-%d}", "initial-valid_until": "", "share_percent": "99"})
    agreement.refresh_from_db()
    assert (agreement.share_percent, agreement.valid_until) == (Decimal(20), months_on(3))


def test_it_shows_and_hands_out_a_statement_without_drivers(world: World, host: Company) -> None:
    agree(host)
    session = charged(world)
    assert session.driver
    User.objects.filter(pk=session.driver.pk).update(name="Aida Secret")
    statement = stated()
    client = browser()
    page = client.get(f"{STATEMENTS}{statement.pk}/change/").text
    assert ("382.50 KGS" in page, "25.500" in page, HOSTILE in page) == (True, True, False)
    assert HOSTILE not in client.get(STATEMENTS).text
    text = b"".join(client.get(f"{STATEMENTS}{statement.pk}/charges.csv").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # a stream
    [row] = list(csv.DictReader(io.StringIO(text)))
    assert (row["gross"], row["energy_wh"], row["session"]) == ("382.500", "25500", str(session.pk))
    paper = "".join(pages_of(client.get(f"{STATEMENTS}{statement.pk}/pdf/en/").content))
    assert ("20 % of what is earned without tax" in paper, "1.25 KGS per kWh" in paper) == (True, True)
    assert [one for one in (page, text, paper) if "Aida" in one] == []


def test_charges_of_a_statement_sum_to_it(world: World, host: Company) -> None:
    agree(host)
    stated()
    charged(world)  # dated in the month that is stated already
    later = stated(1)
    client = browser()
    for statement in HostStatement.objects.all():
        answer = client.get(f"{STATEMENTS}{statement.pk}/charges.csv")
        text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # a stream
        rows = list(csv.DictReader(io.StringIO(text)))
        assert sum(float(row["gross"]) for row in rows) == float(statement.gross)
        assert bool(rows) == (statement == later)


def test_a_host_sees_its_own(world: World, host: Company) -> None:
    agree(host)
    ours = stated()
    others = Company.objects.create(name="Other")
    Location.objects.create(code="OTHER", latitude="42.8", longitude="74.6", host=others)
    agree(others)
    stated_of_others = make_theirs(others)
    client = browser("add_hostagreement", company=host)
    pages = [f"{STATEMENTS}{one.pk}/{page}" for one in (ours, stated_of_others) for page in ("change/", "charges.csv")]
    assert [client.get(page).status_code for page in pages] == [200, 200, 404, 404]
    assert "Other" not in client.get(STATEMENTS).text
    assert "Other" not in client.get(AGREEMENTS).text
    assert client.post(f"{AGREEMENTS}add/", form(host)).status_code == 403


def make_theirs(company: Company) -> HostStatement:
    make_host_statements(month=MONTH, at=begins(1))
    return HostStatement.objects.get(company=company)


def test_a_currency_is_the_same_however_it_is_typed(host: Company) -> None:
    browser("add_hostagreement").post(f"{AGREEMENTS}add/", form(host, currency="kgs"))
    assert HostAgreement.objects.get().currency == "KGS"

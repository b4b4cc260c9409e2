"""Finance books lines of a provider's register on their pages, support and operators do not; two presses book once."""

import csv
import io
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from billing.models import RegisterEntry, RegisterLine, Transfer
from billing.tests.reading_pdf import pages_of
from billing.tests.registers import file_of, line, store
from drivepower.portal.models import Change
from drivepower.portal.tests.making import staff

pytestmark = pytest.mark.django_db
LIST = "/admin/billing/registerentry/"
SAID = {"_form_submitted": "True", "account": "commissions", "reason": "a fee of March"}


def a_line(amount: str = "-12.50") -> RegisterLine:
    """Something else of that much in a register."""
    return store(file_of(line("other", f"O{amount}", amount))).lines.get()


def browser(person: User) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person)
    return client


def page_of(one: RegisterLine) -> str:
    return f"/admin/billing/registerline/{one.pk}/change/"


def button(client: Client, one: RegisterLine) -> str:
    """Where the button that books the line leads; nothing where there is none."""
    found = re.findall(r'hx-get="([^"]*book_line[^"]*)"', client.get(page_of(one)).text)
    return str(found[0]) if found else ""


def decide(client: Client, verb: str, *entries: RegisterEntry) -> Any:
    return client.post(LIST, {"action": verb, "_selected_action": [one.pk for one in entries]}, follow=True)


def test_finance_books_a_line_from_its_page() -> None:
    one, client = a_line(), browser(staff("Finance"))
    link = button(client, one)
    assert "clearing, bank transfers" in client.get(link).text
    assert "revenue" not in client.get(link).text
    assert "HX-Redirect" not in client.post(link, SAID | {"reason": ""})
    done = client.post(link, SAID)
    made = RegisterEntry.objects.get()
    assert (made.state, done["HX-Redirect"]) == ("booked", f"{LIST}{made.pk}/change/")
    assert "a fee of March" in client.get(done["HX-Redirect"]).text
    assert "commissions of providers: booked" in client.get(page_of(one)).text
    assert "other movement at a provider" in client.get(f"/admin/billing/transfer/{made.transfer_id}/change/").text
    assert (
        "other movement at a provider" in client.get(f"/admin/billing/providerregister/{one.register_id}/change/").text
    )
    assert button(client, one) == ""
    assert client.post(link, SAID).status_code == 403
    assert Transfer.objects.count() == 1


@pytest.mark.parametrize("role", ["Support", "Operator", "Technician", "Site host"])
def test_others_do_not(role: str) -> None:
    one, client = a_line(), browser(staff(role))
    link = button(browser(staff("Finance")), one)
    assert client.get(page_of(one)).status_code in (403, 404)
    assert client.post(link, SAID).status_code == 403
    assert client.get(LIST).status_code == 403
    assert not RegisterEntry.objects.exists()


def test_who_may_only_decide_or_read_has_no_button() -> None:
    one, reader = a_line(), User.objects.create_user(email="reader@example.com", role=User.Role.STAFF)
    reader.user_permissions.set(staff("Finance").groups.get().permissions.exclude(codename="add_registerentry"))
    link = button(browser(User.objects.get(email="finance@example.com")), one)
    assert button(browser(reader), one) == ""
    assert browser(reader).post(link, SAID).status_code == 403
    assert not RegisterEntry.objects.exists()


def test_a_large_one_waits_for_somebody_else() -> None:
    one, two, three = a_line("-5000"), a_line("-6000"), a_line("-7000")
    asker, second = browser(staff("Finance")), browser(staff("Owner"))
    for each in (one, two, three):
        assert "HX-Redirect" in asker.post(button(asker, each), SAID)
    first, other, last = RegisterEntry.objects.order_by("pk")
    assert not Transfer.objects.exists()
    assert "A second person decides" in decide(asker, "approve", first).text
    page = decide(second, "approve", first, other).text
    assert "2 decided" in page
    assert "1 decided" in decide(second, "refuse", last).text
    assert "has been decided already" in decide(second, "approve", first).text
    assert [entry.state for entry in RegisterEntry.objects.order_by("pk")] == ["booked", "booked", "refused"]
    assert sum(Transfer.objects.filter(kind="at_provider").values_list("amount", flat=True)) == 11000
    assert button(asker, three) != ""


def test_it_is_in_the_audit_trail_and_in_the_files() -> None:
    person = staff("Finance")
    one, client = a_line(), browser(person)
    client.post(button(client, one), SAID)
    noted = Change.objects.filter(table="billing.registerentry").order_by("id")
    assert [(change.what, change.who) for change in noted] == [
        ("insert", f"staff:{person.public_id}"),
        ("update", f"staff:{person.public_id}"),
    ]
    csv = b"".join(client.get(f"{LIST}export.csv").streaming_content).decode()  # type: ignore[attr-defined]  # a stream
    assert "a fee of March" in csv
    assert "-12.50" in csv
    for kind in ("xlsx", "pdf"):
        assert client.get(f"{LIST}export.{kind}").status_code == 200
    moved = b"".join(client.get("/admin/billing/transfer/export.csv").streaming_content).decode()  # type: ignore[attr-defined]  # a stream
    assert "at_provider" in moved


def test_finance_takes_an_entry_back_on_its_page() -> None:
    one, client = a_line(), browser(staff("Finance"))
    client.post(button(client, one), SAID)
    page = f"{LIST}{RegisterEntry.objects.get().pk}/change/"
    [link] = re.findall(r'hx-get="([^"]*take_back[^"]*)"', client.get(page).text)
    assert "the other way" in client.get(link).text
    assert browser(staff("Support")).post(link, SAID).status_code == 403
    done = client.post(link, SAID | {"reason": "the wrong account"})
    undone = RegisterEntry.objects.get(undoes__isnull=False)
    assert (undone.state, done["HX-Redirect"]) == ("booked", f"{LIST}{undone.pk}/change/")
    assert "12.50 KGS" in client.get(done["HX-Redirect"]).text
    assert f"#{undone.pk}: booked" in client.get(page).text
    assert "takes back" in client.get(page_of(one)).text
    assert "take_back" not in client.get(done["HX-Redirect"]).text
    assert client.post(link, SAID).status_code == 403
    assert button(client, one) != ""


def test_files_sum_up_what_is_booked() -> None:
    """5.00 are booked, 6000.00 wait."""
    client = browser(staff("Finance"))
    for one in (a_line("-5"), a_line("-6000")):
        client.post(button(client, one), SAID)
    text = b"".join(client.get(f"{LIST}export.csv").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # a stream
    told = {row["state"]: row["booked"] for row in csv.DictReader(io.StringIO(text))}
    assert told == {"booked": "-5.000", "asked": "0"}
    lines = "\n".join(pages_of(client.get(f"{LIST}export.pdf").content)).splitlines()
    sums = [line.replace("\u2212", "-") for line in lines if line.endswith(" KGS")]
    assert sums == ["-6,005.00 KGS", "-5.00 KGS"]


@pytest.mark.django_db(transaction=True)
def test_two_who_press_at_once_book_once() -> None:
    one, people = a_line(), [staff("Finance"), staff("Owner")]
    clients = [browser(person) for person in people]
    link, begin = button(clients[0], one), Barrier(2, timeout=30)

    def press(client: Client) -> bool:
        begin.wait()
        try:
            return "HX-Redirect" in client.post(link, SAID)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(press, clients))
    assert sorted(answers) == [False, True]
    assert (RegisterEntry.objects.count(), Transfer.objects.count()) == (1, 1)

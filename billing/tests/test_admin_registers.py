"""Registers in the portal: a file is looked at, stored, its differences noted, booked; hostile names stay text."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from billing.models import ProviderRegister, RegisterLine, Transfer
from billing.tests.registers import credited, file_of, line, store
from billing.tests.test_admin_adjustments import browser

pytestmark = pytest.mark.django_db
LIST, LINES = "/admin/billing/providerregister/", "/admin/billing/registerline/"
DESK = [f"{verb}_{model}" for verb in ("view", "add", "change") for model in ("providerregister", "registerline")]
HOSTILE = '=HYPERLINK("x")"><script>alert(1)</script>'


def address(client: Client, page: str, name: str) -> str:
    """Where the button of that action leads; nothing where there is none."""
    found = re.findall(rf'(?:hx-get|href)="([^"]*{name}[^"]*)"', client.get(page).text)
    return str(found[0]) if found else ""


def bring(client: Client, content: bytes, name: str = "march.csv", **said: str) -> Any:
    """Choose a file."""
    link = address(client, LIST, "bring")
    told = {"layout": "generic", "provider": "sandbox", "currency": "KGS"} | said
    return client.post(link, {**told, "file": SimpleUploadedFile(name, content)})


def confirm(client: Client, shown: Any) -> Any:
    """Store what was shown."""
    link = address(client, LIST, "bring")
    token = re.findall(r'name="token" value="([^"]+)"', shown.text)[0]
    return client.post(link, {"token": token}, follow=True)


def test_it_goes_from_the_file_to_the_books() -> None:
    credited("P1", "100")
    client = browser("aida", *DESK)
    shown = bring(client, file_of(line("payment", "P1", "100", "2"), line("payment", HOSTILE[:40], "70")), HOSTILE)
    assert shown.status_code == 200
    assert "170.00 KGS" in shown.text
    assert "we know nothing of it" in shown.text
    assert "<script>alert" not in shown.text
    assert not ProviderRegister.objects.exists()
    stored = confirm(client, shown)
    register = ProviderRegister.objects.get()
    page = f"{LIST}{register.pk}/change/"
    assert stored.redirect_chain[-1][0] == page
    assert "1, 1 open" in client.get(page).text
    assert "<script>alert" not in client.get(page).text
    assert "too old" in confirm(client, shown).text
    assert (
        "Say first"
        in client.post(address(client, page, "/book"), {"_form_submitted": "True", "is_looked_at": "on"}).text
    )
    odd = RegisterLine.objects.get(difference="unknown")
    note = address(client, f"{LINES}{odd.pk}/change/", "note_done")
    client.post(note, {"_form_submitted": "True", "text": HOSTILE})
    assert RegisterLine.objects.get(pk=odd.pk).note == HOSTILE
    client.post(address(client, page, "/book"), {"_form_submitted": "True", "is_looked_at": "on"})
    register.refresh_from_db()
    assert (register.booked_at is not None, Transfer.objects.filter(kind="commission").count()) == (True, 1)
    assert address(client, page, "/book") == ""
    assert "aida" in client.get(page).text


def test_wrong_files_say_why() -> None:
    client = browser("aida", *DESK)
    assert "These columns are missing" in bring(client, b"kind,amount\npayment,1").text
    shown = bring(client, file_of(line("gift", "P1", "1")))
    assert "is no kind of movement" in shown.text
    assert "token" not in re.findall(r'name="(\w+)"', shown.text)
    assert "written by another provider" in bring(client, b"x", layout="stripe").text
    assert not ProviderRegister.objects.exists()


def test_lines_are_filtered_and_exported_without_formulas() -> None:
    credited("P1", "100")
    register = store(file_of(line("payment", "P1", "100"), line("payment", "=1+1", "70")))
    client = browser("aida", *DESK)
    shown = client.get(LINES, {"register__id__exact": str(register.pk), "differs": "open"}).text
    assert "=1+1" in shown
    assert ">P1<" not in shown
    for kind in ("csv", "xlsx"):
        assert client.get(f"{LINES}export.{kind}").status_code == 200
        assert client.get(f"{LIST}export.{kind}").status_code == 200
    content = b"".join(client.get(f"{LINES}export.csv").streaming_content).decode()  # type: ignore[attr-defined]  # a stream
    assert '"\'=1+1"' in content
    client.post(LIST, {"action": "compare", "_selected_action": [register.pk]})


def test_who_may_only_read_has_no_buttons() -> None:
    credited("P1", "100")
    register = store(file_of(line("payment", "P1", "100", "1"), line("payment", "P2", "1")))
    reader = browser("reader", "view_providerregister", "view_registerline")
    page, odd = f"{LIST}{register.pk}/change/", register.lines.get(difference="unknown")
    assert address(reader, LIST, "bring") == ""
    assert address(reader, page, "/book") == ""
    assert address(reader, f"{LINES}{odd.pk}/change/", "note_done") == ""
    way = address(browser("aida", *DESK), LIST, "bring")
    assert reader.post(way, {"token": "x"}).status_code == 403


def test_lists_ask_as_often_for_many_rows_as_for_one() -> None:
    client = browser("aida", *DESK)
    counts: list[list[int]] = []
    for name in ("A", "B"):
        store(file_of(*[line("payment", f"{name}{number}", "1") for number in range(1 if name == "A" else 30)]))
        asked = []
        for page in (LIST, LINES, f"{LIST}{ProviderRegister.objects.latest('pk').pk}/change/"):
            client.get(page)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(page).status_code == 200
            asked.append(len(queries))
        counts.append(asked)
    assert counts[0] == counts[1]

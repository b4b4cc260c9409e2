"""Opening balances in the portal: looked at, stored, approved by somebody else."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from billing.closing import files
from billing.models import OpeningImport, OpeningLine, Transfer
from billing.tests.making import NOON, person, wallet_with
from billing.tests.reading_pdf import pages_of
from billing.tests.test_admin_adjustments import browser
from billing.tests.test_admin_registers import address

pytestmark = pytest.mark.django_db
LIST, LINES = "/admin/billing/openingimport/", "/admin/billing/openingline/"
DESK = ["view_openingimport", "view_openingline", "add_openingimport", "change_openingimport"]
HOSTILE = '=1+1"><img src=x onerror=alert(1)>'


def bring(client: Client, content: str, total: str) -> Any:
    link = address(client, LIST, "bring")
    file = SimpleUploadedFile(HOSTILE, content.encode())
    return client.post(link, {"currency": "KGS", "control_total": total, "file": file})


def confirm(client: Client, shown: Any) -> Any:
    token = re.findall(r'name="token" value="([^"]+)"', shown.text)[0]
    return client.post(address(client, LIST, "bring"), {"token": token}, follow=True)


def decide(client: Client, name: str) -> str:
    rows = list(OpeningImport.objects.values_list("pk", flat=True))
    return client.post(LIST, {"action": name, "_selected_action": rows}, follow=True).text


def test_it_goes_from_the_file_to_a_second_persons_word() -> None:
    person("chinara")
    person("daniyar")
    asker, second = browser("aida", *DESK), browser("bakyt", *DESK)
    shown = bring(asker, "owner,amount\nchinara@example.com,100\ndaniyar@example.com,-20", "80")
    assert all(said in shown.text for said in ("100.00 KGS", "-20.00 KGS", "0.00 KGS"))
    assert "<img src=x" not in shown.text
    assert confirm(asker, shown).redirect_chain
    asked = OpeningImport.objects.get()
    assert "A second person decides" in decide(asker, "approve")
    page = second.get(f"{LIST}{asked.pk}/change/").text
    assert all(said in page for said in ("80.00 KGS", "-20.00 KGS", "100.00 KGS", "aida"))
    assert "<img src=x" not in page
    assert "1 decided" in decide(second, "approve")
    assert Transfer.objects.filter(kind="opening").count() == 2
    assert "chinara@example.com" in second.get(LINES, {"opening__id__exact": asked.pk}).text
    content = b"".join(second.get(f"{LINES}export.csv").streaming_content).decode()  # type: ignore[attr-defined]  # a stream
    assert "\"'=1+1" in content


def test_it_does_not_store_what_differs_or_is_nobodys() -> None:
    person("chinara")
    asker = browser("aida", *DESK)
    shown = bring(asker, f"owner,amount\nchinara@example.com,100\n{HOSTILE},5".replace('"', ""), "105")
    assert "there is nobody of that name" in shown.text
    assert "<img src=x" not in shown.text
    assert 'name="token"' not in shown.text
    shown = bring(asker, "owner,amount\nchinara@example.com,100", "99")
    assert "do not sum to the control total" in shown.text
    assert 'name="token"' not in shown.text
    assert "is no amount" in bring(asker, "owner,amount\nchinara@example.com,100", "lots").text


def test_who_approves_reads_the_lines_that_are_to_be_noticed() -> None:
    wallet_with("5", user=person("chinara"))
    person("daniyar")
    asker, second = browser("aida", *DESK), browser("bakyt", *DESK)
    confirm(asker, bring(asker, "owner,amount\nchinara@example.com,100\ndaniyar@example.com,7", "107"))
    asked = OpeningImport.objects.get()
    page = second.get(f"{LIST}{asked.pk}/change/").text
    assert "2. chinara@example.com: 100.00 KGS – money has moved in this wallet before" in page
    assert "daniyar@example.com" not in page
    lines = f"{LINES}?opening__id__exact={asked.pk}&amp;problem__isempty=0"
    assert lines in page
    shown = second.get(lines.replace("&amp;", "&")).text
    assert ("chinara@example.com" in shown, "daniyar@example.com" in shown) == (True, False)


def test_it_refuses_amounts_that_may_be_two() -> None:
    person("chinara")
    asker = browser("aida", *DESK)
    shown = bring(asker, 'owner,amount\nchinara@example.com,"12.500,00"', "12 500.00")
    assert ("12500.00 KGS" in shown.text, 'name="token"' in shown.text) == (True, True)
    shown = bring(asker, 'owner,amount\nchinara@example.com,"12,500"', "12 500.00")
    assert ("may be two amounts" in shown.text, 'name="token"' in shown.text) == (True, False)
    assert "may be two amounts" in bring(asker, "owner,amount\nchinara@example.com,12500", "12.500").text


def test_who_may_only_read_decides_nothing() -> None:
    person("chinara")
    asker, reader = browser("aida", *DESK), browser("reader", "view_openingimport")
    confirm(asker, bring(asker, "owner,amount\nchinara@example.com,100", "100"))
    assert "1 decided" not in decide(reader, "approve")
    assert OpeningImport.objects.get().state == "asked"
    assert address(reader, LIST, "bring") == ""


def asked(*amounts: int, state: str = "asked") -> OpeningImport:
    """An import of so many balances, decided or not."""
    decided = {} if state == "asked" else {"decided_by": "staff:2", "decided_at": NOON}
    total = Decimal(sum(amounts))
    made = OpeningImport.objects.create(
        file_name=f"{state}.csv",
        sha256=f"{OpeningImport.objects.count():064}",
        currency="KGS",
        control_total=total,
        state=state,
        asked_by="staff:1",
        asked_at=NOON,
        **decided,
    )
    OpeningLine.objects.bulk_create(
        OpeningLine(opening=made, number=number, owner=f"{number}@example.com", amount=Decimal(amount))
        for number, amount in enumerate(amounts, 1)
    )
    return made


@pytest.mark.parametrize("page", [LIST, LINES], ids=["files", "lines"])
def test_the_paper_tells_what_is_booked_from_what_was_refused_or_waits(page: str) -> None:
    asked(100, state="booked")
    asked(20, state="refused")
    asked(3)
    lines = "\n".join(pages_of(browser("aida", *DESK).get(f"{page}export.pdf").content)).splitlines()
    assert "123.00 KGS" in lines
    assert "100.00 KGS" in lines
    assert not {"20.00 KGS", "3.00 KGS"} & set(lines)


def test_a_paper_of_many_lines_asks_as_often_as_one_of_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_ON_PAPER", 1)
    client, counts = browser("aida", *DESK), []
    for many in (2, 9):
        asked(*range(1, many + 1), state="booked")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{LINES}export.pdf").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]

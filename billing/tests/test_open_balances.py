"""Balances from another system: a file, its control total, a second person, then all of it or nothing."""

from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Company, User
from billing import balances, ledger, opening
from billing.balances import Look
from billing.models import Debt, OpeningImport, OpeningLine, Transfer, Wallet
from billing.tests.making import NOON, balance_of_system, figures, person, wallet_with
from billing.tests.threads import at_once
from drivepower.core.models import Event
from drivepower.core.refusals import Refusal
from drivepower.core.sheets import WrongFile

pytestmark = pytest.mark.django_db


def file_of(*lines: str) -> bytes:
    return "\n".join(["owner;amount", *lines]).encode()


def look(*lines: str) -> Look:
    return balances.look(content=file_of(*lines), currency="KGS")


def ask(*lines: str, total: str, **more: Any) -> OpeningImport:
    told: dict[str, Any] = {"currency": "KGS", "file_name": "past.csv", "asked_by": "staff:1", "at": NOON} | more
    return opening.ask(content=file_of(*lines), control_total=Decimal(total), **told)


def approve(asked: OpeningImport, by: str = "staff:2") -> OpeningImport:
    return opening.approve(opening=asked, decided_by=by, at=NOON)


def people() -> tuple[User, User, Company]:
    """Somebody by mail, somebody by phone, and a company."""
    by_phone = User.objects.create_user(phone="+996555123456", name="Bakyt")
    return person("aida"), by_phone, Company.objects.create(name="Ala-Too Taxi", tax_id="01234567890123")


def test_it_finds_owners_by_mail_phone_and_tax_id() -> None:
    by_mail, by_phone, company = people()
    found = look("AIDA@example.com;1 250,50", "0555 123 456;-20", "01234567890123;300.00")
    assert [(line.person, line.company) for line in found.lines] == [(by_mail, None), (by_phone, None), (None, company)]
    assert (found.money, found.debts, found.total) == (Decimal("1550.50"), Decimal(-20), Decimal("1530.50"))
    assert not found.wrong


def test_it_says_of_each_line_why_it_cannot_be() -> None:
    people()
    Company.objects.create(name="Twin A", tax_id="7")
    Company.objects.create(name="Twin B", tax_id="7")
    User.objects.create_user(email="staff@example.com", role=User.Role.STAFF)
    found = look(
        "aida@example.com;10",
        "aida@example.com;20",
        "nobody@example.com;1",
        "7;1",
        "staff@example.com;1",
        "0555123456;0",
        "01234567890123;lots",
        "=cmd|x;1",
        ";5",
    )
    assert [(line.number, line.wrong) for line in found.wrong] == [
        (3, "line 2 has the same owner"),
        (4, "there is nobody of that name"),
        (5, "it names more than one"),
        (6, "there is nobody of that name"),
        (7, "a balance of 0 is none"),
        (8, "“lots” is no amount"),
        (9, "there is nobody of that name"),
        (10, "there is nobody of that name"),
    ]
    with pytest.raises(Refusal, match="while a line is wrong"):
        ask("nobody@example.com;1", total="1")
    with pytest.raises(WrongFile):
        balances.look(content=b"name,amount\nx,1", currency="KGS")


def test_it_warns_of_wallets_in_which_money_has_moved() -> None:
    wallet_with("5", user=person("aida"))
    wallet_with("0", user=person("bakyt"))
    found = look("aida@example.com;1", "bakyt@example.com;1")
    assert [line.odd for line in found.lines] == ["money has moved in this wallet before", ""]
    asked = ask("aida@example.com;1", "bakyt@example.com;1", total="2")
    assert [line.problem for line in asked.lines.all()] == ["money has moved in this wallet before", ""]
    assert approve(asked).state == "booked"


def test_it_books_money_and_debts_once_a_second_person_says_so() -> None:
    by_mail, by_phone, _company = people()
    asked = ask("aida@example.com;100", "0555123456;-20", "01234567890123;300", total="380")
    assert not Transfer.objects.exists()
    with pytest.raises(Refusal, match="second person"):
        approve(asked, by="staff:1")
    assert approve(asked).state == "booked"
    assert figures(Wallet.objects.get(user=by_mail)) == ("100.00", "0.00", "0.00")
    assert figures(Wallet.objects.get(user=by_phone)) == ("0.00", "0.00", "20.00")
    assert (balance_of_system("opening"), Debt.objects.get().amount) == (Decimal(-380), Decimal(20))
    assert OpeningLine.objects.filter(transfer__kind="opening").count() == 3
    assert ledger.check_books() == []
    with pytest.raises(Refusal, match="decided already"):
        approve(asked)


def test_it_refuses_another_control_total_and_the_same_file() -> None:
    people()
    with pytest.raises(Refusal, match="control total"):
        ask("aida@example.com;100", total="100.01")
    asked = ask("aida@example.com;100", total="100")
    with pytest.raises(Refusal, match="imported before"):
        ask("aida@example.com;100", total="100")
    opening.refuse(opening=asked, decided_by="staff:2", at=NOON)
    assert ask("aida@example.com;100", total="100").state == "asked"
    assert not Transfer.objects.exists()


def test_it_books_all_lines_or_none() -> None:
    people()
    asked = ask("aida@example.com;100", "0555123456;50", total="150")
    OpeningLine.objects.filter(amount=50).update(amount=60)
    with pytest.raises(Refusal, match="control total"):
        approve(asked)
    OpeningLine.objects.filter(amount=60).update(amount=50, wallet=None)
    with pytest.raises(Refusal, match="nobody's"):
        approve(asked)
    assert not Transfer.objects.exists()
    assert OpeningImport.objects.get().state == "asked"


def test_a_balance_comes_once_in_whatever_file_it_stands() -> None:
    people()
    first = ask("aida@example.com;10", "0555123456;-5.50", total="4.50")
    again = ("0555123456;-5.50", "aida@example.com;10.00", "01234567890123;1")
    waits = "its opening balance waits for a second person since 2 Mar 2026, from the file “past.csv”"
    assert [(line.number, line.wrong) for line in look(*again).lines] == [(2, waits), (3, waits), (4, "")]
    with pytest.raises(Refusal, match="while a line is wrong"):
        ask(*again, total="5.50")
    approve(first)
    booked = "its opening balance was booked on 2 Mar 2026, from the file “past.csv”"
    assert [line.wrong for line in look(*again).lines] == [booked, booked, ""]
    dollars = balances.look(content=file_of("aida@example.com;10"), currency="USD")
    assert not dollars.wrong


def test_a_refused_balance_may_come_again_in_another_file() -> None:
    people()
    first = ask("aida@example.com;10", total="10")
    opening.refuse(opening=first, decided_by="staff:2", at=NOON)
    approve(ask("aida@example.com;10.00", total="10"))
    assert figures(Wallet.objects.get(user__email="aida@example.com")) == ("10.00", "0.00", "0.00")


def test_what_was_asked_for_before_is_booked_once() -> None:
    people()
    first, second = ask("aida@example.com;10", total="10"), ask("0555123456;7", total="7")
    wallet = Wallet.objects.get(user__email="aida@example.com")
    OpeningLine.objects.filter(opening=second).update(wallet=wallet)
    approve(first)
    with pytest.raises(Refusal, match="booked before"):
        approve(second)
    assert figures(wallet) == ("10.00", "0.00", "0.00")


@pytest.mark.django_db(transaction=True)
def test_two_files_at_once_bring_a_balance_once() -> None:
    people()
    answers = at_once(*[partial(ask, f"aida@example.com;{amount}", total=amount) for amount in ("10", "10.0", "10.00")])
    assert sorted(answer if isinstance(answer, str) else "kept" for answer in answers) == [
        "kept",
        *["rows_wrong"] * 2,
    ]
    assert OpeningLine.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_approvals_at_once_book_once() -> None:
    people()
    asked = ask("aida@example.com;100", "0555123456;50", total="150")
    answers = at_once(*[partial(approve, asked, f"staff:{number}") for number in range(2, 6)])
    assert sorted(answer if isinstance(answer, str) else "done" for answer in answers) == [
        *["already_decided"] * 3,
        "done",
    ]
    assert Transfer.objects.filter(kind="opening").count() == 2
    assert ledger.check_books() == []


def test_it_asks_as_often_for_many_lines_as_for_one() -> None:
    counts = []
    for many in (1, 2, 30):  # the first file makes the accounts of the house
        amounts = [1 if number % 2 else -1 for number in range(many)]
        lines = [f"{person(f'p{many}x{number}').email};{amount}" for number, amount in enumerate(amounts)]
        asked = []
        with CaptureQueriesContext(connection) as queries:
            waiting = ask(*lines, total=str(sum(amounts)))
        asked.append(len(queries))
        with CaptureQueriesContext(connection) as queries:
            approve(waiting)
        counts.append([*asked, len(queries)])
    assert counts[1] == counts[2]
    assert ledger.check_books() == []


def test_it_tells_of_each_debt() -> None:
    people()
    approve(ask("aida@example.com;-20", "0555123456;-5.50", "01234567890123;3", total="-22.50"))
    events = Event.objects.filter(kind="wallet.debt").order_by("pk")
    assert [(event.payload["amount"], event.payload["owed"]) for event in events] == [
        ("20.00", "20.00"),
        ("5.50", "5.50"),
    ]

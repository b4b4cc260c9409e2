"""What a provider kept and paid out, booked: its clearing account returns to 0, or says what is missing."""

from decimal import Decimal
from functools import partial

import pytest

from billing import ledger, registers
from billing.models import ProviderRegister, RegisterTransfer, Transfer
from billing.tests.making import NOON, balance_of_system
from billing.tests.registers import credited, file_of, given_back, line, store
from billing.tests.threads import at_once
from drivepower.core.refusals import Refusal

pytestmark = pytest.mark.django_db
CLEARING = "clearing:sandbox"


def book(register: ProviderRegister) -> ProviderRegister:
    return registers.book(register=register, by="staff:2", at=NOON)


def left() -> tuple[str, str]:
    """What the provider should hold, and what of that nothing explains."""
    found = registers.clearing_of(provider="sandbox", currency="KGS")
    return f"{found.held:.2f}", f"{found.rest:.2f}"


def test_the_clearing_account_returns_to_zero() -> None:
    credited("P1", "100")
    given_back(credited("P2", "200"), "50")
    assert left() == ("250.00", "0.00")
    first = store(
        file_of(line("payment", "P1", "100", "2.50"), line("payment", "P2", "200", "5"), line("fee", "F", "30"))
    )
    assert left() == ("250.00", "0.00")
    assert [registers.clearing_of(provider="sandbox", currency="KGS").unbooked] == [Decimal("37.50")]
    book(first)
    assert left() == ("212.50", "0.00")
    second = store(file_of(line("chargeback", "C", "50", payment="P2"), line("remittance", "R", "212.50")))
    book(second)
    assert left() == ("0.00", "0.00")
    assert balance_of_system(CLEARING) == 0
    assert balance_of_system("clearing:bank") == Decimal("-212.50")
    assert balance_of_system("commissions") == Decimal("-37.50")
    assert {(one.kind, f"{one.amount:.2f}") for one in Transfer.objects.filter(register__isnull=False)} == {
        ("commission", "7.50"),
        ("commission", "30.00"),
        ("remittance", "212.50"),
    }
    assert ledger.check_books() == []


@pytest.mark.parametrize(
    ("told", "rest"),
    [
        (line("payment", "P9", "70"), "-70.00"),
        (line("payment", "P1", "90"), "10.00"),
        (line("chargeback", "C", "30", payment="P1"), "30.00"),
        (line("remittance", "R", "500"), "0.00"),
    ],
    ids=["unknown", "less", "not reversed", "too much"],
)
def test_what_differs_is_left_over(told: str, rest: str) -> None:
    credited("P1", "100")
    store(file_of(line("payment", "P2", "0"), told))
    assert left()[1] == rest


def test_it_books_once() -> None:
    credited("P1", "100")
    register = store(file_of(line("payment", "P1", "100", "2")))
    for _ in range(2):
        book(register)
    register.refresh_from_db()
    assert (register.booked_by, Transfer.objects.filter(kind="commission").count()) == ("staff:2", 1)


@pytest.mark.django_db(transaction=True)
def test_two_who_book_at_once_book_once() -> None:
    credited("P1", "100")
    register = store(file_of(line("payment", "P1", "100", "2"), line("remittance", "R", "98")))
    at_once(*[partial(book, register)] * 4)
    assert RegisterTransfer.objects.count() == 2
    assert left() == ("0.00", "0.00")


def test_it_waits_until_somebody_has_looked_at_the_differences() -> None:
    register = store(file_of(line("payment", "P9", "70", "2"), line("fee", "F", "1")))
    with pytest.raises(Refusal, match="about each difference"):
        book(register)
    lines = list(register.lines.all())
    with pytest.raises(Refusal, match="needs a note"):
        registers.note(lines=lines, text=" ", by="staff:1", at=NOON)
    assert registers.note(lines=lines, text="asked the bank", by="staff:1", at=NOON) == 1
    assert book(register).booked_at == NOON


def test_commission_that_is_given_back_comes_back() -> None:
    book(store(file_of(line("refund", "X", "0", "-3").replace("refund", "fee"))))
    assert balance_of_system(CLEARING) == Decimal(-3)


def test_a_fee_and_its_return_leave_nothing() -> None:
    book(store(file_of(line("fee", "F1", "5"), line("fee", "F2", "-5"))))
    assert balance_of_system("commissions") == 0
    assert {one.source.system for one in Transfer.objects.all()} == {"commissions", CLEARING}
    assert ledger.check_books() == []


def test_repeated_lines_are_booked_where_they_were_told_first() -> None:
    credited("P1", "100")
    book(store(file_of(line("payment", "P1", "100", "2"))))
    book(store(file_of(line("payment", "P1", "100", "2"), line("fee", "F", "1"))))
    assert balance_of_system("commissions") == Decimal(-3)

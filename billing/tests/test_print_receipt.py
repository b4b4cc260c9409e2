from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import translation
from pytest_django import Settings

from accounts.models import Company, User
from billing import ledger
from billing.models import Receipt, Wallet
from billing.pricing import Price, price
from billing.receipts import give_receipt
from billing.receipts.pdf import pdf_of
from billing.tests.making import NOON, person, rule, straight, terms, wallet_with
from billing.tests.reading_pdf import pages_of

pytestmark = pytest.mark.django_db
TERMS = terms(rule("per_kwh", "15", name="всегда"), rule("session_fee", "20", name="start"), tax_percent=Decimal(12))
CHARGE = price(TERMS, straight(NOON, 40, 25_500))


@pytest.fixture(autouse=True)
def seller(settings: Settings) -> Iterator[None]:
    settings.SELLER_NAME, settings.SELLER_TAX_ID = "Тест ОсОО", "012345678"
    settings.SELLER_ADDRESS = "Bishkek, Chüy Avenue 123"
    with translation.override("en"):
        yield


def give(
    *, user: User | None = None, about: str = "Bishkek, Ala-Too Square", made: Price = CHARGE, reason: str = ""
) -> Receipt:
    wallet: Wallet = wallet_with("0", user=user or person("Айгүл Өмүрбекова"))
    return give_receipt(
        wallet=wallet, subject="session:1", about=about, price=made, terms=TERMS, at=NOON, reason=reason
    )


def printed(receipt: Receipt, language: str = "en") -> str:
    with translation.override(language):
        return "\n".join(pages_of(pdf_of(receipt)))


def in_order(text: str, *words: str) -> bool:
    places = [text.find(word) for word in words]
    return -1 not in places and places == sorted(places)


def test_it_prints_all_that_a_receipt_says() -> None:
    text = printed(give())
    assert in_order(text, "Тест ОсОО", "Bishkek, Chüy Avenue 123", "tax id 012345678", "Receipt DP-2026-000001")
    assert in_order(text, "2 Mar 2026, 12:00:00 (UTC+06:00)", "Айгүл Өмүрбекова", "Bishkek, Ala-Too Square")
    assert "on the clock of Asia/Bishkek" in text
    # 25.5 × 15.00 = 382.50, 40.98 of it tax; 20.00, 2.14 of it tax
    assert in_order(
        text, "energy, per kWh: всегда", "2 Mar 2026, 12:00–12:40", "25.500 kWh", "15.00\n341.52\n40.98\n382.50"
    )
    assert in_order(text, "Net\n359.38 KGS", "VAT 12 %\n43.12 KGS", "Total\n402.50 KGS", "Why it cost this")
    assert "12:00–12:40, всегда: 15.00 KGS per kWh × 25.500 kWh = 382.50 KGS." in text


def test_it_prints_in_russian() -> None:
    text = printed(give(), "ru")
    assert in_order(text, "ИНН 012345678", "Чек DP-2026-000001", "2 марта 2026 г., 12:00:00 (UTC+06:00)", "Место")
    assert in_order(text, "энергия, за кВт·ч: всегда", "25,500 кВт·ч", "НДС 12 %\n43,12 KGS", "Итого\n402,50 KGS")
    assert "12:00–12:40, всегда: 15,00 KGS за кВт·ч × 25,500 кВт·ч = 382,50 KGS." in text


def test_it_prints_what_a_correction_corrects() -> None:
    first = give()
    second = give_receipt(
        wallet=first.wallet,
        subject="session:1",
        about="Bishkek",
        price=price(TERMS, straight(NOON, 40, 26_000)),
        terms=TERMS,
        at=NOON + timedelta(hours=1),
        reason="the meter was read anew",
    )
    text = printed(second)
    assert in_order(text, "Correction DP-2026-000002", "Corrects\nDP-2026-000001", "Reason\nthe meter was read anew")
    assert in_order(text, "−25.500 kWh", "−382.50", "26.000 kWh", "390.00", "Total\n7.50 KGS")
    assert "In all, with earlier receipts\n410.00 KGS" in text


def test_it_is_the_same_file_whenever_it_is_printed() -> None:
    receipt = give()
    with time_machine.travel(datetime(2027, 1, 1, tzinfo=UTC)):
        first = pdf_of(receipt)
    with time_machine.travel(datetime(2028, 8, 8, tzinfo=UTC)):
        assert pdf_of(receipt) == first
    assert b"D:20260302060000" in first


def test_it_names_for_ever_who_sold_and_who_bought(settings: Settings) -> None:
    receipt = give()
    before = pdf_of(receipt)
    settings.SELLER_NAME, settings.SELLER_TAX_ID, settings.SELLER_ADDRESS = "Other", "99", "Osh"
    User.objects.update(name="Renamed")
    assert pdf_of(Receipt.objects.get(pk=receipt.pk)) == before


def test_it_names_a_company_as_it_was(settings: Settings) -> None:
    fleet = Company.objects.create(name="Fleet", tax_id="777")
    wallet = ledger.wallet_of(company=fleet, currency="KGS")
    receipt = give_receipt(wallet=wallet, subject="session:1", about="", price=CHARGE, terms=TERMS, at=NOON)
    Company.objects.update(name="Renamed", tax_id="888")
    assert "Buyer\nFleet, tax id 777\n" in printed(Receipt.objects.get(pk=receipt.pk))
    assert "Fleet, ИНН 777" in printed(receipt, "ru")


def test_it_names_those_of_today_where_none_were_kept(settings: Settings) -> None:
    receipt = give()
    older = Receipt(
        **{field.attname: getattr(receipt, field.attname) for field in Receipt._meta.concrete_fields}
        | {"sold_by": {}, "bought_by": {}}
    )
    settings.SELLER_NAME = "Today"
    assert in_order(printed(older), "Today", "Buyer\nАйгүл Өмүрбекова")


def test_it_goes_on_over_pages_with_the_heads_on_each() -> None:
    many = Price(CHARGE.lines * 30, CHARGE.net * 30, CHARGE.tax * 30, CHARGE.gross * 30, "KGS", ())
    with translation.override("en"):
        pages = pages_of(pdf_of(give(made=many)))
    rows = [page.count("25.500 kWh\n") for page in pages]
    assert sum(rows) == 30
    with_rows = [page for page in pages if "25.500 kWh\n" in page]
    assert len(with_rows) > 2
    assert all("Unit price" in page for page in with_rows)
    assert "Total\n12,075.00 KGS" in "\n".join(pages)
    assert [f"page {number} of" in page for number, page in enumerate(pages, start=1)] == [True] * len(pages)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param("ҒғҚқҢңҮүӨөҰұІі ₸ € ₽ ₴ ₺ $", "ҒғҚқҢңҮүӨөҰұІі ₸ € ₽ ₴ ₺ $", id="letters"),
        pytest.param("{nb} ‡‡ %(x)s **b** <b>x</b> __u__", "{nb} ++ %(x)s **b** <b>x</b> __u__", id="marks"),
        pytest.param(") Tj ET (\\", ") Tj ET (\\", id="pdf"),
        pytest.param("one\r\n\ttwo\x0bthree", "one two three", id="lines"),
        pytest.param("abc\u202edcba\u2066x\u200b", "abcdcbax", id="directions"),
    ],
)
def test_it_prints_names_as_they_are_and_none_steers_the_page(name: str, shown: str) -> None:
    assert f"Buyer\n{shown}\n" in printed(give(user=User.objects.create_user(email="a@example.com", name=name)))


def test_it_breaks_names_that_are_longer_than_a_line() -> None:
    name = "Ж" * 120
    text = printed(
        give(user=User.objects.create_user(email="a@example.com", name=name), about="Ш" * 200, reason="Щ" * 200)
    )
    assert [text.count(letter) for letter in "ЖШЩ"] == [120, 200, 200]


def test_it_prints_letters_that_the_font_lacks_as_boxes() -> None:
    assert "Receipt DP-2026-000001" in printed(give(about="充電 🚗"))

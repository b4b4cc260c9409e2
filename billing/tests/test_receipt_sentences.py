"""Why it cost this, in words: worked examples, with the sums in comments."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from billing.models import Receipt
from billing.pricing import Consumption, Line, Price, Terms, price
from billing.receipts import give_receipt, give_refund_receipt
from billing.receipts.why import lines_of, why
from billing.tests.making import NOON, rule, straight, terms

pytestmark = pytest.mark.django_db
# What is told of Berlin's clocks in October.
PUT_BACK = (
    "On 25 Oct 2026 the clocks were put back from 03:00 to 02:00: "
    "the time between came twice, first as UTC+02:00 and then as UTC+01:00."
)
EVENING = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # 18:00 in Bishkek


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def give(made: Price, given: Terms, kept: Decimal = Decimal(0)) -> Receipt:
    return give_receipt(
        wallet=None,
        subject="session:1",
        about="BSK-01",
        price=made,
        terms=given,
        at=EVENING + timedelta(days=1),
        kept=kept,
    )


def told(receipt: Receipt) -> list[str]:
    return why(receipt, lines_of(receipt))


def test_it_tells_windows_rates_and_quantities() -> None:
    # 2 h at 6 kW: 6 kWh before 22:00 at 18.00 = 108.00, 6 kWh after it at 9.50 = 57.00; and once 20.00
    given = terms(
        rule("per_kwh", "9.5", name="night"),
        rule("per_kwh", "18", name="evening price", starts=time(18), ends=time(22), priority=1),
        rule("session_fee", "20", name="connection"),
        tax_percent=Decimal(12),
    )
    made = price(given, straight(EVENING + timedelta(hours=3), 120, 12_000))
    assert told(give(made, given)) == [
        "21:00–22:00, evening price: 18.00 KGS per kWh × 6.000 kWh = 108.00 KGS.",
        "22:00–23:00, night: 9.50 KGS per kWh × 6.000 kWh = 57.00 KGS.",
        "21:00, connection: once 20.00 KGS.",
        "VAT 12 % in it: 19.82 KGS.",
    ]


def test_it_tells_it_in_russian_with_russian_numbers() -> None:
    # 100 kWh at 12.3456 = 1234.56
    given = terms(rule("per_kwh", "12.3456", name="день"), tax_percent=Decimal("12.5"))
    receipt = give(price(given, straight(EVENING, 60, 100_000)), given)
    with translation.override("ru"):
        assert told(receipt) == [
            "18:00–19:00, день: 12,3456 KGS за кВт·ч × 100,000 кВт·ч = 1\xa0234,56 KGS.",
            "В том числе НДС 12,5 %: 137,17 KGS.",
        ]


def test_it_tells_minutes_and_what_the_cap_cut_off() -> None:
    # 40 min at 1.00 = 40.00; it stood 50 min, 10 of grace: 40 min at 2.50 = 100.00, at most 60.00
    given = terms(
        rule("per_minute", "1", name="time"), rule("parking_fee", "2.5", name="standing"), idle_cap=Decimal(60)
    )
    made = price(given, straight(EVENING, 40, 0, left_after=timedelta(minutes=50)))
    assert told(give(made, given)) == [
        "18:00–18:40, time: 1.00 KGS per minute × 40:00 min = 40.00 KGS.",
        "18:50–19:30, the car stood there after charging, standing: 2.50 KGS per minute × 40:00 min = 100.00 KGS,"
        " of which at most 60.00 KGS is charged.",
    ]


def test_it_tells_tax_that_comes_on_top() -> None:
    # 10 kWh at 10.00 = 100.00, with 12 % on top 112.00
    given = terms(rule("per_kwh", "10", name="day"), tax_percent=Decimal(12), tax_included=False)
    assert told(give(price(given, straight(EVENING, 60, 10_000)), given)) == [
        "18:00–19:00, day: 10.00 KGS per kWh × 10.000 kWh = 100.00 KGS, with 12.00 KGS of tax 112.00 KGS.",
        "VAT 12 % in it: 12.00 KGS.",
    ]


def test_it_tells_dates_where_a_charge_goes_over_midnight() -> None:
    given = terms(rule("per_kwh", "10", name="day"))
    (sentence,) = told(give(price(given, straight(EVENING + timedelta(hours=5), 120, 2_000)), given))
    assert sentence == "2 Mar 2026, 23:00 – 3 Mar 2026, 01:00, day: 10.00 KGS per kWh × 2.000 kWh = 20.00 KGS."


def test_it_tells_offsets_in_the_night_when_clocks_change() -> None:
    # Berlin, 25 October: 03:00 is 02:00 once more; 00:30 to 01:30 UTC is 02:30 summer time to 02:30 winter time.
    given = terms(rule("per_kwh", "0.4", name="night"), currency="EUR", time_zone="Europe/Berlin")
    start = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    made = price(
        given, Consumption(start, start + timedelta(hours=1), None, ((start, 0), (start + timedelta(hours=1), 5000)))
    )
    assert told(give(made, given)) == [
        "02:30 (UTC+02:00)–02:30 (UTC+01:00), night: 0.40 EUR per kWh × 5.000 kWh = 2.00 EUR.",
        PUT_BACK,
    ]


@pytest.mark.parametrize(
    ("begins", "window"),
    [
        (datetime(2026, 10, 25, 0, 10, tzinfo=UTC), "02:10 (UTC+02:00)–02:40 (UTC+02:00)"),
        (datetime(2026, 10, 25, 1, 10, tzinfo=UTC), "02:10 (UTC+01:00)–02:40 (UTC+01:00)"),
        (datetime(2026, 10, 24, 23, 45, tzinfo=UTC), "01:45–02:15 (UTC+02:00)"),
        (datetime(2026, 10, 25, 1, 45, tzinfo=UTC), "02:45 (UTC+01:00)–03:15"),
    ],
    ids=["the first time", "the second time", "into the first", "out of the second"],
)
def test_it_tells_which_of_two_hours_a_charge_was_in(begins: datetime, window: str) -> None:
    given = terms(rule("per_kwh", "0.4", name="night"), currency="EUR", time_zone="Europe/Berlin")
    assert told(give(price(given, straight(begins, 30, 5000)), given)) == [
        f"{window}, night: 0.40 EUR per kWh × 5.000 kWh = 2.00 EUR.",
        PUT_BACK,
    ]


@pytest.mark.parametrize("hour", [23, 26], ids=["01:00 summer time", "03:00 winter time"])
def test_it_tells_no_offset_beside_that_hour(hour: int) -> None:
    given = terms(rule("per_kwh", "0.4", name="night"), currency="EUR", time_zone="Europe/Berlin")
    begins = datetime(2026, 10, 24, tzinfo=UTC) + timedelta(hours=hour)
    (sentence,) = told(give(price(given, straight(begins, 30, 5000)), given))
    assert "UTC" not in sentence


def test_it_tells_of_the_night_in_which_an_hour_is_skipped() -> None:
    # Berlin, 29 March: 01:30 winter time to 03:30 summer time are sixty minutes; from 03:00 on nothing needs be said.
    given = terms(rule("per_minute", "0.4", name="night"), currency="EUR", time_zone="Europe/Berlin")
    over = price(given, straight(datetime(2026, 3, 29, 0, 30, tzinfo=UTC), 60, 0))
    assert told(give(over, given)) == [
        "01:30 (UTC+01:00)–03:30 (UTC+02:00), night: 0.40 EUR per minute × 60:00 min = 24.00 EUR.",
        "On 29 Mar 2026 the clocks were put forward from 02:00 to 03:00: no time lay between.",
    ]


def test_it_tells_of_that_night_in_russian() -> None:
    given = terms(rule("per_kwh", "0.4", name="ночь"), currency="EUR", time_zone="Europe/Berlin")
    receipt = give(price(given, straight(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), 60, 5000)), given)
    with translation.override("ru"):
        assert told(receipt) == [
            "02:30 (UTC+02:00)–02:30 (UTC+01:00), ночь: 0,40 EUR за кВт·ч × 5,000 кВт·ч = 2,00 EUR.",
            "25 октября 2026 г. часы перевели назад, с 03:00 на 02:00: "
            "время между ними было дважды, сначала по UTC+02:00, потом по UTC+01:00.",
        ]


def test_it_says_nothing_of_clocks_that_changed_as_a_charge_began() -> None:
    given = terms(rule("per_minute", "0.4", name="night"), currency="EUR", time_zone="Europe/Berlin")
    (sentence,) = told(give(price(given, straight(datetime(2026, 3, 29, 1, tzinfo=UTC), 60, 0)), given))
    assert sentence.startswith("03:00–04:00, night")


def test_it_tells_a_promo_code() -> None:
    given = terms(rule("per_kwh", "10", name="day"))
    made = price(given, straight(EVENING, 60, 10_000))
    off = Line("promo", "SPRING", EVENING, EVENING, Decimal(1), "pc", Decimal(0), Decimal(-5), Decimal(0), Decimal(-5))
    less = Price((*made.lines, off), Decimal(95), Decimal(0), Decimal(95), "KGS", ())
    assert told(give(less, given))[1] == "Promo code SPRING: −5.00 KGS."


def test_it_tells_what_a_correction_takes_back_and_what_it_comes_to() -> None:
    # 25.5 kWh = 382.50 were 26 kWh = 390.00: 7.50 more
    given = terms(rule("per_kwh", "15", name="day"), tax_percent=Decimal(12))
    give(price(given, straight(NOON, 60, 25_500)), given)
    new_tax = terms(rule("per_kwh", "15", name="day"), tax_percent=Decimal(14))
    assert told(give(price(new_tax, straight(NOON, 60, 26_000)), new_tax)) == [
        "No longer charged: 12:00–13:00, day: 15.00 KGS per kWh × 25.500 kWh = 382.50 KGS.",
        "12:00–13:00, day: 15.00 KGS per kWh × 26.000 kWh = 390.00 KGS.",
        "VAT 12 % in it: −40.98 KGS.",
        "VAT 14 % in it: 47.89 KGS.",
        "This corrects DP-2026-000001; with all that was said before it comes to 390.00 KGS.",
    ]


def test_it_tells_refunds_by_hand_with_their_reason() -> None:
    given = terms(rule("per_kwh", "15", name="day"))
    give(price(given, straight(NOON, 60, 20_000)), given)
    by_hand = give_refund_receipt(
        subject="session:1", net=Decimal(100), tax=Decimal(0), reason="a 100 % broken plug", at=EVENING
    )
    assert by_hand is not None
    assert told(by_hand)[0] == "Given back: 100.00 KGS (a 100 % broken plug)."
    free = Price((), Decimal(0), Decimal(0), Decimal(0), "KGS", ())
    assert told(give(free, given, kept=Decimal(100)))[1:] == [
        "100.00 KGS had been given back before, and is not given back again.",
        "This corrects DP-2026-000002; with all that was said before it comes to 0.00 KGS.",
    ]


def test_it_tells_that_nothing_is_charged() -> None:
    given = terms()
    assert told(give(price(given, straight(NOON, 60, 20_000)), given)) == ["Nothing is charged."]

"""Evenings at a charger, with the sums in comments."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from billing.pricing import Consumption, price
from billing.tests.making import NOON, brief, rule, straight, terms

PLAIN = rule("per_kwh", "15.00")
DAY = rule("per_kwh", "15.00", name="day", starts=time(7), ends=time(23))
NIGHT = rule("per_kwh", "9.00", name="night", starts=time(23), ends=time(7))


def test_it_prices_the_reference_charge() -> None:
    # 25.5 kWh × 15.00 = 382.50
    made = price(terms(PLAIN), straight(NOON, 40, 25_500))
    assert made.gross == Decimal("382.50")
    assert [brief(line) for line in made.lines] == [("per_kwh", "25500", "382.50")]
    assert (made.currency, made.unpriced) == ("KGS", ())


def test_it_prices_every_dimension_by_its_own_best_rule() -> None:
    # 10 kWh × 12.00 = 120.00; 30 min × 1.50 = 45.00; fee 20.00; idle 25 min − 10 min grace = 15 min × 5.00 = 75.00
    rules = [
        rule("session_fee", "20", priority=9),
        rule("per_kwh", "12"),
        rule("per_minute", "1.5"),
        rule("parking_fee", "5"),
    ]
    made = price(terms(*rules), straight(NOON, 30, 10_000, timedelta(minutes=25)))
    assert [brief(line) for line in made.lines] == [
        ("per_kwh", "10000", "120.00"),
        ("per_minute", "1800", "45.00"),
        ("session_fee", "1", "20.00"),
        ("parking_fee", "900", "75.00"),
    ]
    assert made.gross == Decimal("260.00")


def test_it_takes_the_higher_priority_and_then_the_younger_rule() -> None:
    rules = [
        rule("per_kwh", "1", id=1),
        rule("per_kwh", "2", id=3, name="youngest"),
        rule("per_kwh", "3", id=2),
    ]
    assert price(terms(*rules), straight(NOON, 10, 1000)).lines[0].rule_name == "youngest"
    strong = rule("per_kwh", "4", id=0, priority=1, name="strong")
    assert price(terms(strong, *rules), straight(NOON, 10, 1000)).lines[0].rule_name == "strong"


def test_it_splits_energy_at_the_edge_of_a_window() -> None:
    # 22:30 to 23:30 in Bishkek, 20 kWh evenly: 10 kWh by day × 15 = 150.00, 10 kWh by night × 9 = 90.00
    made = price(terms(DAY, NIGHT), straight(datetime(2026, 3, 2, 16, 30, tzinfo=UTC), 60, 20_000))
    assert [brief(line) for line in made.lines] == [("day", "10000", "150.00"), ("night", "10000", "90.00")]
    assert made.lines[0].ends_at == made.lines[1].starts_at == datetime(2026, 3, 2, 17, 0, tzinfo=UTC)


def test_it_splits_energy_by_the_curve_and_not_by_the_clock() -> None:
    # 18 of 20 kWh flow in the first half hour: 18 × 15 = 270.00 by day, 2 × 9 = 18.00 by night
    start = datetime(2026, 3, 2, 16, 30, tzinfo=UTC)
    half, end = start + timedelta(minutes=30), start + timedelta(minutes=60)
    consumption = Consumption(start, end, None, ((start, 0), (half, 18_000), (end, 20_000)))
    assert [brief(line) for line in price(terms(DAY, NIGHT), consumption).lines] == [
        ("day", "18000", "270.00"),
        ("night", "2000", "18.00"),
    ]


def test_it_holds_a_window_over_midnight_until_its_end_and_not_longer() -> None:
    # 06:00 to 08:00 in Bishkek, 2 kWh: 1 kWh by night, 1 kWh by day
    made = price(terms(DAY, NIGHT), straight(datetime(2026, 3, 2, 0, 0, tzinfo=UTC), 120, 2000))
    assert [brief(line) for line in made.lines] == [("night", "1000", "9.00"), ("day", "1000", "15.00")]


def test_it_begins_a_window_at_its_start_and_ends_it_before_its_end() -> None:
    start, end = datetime(2026, 3, 2, 1, 0, tzinfo=UTC), datetime(2026, 3, 2, 17, 0, tzinfo=UTC)  # 07:00, 23:00
    assert brief(price(terms(DAY, NIGHT), straight(start, 60, 1000)).lines[0])[0] == "day"
    assert brief(price(terms(DAY, NIGHT), straight(end, 60, 1000)).lines[0])[0] == "night"
    assert len(price(terms(DAY, NIGHT), straight(end - timedelta(hours=1), 60, 1000)).lines) == 1


def test_it_goes_by_the_weekday_of_the_local_day_on_which_an_instant_lies() -> None:
    # Friday 23:00 to Saturday 01:00 in Bishkek; UTC still says Friday all the time
    weekend = rule("per_kwh", "5", name="weekend", weekdays=frozenset({6, 7}), priority=1)
    made = price(terms(weekend, PLAIN), straight(datetime(2026, 3, 6, 17, 0, tzinfo=UTC), 120, 2000))
    assert [brief(line) for line in made.lines] == [("per_kwh", "1000", "15.00"), ("weekend", "1000", "5.00")]


def test_it_gives_the_small_hours_of_a_night_window_to_their_own_weekday() -> None:
    # "Friday 22:00-06:00" holds on Friday 00:00-06:00 and 22:00-24:00, and not on Saturday morning
    friday = rule("per_kwh", "5", name="friday", weekdays=frozenset({5}), starts=time(22), ends=time(6), priority=1)
    made = price(terms(friday, PLAIN), straight(datetime(2026, 3, 6, 17, 0, tzinfo=UTC), 120, 2000))
    assert [line.rule_name for line in made.lines] == ["friday", "per_kwh"]
    morning = price(terms(friday, PLAIN), straight(datetime(2026, 3, 5, 20, 0, tzinfo=UTC), 60, 2000))
    assert [line.rule_name for line in morning.lines] == ["friday"]


def test_it_counts_both_days_of_a_rules_validity() -> None:
    march = rule("per_kwh", "5", name="march", valid_from=date(2026, 3, 2), valid_until=date(2026, 3, 3), priority=1)
    # from 1 March 23:00 to 4 March 01:00 in Bishkek: 50 hours, of which 48 are valid
    made = price(terms(march, PLAIN), straight(datetime(2026, 3, 1, 17, 0, tzinfo=UTC), 50 * 60, 50_000))
    assert [(line.rule_name, int(line.quantity)) for line in made.lines] == [
        ("per_kwh", 1000),
        ("march", 48_000),
        ("per_kwh", 1000),
    ]


def test_it_rounds_half_up_once_per_line() -> None:
    # 1 Wh × 5.00 / 1000 = 0.005 -> 0.01; 1 Wh × 15.00 = 0.015 -> 0.02; 3 Wh × 1.50 = 0.0045 -> 0.00
    assert price(terms(rule("per_kwh", "5.00")), straight(NOON, 1, 1)).gross == Decimal("0.01")
    assert price(terms(PLAIN), straight(NOON, 1, 1)).gross == Decimal("0.02")
    assert price(terms(rule("per_kwh", "1.50")), straight(NOON, 1, 3)).gross == Decimal("0.00")


@pytest.mark.parametrize(("currency", "gross"), [("KGS", "382.73"), ("JPY", "383"), ("KWD", "382.725")])
def test_it_rounds_to_the_currencys_decimals(currency: str, gross: str) -> None:
    made = price(terms(PLAIN, currency=currency), straight(NOON, 40, 25_515))
    assert f"{made.gross}" == gross


def test_it_counts_minutes_by_the_second_until_charging_ends() -> None:
    # 90.9 s -> 90 whole seconds × 2.00 / 60 = 3.00; the minutes after the end are idle, not charging
    consumption = straight(NOON, 90.9 / 60, 500, timedelta(hours=1))
    made = price(terms(rule("per_minute", "2")), consumption)
    assert [brief(line) for line in made.lines] == [("per_minute", "90", "3.00")]


def test_it_takes_the_session_fee_once_by_the_rule_at_the_start() -> None:
    fees = [
        rule("session_fee", "30", name="day", starts=time(7), ends=time(23)),
        rule("session_fee", "10", name="night", starts=time(23), ends=time(7)),
    ]
    made = price(terms(*fees), straight(datetime(2026, 3, 2, 16, 59, tzinfo=UTC), 60 * 24, 0))
    assert [brief(line) for line in made.lines] == [("day", "1", "30.00")]


@pytest.mark.parametrize(("left_after", "lines"), [(600, []), (601, [("parking_fee", "1", "0.08")]), (None, [])])
def test_it_charges_idle_time_only_after_the_grace(left_after: int | None, lines: list[tuple[str, str, str]]) -> None:
    after = None if left_after is None else timedelta(seconds=left_after)
    made = price(terms(rule("parking_fee", "5")), straight(NOON, 30, 0, after))
    assert [brief(line) for line in made.lines] == lines


def test_it_caps_the_idle_fee_over_all_its_windows() -> None:
    # grace until 22:50; 10 min by day × 5 = 50; then 2 h by night × 2 = 240, of which the cap of 120 leaves 70
    fees = [
        rule("parking_fee", "5", name="day", starts=time(7), ends=time(23)),
        rule("parking_fee", "2", name="night", starts=time(23), ends=time(7)),
    ]
    start = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
    made = price(terms(*fees, idle_cap=Decimal(120)), straight(start, 40, 0, timedelta(minutes=10 + 10 + 120)))
    assert [brief(line) for line in made.lines] == [("day", "600", "50.00"), ("night", "7200", "70.00")]


def test_it_takes_an_included_tax_out_of_the_price() -> None:
    # 382.50 with 12 % in it: 382.50 × 12 / 112 = 40.98
    made = price(terms(PLAIN, tax_percent=Decimal(12)), straight(NOON, 40, 25_500))
    assert (made.net, made.tax, made.gross) == (Decimal("341.52"), Decimal("40.98"), Decimal("382.50"))


def test_it_puts_an_excluded_tax_on_top_of_the_price() -> None:
    # 382.50 + 12 % = 45.90
    made = price(terms(PLAIN, tax_percent=Decimal(12), tax_included=False), straight(NOON, 40, 25_500))
    assert (made.net, made.tax, made.gross) == (Decimal("382.50"), Decimal("45.90"), Decimal("428.40"))


def test_it_takes_the_discount_off_energy_and_time_and_not_off_fees() -> None:
    # 10 % off: 13.50 and 1.80; the fees stay
    rules = [PLAIN, rule("per_minute", "2"), rule("session_fee", "20"), rule("parking_fee", "5")]
    made = price(terms(*rules, discount_percent=Decimal(10)), straight(NOON, 30, 10_000, timedelta(minutes=11)))
    assert [f"{line.unit_price:.2f} {line.gross}" for line in made.lines] == [
        "13.50 135.00",
        "1.80 54.00",
        "20.00 20.00",
        "5.00 5.00",
    ]


def test_it_names_a_dimension_that_had_time_without_a_rule() -> None:
    made = price(terms(DAY), straight(datetime(2026, 3, 2, 16, 30, tzinfo=UTC), 60, 20_000))
    assert (made.gross, made.unpriced) == (Decimal("150.00"), ("per_kwh",))


def test_it_does_not_miss_a_dimension_that_the_tariff_never_prices() -> None:
    assert price(terms(PLAIN), straight(NOON, 60, 1000, timedelta(hours=5))).unpriced == ()


def test_it_shows_a_price_of_zero_as_a_line() -> None:
    made = price(terms(rule("per_kwh", "0", name="free")), straight(NOON, 60, 1000))
    assert [brief(line) for line in made.lines] == [("free", "1000", "0.00")]


def test_it_prices_energy_of_a_charge_that_took_no_time() -> None:
    consumption = Consumption(NOON, NOON, None, ((NOON, 0), (NOON, 1000)))
    assert price(terms(PLAIN), consumption).gross == Decimal("15.00")


def test_it_prices_energy_that_was_measured_after_the_end() -> None:
    late = (NOON + timedelta(minutes=31), 2000)
    consumption = Consumption(NOON, NOON + timedelta(minutes=30), None, ((NOON, 0), late))
    assert price(terms(PLAIN), consumption).gross == Decimal("30.00")


def test_it_prices_nothing_at_zero() -> None:
    made = price(terms(PLAIN), Consumption(NOON, NOON, None, ()))
    assert (made.lines, f"{made.gross}", made.unpriced) == ((), "0.00", ())


@pytest.mark.parametrize(
    ("ended", "curve"),
    [
        (NOON - timedelta(seconds=1), ((NOON, 0),)),
        (NOON + timedelta(hours=1), ((NOON, 0), (NOON + timedelta(minutes=2), 5), (NOON + timedelta(minutes=1), 6))),
        (NOON + timedelta(hours=1), ((NOON, 5), (NOON + timedelta(minutes=2), 4))),
    ],
)
def test_it_refuses_consumption_that_goes_back(ended: datetime, curve: tuple[tuple[datetime, int], ...]) -> None:
    with pytest.raises(ValueError, match=r"before it started|goes back"):
        Consumption(NOON, ended, None, curve)

"""What was agreed with a client goes before every other price; a membership counts beside it, the larger of both."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Company, Membership, User
from billing.models import TariffPlan, TariffRule
from billing.pricing import Terms, price, rates_at
from billing.tariffs import NOBODY, Client, client_of, find_terms, publish_version
from billing.tests.making import NOON, agreed, person, place, straight

pytestmark = pytest.mark.django_db


def plan(name: str, rate: str = "15.00", *more: TariffRule, default: bool = False, **fields: Any) -> TariffPlan:
    made = TariffPlan.objects.create(name=name, is_default=default, currency=fields.pop("currency", "KGS"))
    tax = {name: fields.pop(name) for name in ("tax_name", "tax_percent", "tax_included") if name in fields}
    rules = [TariffRule(name=name, dimension="per_kwh", price=Decimal(rate), **fields), *more]
    publish_version(plan=made, rules=rules, at=NOON - timedelta(days=9), **tax)
    return made


def fee(dimension: str, amount: str) -> TariffRule:
    return TariffRule(name=dimension, dimension=dimension, price=Decimal(amount))


def find(client: Client, *plans: TariffPlan | None, at: datetime = NOON, **where: Any) -> Terms:
    terms = find_terms(place=place(*plans, **where), client=client, at=at)
    assert terms is not None
    return terms


def told(terms: Terms) -> tuple[str, list[str], int]:
    return terms.level, [rule.name for rule in terms.rules], int(terms.discount_percent)


@pytest.fixture
def driver() -> User:
    return person()


def test_it_takes_the_clients_plan_before_every_other(driver: User) -> None:
    agreed(user=driver, plan=plan("theirs"))
    others = plan("connector"), plan("own"), plan("station")
    plan("default", default=True)
    assert told(find(client_of(user=driver), *others)) == ("client", ["theirs"], 0)
    assert told(find(NOBODY, *others)) == ("connector", ["connector"], 0)


def test_it_says_which_level_won() -> None:
    plan("default", default=True)
    one = plan("one")
    levels = [find(NOBODY, *plans).level for plans in [(one, one, one), (None, one, one), (None, None, one), ()]]
    assert levels == ["connector", "own", "station", "default"]


@pytest.mark.parametrize(
    "narrow", [{"connector_type": "type2"}, {"power_to_w": 22_000}, {"starts": time(1), "ends": time(2)}]
)
def test_it_takes_the_clients_plan_only_where_it_has_a_rule(driver: User, narrow: dict[str, Any]) -> None:
    """The reference priced a client's plan whatever the connector and its power."""
    agreed(user=driver, plan=plan("theirs", **narrow), discount_percent=Decimal(50))
    assert told(find(client_of(user=driver), None, None, plan("station"))) == ("station", ["station"], 0)


def test_it_takes_an_agreed_rate_alone_with_the_tax_that_would_hold(driver: User) -> None:
    agreed(user=driver, rate_per_kwh=Decimal("11.20"), currency="KGS")
    fees = fee("per_minute", "2"), fee("session_fee", "30"), fee("parking_fee", "5")
    station = plan("station", "15.00", *fees, tax_name="VAT", tax_percent=Decimal(12), tax_included=True)
    terms = find(client_of(user=driver), None, None, station)
    assert told(terms) == ("client", ["Agreed rate"], 0)
    assert (terms.tax_name, terms.tax_percent, terms.tax_included, terms.version_id) == ("VAT", Decimal(12), True, None)
    # 10 kWh at 11.20 = 112.00 with 12.00 of tax inside; no minutes, no fee, no parking
    made = price(terms, straight(NOON, 40, 10_000, timedelta(hours=1)))
    assert [(line.rule_name, line.gross) for line in made.lines] == [("Agreed rate", Decimal("112.00"))]
    assert (made.net, made.tax, made.gross) == (Decimal("100.00"), Decimal("12.00"), Decimal("112.00"))


def test_it_takes_an_agreed_rate_whole_in_spite_of_a_membership() -> None:
    member = User.objects.create_user(email="m@example.com", membership=membership("20"))
    agreed(user=member, rate_per_kwh=Decimal(14), currency="KGS")
    terms = find(client_of(user=member), plan("any"))
    assert rates_at(terms, NOON) == {"per_kwh": Decimal(14)}


def test_it_takes_an_agreed_rate_in_its_own_currency(driver: User) -> None:
    """The reference called every client's price som."""
    agreed(user=driver, rate_per_kwh=Decimal("0.15"), currency="USD")
    assert find(client_of(user=driver), plan("any")).currency == "USD"


def test_it_takes_an_agreed_rate_where_only_other_connectors_have_a_price(driver: User) -> None:
    agreed(user=driver, rate_per_kwh=Decimal(9), currency="KGS")
    slow = plan("slow", connector_type="type2", tax_percent=Decimal(12))
    terms = find(client_of(user=driver), slow)
    assert (rates_at(terms, NOON), terms.tax_percent) == ({"per_kwh": Decimal(9)}, Decimal(12))


def test_it_has_no_price_at_an_agreed_rate_where_no_plan_says_the_tax(driver: User) -> None:
    agreed(user=driver, rate_per_kwh=Decimal(9), currency="KGS")
    assert find_terms(place=place(), client=client_of(user=driver), at=NOON) is None


def test_it_takes_an_agreed_discount_off_energy_and_time_at_any_level(driver: User) -> None:
    agreed(user=driver, discount_percent=Decimal(20))
    fees = fee("per_minute", "1"), fee("session_fee", "30")
    terms = find(client_of(user=driver), None, None, plan("station", "15.00", *fees))
    assert told(terms) == ("station", ["station", "per_minute", "session_fee"], 20)
    assert rates_at(terms, NOON) == {"per_kwh": Decimal(12), "per_minute": Decimal("0.8"), "session_fee": Decimal(30)}


def test_it_takes_the_discount_that_was_agreed_on_a_plan(driver: User) -> None:
    agreed(user=driver, plan=plan("theirs", "20.00", currency="USD"), discount_percent=Decimal(10))
    terms = find(client_of(user=driver), plan("connector"))
    assert (terms.currency, rates_at(terms, NOON)["per_kwh"]) == ("USD", Decimal(18))


@pytest.mark.parametrize(("of_client", "of_member", "larger"), [("15", "10", 15), ("10", "15", 15), ("10", "10", 10)])
def test_it_takes_the_larger_discount_and_never_both(of_client: str, of_member: str, larger: int) -> None:
    member = User.objects.create_user(email="m@example.com", membership=membership(of_member))
    agreed(user=member, discount_percent=Decimal(of_client))
    assert find(client_of(user=member), plan("any")).discount_percent == larger


def test_it_gives_a_member_the_discount_on_a_plan_of_theirs_too() -> None:
    member = User.objects.create_user(email="m@example.com", membership=membership("15"))
    agreed(user=member, plan=plan("theirs"))
    assert told(find(client_of(user=member), plan("any"))) == ("client", ["theirs"], 15)


def test_it_takes_the_newest_that_is_in_force_at_that_instant(driver: User) -> None:
    agreed(user=driver, discount_percent=Decimal(1))
    agreed(user=driver, discount_percent=Decimal(2), valid_from=NOON, valid_until=NOON + timedelta(hours=1))
    agreed(user=driver, discount_percent=Decimal(3), valid_from=NOON + timedelta(hours=2))
    station = plan("any")
    hours = [-0.001, 0, 0.999, 1, 1.999, 2]
    found = [find(client_of(user=driver), station, at=NOON + timedelta(hours=hour)) for hour in hours]
    assert [terms.discount_percent for terms in found] == [1, 2, 2, 1, 1, 3]


def test_it_takes_nothing_of_what_was_agreed_with_others(driver: User) -> None:
    agreed(user=person(), rate_per_kwh=Decimal(1), currency="KGS")
    agreed(company=Company.objects.create(name="Fleet"), rate_per_kwh=Decimal(2), currency="KGS")
    assert find(client_of(user=driver), plan("any")).level == "connector"


def test_it_prices_a_companys_card_by_what_was_agreed_with_the_company() -> None:
    fleet = Company.objects.create(name="Fleet")
    member = User.objects.create_user(email="m@example.com", membership=membership("50"), company=fleet)
    agreed(user=member, rate_per_kwh=Decimal(1), currency="KGS")
    agreed(company=fleet, discount_percent=Decimal(5))
    assert find(client_of(user=member, company=fleet), plan("any")).discount_percent == 5
    assert find(client_of(user=member), plan("other")).level == "client"


@pytest.mark.parametrize("who", ["nobody", "client"])
def test_it_asks_one_query_more_for_a_client(who: str, driver: User) -> None:
    agreed(user=driver, plan=plan("theirs"))
    station = plan("station")
    client = client_of(user=driver) if who == "client" else NOBODY
    with CaptureQueriesContext(connection) as asked:
        find(client, station)
    assert len(asked) == {"nobody": 2, "client": 3}[who]


def membership(percent: str) -> Membership:
    return Membership.objects.create(name=f"tier {percent}", discount_percent=Decimal(percent))

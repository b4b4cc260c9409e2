"""The demo network: what is there, that its books are right, and that a second run changes nothing."""

import itertools
import json
import stat
from datetime import datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from accounts import people as doors
from accounts.models import IdTag, User
from billing import ledger, pricing, tariffs
from billing.models import Adjustment, Debt, Receipt, TariffPlan, TariffRule, TopUp, Transfer, Wallet
from billing.models.tariffs import Dimension
from charging import consumption, reconciling
from charging.models import Session, Settlement
from drivepower.core.keys import hash_key
from drivepower.portal.demo import load, people, plan_file
from ocpp_consumer.simulator import read_plan
from stations import prices
from stations.models import ConnectionSpan, Connector, ConnectorState, Gateway, Location, Station, StatusSpan

pytestmark = pytest.mark.django_db


def run(plan: Path) -> str:
    """What the command prints."""
    out = StringIO()
    call_command("load_demo", plan_file=plan, stdout=out)
    return out.getvalue()


def ordinary() -> QuerySet[Session]:
    """The settled sessions that no person had to do with, and that were paid whole."""
    by_hand = Transfer.objects.filter(subject__startswith="session:").exclude(made_by="").values("subject")
    owed = Debt.objects.values("subject")
    named = Session.objects.annotate(name=Concat(Value("session:"), Cast("pk", CharField())))
    settled = named.filter(state=Session.State.SETTLED, revision=0)
    return settled.exclude(Q(name__in=by_hand) | Q(name__in=owed))


def counts() -> dict[str, int]:
    """How many rows each table has."""
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def test_it_has_the_network_of_the_brochure(demo: None) -> None:
    assert Location.objects.filter(time_zone="Asia/Bishkek").count() == 17
    assert Station.objects.count() == 22
    assert {station.connectors.count() for station in Station.objects.all()} == {1, 2, 3}
    assert all(42 < place.latitude < 44 and 73 < place.longitude < 76 for place in Location.objects.all())


def test_it_keeps_identities_to_itself(demo: None) -> None:
    identities = set(Station.objects.values_list("identity", flat=True))

    assert identities == {f"DP-{number:04d}" for number in range(1, 23)}
    assert not identities & set(Station.objects.values_list("code", flat=True))


def test_it_has_six_plans_with_eighteen_rules_of_every_sort(demo: None) -> None:
    plans = TariffPlan.objects.filter(is_private=False)
    rules = TariffRule.objects.filter(version__plan__in=plans)

    assert (plans.count(), rules.count()) == (6, 18)
    assert set(rules.values_list("dimension", flat=True)) == set(Dimension.values)
    assert rules.exclude(starts=None).exists()
    assert rules.exclude(weekdays=[]).exists()
    assert rules.exclude(connector_type="").exists()
    assert rules.filter(power_from_w__gt=0).exists()


def test_it_sells_a_kilowatt_hour_for_fifteen_som_by_default(demo: datetime) -> None:
    connector = Connector.objects.filter(station__tariff_plan=None).select_related("station__location")[0]

    terms = prices.terms_for(connector=connector, at=demo)

    assert terms is not None
    assert terms.currency == "KGS"
    assert pricing.rates_at(terms, demo)["per_kwh"] == Decimal(15)


def test_it_has_a_price_at_every_connector(demo: datetime) -> None:
    for connector in Connector.objects.select_related("station__location", "station__tariff_plan"):
        terms = prices.terms_for(connector=connector, at=demo)
        assert terms is not None
        assert "per_kwh" in pricing.rates_at(terms, demo)


def test_it_lets_everyone_in_with_the_password_that_it_prints(demo: None, tmp_path: Path) -> None:
    printed = run(tmp_path / "plan.json")

    assert people.PASSWORD in printed
    for email, role, _ in people.STAFF:
        assert email in printed
        person = doors.check(email, people.PASSWORD)
        assert isinstance(person, User)
        assert person.is_staff
        assert [group.name for group in person.groups.all()] == [role]
    driver = doors.check(people.DRIVERS[0][1], people.PASSWORD)
    assert driver is not None
    assert not driver.is_staff
    assert User.objects.get(email=people.ADMIN).is_superuser


def test_it_leaves_drivers_with_money_and_nothing_open(demo: None) -> None:
    wallets = Wallet.objects.filter(user__isnull=False).exclude(user__email=people.DRIVERS[people.DEBTOR][0])

    assert wallets.count() == people.DEBTOR
    assert all(wallet.balance >= 600 and wallet.held == wallet.owed == 0 for wallet in wallets)
    assert not Session.objects.open().exists()
    assert not Session.objects.filter(state=Session.State.ENDED).exists()
    assert not Station.objects.filter(gateway__isnull=False).exists()
    assert not Gateway.objects.exists()
    assert not ConnectionSpan.objects.filter(until=None).exists()


def test_it_has_books_that_add_up(demo: datetime) -> None:
    assert ledger.check_books() == []
    assert reconciling.check(demo) == reconciling.check(demo + timedelta(days=1)) == []


def test_it_has_two_weeks_of_every_kind_of_session(demo: datetime) -> None:
    sessions = Session.objects.all()

    assert sessions.count() > 100
    assert len(set(sessions.exclude(started_at=None).values_list("started_at__date", flat=True))) >= 14
    assert set(sessions.values_list("state", flat=True)) == {"settled", "failed", "review"}
    assert set(sessions.values_list("asked_by", flat=True)) == {"app", "card"}
    assert sessions.filter(stop_cause="limit").exists()
    assert not sessions.filter(started_at__gt=demo).exists()
    assert TopUp.objects.exclude(transfer=None).exists()


@pytest.mark.parametrize("played", [True, False])
def test_it_has_bills_that_pricing_itself_would_write(demo: datetime, played: bool) -> None:
    boundary = demo - load.PLAYED
    settled = ordinary().select_related("price_terms", "receipt", "connector")
    some = (settled.filter(started_at__gte=boundary) if played else settled.filter(started_at__lt=boundary))[:25]

    assert some
    for session in some:
        assert session.price_terms is not None
        assert session.receipt is not None
        terms = tariffs.thaw_terms(session.price_terms)
        price = pricing.price(terms, consumption.of(session=session, terms=terms, at=demo))
        assert session.receipt.gross == price.gross
        assert [line.gross for line in session.receipt.lines.order_by("position")] == [
            line.gross for line in price.lines
        ]
        paid = Transfer.objects.get(subject=session.subject, kind=Transfer.Kind.CAPTURE)
        assert paid.amount == price.gross
        assert session.settlements.get().total == price.gross


def test_it_books_the_past_as_the_ledger_books_the_present(demo: datetime) -> None:
    def booked(sessions: Any) -> set[tuple[str, ...]]:
        return {
            tuple(
                f"{transfer.kind}:{transfer.reference.removeprefix(session.subject)}:{transfer.target.system}"
                for transfer in Transfer.objects.filter(subject=session.subject).order_by("id")
            )
            for session in sessions
        }

    boundary = demo - load.PLAYED

    assert booked(ordinary().filter(started_at__lt=boundary)[:20]) == booked(
        ordinary().filter(started_at__gte=boundary)
    )


def test_it_numbers_receipts_without_a_gap_in_order_of_time(demo: None) -> None:
    receipts = list(Receipt.objects.order_by("year", "number"))

    settled = Settlement.objects.filter(verdict__in=[Settlement.Verdict.OK, Settlement.Verdict.CORRECTED]).count()
    refunded = Adjustment.objects.filter(kind=Adjustment.Kind.REFUND, state=Adjustment.State.BOOKED).count()
    assert len(receipts) == settled + refunded
    by_year: dict[int, list[int]] = {}
    for receipt in receipts:
        by_year.setdefault(receipt.year, []).append(receipt.number)
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in by_year.values())
    played = [receipt.made_at for receipt in receipts]
    assert played == sorted(played)


def test_it_ends_every_status_where_the_next_begins(demo: None) -> None:
    spans = list(StatusSpan.objects.order_by("station_id", "number", "since").values())

    for one, following in itertools.pairwise(spans):
        if (one["station_id"], one["number"]) == (following["station_id"], following["number"]):
            assert one["until"] == following["since"]
        else:
            assert one["until"] is None
    assert set(ConnectorState.objects.values_list("status", flat=True)) == {"Available"}


def test_it_changes_nothing_the_second_time(demo: None, tmp_path: Path) -> None:
    first = run(tmp_path / "plan.json")
    before = counts()

    assert run(tmp_path / "plan.json") == first
    assert counts() == before


def test_it_writes_a_plan_that_the_simulator_reads(demo: None, tmp_path: Path) -> None:
    run(tmp_path / "new" / "plan.json")

    plan = read_plan(tmp_path / "new" / "plan.json")
    stations = {station.identity: station for station in Station.objects.all()}
    assert {one.identity for one in plan.stations} == set(stations)
    for one in json.loads((tmp_path / "new" / "plan.json").read_text())["stations"]:
        assert stations[one["identity"]].key_hash == hash_key(one["password"].encode())
        assert stations[one["identity"]].vendor == one["vendor"]
    assert stat.S_IMODE((tmp_path / "new" / "plan.json").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["plan.json"]


def test_it_lets_cars_of_a_rich_company_charge_for_ever(demo: None, tmp_path: Path) -> None:
    run(tmp_path / "plan.json")

    looping = [one["charge"] for one in json.loads((tmp_path / "plan.json").read_text())["stations"] if one["charge"]]
    cards = [card for charge in looping for card in charge["id_tags"]]
    assert len(set(cards)) == len(cards) == len(plan_file.LOOPING)
    assert {tag.company.name for tag in IdTag.objects.filter(value__in=cards).select_related("company") if tag.company}
    assert Wallet.objects.get(company__name=people.FLEET).spendable > 1_000_000


def test_it_lets_meters_count_on_from_where_the_history_left_them(demo: None, tmp_path: Path) -> None:
    run(tmp_path / "plan.json")

    last = Session.objects.exclude(meter_stop_wh=None).order_by("-stopped_at").select_related("connector", "station")[0]
    stations = json.loads((tmp_path / "plan.json").read_text())["stations"]
    (station,) = [one for one in stations if one["identity"] == last.station.identity]
    (connector,) = [one for one in station["connectors"] if one["number"] == last.connector.number]
    assert connector["register_wh"] == last.meter_stop_wh


def test_it_issues_a_new_key_only_where_one_is_lost(demo: None, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    run(file)
    plan = json.loads(file.read_text())
    kept, lost = plan["stations"][0]["password"], plan["stations"][1].pop("password")
    file.write_text(json.dumps(plan))

    run(file)

    again = json.loads(file.read_text())["stations"]
    assert again[0]["password"] == kept
    assert again[1]["password"] not in (lost, None)
    assert Station.objects.get(identity="DP-0002").key_hash == hash_key(again[1]["password"].encode())


@pytest.mark.parametrize("text", ["", "{", "[]", '{"stations": [{"identity": "DP-0001"}]}', '{"stations": null}'])
def test_it_writes_a_broken_plan_anew(demo: None, tmp_path: Path, text: str) -> None:
    file = tmp_path / "plan.json"
    file.write_text(text)

    run(file)

    assert len(read_plan(file).stations) == 22

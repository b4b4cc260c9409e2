"""Charges in another currency than the agreement of their place's host: none of them is lost to the host."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import Settings

from accounts.models import Company, User
from billing import ledger, tariffs
from billing.closing import close_days, close_month
from billing.closing.files import file_of
from billing.closing.remainders import remainders_of
from billing.closing.tables import TABLES
from billing.models import HostAgreement, HostStatement, HostStatementLine, Receipt, TariffPlan, Wallet
from billing.tests.reading_pdf import pages_of
from billing.tests.test_books_files import content
from charging import approvals, settlement
from charging.hosts import files, make_host_statements
from charging.models import Session
from charging.tests.settling import STAFF, accepted, after, ended
from charging.tests.test_close_month import exports
from charging.tests.test_make_host_statements import MONTH, agree, begins, charged, months_on
from charging.tests.world import NOW, World, minutes, per_kwh, top_up
from stations.models import Location

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
OTHER = "staff:2"


@pytest.fixture
def host(world: World) -> Company:
    """Whose the one location is; what it gets is said by each test."""
    host = Company.objects.create(name="Host", kind=Company.Kind.HOST)
    Location.objects.update(host=host)
    return host


@pytest.fixture
def dollars(world: World) -> World:
    """The station sells at 0.20 USD per kWh."""
    plan = TariffPlan.objects.create(name="Dollars", currency="USD")
    tariffs.publish_version(plan=plan, rules=[per_kwh("0.20")], in_force_from=NOW - timedelta(days=365), at=NOW)
    world.station.tariff_plan = plan
    world.station.save(update_fields=["tariff_plan"])
    world.one.refresh_from_db()
    return world


def in_dollars(world: World) -> Session:
    """25.5 kWh at 0.20 = 5.10 USD, settled in this month."""
    session = world.charging(with_dollars(world), energy_wh=25_500)
    world.end(session, 26_500, at=NOW + minutes(60))
    settlement.settle(session_id=session.pk, at=after(200))
    session.refresh_from_db()
    return session


def with_dollars(world: World) -> User:
    """A driver with 50.00 USD."""
    driver = world.driver("1000")
    top_up(ledger.wallet_of(user=driver, currency="USD"), "50")
    return driver


def said(month: date = MONTH) -> dict[str, tuple[int, int, int, str]]:
    """By currency: charges, their energy, that of charges in other currencies, the share."""
    rows = HostStatement.objects.filter(month=month)
    return {one.currency: (one.sessions, one.energy_wh, one.other_energy_wh, f"{one.share:.2f}") for one in rows}


def run(count: int = 0) -> int:
    return make_host_statements(month=months_on(count), at=begins(count + 1))


def share(percent: int, currency: str) -> str:
    """That part of what the receipts in that currency come to without tax."""
    net = sum(Receipt.objects.filter(currency=currency).values_list("net", flat=True), Decimal(0))
    return f"{(net * percent / 100).quantize(Decimal('0.01'), 'ROUND_HALF_UP'):.2f}"


def test_what_was_earned_in_another_currency_is_shared_in_that_one(dollars: World, host: Company) -> None:
    agree(host, per_kwh=0)
    in_dollars(dollars)
    assert run() == 2
    assert said() == {"USD": (1, 25_500, 0, share(20, "USD")), "KGS": (0, 0, 0, "0.00")}
    assert Decimal(share(20, "USD")) > 0
    assert Wallet.objects.get(company=host, currency="USD").balance == Decimal(share(20, "USD"))
    assert run() == 0
    assert ledger.check_books() == []


def test_what_is_paid_per_kwh_is_paid_in_the_agreement_s_currency(dollars: World, host: Company) -> None:
    """25.5 kWh × 1.25 = 31.875 KGS; 20 % of the dollars are dollars."""
    agree(host)
    in_dollars(dollars)
    run()
    assert said() == {"USD": (1, 25_500, 0, share(20, "USD")), "KGS": (0, 0, 25_500, "31.88")}
    assert Wallet.objects.get(company=host, currency="KGS").balance == Decimal("31.88")
    assert ledger.check_books() == []


def test_both_currencies_of_a_month_are_stated_and_rounded_once(dollars: World, host: Company) -> None:
    agree(host)
    in_dollars(dollars)
    dollars.station.tariff_plan = dollars.plan
    dollars.station.save(update_fields=["tariff_plan"])
    dollars.one.refresh_from_db()
    charged(dollars)
    run()
    net = Receipt.objects.get(currency="KGS").net
    due = (net * 20 / 100 + Decimal("63.75")).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    assert said() == {"USD": (1, 25_500, 0, share(20, "USD")), "KGS": (1, 25_500, 25_500, f"{due:.2f}")}


def test_an_agreement_in_the_charge_s_currency_goes_first(dollars: World, host: Company) -> None:
    agree(host)
    agree(host, currency="USD", share_percent=50, per_kwh=Decimal("0.01"))
    in_dollars(dollars)
    run()
    net = Receipt.objects.get().net
    due = (net / 2 + Decimal("0.255")).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    assert said() == {"USD": (1, 25_500, 0, f"{due:.2f}"), "KGS": (0, 0, 0, "0.00")}


def test_what_is_corrected_later_is_shared_in_both_as_its_sale_was(dollars: World, host: Company) -> None:
    """20 kWh are 25.00 KGS beside 20 % of the dollars; it was half of that."""
    agree(host)
    session = accepted(dollars, with_dollars(dollars), 20_000)
    run()
    before = said()
    agree(host, currency="USD", share_percent=90, per_kwh=0, valid_from=months_on(1))
    late = begins(1) + 2 * DAY
    asked = approvals.correct(session_id=session.pk, reason="Seen on site.", by=STAFF, at=late, energy_wh=10_000)
    assert asked
    approvals.confirm(request=asked, by=OTHER, at=late)
    run(1)
    net = Receipt.objects.get(kind="correction").net
    back = (net * 20 / 100).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    assert (before["KGS"], before["USD"][:3]) == ((0, 0, 20_000, "25.00"), (1, 20_000, 0))
    assert said(months_on(1)) == {"USD": (0, -10_000, 0, f"{back:.2f}"), "KGS": (0, 0, -10_000, "-12.50")}
    assert ledger.check_books() == []


def test_what_was_lost_before_is_stated_with_the_next_month(dollars: World, host: Company) -> None:
    """The month was stated in the agreement's currency alone, as it used to be."""
    agree(host)
    run()
    in_dollars(dollars)
    assert said() == {"KGS": (0, 0, 0, "0.00")}
    run(1)
    assert said()["USD"] == (1, 25_500, 0, share(20, "USD"))
    assert said(months_on(1)) == {"KGS": (0, 0, 25_500, "31.88")}


def test_no_receipt_counts_twice(dollars: World, host: Company) -> None:
    agree(host)
    in_dollars(dollars)
    run()
    first, second = HostStatementLine.objects.order_by("is_per_kwh")
    for line, name in ((first, "receipt_is_in_one"), (second, "receipt_counts_per_kwh_in_one")):
        again = HostStatementLine(
            statement=line.statement, receipt=line.receipt, agreement=line.agreement, is_per_kwh=line.is_per_kwh
        )
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            again.save()


def test_what_no_agreement_is_for_is_shared_with_nobody(dollars: World, host: Company) -> None:
    agree(host, valid_from=months_on(1))
    in_dollars(dollars)
    assert run(1) == 1
    assert said(months_on(1)) == {"KGS": (0, 0, 0, "0.00")}


def test_a_month_is_not_closed_without_having_seen_what_is_in_no_statement(dollars: World, host: Company) -> None:
    HostAgreement.objects.filter(pk=agree(host).pk).update(valid_until=months_on(1))
    in_dollars(dollars)
    assert [str(one.text) for one in remainders_of(MONTH)] == [
        "Charges at hosts' locations that are in no statement yet: 1."
    ]
    assert remainders_of(months_on(1)) == []
    run()
    assert remainders_of(MONTH) == []
    close_days(at=begins(1) + DAY)
    closed = close_month(month=MONTH, by="staff:1", at=begins(1) + DAY)
    assert closed.totals["currencies"]["USD"]["closing"]["revenue"]


def test_pages_and_files_say_the_same(dollars: World, host: Company) -> None:
    agree(host)
    in_dollars(dollars)
    run()
    som, usd = (HostStatement.objects.get(currency=currency) for currency in ("KGS", "USD"))
    reader = User.objects.create_user(email="reader@example.com", role=User.Role.STAFF)
    reader.user_permissions.set(Permission.objects.filter(codename="view_hoststatement"))
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(reader)
    page = client.get(f"/admin/billing/hoststatement/{som.pk}/change/").text
    assert ("31.88 KGS" in page, "25.500" in page) == (True, True)
    rows = {}
    for one in (som, usd):
        answer = client.get(f"/admin/billing/hoststatement/{one.pk}/charges.csv")
        text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # a stream
        [rows[one.currency]] = list(csv.DictReader(io.StringIO(text)))
    assert (rows["USD"]["net"], rows["USD"]["counts"]) == (f"{usd.net:.3f}", "whole")
    assert (rows["KGS"]["net"], rows["KGS"]["counts"], rows["KGS"]["energy_wh"]) == ("", "per_kwh", "25500")
    paper = "".join(pages_of(files.pdf_of(usd)))
    assert "1.25 KGS per kWh, in the statement in KGS" in paper
    paper = "".join(pages_of(files.pdf_of(som)))
    assert ("Energyofchargesinothercurrencies" in "".join(paper.split()), "31.88" in paper) == (True, True)
    of_month = content(file_of(TABLES["hosts"], name="hosts", month=MONTH, kind="csv")).decode("utf-8-sig")
    told = {row["currency"]: row for row in csv.DictReader(io.StringIO(of_month))}
    assert (told["USD"]["share"], told["KGS"]["other_energy_wh"]) == (f"{usd.share:.3f}", "25500")


def test_where_two_are_paid_per_kwh_the_one_waits_for_the_other(dollars: World, host: Company) -> None:
    """The agreement in dollars is over; 25.5 kWh that were sold in dollars are 31.88 KGS in the same month."""
    agree(host, currency="USD", per_kwh=Decimal("0.01"), valid_from=months_on(-1), valid_until=MONTH)
    agree(host)
    in_dollars(dollars)
    run()
    assert said() == {"USD": (1, 25_500, 0, share(20, "USD")), "KGS": (0, 0, 25_500, "31.88")}


def test_what_two_wait_for_of_one_another_is_in_the_next_statement(dollars: World, host: Company) -> None:
    """Charges of two months, each shared by an agreement in the other's currency, are stated together."""
    agree(host, currency="USD", per_kwh=Decimal("0.01"), valid_until=months_on(1))
    agree(host, valid_from=months_on(1))
    dollars.station.tariff_plan = dollars.plan
    dollars.station.save(update_fields=["tariff_plan"])
    dollars.one.refresh_from_db()
    charged(dollars)
    in_som = share(20, "KGS")
    dollars.station.tariff_plan = TariffPlan.objects.get(currency="USD")
    dollars.station.save(update_fields=["tariff_plan"])
    dollars.one.refresh_from_db()
    session = ended(dollars, with_dollars(dollars), 25_500)
    settlement.settle(session_id=session.pk, at=begins(1) + DAY)
    assert (run(1), run(2)) == (4, 1)
    assert said(months_on(2)) == {"KGS": (0, 0, 25_500, "31.88")}
    assert sum(one.share for one in HostStatement.objects.filter(currency="KGS")) == Decimal(in_som) + Decimal("31.88")
    due = Decimal(share(20, "USD")) + Decimal("0.26")
    assert sum(one.share for one in HostStatement.objects.filter(currency="USD")) == due
    assert run(3) == 1
    assert ledger.check_books() == []


def test_what_is_stated_late_is_in_no_file_of_a_closed_month(dollars: World, host: Company) -> None:
    """The month was stated in the agreement's currency alone and closed: its dollars are stated with the next one."""
    agree(host)
    run()
    in_dollars(dollars)
    close_days(at=begins(1) + DAY)
    close_month(month=MONTH, by="staff:1", at=begins(1) + DAY)
    before = exports(MONTH)
    run(1)
    assert said()["USD"] == (1, 25_500, 0, share(20, "USD"))
    assert exports(MONTH) == before
    late = content(file_of(TABLES["hosts"], name="hosts", month=months_on(1), kind="csv")).decode("utf-8-sig")
    told = [(row["month"], row["currency"]) for row in csv.DictReader(io.StringIO(late))]
    assert sorted(told) == [(f"{MONTH}", "USD"), (f"{months_on(1)}", "KGS")]
    close_days(at=begins(2) + DAY)
    close_month(month=months_on(1), by="staff:1", at=begins(2) + DAY)
    run(2)
    late_again = content(file_of(TABLES["hosts"], name="hosts", month=months_on(1), kind="csv")).decode("utf-8-sig")
    assert late_again == late


def test_its_paper_names_who_sold_then(dollars: World, host: Company, settings: Settings) -> None:
    agree(host)
    in_dollars(dollars)
    run()
    statement = HostStatement.objects.get(currency="USD")
    before = files.pdf_of(statement)
    settings.SELLER_NAME = "Moon"
    assert files.pdf_of(statement) == before

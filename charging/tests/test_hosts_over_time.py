"""Shares of hosts where agreements end and change, stations move, and places are given from one to another."""

from datetime import date, timedelta
from decimal import Decimal
from importlib import import_module

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Company
from billing import ledger
from billing.models import HostAgreement, HostStatement, HostStatementLine, Receipt
from billing.tests.reading_pdf import pages_of
from charging import settlement
from charging.hosts import files, make_host_statements
from charging.models import HostedCharge, Session
from charging.tests.settling import ended
from charging.tests.test_make_host_statements import (
    agree,
    begins,
    charged,
    guessed,
    months_on,
    stated,
    stopped_late,
)
from charging.tests.world import World
from stations.models import Location, Station

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
# Until then a statement said what it had counted by its last receipt.
AS_IT_WAS = """
ALTER TABLE billing_hoststatement ADD COLUMN receipts_until bigint, DISABLE TRIGGER hoststatement_is_append_only;
UPDATE billing_hoststatement AS statement SET receipts_until = (
    SELECT max(receipt_id) FROM billing_hoststatementline AS line WHERE line.statement_id <= statement.id)
"""


@pytest.fixture
def host(world: World) -> Company:
    """Whose the one location is; what it gets is said by each test."""
    host = Company.objects.create(name="Host", kind=Company.Kind.HOST)
    Location.objects.update(host=host)
    return host


def other_host() -> Company:
    return Company.objects.create(name="Other", kind=Company.Kind.HOST)


def run(*counts: int) -> list[tuple[str, str, date, int, Decimal, Decimal]]:
    """What all statements say, after those of these months were made."""
    for count in counts:
        make_host_statements(month=months_on(count), at=begins(count + 1))
    rows = HostStatement.objects.order_by("month", "company__name", "place")
    return [(one.company.name, one.place, one.month, one.sessions, one.gross, one.share) for one in rows]


def settled_in(world: World, count: int) -> Session:
    """25.5 kWh = 382.50, settled so many months after this one; at 20 % and 1.25 per kWh a share of 108.38."""
    session = ended(world, world.driver("5000"), 25_500)
    settlement.settle(session_id=session.pk, at=begins(count) + 3 * DAY)
    return session


def test_a_month_between_two_agreements_is_shared_by_neither(world: World, host: Company) -> None:
    agree(host, valid_until=months_on(1))
    charged(world)
    run(0)
    settled_in(world, 1)
    agree(host, share_percent=50, valid_from=months_on(2))
    settled_in(world, 2)
    said = run(1, 2)
    assert [(month, sessions, gross) for _, _, month, sessions, gross, _ in said] == [
        (months_on(0), 1, Decimal("382.50")),
        (months_on(2), 1, Decimal("382.50")),
    ]


def test_an_agreement_for_a_month_that_had_none_brings_it_in(world: World, host: Company) -> None:
    agree(host, valid_from=months_on(1))
    charged(world)
    run(1)
    agree(host, share_percent=10, per_kwh=0, valid_until=months_on(1))
    assert [(month, share) for *_, month, _, _, share in run(2)] == [
        (months_on(1), Decimal(0)),
        (months_on(2), Decimal("38.25")),
    ]


def test_a_place_that_is_given_to_another_does_not_bring_its_past(world: World, host: Company) -> None:
    agree(host)
    code = Location.objects.get().code
    charged(world)
    run(0, 1)
    other = other_host()
    agree(other)  # for all of its places, since long before this one is its
    Location.objects.update(host=other)
    settled_in(world, 2)
    said = run(2)
    assert said == [
        ("Host", code, months_on(0), 1, Decimal("382.50"), Decimal("108.38")),
        ("Host", code, months_on(1), 0, Decimal(0), Decimal(0)),
        ("Other", code, months_on(2), 1, Decimal("382.50"), Decimal("108.38")),
    ]


def test_a_month_in_which_a_place_was_given_is_of_both(world: World, host: Company) -> None:
    agree(host)
    charged(world)
    other = other_host()
    agree(other)
    Location.objects.update(host=other)
    charged(world, 10_000)
    assert [(name, sessions, gross) for name, _, _, sessions, gross, _ in run(0)] == [
        ("Host", 1, Decimal("382.50")),
        ("Other", 1, Decimal("150.00")),
    ]


def test_a_charge_that_waited_while_its_place_was_given_away_is_the_first_one_s(world: World, host: Company) -> None:
    agree(host)
    session = guessed(world)
    other = other_host()
    agree(other)
    Location.objects.update(host=other)
    stopped_late(world, session, begins(1) + DAY)
    assert [(name, gross) for name, _, _, _, gross, _ in run(0, 1) if gross] == [
        ("Host", Decimal(300)),
        ("Host", Decimal(-30)),
    ]


def test_the_house_s_own_past_is_not_given_with_its_place(world: World) -> None:
    host = other_host()
    agree(host)
    charged(world)
    run(1)
    Location.objects.update(host=host)
    settled_in(world, 2)
    assert [(month, gross) for *_, month, _, gross, _ in run(2)] == [(months_on(2), Decimal("382.50"))]


def test_what_is_corrected_after_the_end_of_an_agreement_is_stated(world: World, host: Company) -> None:
    agree(host, per_kwh=0, valid_until=months_on(1))
    session = guessed(world)
    first = run(0)
    stopped_late(world, session, begins(1) + 2 * DAY)
    said = run(1, 2, 3)
    assert said[0] == first[0]
    assert [(month, sessions, gross, share) for _, _, month, sessions, gross, share in said[1:]] == [
        (months_on(1), 0, Decimal(-30), Decimal("-6.00"))
    ]


def test_what_is_corrected_is_shared_as_its_sale_was(world: World, host: Company) -> None:
    agree(host, per_kwh=0, share_percent=10, valid_until=months_on(1))
    agree(host, per_kwh=0, share_percent=50, valid_from=months_on(1))
    session = guessed(world)
    run(0)
    stopped_late(world, session, begins(1) + 2 * DAY)
    assert [share for *_, share in run(1)] == [Decimal("30.00"), Decimal("-3.00")]
    paper = "".join(pages_of(files.pdf_of(HostStatement.objects.get(month=months_on(1)))))
    assert "10 % of what is earned without tax" in paper


def test_a_station_that_moves_leaves_its_past_where_it_was(world: World, host: Company) -> None:
    agree(host)
    code = Location.objects.get().code
    charged(world)
    first = stated()
    elsewhere = Location.objects.create(code="OTHER", latitude="42.8", longitude="74.6", host=host)
    Station.objects.update(location=elsewhere)
    said = run(0, 1)
    assert [(place, sessions) for _, place, _, sessions, _, _ in said if sessions] == [(code, 1)]
    assert [(row[11], row[3]) for row in files.lines(first)] == [
        (Decimal("382.50"), HostedCharge.objects.get().session_id)
    ]


def test_no_receipt_is_in_two_statements(world: World, host: Company) -> None:
    agreement = agree(host)
    charged(world)
    run(0, 1)
    second = HostStatement.objects.get(month=months_on(1))
    again = HostStatementLine(statement=second, receipt=Receipt.objects.get(), agreement=agreement)
    with pytest.raises(IntegrityError, match="receipt_is_in_one_statement_of_a_host"), transaction.atomic():
        again.save()


def test_a_loss_outlives_its_agreement_until_the_wallet_can_bear_it(world: World, host: Company) -> None:
    agree(host, per_kwh=0, valid_until=months_on(1))
    session = guessed(world)
    run(0)
    wallet = ledger.wallet_of(company=host, currency="KGS")
    by = {"made_by": "staff:1", "reason": "r"}
    ledger.adjust(wallet=wallet, amount=Decimal(-60), reference="out", at=begins(1), **by)
    stopped_late(world, session, begins(1) + 2 * DAY)
    assert [share for *_, share in run(1, 2)] == [60, 0]
    ledger.adjust(wallet=wallet, amount=Decimal(100), reference="in", at=begins(3), **by)
    assert [(month, share) for *_, month, _, _, share in run(3, 4)][2:] == [(months_on(3), Decimal(-6))]


def test_what_was_stated_before_lines_were_kept_stays_counted(world: World, host: Company) -> None:
    """The migration, over statements as they were made until it."""
    agree(host)
    session = guessed(world)
    run(0)
    stopped_late(world, session, begins(1) + 2 * DAY)
    run(1)
    lines = set(HostStatementLine.objects.values_list("statement", "receipt", "agreement"))
    other = other_host()
    Location.objects.update(host=other)
    tables = ("billing_hoststatementline", "charging_hostedcharge")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(AS_IT_WAS)
        for table in tables:
            cursor.execute(f"TRUNCATE {table}")
    with connection.schema_editor(atomic=False) as editor:
        import_module("charging.migrations.0013_hosted_charges").keep_past(None, editor)
    assert set(HostStatementLine.objects.values_list("statement", "receipt", "agreement")) == lines
    assert list(HostedCharge.objects.values_list("session", "host")) == [(session.pk, host.pk)]
    assert HostAgreement.objects.count() == 1

"""Rows that never change, whoever asks: through the ORM and through SQL."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F
from psycopg.sql import SQL, Identifier

from billing import ledger
from billing.models import (
    Capture,
    PriceTerms,
    Receipt,
    ReceiptLine,
    TariffPlan,
    TariffRule,
    TariffVersion,
    Transfer,
)
from billing.pricing import price
from billing.receipts import give_receipt
from billing.tariffs import freeze_terms, publish_version
from billing.tests.making import NOON, rule, straight, terms, wallet_with

pytestmark = pytest.mark.django_db
TABLES = [Transfer, Capture, Receipt, ReceiptLine, TariffVersion, TariffRule, PriceTerms]


@pytest.fixture(autouse=True)
def _one_of_each() -> None:
    wallet = wallet_with("100")
    ledger.capture(wallet=wallet, subject="session:1", revision=1, net=Decimal(5), tax=Decimal(0), at=NOON)
    given = terms(rule("per_kwh", "15"))
    made = price(given, straight(NOON, 10, 1000))
    give_receipt(wallet=wallet, subject="session:1", about="", price=made, terms=given, at=NOON)
    freeze_terms(terms=given, at=NOON)
    plan = TariffPlan.objects.create(name="plan")
    publish_version(plan=plan, rules=[TariffRule(name="all", dimension="per_kwh", price=15)], at=NOON)


@pytest.mark.parametrize("model", TABLES)
def test_it_refuses_every_change_through_the_orm(model: type[models.Model]) -> None:
    row = model._default_manager.first()
    assert row is not None
    same = model._default_manager.filter(pk=row.pk)
    for change in (row.save, lambda: same.update(id=F("id")), lambda: same._raw_delete("default")):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change()
    assert same.exists()


@pytest.mark.parametrize("model", TABLES)
def test_it_refuses_every_change_through_sql(model: type[models.Model]) -> None:
    table = Identifier(model._meta.db_table)
    for statement in (SQL("UPDATE {} SET id = id"), SQL("DELETE FROM {}")):
        with (
            pytest.raises(IntegrityError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement.format(table))


def test_it_lets_new_rows_in() -> None:
    assert Transfer.objects.count() == 2
    assert Transfer.objects.latest("id").made_at == datetime(2026, 3, 2, 6, tzinfo=UTC)

"""What the tables refuse, whoever writes them: every rule by its name."""

from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction

from accounts.models import Company
from billing import ledger
from billing.models import (
    Debt,
    Hold,
    Receipt,
    ReceiptCounter,
    ReceiptLine,
    SandboxInvoice,
    TariffPlan,
    TariffRule,
    TariffVersion,
    TopUp,
    Transfer,
    Wallet,
)
from billing.tests.making import NOON, person, wallet_with

pytestmark = pytest.mark.django_db
Make = Callable[[], object]


def refused(name: str, make: Make) -> None:
    """The table refuses the row, and names the rule."""
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        make()


def house() -> Wallet:
    return Wallet.objects.get_or_create(system=Wallet.System.REVENUE, currency="KGS")[0]


def transfer(wallet: Wallet, **fields: Any) -> Transfer:
    given = {"source": house(), "target": wallet, "amount": 1, "kind": "adjustment", "reference": "x", "made_at": NOON}
    return Transfer.objects.create(**(given | fields))


def test_a_wallet_has_one_owner_and_a_currency_once() -> None:
    driver, company = person(), Company.objects.create(name="fleet")
    ledger.wallet_of(user=driver, currency="KGS")
    ledger.wallet_of(company=company, currency="KGS")
    house()
    refused("one_wallet_per_person_and_currency", lambda: Wallet.objects.create(user=driver, currency="KGS"))
    refused("one_wallet_per_company_and_currency", lambda: Wallet.objects.create(company=company, currency="KGS"))
    refused("one_system_wallet_per_currency", lambda: Wallet.objects.create(system="revenue", currency="KGS"))
    owners: list[dict[str, Any]] = [{}, {"user": driver, "company": company}, {"user": driver, "system": "revenue"}]
    for given in owners:
        refused("wallet_has_exactly_one_owner", partial(Wallet.objects.create, currency="USD", **given))


@pytest.mark.parametrize(
    ("figures", "name"),
    [
        ({"held": Decimal("-0.01")}, "held_is_not_negative"),
        ({"owed": Decimal("-0.01")}, "owed_is_not_negative"),
        ({"credit_limit": Decimal("-0.01")}, "credit_limit_is_not_negative"),
        ({"balance": Decimal("-0.01")}, "wallet_balance_covers_its_holds"),
        ({"held": Decimal("10.01")}, "wallet_balance_covers_its_holds"),
        ({"balance": Decimal("-5.01"), "credit_limit": Decimal(5)}, "wallet_balance_covers_its_holds"),
    ],
)
def test_a_wallets_figures_make_sense(figures: dict[str, Decimal], name: str) -> None:
    wallet = wallet_with("10")
    refused(name, lambda: Wallet.objects.filter(pk=wallet.pk).update(**figures))


def test_a_postpaid_wallet_may_go_down_to_its_limit() -> None:
    wallet = wallet_with("10")
    Wallet.objects.filter(pk=wallet.pk).update(balance=-5, credit_limit=5)
    wallet.refresh_from_db()
    assert (wallet.available, wallet.spendable) == (Decimal(-5), Decimal(0))


def test_a_hold_is_of_something_and_ends_with_a_time() -> None:
    wallet = wallet_with("10")

    def hold(**fields: Any) -> Hold:
        return Hold.objects.create(**({"wallet": wallet, "amount": 1, "reference": "a", "made_at": NOON} | fields))

    hold()
    refused("billing_hold_reference", hold)
    refused("hold_is_of_something", lambda: hold(amount=0, reference="b"))
    refused("hold_that_ended_says_when", lambda: hold(state="released", reference="b"))
    refused("hold_that_ended_says_when", lambda: hold(ended_at=NOON, reference="b"))


def test_a_transfer_moves_something_between_two_wallets_once() -> None:
    wallet = wallet_with("10")
    transfer(wallet)
    refused("billing_transfer_reference", lambda: transfer(wallet))
    refused("transfer_moves_something", lambda: transfer(wallet, amount=0, reference="y"))
    refused("transfer_moves_something", lambda: transfer(wallet, amount=-1, reference="y"))
    refused("transfer_has_two_ends", lambda: transfer(wallet, source=wallet, reference="y"))


def test_a_debt_is_never_overpaid() -> None:
    wallet = wallet_with("10")

    def debt(**fields: Any) -> Debt:
        return Debt.objects.create(**({"wallet": wallet, "amount": 5, "reference": "a", "made_at": NOON} | fields))

    debt(paid=5)
    refused("billing_debt_reference", debt)
    refused("debt_is_of_something", lambda: debt(amount=0, reference="b"))
    refused("debt_is_not_overpaid", lambda: debt(paid=Decimal("5.01"), reference="b"))
    refused("debt_is_not_overpaid", lambda: debt(paid=-1, reference="b"))


def test_a_top_up_is_paid_once_by_one_transaction() -> None:
    wallet, other = wallet_with("10"), wallet_with("10")
    until = NOON + timedelta(minutes=5)

    def top_up(**fields: Any) -> TopUp:
        given = {"wallet": wallet, "provider": "p", "amount": 5, "made_at": NOON, "expires_at": until}
        return TopUp.objects.create(**(given | fields))

    credit = Transfer.objects.first()
    top_up(provider_invoice="i", provider_transaction="t")
    refused("one_open_top_up_per_wallet", top_up)
    refused("provider_invoice_belongs_to_one_top_up", lambda: top_up(wallet=other, provider_invoice="i"))
    refused("provider_transaction_pays_once", lambda: top_up(wallet=other, provider_transaction="t"))
    refused("top_up_is_of_something", lambda: top_up(wallet=other, amount=0))
    refused("approved_top_up_has_its_transfer", lambda: top_up(state="approved"))
    refused("approved_top_up_has_its_transfer", lambda: top_up(wallet=other, transfer=credit))
    top_up(state="approved", transfer=credit)
    refused("billing_topup_transfer", lambda: top_up(state="approved", transfer=credit))
    for state in ("canceled", "expired", "failed"):
        top_up(state=state)


def test_a_receipt_adds_up_and_has_its_own_number() -> None:
    def receipt(number: int, **fields: Any) -> Receipt:
        given = {"seller": "DP", "year": 2026, "number": number, "subject": f"s:{number}", "currency": "KGS"}
        sums = {"net": Decimal(9), "tax": Decimal(1), "gross": Decimal(10), "subject_gross": Decimal(10)}
        return Receipt.objects.create(**(given | sums | {"made_at": NOON} | fields))

    first = receipt(1)
    refused("receipt_number_is_given_once", lambda: receipt(1, subject="other"))
    refused("subject_has_one_receipt_of_sale", lambda: receipt(2, subject="s:1"))
    refused("receipt_total_is_net_and_tax", lambda: receipt(2, net=Decimal("9.01")))
    refused("sale_is_all_that_its_subject_costs", lambda: receipt(2, subject_gross=Decimal(11)))
    refused("correction_names_what_it_corrects", lambda: receipt(2, kind="correction"))
    refused("correction_names_what_it_corrects", lambda: receipt(2, corrects=first))
    receipt(1, year=2027, kind="correction", corrects=first, subject="s:1")


def test_a_receipts_line_adds_up_and_has_its_own_place() -> None:
    receipt = Receipt.objects.create(
        seller="DP", year=2026, number=1, currency="KGS", net=0, tax=0, gross=0, subject_gross=0, made_at=NOON
    )

    def line(**fields: Any) -> ReceiptLine:
        given = {"receipt": receipt, "position": 1, "starts_at": NOON, "ends_at": NOON, "quantity": 1, "unit_price": 1}
        return ReceiptLine.objects.create(**(given | {"net": 1, "tax": 0, "gross": 1} | fields))

    line()
    refused("receipt_line_has_its_own_position", line)
    refused("receipt_line_total_is_net_and_tax", lambda: line(position=2, gross=2))


def test_a_counter_is_one_per_seller_and_year() -> None:
    ReceiptCounter.objects.create(seller="DP", year=2026)
    refused("one_counter_per_seller_and_year", lambda: ReceiptCounter.objects.create(seller="DP", year=2026))


def test_a_currency_has_one_default_plan() -> None:
    TariffPlan.objects.create(name="one", is_default=True)
    TariffPlan.objects.create(name="two", is_default=True, currency="USD")
    TariffPlan.objects.create(name="three")
    refused("one_default_plan_per_currency", lambda: TariffPlan.objects.create(name="four", is_default=True))


@pytest.fixture
def version() -> TariffVersion:
    plan = TariffPlan.objects.create(name="plan")
    return TariffVersion.objects.create(plan=plan, number=1, in_force_from=NOON)


def test_a_version_has_its_own_number_and_a_tax_that_can_be(version: TariffVersion) -> None:
    def another(**fields: Any) -> TariffVersion:
        return TariffVersion.objects.create(**({"plan": version.plan, "number": 2, "in_force_from": NOON} | fields))

    refused("version_number_is_unique_in_its_plan", lambda: another(number=1))
    refused("tax_is_a_percentage", lambda: another(tax_percent=Decimal("100.01")))
    refused("tax_is_a_percentage", lambda: another(tax_percent=-1))


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"price": Decimal("-0.0001")}, "price_is_not_negative"),
        ({"power_from_w": 50_000, "power_to_w": 50_000}, "power_range_is_in_order"),
        ({"power_from_w": 50_000, "power_to_w": 22_000}, "power_range_is_in_order"),
        ({"starts": time(7)}, "window_has_both_ends_and_they_differ"),
        ({"ends": time(7)}, "window_has_both_ends_and_they_differ"),
        ({"starts": time(7), "ends": time(7)}, "window_has_both_ends_and_they_differ"),
        ({"valid_from": date(2026, 3, 2), "valid_until": date(2026, 3, 1)}, "validity_is_in_order"),
    ],
)
def test_a_rule_is_in_order(version: TariffVersion, fields: dict[str, Any], name: str) -> None:
    given = {"version": version, "name": "r", "dimension": "per_kwh", "price": 1}
    refused(name, lambda: TariffRule.objects.create(**(given | fields)))


def test_a_rule_may_hold_on_one_day_and_over_midnight(version: TariffVersion) -> None:
    day = date(2026, 3, 2)
    TariffRule.objects.create(version=version, price=0, valid_from=day, valid_until=day, starts=time(22), ends=time(6))


def test_the_bank_has_a_transaction_for_what_was_paid_and_for_nothing_else() -> None:
    def invoice(**fields: Any) -> SandboxInvoice:
        return SandboxInvoice.objects.create(
            **({"order": "o", "amount": 5, "currency": "KGS", "made_at": NOON} | fields)
        )

    refused("bank_invoice_is_of_something", lambda: invoice(amount=0))
    refused("paid_bank_invoice_has_its_transaction", lambda: invoice(state="paid"))
    refused("paid_bank_invoice_has_its_transaction", lambda: invoice(transaction="t"))
    invoice(state="paid", transaction="t")


def test_nothing_that_was_charged_can_lose_its_wallet() -> None:
    wallet = wallet_with("10")
    with pytest.raises(models.ProtectedError):
        wallet.delete()

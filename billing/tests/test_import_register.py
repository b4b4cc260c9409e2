"""A provider's register beside our books: what it says, what differs, and what it does not say."""

from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing import registers
from billing.models import PaymentRefund, ProviderRegister, RegisterLine, SecondPayment, TopUp, Transfer
from billing.registers import LAYOUTS, Look
from billing.tests.making import NOON, wallet_with
from billing.tests.registers import credited, file_of, given_back, line, look, store
from billing.tests.threads import at_once
from drivepower.core.refusals import Refusal
from drivepower.core.sheets import WrongFile

pytestmark = pytest.mark.django_db


def verdicts(found: Look) -> list[tuple[str, str]]:
    return [(row.provider_transaction, row.difference) for row in found.lines]


def reasons(found: Look) -> list[tuple[int, str]]:
    return [(one.number, one.reason) for one in found.reading.wrong]


def waiting(name: str) -> TopUp:
    return TopUp.objects.create(
        wallet=wallet_with("0"),
        provider="sandbox",
        amount=50,
        provider_invoice=name,
        made_at=NOON,
        expires_at=NOON,
    )


def test_it_says_what_each_line_is_and_in_what_it_differs() -> None:
    good, other, _open = credited("P1", "100"), credited("P2", "200"), waiting("P3")
    credited("P0", "10", wallet=wallet_with("0", currency="USD"))
    found = look(
        file_of(
            line("payment", "P1", "100", "2.50"),
            line("payment", "P2", "190", "5"),
            line("payment", "P3", "50"),
            line("payment", "P4", "70"),
            line("payment", "P0", "10"),
            line("payment", "X", "100", payment="invoice-P2").replace(",100,", ",200,"),
            line("fee", "F1", "30"),
            line("remittance", "R1", "300", minutes=60),
        )
    )
    assert verdicts(found) == [
        ("P1", ""),
        ("P2", "amount"),
        ("P3", "not_credited"),
        ("P4", "unknown"),
        ("P0", "currency"),
        ("X", ""),
        ("F1", ""),
        ("R1", ""),
    ]
    assert (found.lines[0].top_up, found.lines[1].top_up, found.lines[1].ours) == (good, other, Decimal(200))
    assert found.sums == {
        "payments": Decimal(610),
        "refunds": Decimal(0),
        "commission": Decimal("37.50"),
        "remitted": Decimal(300),
    }
    assert not ProviderRegister.objects.exists()


def test_it_compares_what_went_back() -> None:
    sent, taken, kept, refused = (credited(f"P{number}", "100") for number in range(4))
    given_back(sent, "40")
    given_back(taken, "60")
    for top_up, state, name in ((sent, "done", "RE1"), (refused, "refused", "RE2")):
        moved = Transfer.objects.filter(kind="top_up", top_up=top_up).get()
        PaymentRefund.objects.create(
            top_up=top_up,
            amount=40,
            state=state,
            provider_refund=name,
            made_at=NOON,
            ended_at=NOON,
            reason="r",
            made_by="staff:1",
            transfer=moved,
        )
    found = look(
        file_of(
            line("refund", "RE1", "-40"),
            line("refund", "RE2", "40"),
            line("chargeback", "C1", "50", payment="P1"),
            line("chargeback", "C2", "20", payment="P1"),
            line("chargeback", "C3", "5", payment="P2"),
            line("refund", "RE9", "5"),
        )
    )
    assert verdicts(found) == [
        ("RE1", ""),
        ("RE2", "not_reversed"),
        ("C1", ""),
        ("C2", "not_reversed"),
        ("C3", "not_reversed"),
        ("RE9", "unknown"),
    ]
    assert [row.ours for row in found.lines[2:5]] == [None, Decimal(10), Decimal(0)]
    assert found.lines[4].top_up == kept


def test_a_second_payment_is_known_too() -> None:
    top_up = credited("P1", "100")
    for name in ("S1", "S2"):
        SecondPayment.objects.create(
            top_up=top_up, provider="sandbox", provider_transaction=name, amount=100, seen_at=NOON
        )
    moved = Transfer.objects.get()
    SecondPayment.objects.filter(provider_transaction="S1").update(state="credited", transfer=moved)
    found = look(file_of(line("payment", "S1", "100"), line("payment", "S2", "100")))
    assert verdicts(found) == [("S1", ""), ("S2", "not_credited")]


def test_it_says_which_lines_cannot_be_read() -> None:
    found = look(
        file_of(
            line("payment", "P1", "1"),
            line("payment", "P1", "1"),
            line("gift", "P2", "1"),
            line("payment", "", "1"),
            line("payment", "P3", "-1"),
            line("payment", "P4", "1.005"),
            line("payment", "P5", "NaN"),
            "payment,P6,,yesterday,1,,",
            "payment,P7,,0001-01-01,1,,",
            "payment,P8,,31.12.2026 23:59,1,,",
            "payment,P9,,31.12.2026 23:59,1,,USDT",
        )
    )
    assert [number for number, _ in reasons(found)] == [3, 4, 5, 6, 7, 8, 9, 10, 12]
    assert reasons(found)[0][1] == "line 2 says the same movement"
    assert found.lines[-1].at.isoformat() == "2026-12-31T23:59:00+06:00"
    with pytest.raises(Refusal, match="while a line is wrong"):
        store(file_of(line("gift", "P2", "1")))
    with pytest.raises(WrongFile):
        look(b"kind,amount\npayment,1")


def test_it_takes_a_file_once_and_a_movement_once() -> None:
    credited("P1", "100")
    first = store(file_of(line("payment", "P1", "100", "2")))
    assert (first.since, first.until) == (NOON, NOON + timedelta(microseconds=1))
    with pytest.raises(Refusal, match="imported before"):
        store(file_of(line("payment", "P1", "100", "2")))
    second = store(file_of(line("payment", "P1", "100", "2"), line("fee", "F1", "3")))
    assert [row.difference for row in second.lines.all()] == ["repeated", ""]
    assert (second.payments, second.commission) == (0, Decimal(3))


def test_a_file_of_two_currencies_is_taken_once_for_each() -> None:
    """A dollar's fee is called as a som's is: another one, and each is counted in the register of its currency."""
    both = file_of(line("fee", "F1", "3"), line("fee", "F1", "5").replace("KGS", "USD"), line("fee", "F2", "7"))
    taken = {currency: store(both, currency=currency) for currency in ("KGS", "USD")}
    assert {currency: one.commission for currency, one in taken.items()} == {"KGS": Decimal(10), "USD": Decimal(5)}
    assert [row.difference for row in taken["USD"].lines.all()] == ["currency", "", "currency"]
    with pytest.raises(Refusal, match="imported before"):
        store(both, currency="USD")
    again = store(file_of(line("fee", "F1", "5").replace("KGS", "USD")), currency="USD")
    assert [row.difference for row in again.lines.all()] == ["repeated"]


@pytest.mark.django_db(transaction=True)
def test_files_that_overlap_at_once_tell_a_movement_once() -> None:
    files = [file_of(line("payment", "P1", "100"), line("fee", f"F{number}", "1")) for number in range(3)]
    at_once(*[partial(store, content) for content in files])
    told = RegisterLine.objects.filter(provider_transaction="P1").order_by("difference")
    assert [row.difference for row in told] == ["repeated", "repeated", "unknown"]


def test_what_was_put_right_is_compared_again() -> None:
    register = store(file_of(line("payment", "P1", "100")))
    assert register.lines.get().difference == "unknown"
    assert registers.compare_again(register) == 0
    top_up = credited("P1", "100")
    assert registers.compare_again(register) == 1
    found = register.lines.get()
    assert (found.difference, found.top_up) == ("", top_up)


def test_it_names_what_we_have_credited_and_it_does_not_say() -> None:
    credited("P1", "100", at=NOON + timedelta(hours=1))
    missed = credited("P2", "7", at=NOON)
    credited("P3", "9", at=NOON + timedelta(hours=9))
    register = store(
        file_of(line("remittance", "R0", "1"), line("payment", "P1", "100"), line("remittance", "R1", "5", minutes=300))
    )
    assert list(registers.unnamed(register)) == [missed]


STRIPE = "balance_transaction_id,created_utc,currency,gross,fee,net,reporting_category,source_id,payment_intent_id"


def test_it_reads_the_balance_report_of_stripe() -> None:
    content = file_of(
        "txn_1,2026-03-02 06:00:00,usd,10.00,0.59,9.41,charge,ch_1,pi_1",
        "txn_2,2026-03-02 07:00:00,usd,-4.00,0.00,-4.00,refund,re_1,pi_1",
        "txn_3,2026-03-02 08:00:00,usd,-0.25,0.00,-0.25,fee,fee_1,",
        "txn_4,2026-03-02 09:00:00,usd,-5.00,0.00,-5.00,payout,po_1,",
        "txn_5,2026-03-02 10:00:00,usd,6.00,0.00,6.00,dispute_reversal,dp_1,pi_1",
        heads=STRIPE,
    )
    found = look(content, layout=LAYOUTS["stripe"], provider="stripe", currency="USD")
    assert [(row.kind, row.provider_transaction) for row in found.lines] == [
        ("payment", "pi_1"),
        ("refund", "re_1"),
        ("fee", "fee_1"),
        ("remittance", "po_1"),
        ("payment", "dp_1"),
    ]
    assert (found.lines[0].at, found.sums["commission"]) == (NOON, Decimal("0.84"))


def test_a_fee_that_is_given_back_is_no_second_fee() -> None:
    content = file_of(
        "txn_1,2026-03-02 06:00:00,usd,-5.00,0.00,-5.00,fee,fee_1,",
        "txn_2,2026-03-02 07:00:00,usd,5.00,0.00,5.00,fee,fee_2,",
        heads=STRIPE,
    )
    found = look(content, layout=LAYOUTS["stripe"], provider="stripe", currency="USD")
    assert [(row.kind, row.amount) for row in found.lines] == [("fee", Decimal(5)), ("fee_back", Decimal(5))]
    assert found.sums["commission"] == 0
    ours = look(file_of(line("fee", "F1", "30"), line("fee", "F2", "-10"), line("fee_back", "F3", "5")))
    assert [row.kind for row in ours.lines] == ["fee", "fee_back", "fee_back"]
    assert ours.sums["commission"] == Decimal(15)


def test_what_a_provider_calls_something_else_waits_for_a_note() -> None:
    content = file_of(
        "txn_1,2026-03-02 06:00:00,usd,-5.00,0.00,-5.00,Other_Adjustment,adj_1,",
        "txn_2,2026-03-02 07:00:00,usd,40.00,0.00,40.00,payout_reversal,po_1,",
        heads=STRIPE,
    )
    how: dict[str, Any] = {"layout": LAYOUTS["stripe"], "provider": "stripe", "currency": "USD"}
    register = store(content, **how)
    told = [(row.kind, row.called, row.amount, row.difference) for row in register.lines.all()]
    assert told == [
        ("other", "other_adjustment", Decimal(-5), "unknown"),
        ("other", "payout_reversal", Decimal(40), "unknown"),
    ]
    assert (register.payments, register.commission, register.remitted) == (0, 0, 0)
    assert registers.compare_again(register) == 0
    with pytest.raises(Refusal, match="about each difference"):
        registers.book(register=register, by="staff:2", at=NOON)
    registers.note(lines=list(register.lines.all()), text="asked Stripe", by="staff:1", at=NOON)
    assert registers.book(register=register, by="staff:2", at=NOON).booked_at == NOON
    found = registers.clearing_of(provider="stripe", currency="USD")
    assert (found.unpaid, found.other, found.rest) == (Decimal(35), Decimal(35), Decimal(0))
    with pytest.raises(Refusal, match="while a line is wrong"):
        store(content.replace(b"payout_reversal", b""), **how)


def test_it_asks_as_often_for_many_lines_as_for_one() -> None:
    counts: list[int] = []
    for many in (1, 40):
        lines: list[Any] = [line("payment", f"{many}-{number}", "1") for number in range(many)]
        with CaptureQueriesContext(connection) as queries:
            store(file_of(*lines))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_it_takes_no_more_than_can_be_booked() -> None:
    with pytest.raises(WrongFile, match="more than can be booked"):
        store(file_of(line("payment", "P1", "600000000000"), line("payment", "P2", "600000000000")))

"""Every request of ours to a provider leaves a line, whatever comes of it; a bank on this machine plays one."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from pytest_django import Settings

from accounts.models import User
from billing.models import ProviderEvent, TopUp, Wallet
from billing.payments import lines, refunds, sandbox, told
from billing.payments.protocol import ProviderTrouble
from billing.payments.top_ups import check_top_up, start_top_up
from billing.tests.making import NOON, figures
from billing.tests.scripted_bank import NOBODY, ScriptedBank
from billing.tests.sending import send_back
from billing.tests.threads import at_once, connections_that_wait
from billing.tests.waiting import wait_for
from drivepower.core.refusals import Refusal

SECOND = timedelta(seconds=1)
REFUSE = """
CREATE FUNCTION test_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not now'; END $$;
CREATE TRIGGER test_refuse BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION test_refuse()
"""


def verdicts() -> list[tuple[str, int]]:
    """What was asked with which answer, and how often in a row."""
    return list(ProviderEvent.objects.order_by("id").values_list("verdict", "times"))


def ask(top_up: TopUp, at: datetime) -> None:
    """Ask how it stands, and take no answer for one."""
    with suppress(ProviderTrouble):
        check_top_up(top_up_id=top_up.pk, at=at)


@contextmanager
def refused(table: str) -> Iterator[None]:
    """Nothing can be written to that table for a while."""
    with connection.cursor() as cursor:
        cursor.execute(REFUSE.format(table=table))
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION test_refuse CASCADE")


@pytest.mark.django_db
def test_it_keeps_what_was_asked_when_and_for_how_long(top_up: TopUp, bank: ScriptedBank) -> None:
    bank.says("paid")
    bank.sent_back("40.00")
    ask(top_up, NOON + SECOND)
    made, said = ProviderEvent.objects.order_by("id")
    assert (made.verdict, made.facts, made.received_at) == ("create_invoice: made", {"amount": "500.00"}, NOON)
    assert (said.verdict, said.received_at, said.times) == ("fetch_status: paid", NOON + SECOND, 1)
    assert said.facts == {"amount": "500.00", "payment": "T-1", "back": "40.00"}
    assert {type(one.took_ms) for one in (made, said)} == {int}
    assert '"transaction": "T-1"' in said.body


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "said", "trouble"),
    [(503, {}, "503"), (200, b"<html>", "of no use"), (200, {"status": "who knows"}, "cannot be read")],
    ids=["no success", "no object", "no status"],
)
def test_it_keeps_an_answer_of_no_use(top_up: TopUp, bank: ScriptedBank, code: int, said: object, trouble: str) -> None:
    bank.code, bank.status = code, said
    ask(top_up, NOON + SECOND)
    line = ProviderEvent.objects.latest("id")
    assert (line.verdict, line.top_up, line.received_at) == ("fetch_status: trouble", top_up, NOON + SECOND)
    assert trouble in line.facts["trouble"]


@pytest.mark.django_db
def test_it_keeps_that_nobody_answered(driver: User, bank: ScriptedBank, settings: Settings) -> None:
    settings.SANDBOX_BANK_URL = NOBODY
    with pytest.raises(Refusal):
        start_top_up(user=driver, amount=Decimal(500), currency="KGS", method=TopUp.Method.QR, at=NOON)
    line = ProviderEvent.objects.get()
    assert (line.verdict, line.facts["amount"], line.body) == ("create_invoice: away", "500.00", "")
    assert "does not answer" in line.facts["trouble"]


@pytest.mark.django_db
def test_it_keeps_how_long_it_waited_in_vain(
    top_up: TopUp, bank: ScriptedBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "TIMEOUT_SECONDS", 0.2)
    hold = threading.Event()

    def wait() -> None:
        hold.wait(10)

    bank.while_asked = wait
    ask(top_up, NOON + SECOND)
    hold.set()
    line = ProviderEvent.objects.latest("id")
    assert line.verdict == "fetch_status: away"
    assert line.took_ms is not None
    assert line.took_ms >= 200


@pytest.mark.django_db
def test_it_counts_the_same_answer_in_one_line(top_up: TopUp, bank: ScriptedBank) -> None:
    for number in range(30):
        ask(top_up, NOON + number * SECOND)
    assert verdicts() == [("create_invoice: made", 1), ("fetch_status: open", 30)]
    line = ProviderEvent.objects.latest("id")
    assert (line.received_at, line.last_at) == (NOON, NOON + 29 * SECOND)


@pytest.mark.django_db
def test_it_begins_a_line_for_another_answer(top_up: TopUp, bank: ScriptedBank) -> None:
    ask(top_up, NOON)
    bank.code = 500
    ask(top_up, NOON + SECOND)
    bank.code = 200
    bank.says("paid")
    for back in ("0", "10", "10", "20"):
        bank.sent_back(back)
        ask(top_up, NOON + 2 * SECOND)
    told = [("fetch_status: open", 1), ("fetch_status: trouble", 1), ("fetch_status: paid", 1)]
    assert verdicts()[1:] == [*told, ("fetch_status: paid", 2), ("fetch_status: paid", 1)]


@pytest.mark.django_db
def test_it_stays_short_when_answers_change_all_the_time(
    top_up: TopUp, bank: ScriptedBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "MOST", 4)
    for number in range(20):
        bank.code = 500 if number % 2 else 200
        ask(top_up, NOON + number * SECOND)
    kept = ProviderEvent.objects.filter(verdict="fetch_status: open").order_by("id")
    seconds = [(line.received_at - NOON).seconds for line in kept]
    assert (seconds, ProviderEvent.objects.count()) == ([0, 14, 16, 18], 9)


@pytest.mark.django_db
def test_it_keeps_each_refund_apart(paid: TopUp, bank: ScriptedBank) -> None:
    bank.code = 500
    one, two = (
        send_back(top_up=paid, amount=Decimal(amount), reason="x", made_by="staff:1", at=NOON) for amount in (40, 50)
    )
    for number in range(5):
        refunds.sweep(at=NOON + timedelta(hours=number))
    bank.code = 200
    refunds.sweep(at=NOON + timedelta(hours=6))
    asked = ProviderEvent.objects.filter(verdict__startswith="refund:").order_by("id")
    told = [(line.verdict, line.facts["refund"], line.facts["amount"], line.times) for line in asked]
    assert told == [
        ("refund: trouble", str(one.public_id), "40.00", 6),
        ("refund: trouble", str(two.public_id), "50.00", 6),
        ("refund: sent", str(one.public_id), "40.00", 1),
        ("refund: sent", str(two.public_id), "50.00", 1),
    ]


@pytest.mark.django_db
def test_it_keeps_a_refusal(paid: TopUp, bank: ScriptedBank) -> None:
    bank.code, bank.refund = 409, {"error": "too late"}
    send_back(top_up=paid, amount=Decimal(40), reason="x", made_by="staff:1", at=NOON)
    line = ProviderEvent.objects.latest("id")
    assert line.verdict == "refund: refused"
    assert "too late" in line.facts["trouble"]


@pytest.mark.django_db(transaction=True)
def test_it_stands_even_where_the_payment_does_not(top_up: TopUp, bank: ScriptedBank) -> None:
    bank.says("paid")
    with refused("billing_transfer"), pytest.raises(DatabaseError):
        check_top_up(top_up_id=top_up.pk, at=NOON + SECOND)
    assert verdicts()[-1] == ("fetch_status: paid", 1)
    assert figures(top_up.wallet) == ("0.00", "0.00", "0.00")


@pytest.mark.django_db(transaction=True)
def test_a_line_that_cannot_be_written_stops_no_payment(top_up: TopUp, bank: ScriptedBank) -> None:
    bank.says("paid")
    with refused("billing_providerevent"):
        assert check_top_up(top_up_id=top_up.pk, at=NOON + SECOND) == TopUp.State.APPROVED
    assert figures(top_up.wallet) == ("500.00", "0.00", "0.00")
    assert verdicts() == [("create_invoice: made", 1)]


@pytest.mark.django_db(transaction=True)
def test_it_is_written_before_anybody_waits_for_the_wallet(top_up: TopUp, bank: ScriptedBank) -> None:
    bank.says("paid")
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        Wallet.objects.select_for_update().get(pk=top_up.wallet_id)
        asking = pool.submit(at_once, partial(check_top_up, top_up_id=top_up.pk, at=NOON + SECOND))
        wait_for(partial(connections_that_wait, 1))
        assert verdicts()[-1] == ("fetch_status: paid", 1)
    assert asking.result() == [TopUp.State.APPROVED]


@pytest.mark.django_db(transaction=True)
def test_it_counts_every_one_of_those_who_ask_at_once(top_up: TopUp, bank: ScriptedBank) -> None:
    at_once(*[partial(check_top_up, top_up_id=top_up.pk, at=NOON + SECOND) for _ in range(10)])
    assert sum(times for verdict, times in verdicts() if verdict == "fetch_status: open") == 10


@pytest.mark.django_db
def test_it_keeps_nothing_of_cards(top_up: TopUp, bank: ScriptedBank) -> None:
    bank.says("paid", transaction="4111 1111 1111 1111")
    bank.status |= {"card": {"last4": "4242", "brand": "visa"}, "note": "of 5555555555554444"}
    bank.status |= {"order": "4111111111111112"}
    ask(top_up, NOON + SECOND)
    line = ProviderEvent.objects.latest("id")
    kept = f"{line.body} {line.facts}"
    assert [word for word in ("4242", "visa", "5555555555554444", "4111 1111") if word in kept] == []
    assert '"note": "of ***4444"' in kept
    assert "4111111111111112" in kept  # no card's number has that last digit


def test_what_differs_each_time_is_left_out_of_a_line() -> None:
    said = "Failed: <urllib3.connection.HTTPSConnection object at 0x7f3a2c>:\n no route"
    assert lines.in_a_line(said) == "Failed: <urllib3.connection.HTTPSConnection>: no route"
    assert told.fit_to_keep("1772431200000 is a time") == "1772431200000 is a time"

"""The conversation about a top-up on its page: one time axis, secrets struck out, raw words for those who may."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from pytest_django import Settings

from billing import conversation, ledger
from billing.models import PaymentRefund, ProviderEvent, SecondPayment, TopUp, Transfer
from billing.payments.protocol import ProviderTrouble
from billing.payments.top_ups import cancel_top_up, check_top_up
from billing.tests.making import NOON
from billing.tests.scripted_bank import NOBODY, ScriptedBank
from billing.tests.test_admin_adjustments import browser

pytestmark = pytest.mark.django_db
SEEN = ("view_topup", "view_providerevent", "view_paymentrefund")
HOSTILE = "<script>alert(1)</script>"


def heard(top_up: TopUp, minute: int, body: str, direction: str = "callback") -> ProviderEvent:
    at = NOON + timedelta(minutes=minute)
    verdict = "hint" if direction == "callback" else "fetch_status: open"
    said = {"provider": "sandbox", "direction": direction, "body": body, "verdict": verdict, "received_at": at}
    return ProviderEvent.objects.create(top_up=top_up, **said)


def look(client: Client, top_up: TopUp) -> str:
    return client.get(f"/admin/billing/topup/{top_up.pk}/change/").text


@pytest.fixture
def talked(paid: TopUp, settings: Settings) -> TopUp:
    """Paid, called about, sent back in part, and paid once more."""
    settings.ODENGI_PASSWORD = "hush-hush-hush"  # nobody's
    heard(paid, 2, f'{{"sign": "hush-hush-hush", "note": "{HOSTILE}"}}')
    heard(paid, 5, '{"refunded": 40}', "call")
    assert paid.transfer is not None
    ledger.reverse_top_up(
        transfer=paid.transfer, amount=Decimal(40), reference="sent:1", at=NOON + timedelta(minutes=4)
    )
    sent = Transfer.objects.get(reference="sent:1")
    PaymentRefund.objects.create(
        top_up=paid,
        amount=40,
        reason=HOSTILE,
        made_by="staff:1",
        made_at=NOON + timedelta(minutes=3),
        ended_at=NOON + timedelta(minutes=6),
        state="done",
        transfer=sent,
    )
    SecondPayment.objects.create(
        top_up=paid, provider="sandbox", provider_transaction="TX-2", amount=500, seen_at=NOON + timedelta(minutes=7)
    )
    return paid


def test_it_tells_everything_in_the_order_in_which_it_happened(talked: TopUp) -> None:
    page = look(browser("chinara", *SEEN), talked)
    told = [
        "Asked for 500.00 KGS",
        "Asked the provider how it stands.",
        "Paid: 500.00 KGS, payment T-1.",
        "500.00 KGS credited.",
        "Called about this payment. A call alone credits nothing: we ask.",
        "asked for 40.00 KGS to be sent back",
        "40.00 KGS taken out of the wallet.",
        "Not paid yet.",
        "Sending 40.00 KGS back: done.",
        "The invoice was paid once more: 500.00 KGS, payment TX-2.",
    ]
    talk = page[page.index("What was said and done") :]
    places = [talk.index(text) for text in told]
    assert places == sorted(places)


def test_it_strikes_secrets_out_and_leaves_text_text(talked: TopUp) -> None:
    page = look(browser("chinara", *SEEN), talked)
    assert "hush-hush-hush" not in page
    assert HOSTILE not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "As it came" in page


def test_who_may_not_read_what_providers_sent_reads_the_rest(talked: TopUp) -> None:
    page = look(browser("chinara", "view_topup"), talked)
    assert ("As it came" in page, "500.00 KGS credited." in page) == (False, True)


def test_it_says_that_it_was_given_up(top_up: TopUp) -> None:
    TopUp.objects.filter(pk=top_up.pk).update(state="expired", failure="nobody paid", ended_at=NOON)
    client = browser("chinara", *SEEN)
    assert "It was given up: expired. nobody paid" in look(client, top_up)
    TopUp.objects.filter(pk=top_up.pk).update(ended_at=None)
    assert "It was given up by then at the latest: expired. nobody paid" in look(client, top_up)


def test_it_says_when_it_was_given_up(top_up: TopUp) -> None:
    cancel_top_up(top_up=top_up, at=NOON + timedelta(minutes=1))
    top_up.refresh_from_db()
    ended = conversation.of(top_up, events=False)[-1]
    assert (ended.at, str(ended.text)) == (NOON + timedelta(minutes=1), "It was given up: canceled. ")
    assert top_up.expires_at > ended.at


def test_it_says_what_of_a_reversal_is_owed(paid: TopUp) -> None:
    assert paid.transfer is not None
    ledger.capture(wallet=paid.wallet, subject="session:1", revision=0, net=Decimal(420), tax=Decimal(0), at=NOON)
    ledger.reverse_top_up(transfer=paid.transfer, amount=Decimal(100), reference="back:1", at=NOON)
    told = [str(moment.text) for moment in conversation.of(paid, events=False)]
    assert "80.00 KGS taken out of the wallet." in told
    assert "20.00 KGS was no longer in the wallet, and is owed." in told


def test_it_takes_as_many_queries_for_a_long_one(talked: TopUp) -> None:
    conversation.of(talked, events=True)
    counts = []
    for minute in (10, 20):
        with CaptureQueriesContext(connection) as queries:
            conversation.of(talked, events=True)
        counts.append(len(queries))
        for number in range(20):
            heard(talked, minute + number, "x")
    assert counts[0] == counts[1]


def told(top_up: TopUp, *, events: bool, language: str = "en") -> list[tuple[str, str]]:
    """Who said what, the times that answers took left out."""
    with translation.override(language):
        said = [
            (one.who, re.sub(r" \([\d.,]+ (ms|s|мс|с)\)$", "", str(one.text)))
            for one in conversation.of(top_up, events=events)
        ]
    return [one for one in said if one[0] != "person"]


def test_it_tells_our_requests_and_how_they_went(top_up: TopUp, bank: ScriptedBank) -> None:
    for second in (10, 20):
        check_top_up(top_up_id=top_up.pk, at=NOON + timedelta(seconds=second))
    bank.code = 503
    with pytest.raises(ProviderTrouble):
        check_top_up(top_up_id=top_up.pk, at=NOON + timedelta(seconds=30))
    bank.code = 200
    bank.says("paid")
    bank.sent_back("40")
    check_top_up(top_up_id=top_up.pk, at=NOON + timedelta(seconds=40))
    top_up.refresh_from_db()
    again = "2 times with the same answer, the last time at 2026-03-02 06:00:20."
    *said, trouble, _asked, paid, _credited, _back = told(top_up, events=True)
    assert sorted(said[:2]) == [
        ("us", "Asked for 500.00 KGS by QR."),
        ("us", "Asked the provider for an invoice of 500.00 KGS."),
    ]
    assert said[2:] == [
        ("provider", "The invoice is made."),
        ("us", f"Asked the provider how it stands. {again}"),
        ("provider", "Not paid yet, payment T-1."),
        ("us", "Asked the provider how it stands."),
    ]
    assert trouble[1].startswith("An answer of no use. the bank's answer is of no use: HTTPStatusError")
    assert paid == ("provider", "Paid: 500.00 KGS, payment T-1, 40.00 KGS of it went back.")


def test_it_tells_them_in_russian(top_up: TopUp, settings: Settings) -> None:
    heard(top_up, 1, "{}")
    settings.SANDBOX_BANK_URL = NOBODY
    with pytest.raises(ProviderTrouble):
        check_top_up(top_up_id=top_up.pk, at=NOON + timedelta(minutes=2))
    said = told(top_up, events=False, language="ru")
    assert said[1:] == [
        ("us", "Просим провайдера выставить счёт на 500,00 KGS."),
        ("provider", "Счёт выставлен."),
        ("provider", "Сообщил об этом платеже. По одному сообщению ничего не зачисляется: мы спрашиваем сами."),
        ("us", "Спрашиваем провайдера о состоянии платежа."),
        ("us", "Ответа не было."),
    ]


def test_who_may_not_read_what_providers_sent_reads_no_trouble_in_their_words(
    top_up: TopUp, bank: ScriptedBank
) -> None:
    bank.code, bank.status = 409, {"error": "call Aida"}
    with pytest.raises(ProviderTrouble):
        check_top_up(top_up_id=top_up.pk, at=NOON + timedelta(minutes=1))
    pages = [look(browser(f"c-{len(rights)}", *rights), top_up) for rights in (SEEN, ("view_topup",))]
    assert ["An answer of no use" in page for page in pages] == [True, True]
    assert ["call Aida" in page for page in pages] == [True, False]


def test_its_lists_tell_verdicts_in_words(paid: TopUp) -> None:
    page = browser("chinara", "view_topup", "view_providerevent").get("/admin/billing/providerevent/").text
    assert "asked how it stands: paid" in page
    assert "fetch_status: paid</" not in page
    assert "signature missing, old or wrong" in page  # offered as a filter

"""Payouts in the portal: asked for at a wallet, decided by a second person, paid, sent back."""

import pytest
from django.test import Client

from accounts.models import Company, User
from billing import ledger
from billing.models import Payout
from billing.tests.making import figures, wallet_with
from billing.tests.test_admin_adjustments import browser, dialog, send

pytestmark = pytest.mark.django_db
LIST = "/admin/billing/payout/"
DESK = ("view_payout", "add_payout", "change_payout")
HOSTILE = '"><script>alert(1)</script>'


def decide(client: Client, name: str, *rows: Payout) -> str:
    chosen = {"action": name, "_selected_action": [row.pk for row in rows]}
    return client.post(LIST, chosen, follow=True).text


def page_of(payout: Payout) -> str:
    return f"{LIST}{payout.pk}/change/"


def end(client: Client, payout: Payout, name: str, said: str) -> str:
    link = dialog(client, payout, name)  # type: ignore[arg-type]  # any row with a page
    return client.post(link, {"_form_submitted": "True", "said": said}).text if link else "no button"


def test_it_goes_from_the_wallet_to_the_bank_and_back() -> None:
    wallet, asker, second = wallet_with("100"), browser("aida", *DESK), browser("bakyt", *DESK)
    link = dialog(asker, wallet, "ask_payout")
    assert 'value="100.00"' in asker.get(link).text
    assert "not enough money" in send(asker, link, amount="101", destination="KICB", reason="leaves").text
    done = send(asker, link, amount="60", destination=HOSTILE, reason="leaves")
    payout = Payout.objects.get()
    assert done["HX-Redirect"] == page_of(payout)
    assert "A second person decides" in decide(asker, "approve", payout)
    assert "1 decided" in decide(second, "approve", payout)
    assert end(asker, payout, "mark_paid", "PP-7") == ""
    page = second.get(page_of(payout)).text
    assert HOSTILE not in page
    assert all(said in page for said in ("PP-7", "60.00 KGS", "aida", "bakyt", "&lt;script&gt;"))
    assert end(asker, payout, "mark_paid", "PP-8") == "no button"
    assert "A second person decides" in end(asker, payout, "mark_returned", "closed account")
    assert end(second, payout, "mark_returned", "closed account") == ""
    payout.refresh_from_db()
    assert (payout.state, figures(wallet)[0]) == ("returned", "100.00")


def test_it_says_in_the_dialog_why_not() -> None:
    asker, second = browser("aida", *DESK), browser("bakyt", *DESK)
    for name in ("one", "two"):
        link = dialog(asker, wallet_with("100"), "ask_payout")
        send(asker, link, amount="60", destination="KICB", reason=name)
    one, two = Payout.objects.order_by("pk")
    decide(second, "approve", one, two)
    end(second, one, "mark_paid", "PP-7")
    assert "stands at another payout" in end(second, two, "mark_paid", "PP-7")


def test_who_may_not_has_no_buttons() -> None:
    wallet, reader = wallet_with("100"), browser("reader", "view_payout")
    assert dialog(reader, wallet, "ask_payout") == ""
    asker = browser("aida", *DESK)
    send(asker, dialog(asker, wallet, "ask_payout"), amount="60", destination="KICB", reason="leaves")
    assert "1 decided" not in decide(reader, "approve", Payout.objects.get())
    assert Payout.objects.get().state == "asked"


def test_staff_of_a_company_see_its_own_only() -> None:
    company = Company.objects.create(name="Ala-Too Taxi")
    ours, strange = ledger.wallet_of(company=company, currency="KGS"), wallet_with("100")
    ledger.top_up(wallet=ours, provider="bank", amount=strange.balance, reference="bank:1", at="2026-03-02T06:00Z")  # type: ignore[arg-type]
    asker = browser("aida", *DESK)
    for wallet, reason in ((ours, "ours"), (strange, "strange")):
        send(asker, dialog(asker, wallet, "ask_payout"), amount="5", destination="KICB", reason=reason)
    theirs = browser("chinara", "view_payout")
    User.objects.filter(name="chinara").update(company=company)
    page = theirs.get(LIST).text
    assert ("ours" in page, "strange" in page) == (True, False)

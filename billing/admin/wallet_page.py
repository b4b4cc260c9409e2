"""What the page of a wallet shows beside its figures: movements, holds, debts, acts of people, months."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from billing import movement_words, movements
from billing.admin.accounts import ways_of
from billing.admin.columns import written
from billing.admin.links import page_of
from billing.models import Adjustment, Debt, Hold, Payout, Wallet
from billing.movements import Movement

YEAR = timedelta(days=365)
# Of what stands beside the movements, the newest; the rest is one click away.
NEWEST = 10
# What the app says for an owner who gives no reason.
WITHOUT_REASON, OWN_WISH = "asked for by its owner", _("asked for by its owner")


def context_of(wallet: Wallet, request: HttpRequest) -> dict[str, Any]:
    """All of it that this person may see; of the house's own accounts, nothing but the way to their transfers."""
    if not request.user.has_perm("billing.view_transfer"):
        return {}
    if wallet.system:
        return {"ways": ways_of(wallet)}
    company = getattr(request.user, "company_id", None)
    before = request.GET.get("before", "")
    page = movements.page_of(wallet, before=int(before) if before.isdecimal() else None, company=company)
    since = timezone.now() - YEAR
    return {
        "movements": [row_of(one, wallet, request) for one in page.movements],
        "older": page.older,
        "is_older": before.isdecimal(),
        "zone": timezone.get_current_timezone_name(),
        "months": [month_of(one, wallet) for one in months(wallet, since)],
        "panels": [panel for panel in panels_of(wallet, request) if panel["rows"]],
    }


def months(wallet: Wallet, since: Any) -> list[movements.Month]:
    """Of the last year, on the house's clock."""
    return movements.months_of(wallet, since=since, zone=timezone.get_current_timezone())


def month_of(month: movements.Month, wallet: Wallet) -> dict[str, str]:
    """A month as people read it."""
    currency = wallet.currency
    return {
        "name": date_format(month.first, "F Y"),
        "came": written(month.came, currency),
        "went": written(month.went, currency),
        "sum": signed(month.came - month.went, currency),
    }


def row_of(movement: Movement, wallet: Wallet, request: HttpRequest) -> dict[str, Any]:
    """A movement as people read it, with the ways to what it was for that this person may go."""
    transfer, receipt = movement.transfer, movement.receipt
    is_ours = getattr(request.user, "company_id", None) is None
    return {
        "at": transfer.made_at,
        "text": movement_words.said(movement),
        "amount": signed(movement.amount, wallet.currency),
        "is_in": movement.is_in,
        "balance": written(movement.balance, wallet.currency),
        "place": receipt.about if receipt else "",
        "by": (transfer.maker or transfer.made_by) if is_ours else "",
        "reason": reason_said(transfer.reason) if is_ours else "",
        "ways": [way for way in papers_of(movement, request) if way[0]],
        "transfer": reverse("admin:billing_transfer_change", args=[transfer.pk]),
    }


def papers_of(movement: Movement, request: HttpRequest) -> Iterable[tuple[str, str]]:
    """Addresses and what they are called."""
    transfer, may = movement.transfer, request.user.has_perm
    if transfer.subject.startswith("session:") and may("charging.view_session"):
        yield page_of(transfer.subject), str(_("session %(number)s")) % {"number": f"#{transfer.subject[8:]}"}
    if movement.receipt and may("billing.view_receipt"):
        yield address("receipt", movement.receipt.pk), movement.receipt.full_number
    if movement.top_up and may("billing.view_topup"):
        yield address("topup", movement.top_up.pk), str(_("top-up"))
    line = getattr(transfer, "goodwill_line", None)
    if line and may("billing.view_goodwill"):
        yield address("goodwill", line.goodwill_id), str(_("goodwill"))
    adjustment = getattr(transfer, "adjustment", None)
    if adjustment and may("billing.view_adjustment"):
        yield address("adjustment", adjustment.pk), adjustment.get_kind_display()
    payout = getattr(transfer, "payout", None) or getattr(transfer, "payout_returned", None)
    if payout and may("billing.view_payout"):
        yield address("payout", payout.pk), str(_("payout"))


def panels_of(wallet: Wallet, request: HttpRequest) -> Iterable[dict[str, Any]]:
    """What is held now, owed, and was asked for by people."""
    currency, may = wallet.currency, request.user.has_perm
    if may("billing.view_hold"):
        holds = Hold.objects.filter(wallet=wallet, state=Hold.State.ACTIVE).order_by("-made_at")
        rows = [(one.made_at, one.subject, written(one.amount, currency), "") for one in holds[:NEWEST]]
        yield panel(_("Held now"), "hold", rows, wallet)
    if may("billing.view_debt"):
        debts = Debt.objects.filter(wallet=wallet).order_by(F("paid") - F("amount"), "-made_at")
        yield panel(_("Debts"), "debt", [debt_row(one, currency) for one in debts[:NEWEST]], wallet)
    if may("billing.view_adjustment"):
        rows = [
            acted(one, one.get_kind_display(), signed(one.amount, currency))
            for one in newest(Adjustment.objects, wallet)
        ]
        yield panel(_("Adjustments"), "adjustment", rows, wallet)
    if may("billing.view_payout"):
        rows = [acted(one, one.destination, signed(-one.amount, currency)) for one in newest(Payout.objects, wallet)]
        yield panel(_("Payouts"), "payout", rows, wallet)


def panel(title: Any, model: str, rows: list[Any], wallet: Wallet) -> dict[str, Any]:
    """Some rows under a title, with the way to all of them."""
    return {"title": title, "rows": rows, "all": f"{reverse(f'admin:billing_{model}_changelist')}?wallet={wallet.pk}"}


def newest(rows: Any, wallet: Wallet) -> "QuerySet[Any]":
    """The last ones of a wallet."""
    found: QuerySet[Any] = rows.filter(wallet=wallet).order_by("-id")[:NEWEST]
    return found


def debt_row(debt: Debt, currency: str) -> tuple[Any, str, str, str]:
    """What was owed, and what of it has been paid."""
    paid = str(_("%(paid)s of it paid")) % {"paid": written(debt.paid, currency)}
    return debt.made_at, debt.subject, written(debt.amount, currency), paid


def acted(row: Any, what: str, amount: str) -> tuple[Any, str, str, str]:
    """What somebody asked for, and how it stands."""
    return row.asked_at, f"{what}: {reason_said(row.reason)}", amount, row.get_state_display()


def address(model: str, key: int) -> str:
    """The page of a row of money."""
    return reverse(f"admin:billing_{model}_change", args=[key])


def signed(amount: Decimal, currency: str) -> str:
    """An amount with its sign."""
    return f"{'+' if amount > 0 else ''}{written(amount, currency)}"


def reason_said(reason: str) -> str:
    """Why, as somebody wrote it; what is said where an owner gave no reason, in the reader's language."""
    return str(OWN_WISH) if reason == WITHOUT_REASON else reason

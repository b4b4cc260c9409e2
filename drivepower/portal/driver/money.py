"""The wallet, how its money moved lately, and top-ups."""

from collections.abc import Collection, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from billing.models import TopUp, Transfer, Wallet
from billing.movements import last_of
from drivepower.portal import wording
from drivepower.portal.driver import waiting
from drivepower.portal.driver.page import SHOWN, Page
from drivepower.portal.explain.ways import address
from drivepower.portal.station.panels import Button, Cell, Panel

TONES = {"approved": "good", "processing": "doubtful", "failed": "bad", "reversed": "bad"}


def wallets_of(page: Page) -> list[Wallet]:
    """What this person may see of the driver's money: one wallet for each currency."""
    return list(page.rows(Wallet.objects.filter(user=page.driver), "billing.view_wallet").order_by("pk"))


def draw(page: Page, wallets: Sequence[Wallet]) -> list[Panel]:
    """What is there, how it moved, and what came in; nothing for who sees no wallets."""
    if not page.may_act("billing.view_wallet"):
        return []
    waits = waiting.draw(page, wallets)
    found = [purse(page, wallets), *([waits] if waits else [])]
    if page.may("billing.view_transfer"):
        found.append(movements(page, wallets))
    if page.may("billing.view_topup"):
        found.append(top_ups(page, wallets))
    return found


def purse(page: Page, wallets: Sequence[Wallet]) -> Panel:
    """What can be spent, what is held, what is owed."""
    columns = [_("Wallet"), _("Free"), _("Held"), _("Balance"), _("Owed"), _("Credit limit")]
    rows = [
        [
            Cell(one.currency, href=reverse("admin:billing_wallet_change", args=[one.pk])),
            Cell(wording.money(one.available, one.currency), tone="bad" if one.available < 0 else ""),
            Cell(wording.money(one.held, one.currency)),
            Cell(wording.money(one.balance, one.currency)),
            Cell(wording.money(one.owed, one.currency), tone="bad" if one.owed else ""),
            Cell(wording.money(one.credit_limit, one.currency)),
        ]
        for one in wallets
    ]
    return Panel(_("Wallet"), columns, rows, _("There is no wallet before the first top-up."), desk(page), id="wallet")


def desk(page: Page) -> list[Button]:
    """The ways to payouts and goodwill, where they are and this person may see them."""
    pages = [
        (_("Payouts"), "billing.view_payout", address("billing_payout_changelist")),
        (_("Goodwill"), "billing.view_goodwill", address("billing_goodwill_changelist")),
    ]
    return [Button(title, href=way) for title, right, way in pages if way and page.may(right)]


def movements(page: Page, wallets: Sequence[Wallet]) -> Panel:
    """The last movements in words, the newest first."""
    own = {one.pk: one for one in wallets}
    found = list(last(page, own)) if own else []
    columns = [_("When"), _("What"), _("Amount"), _("For")]
    lines = [line(page, one, own) for one in found]
    return Panel(_("Last movements"), columns, lines, _("Nothing has moved yet."), id="movements")


def last(page: Page, own: Collection[int]) -> Any:
    """So many that this person may see."""
    rows = Transfer.objects.filter(pk__in=last_of(own, SHOWN)).order_by("-id")
    return page.rows(rows, "billing.view_transfer")[:SHOWN]


def line(page: Page, transfer: Transfer, own: dict[int, Wallet]) -> list[Cell]:
    """One movement: with a minus where it left the wallet."""
    is_in = transfer.target_id in own
    wallet = own[transfer.target_id] if is_in else own[transfer.source_id]
    amount = wording.money(transfer.amount if is_in else -transfer.amount, wallet.currency)
    way = reverse("admin:billing_transfer_change", args=[transfer.pk])
    return [
        Cell(page.moment(transfer.made_at), href=way),
        Cell(transfer.get_kind_display(), note=transfer.reason),
        Cell(f"+{amount}" if is_in else amount),
        Cell(about(transfer.subject)),
    ]


def about(subject: str) -> str:
    """What money moved for, as people call it."""
    kind, _colon, said = subject.partition(":")
    return _("session #%(number)s") % {"number": said} if kind == "session" else {"top_up": _("top-up")}.get(kind, "")


def top_ups(page: Page, wallets: Sequence[Wallet]) -> Panel:
    """What came in, or did not, and through whom."""
    own: dict[int, Wallet] = {one.pk: one for one in wallets}
    rows: Any = page.rows(TopUp.objects.filter(wallet__in=list(own)), "billing.view_topup").order_by("-made_at")
    lines = [
        [
            Cell(page.moment(one.made_at), href=reverse("admin:billing_topup_change", args=[one.pk])),
            Cell(wording.money(one.amount, own[one.wallet_id].currency)),
            Cell(one.provider, note=one.get_method_display()),
            Cell(one.get_state_display(), note=one.failure, tone=TONES.get(one.state, "")),
        ]
        for one in (rows[:SHOWN] if own else [])
    ]
    columns = [_("When"), _("Amount"), _("Provider"), _("State")]
    buttons = [Button(_("All top-ups"), href=page.listing("billing_topup"))]
    return Panel(_("Top-ups"), columns, lines, _("No money has been asked for yet."), buttons, id="top-ups")

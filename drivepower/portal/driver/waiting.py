"""Money of the driver that somebody has asked for and nobody has decided about."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.named import with_names
from billing.models import Adjustment, GoodwillLine, Payout, Wallet
from drivepower.portal import wording
from drivepower.portal.driver.page import SHOWN, Page
from drivepower.portal.station.panels import Cell, Panel

ASKED = Adjustment.State.ASKED  # payouts and goodwill call it the same


class Wish(NamedTuple):
    """One of them: what was asked for, the row of that (of goodwill, all of it), and what the driver would get."""

    what: str
    row: Any
    asker: str
    amount: str


def draw(page: Page, wallets: Sequence[Wallet]) -> Panel | None:
    """What waits for a second person, the newest first; None where nothing does."""
    own: dict[int, Wallet] = {one.pk: one for one in wallets}
    wishes = sorted(wishes_of(page, own), key=lambda one: one.row.asked_at, reverse=True) if own else []
    if not wishes:
        return None
    columns = [_("When"), _("What"), _("Amount"), _("Asked by"), ""]
    lines = [line(page, one) for one in wishes]
    return Panel(_("Money that waits for a second person"), columns, lines, "", id="waiting")


def wishes_of(page: Page, own: dict[int, Wallet]) -> Iterator[Wish]:
    """Refunds, adjustments, payouts and goodwill, each for who may see it."""

    def rows(asked: Any, right: str, asker: str) -> Any:
        named = with_names(asked.filter(wallet__in=list(own)), company=page.reader.company_id, asker=asker)
        return page.rows(named.order_by("-id"), right)[:SHOWN]

    def money(row: Any) -> str:
        return wording.money(row.amount, own[row.wallet_id].currency)

    for one in rows(Adjustment.objects.filter(state=ASKED), "billing.view_adjustment", "asked_by"):
        yield Wish(one.get_kind_display(), one, one.asker or one.asked_by, money(one))
    for one in rows(Payout.objects.filter(state=ASKED), "billing.view_payout", "asked_by"):
        yield Wish(_("payout"), one, one.asker or one.asked_by, money(one))
    lines = GoodwillLine.objects.filter(goodwill__state=ASKED).select_related("goodwill")
    for one in rows(lines, "billing.view_goodwill", "goodwill__asked_by"):
        yield Wish(_("goodwill"), one.goodwill, one.asker or one.goodwill.asked_by, money(one))


def line(page: Page, wish: Wish) -> list[Cell]:
    """One of them, and the way to where it is decided about."""
    row = wish.row
    way = reverse(f"admin:billing_{row._meta.model_name}_change", args=[row.pk])
    return [
        Cell(page.moment(row.asked_at), href=way),
        Cell(wish.what, note=row.reason),
        Cell(wish.amount),
        Cell(wish.asker),
        Cell(row.get_state_display(), tone="busy"),
    ]

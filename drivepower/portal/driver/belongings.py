"""Cards and tags, reservations and logins."""

from typing import Any

from django.db.models import Max, OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import IdTag, Login
from charging.models import Reservation, Session
from charging.models.session import TRIED_AT
from drivepower.portal.driver.page import SHOWN, Page
from drivepower.portal.station.panels import Button, Cell, Panel

BLOCK = "accounts.block_user"
TONES = {"requested": "busy", "active": "good", "refused": "bad"}


def draw(page: Page) -> list[Panel]:
    """Each for who may see it."""
    parts = {
        "accounts.view_idtag": cards,
        "charging.view_reservation": reservations,
    }
    found = [part(page) for right, part in parts.items() if page.may(right)]
    return [*found, logins(page)] if page.may_act("accounts.view_login") else found


def cards(page: Page) -> Panel:
    """What opens a connector for them; the tags of single charges are left out."""
    used = Session.objects.filter(id_tag=OuterRef("pk")).order_by().values("id_tag").annotate(last=Max(TRIED_AT))
    tags = IdTag.objects.filter(user=page.driver).exclude(kind=IdTag.Kind.VIRTUAL)
    rows = page.rows(tags.annotate(used_at=Subquery(used.values("last"))), "accounts.view_idtag")
    lines = [card(page, one) for one in rows.select_related("company").order_by("-created_at")[: 2 * SHOWN]]
    columns = [_("Card or tag"), _("State"), _("Last used"), _("Company"), ""]
    return Panel(_("Cards and tags"), columns, lines, _("No card is on this account."), id="cards")


def card(page: Page, tag: Any) -> list[Cell]:
    """One card; who may block people may block it, and let it open again."""
    is_over = tag.expires_at is not None and tag.expires_at <= page.at
    state = _("blocked") if tag.blocked else _("expired") if is_over else _("good")
    act = "unblock_card" if tag.blocked else "block_card"
    return [
        Cell(tag.value, tag.get_kind_display(), href=reverse("admin:accounts_idtag_change", args=[tag.pk])),
        Cell(state, by_driver(tag), tone="bad" if tag.blocked or is_over else "good"),
        Cell(page.moment(tag.used_at) or _("never")),
        Cell(tag.company.name if tag.company else ""),
        Cell(_("Unblock") if tag.blocked else _("Block"), opens=page.act(act, tag.public_id))
        if page.may_act(BLOCK)
        else Cell(""),
    ]


def by_driver(tag: IdTag) -> str:
    """Whether the block is the driver's own."""
    return _("by the driver") if tag.blocked and tag.blocked_by.startswith("driver:") else ""


def reservations(page: Page) -> Panel:
    """What was kept for them."""
    rows = page.rows(Reservation.objects.filter(driver=page.driver), "charging.view_reservation")
    lines = [
        [
            Cell(
                *page.moment_at(one.station, one.asked_at),
                href=reverse("admin:charging_reservation_change", args=[one.pk]),
            ),
            Cell(
                one.station.code, _("connector %(number)s") % {"number": one.connector.number} if one.connector else ""
            ),
            Cell(*page.moment_at(one.station, one.until)),
            Cell(one.get_state_display(), one.answer, tone=TONES.get(one.state, "")),
        ]
        for one in rows.select_related("station__location", "connector").order_by("-id")[:SHOWN]
    ]
    columns = [_("When"), _("Where"), _("Until"), _("State")]
    return Panel(_("Reservations"), columns, lines, _("Nothing was ever kept for them."), id="reservations")


def logins(page: Page) -> Panel:
    """On which devices they are logged in, or were."""
    lines = [
        [
            Cell(one.device or _("unknown device"), one.address),
            Cell(page.moment(one.made_at)),
            Cell(page.moment(one.renewed_at)),
            Cell(*login_state(page, one)),
        ]
        for one in page.rows(Login.objects.filter(user=page.driver), "accounts.view_login").order_by("-id")[:SHOWN]
    ]
    columns = [_("Device"), _("Came in"), _("Last seen"), _("State")]
    buttons = [Button(_("End all logins"), opens=page.act("end_logins"))] if lines and page.may_act(BLOCK) else []
    return Panel(_("Logins"), columns, lines, _("They have never logged in."), buttons, id="logins")


def login_state(page: Page, login: Login) -> tuple[str, str]:
    """Whether it is good still."""
    if login.ended_at:
        return _("ended"), login.get_why_ended_display()
    return (_("expired"), "") if login.expires_at <= page.at else (_("logged in"), "")

"""The stripe on top: how one reaches them, what they are to us, and what stands against them."""

from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from billing.models import Wallet
from drivepower.portal import wording
from drivepower.portal.driver.page import Page
from drivepower.portal.station.stripe import Fact


def facts(page: Page, wallets: Sequence[Wallet]) -> list[Fact]:
    """All of them; debts stand there only where there are some."""
    driver = page.driver
    return [
        state(page),
        *[
            Fact(_("Owes"), wording.money(one.owed, one.currency), "bad", note=_("No start before it is paid."))
            for one in wallets
            if one.owed
        ],
        Fact(_("Phone"), driver.phone or wording.NOTHING, note=proved(driver.phone, driver.phone_checked_at)),
        Fact(_("E-mail"), driver.email or wording.NOTHING, note=proved(driver.email, driver.email_checked_at)),
        Fact(_("Language"), dict(settings.LANGUAGES).get(driver.language, driver.language)),
        *company(page),
        Fact(_("Membership"), driver.membership.name if driver.membership else wording.NOTHING),
        Fact(_("Driver since"), wording.minute(driver.joined_at)),
    ]


def state(page: Page) -> Fact:
    """Whether they may come in and charge, or want to leave."""
    driver = page.driver
    if driver.deletion_requested_at:
        asked = _("asked %(when)s") % {"when": wording.minute(driver.deletion_requested_at)}
        return Fact(_("State"), _("asked to be deleted"), "doubtful", note=asked)
    if not driver.is_active:
        return Fact(_("State"), _("blocked"), "bad", note=_("may neither log in nor charge"))
    return Fact(_("State"), _("may log in and charge"), "good")


def company(page: Page) -> list[Fact]:
    """Whose driver it is, with the way there."""
    found = page.driver.company
    if found is None:
        return []
    way = reverse("admin:accounts_company_change", args=[found.pk]) if page.may("accounts.view_company") else ""
    return [Fact(_("Company"), found.name, href=way)]


def proved(address: str | None, since: object) -> str:
    """Whether an address is known to be theirs."""
    return "" if not address else _("proved") if since else _("not proved: nothing is sent there")


def is_blocked(driver: User) -> bool:
    """Whether they are kept out."""
    return not driver.is_active

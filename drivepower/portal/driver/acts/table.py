"""All acts by the name in their address."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from billing import second_person
from drivepower.portal.driver.acts import access, charging, money, notes
from drivepower.portal.driver.acts.base import ActForm
from drivepower.portal.driver.page import Page


@dataclass(frozen=True)
class Act:
    """A dialog: its title, what its button says, the rights that it takes, and where the page is looked at then.

    `instead` is a right that is enough without the others.
    """

    title: Any
    button: Any
    form: type[ActForm]
    rights: tuple[str, ...]
    part: str
    is_hard: bool = False
    instead: str = ""

    def is_for(self, page: Page) -> bool:
        """Whether it is for who looks at that page."""
        return page.may_act(*self.rights) or bool(self.instead and page.may_act(self.instead))


BLOCK = ("accounts.block_user",)
ACTS = {
    "start": Act(
        _("Start a charge for the driver"),
        _("Start"),
        charging.StartForm,
        ("charging.add_session", "stations.view_station"),
        "charges",
    ),
    "stop": Act(_("Stop the charge"), _("Stop"), charging.StopForm, ("charging.add_session",), "charges", is_hard=True),
    "refund": Act(
        _("Give back a part or all of it"),
        _("Give back"),
        money.RefundForm,
        (second_person.GIVES,),
        "wallet",
        instead=second_person.ASKS,
    ),
    "resend": Act(
        _("Send the receipt again"),
        _("Send"),
        money.ResendForm,
        ("billing.view_receipt", "accounts.view_notification"),
        "notifications",
    ),
    "block": Act(_("Block the driver"), _("Block"), access.BlockForm, BLOCK, "notes", is_hard=True),
    "unblock": Act(_("Unblock the driver"), _("Unblock"), access.UnblockForm, BLOCK, "notes"),
    "block_card": Act(_("Block the card"), _("Block"), access.BlockCardForm, BLOCK, "cards", is_hard=True),
    "unblock_card": Act(_("Unblock the card"), _("Unblock"), access.UnblockCardForm, BLOCK, "cards"),
    "end_logins": Act(
        _("End all logins"),
        _("End them"),
        access.EndLoginsForm,
        (*BLOCK, "accounts.view_login"),
        "logins",
        is_hard=True,
    ),
    "note": Act(_("Add a note"), _("Keep"), notes.AddForm, ("accounts.add_note",), "notes"),
    "edit_note": Act(_("Edit the note"), _("Keep"), notes.EditForm, ("accounts.change_note",), "notes"),
    "pin": Act(_("Pin the note"), _("Pin"), notes.PinForm, ("accounts.change_note",), "notes"),
    "unpin": Act(_("Unpin the note"), _("Unpin"), notes.UnpinForm, ("accounts.change_note",), "notes"),
}

"""The driver, or one of their cards, is kept out or let in again; logins end."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import blocking, logins
from accounts.models import IdTag, Login
from drivepower.portal.driver.acts.base import ReasonForm


class BlockForm(ReasonForm):
    """The whole account."""

    hint = gettext_lazy("They can neither log in nor charge, by app or card; a charge that runs goes on.")

    def carry_out(self) -> str:
        """Keep them out."""
        blocking.block(user=self.page.driver, at=self.page.at)
        return self.note(_("The driver is blocked."))


class UnblockForm(ReasonForm):
    """The whole account again."""

    hint = gettext_lazy("They can log in and charge again; cards that were blocked stay so.")

    def carry_out(self) -> str:
        """Let them in."""
        blocking.unblock(user=self.page.driver)
        return self.note(_("The driver is not blocked any more."))


class CardForm(ReasonForm):
    """One of their cards."""

    def card(self) -> IdTag:
        """Which; never the tag of one charge."""
        tags = IdTag.objects.filter(user=self.page.driver).exclude(kind=IdTag.Kind.VIRTUAL)
        card: IdTag = self.row_of(self.page.rows(tags, "accounts.view_idtag"))
        return card


class BlockCardForm(CardForm):
    """A lost one."""

    hint = gettext_lazy("It opens no connector any more; the driver cannot take this block back.")

    def carry_out(self) -> str:
        """Keep it out."""
        card = self.card()
        blocking.block_card(card=card, by=self.page.by)
        return self.note(_("Card %(card)s is blocked.") % {"card": card.value})


class UnblockCardForm(CardForm):
    """One that was found."""

    hint = gettext_lazy("It opens connectors again, whoever had blocked it.")

    def carry_out(self) -> str:
        """Let it in."""
        card = self.card()
        blocking.unblock_card(card=card)
        return self.note(_("Card %(card)s is not blocked any more.") % {"card": card.value})


class EndLoginsForm(ReasonForm):
    """Of all devices."""

    hint = gettext_lazy("They are logged out on every device and can log in again.")

    def carry_out(self) -> str:
        """End them."""
        ended = logins.end_all(user=self.page.driver, why=Login.End.EVERYWHERE, at=self.page.at)
        return self.note(_("Logins ended: %(count)s.") % {"count": ended})

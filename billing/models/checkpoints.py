"""Where the sums of the house's own accounts begin."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.wallets import Wallet


class WalletCheckpoint(models.Model):
    """What a system wallet came to with all transfers up to one of them, so that its balance is never a long sum."""

    wallet = models.ForeignKey(Wallet, verbose_name=_("wallet"), on_delete=models.PROTECT, related_name="checkpoints")
    last_transfer = models.BigIntegerField(_("up to transfer"))
    balance = models.DecimalField(_("balance"), max_digits=20, decimal_places=3)
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["wallet", "last_transfer"], name="one_checkpoint_per_wallet_and_transfer"),
        ]

    def __str__(self) -> str:
        return f"{self.wallet} @ {self.last_transfer}"

"""What was said between us and payment providers."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.payments import TopUp


class ProviderEvent(models.Model):
    """A call of a provider, or a request of ours and its answer; a hint to ask, never a reason to credit.

    Kept raw for finance only. A request of ours that gets the same answer again is counted in its row: `received_at` is
    its first time, `last_at` the last one.
    """

    class Direction(models.TextChoices):
        CALLBACK = "callback", _("callback")
        CALL = "call", _("our call")

    provider = models.CharField(_("provider"), max_length=20)
    direction = models.CharField(_("direction"), max_length=10, choices=Direction, default=Direction.CALLBACK)
    body = models.TextField(_("body"))
    headers = models.JSONField(_("headers"), default=dict)
    verdict = models.CharField(_("verdict"), max_length=40)
    # Of a request of ours: the amounts and names in it and in its answer, and the trouble in a line.
    facts = models.JSONField(_("facts"), default=dict)
    took_ms = models.PositiveIntegerField(_("answered after, ms"), null=True, blank=True)
    times = models.PositiveIntegerField(_("times in a row"), default=1)
    top_up = models.ForeignKey(
        TopUp, verbose_name=_("top-up"), null=True, blank=True, on_delete=models.PROTECT, related_name="events"
    )
    received_at = models.DateTimeField(_("received"))
    last_at = models.DateTimeField(_("last time"), null=True, blank=True)

    class Meta:
        verbose_name = _("provider event")
        verbose_name_plural = _("provider events")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.provider} {self.received_at:%Y-%m-%d %H:%M}"

"""What was asked for once, so that asking again answers the same."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class IdempotencyKey(models.Model):
    """A request that must not happen twice, and its answer once there is one."""

    owner = models.CharField(_("whose"), max_length=80, help_text=_("e.g. driver:<public id>"))
    route = models.CharField(_("route"), max_length=120)
    key = models.CharField(_("key"), max_length=255)
    body_hash = models.CharField(_("hash of the body"), max_length=64)
    leased_until = models.DateTimeField(_("in flight until"), null=True)
    lease = models.UUIDField(_("lease"), null=True, editable=False)
    status = models.PositiveSmallIntegerField(_("status"), null=True)
    headers = models.JSONField(_("headers"), default=dict)
    answer = models.JSONField(_("answer"), null=True)
    made_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("kept until"))

    class Meta:
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "route", "key"], name="one_answer_per_idempotency_key"),
            models.CheckConstraint(
                condition=models.Q(status=None, leased_until__isnull=False)
                | models.Q(status__isnull=False, leased_until=None),
                name="idempotency_key_is_in_flight_or_answered",
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], name="idempotency_keys_to_forget")]

    def __str__(self) -> str:
        return f"{self.route} {self.key}"

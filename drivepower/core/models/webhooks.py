"""Who outside is told of events, and what became of telling them."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from drivepower.core.models.events import Event
from drivepower.core.tenancy import CutQuerySet, Seer


class WebhookQuerySet(CutQuerySet["Webhook"]):
    """Questions about many webhooks."""

    company_paths = ("company",)

    def of_company(self, person: Seer) -> Q:
        """Those that are sent that company's events; named by its public id."""
        return Q(company=person.company.public_id)


class DeliveryQuerySet(CutQuerySet["Delivery"]):
    """Questions about many deliveries."""

    company_paths = ("webhook__company",)

    def of_company(self, person: Seer) -> Q:
        """Those of its webhooks."""
        return Q(webhook__company=person.company.public_id)


class Webhook(models.Model):
    """An address that is sent the events of its kinds, signed with its secret (Standard Webhooks)."""

    public_id = models.UUIDField(_("public ID"), default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=80)
    url = models.URLField(_("address"), max_length=500)
    kinds = ArrayField(
        models.CharField(max_length=40), verbose_name=_("kinds of events"), default=list, blank=True,
        help_text=_("e.g. session.settled, session.* or *"),
    )  # fmt: skip
    company = models.UUIDField(
        _("company"), null=True, blank=True, help_text=_("only its events; empty: those of the whole network")
    )
    secret = models.CharField(_("secret"), max_length=80, editable=False)
    previous_secret = models.CharField(_("previous secret"), max_length=80, blank=True, editable=False)
    rotated_at = models.DateTimeField(_("secret changed"), null=True, blank=True, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True, editable=False)
    made_by = models.CharField(_("made by"), max_length=80, editable=False)
    made_at = models.DateTimeField(_("made"), editable=False)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One event on its way to one webhook."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("done")
        GIVEN_UP = "given_up", _("given up")

    public_id = models.UUIDField(_("public ID"), default=uuid.uuid4, unique=True, editable=False)
    webhook = models.ForeignKey(Webhook, verbose_name=_("webhook"), on_delete=models.CASCADE, related_name="deliveries")
    event = models.ForeignKey(Event, verbose_name=_("event"), on_delete=models.CASCADE, related_name="deliveries")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next try"), null=True)
    last_at = models.DateTimeField(_("last try"), null=True)
    status = models.PositiveSmallIntegerField(_("answered"), null=True)
    error = models.CharField(_("error"), max_length=200, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["webhook", "event"], name="one_delivery_per_webhook_and_event"),
            models.CheckConstraint(
                condition=Q(state="waiting", next_at__isnull=False) | (~Q(state="waiting") & Q(next_at=None)),
                name="only_a_waiting_delivery_has_a_next_try",
            ),
        ]
        indexes = [models.Index(fields=["next_at"], condition=Q(state="waiting"), name="deliveries_to_make")]

    def __str__(self) -> str:
        return f"{self.webhook_id} {self.event_id}"

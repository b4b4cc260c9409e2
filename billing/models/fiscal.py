"""Receipts on their way to the tax office's cash register."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models.fields import AmountField
from billing.models.receipts import Receipt


class FiscalDocument(models.Model):
    """A receipt in the queue of a fiscal adapter: tried until it is done, or failed for a person to look at.

    `public_id` is what the adapter is told, so that a repeated try never makes a second document.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("registered")
        FAILED = "failed", _("failed")

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    receipt = models.OneToOneField(
        Receipt, verbose_name=_("receipt"), on_delete=models.PROTECT, related_name="fiscal_document"
    )
    adapter = models.CharField(_("adapter"), max_length=20)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next try"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=200, blank=True)
    fiscal_number = models.CharField(_("fiscal number"), max_length=60, blank=True)
    fiscal_sign = models.CharField(_("fiscal sign"), max_length=60, blank=True)
    device = models.CharField(_("cash register"), max_length=60, blank=True)
    qr = models.CharField(_("QR content"), max_length=500, blank=True)
    made_at = models.DateTimeField(_("made"))
    done_at = models.DateTimeField(_("registered at"), null=True, blank=True)

    class Meta:
        verbose_name = _("fiscal document")
        verbose_name_plural = _("fiscal documents")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(state="done", done_at__isnull=False, next_at=None) & ~Q(fiscal_number=""))
                | Q(state="waiting", done_at=None, next_at__isnull=False, fiscal_number="")
                | Q(state="failed", done_at=None, next_at=None, fiscal_number=""),
                name="fiscal_document_is_registered_with_its_number",
            ),
            models.UniqueConstraint(
                fields=["adapter", "fiscal_number"],
                condition=~Q(fiscal_number=""),
                name="fiscal_number_is_of_one_receipt",
            ),
        ]
        indexes = [
            models.Index(
                fields=["adapter", "next_at"], condition=Q(state="waiting"), name="fiscal_documents_of_a_register"
            ),
            models.Index(fields=["made_at"], condition=Q(state="failed"), name="fiscal_documents_that_failed"),
        ]

    def __str__(self) -> str:
        return self.fiscal_number or str(self.public_id)


class SandboxFiscalEntry(models.Model):
    """A document in the books of the sandbox's cash register, apart from ours: numbered in order, one per name."""

    document = models.UUIDField(_("document"), unique=True)
    number = models.PositiveIntegerField(_("number"), unique=True)
    sign = models.CharField(_("fiscal sign"), max_length=20)
    kind = models.CharField(_("kind"), max_length=10, choices=Receipt.Kind)
    receipt = models.CharField(_("receipt"), max_length=40)
    amount = AmountField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    made_at = models.DateTimeField(_("registered at"))

    class Meta:
        verbose_name = _("document at the sandbox's cash register")
        verbose_name_plural = _("documents at the sandbox's cash register")
        ordering = ["-number"]

    def __str__(self) -> str:
        return str(self.number)

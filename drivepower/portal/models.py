"""What the portal itself keeps: views that people saved, and the reports that it made."""

import uuid

from django.contrib.auth.models import Group
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class SavedView(models.Model):
    """A list as somebody wants it again: filters, order and columns; a person's own, or shared with a role."""

    public_id = models.UUIDField(_("public ID"), default=uuid.uuid4, unique=True, editable=False)
    model = models.CharField(_("list"), max_length=80, help_text=_("e.g. stations.station"))
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(_("filters and order"), max_length=1000, blank=True)
    columns = ArrayField(models.CharField(max_length=60), verbose_name=_("columns"), default=list, blank=True)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", verbose_name=_("owner"))
    role = models.ForeignKey(
        Group, null=True, blank=True, on_delete=models.CASCADE, related_name="+", verbose_name=_("shared with")
    )
    is_first = models.BooleanField(
        _("opens first"), default=False, help_text=_("The list is shown so where its owner asks for nothing else.")
    )

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["model", "name"]
        constraints = [
            models.UniqueConstraint("model", "owner", Lower("name"), name="one_view_per_list_owner_and_name"),
            models.UniqueConstraint(
                fields=["model", "owner"], condition=Q(is_first=True), name="one_first_view_per_list_and_owner"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MonthlyReport(models.Model):
    """Uptime and success of one month, as they were when they were made and sent."""

    month = models.DateField(_("month"), unique=True, help_text=_("its first day"))
    figures = models.JSONField(_("figures"), default=dict)
    made_at = models.DateTimeField(_("made"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    sent_to = ArrayField(models.CharField(max_length=254), verbose_name=_("sent to"), default=list, blank=True)

    class Meta:
        verbose_name = _("monthly report")
        verbose_name_plural = _("monthly reports")
        ordering = ["-month"]
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="monthly_report_is_of_a_month"),
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(sent_at__gte=F("made_at")), name="monthly_report_is_made_before_sent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class Change(models.Model):
    """One change of one row that people write; made by a trigger of the database, for good."""

    class What(models.TextChoices):
        INSERT = "insert", _("added")
        UPDATE = "update", _("changed")
        DELETE = "delete", _("deleted")

    table = models.CharField(_("what"), max_length=80, help_text=_("e.g. stations.station"))
    row = models.CharField(_("row"), max_length=80)
    what = models.CharField(_("change"), max_length=6, choices=What)
    who = models.CharField(_("who"), max_length=80, blank=True)
    at = models.DateTimeField(_("when"))
    before = models.JSONField(_("before"), default=dict)
    after = models.JSONField(_("after"), default=dict)

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("audit trail")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["table", "row", "-id"], name="changes_of_a_row"),
            models.Index(fields=["table", "-id"], name="changes_of_a_table"),
            models.Index(fields=["who", "-id"], name="changes_of_a_person"),
            models.Index(fields=["at"], name="changes_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.row}"

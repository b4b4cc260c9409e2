"""The tags by which stations know people, and what a fleet allows each of its own."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from accounts.models.people import Company, User
from drivepower.core.tenancy import CutQuerySet


class IdTagQuerySet(CutQuerySet["IdTag"]):
    """Questions about many tags."""

    company_paths = ("company", "user__company")

    def named(self, value: str) -> "IdTagQuerySet":
        """The tag of that value, whatever its case (OCPP 1.6, 7.28: case-insensitive)."""
        return self.filter(value__iexact=value)


class IdTag(models.Model):
    """What a station is shown: a card, an app's tag, one session's own tag, a technician's card."""

    class Kind(models.TextChoices):
        RFID = "rfid", _("card")
        APP = "app", _("app")
        VIRTUAL = "virtual", _("one session's")
        SERVICE = "service", _("service")

    public_id = models.UUIDField(_("public ID"), default=uuid.uuid4, unique=True, editable=False)
    value = models.CharField(_("value"), max_length=40)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.RFID)
    group = models.CharField(_("group"), max_length=20, blank=True, help_text=_("sent to stations as parentIdTag"))
    user = models.ForeignKey(
        User,
        verbose_name=_("driver"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="id_tags",
    )
    company = models.ForeignKey(
        Company,
        verbose_name=_("company"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="id_tags",
    )
    blocked = models.BooleanField(_("blocked"), default=False)
    # A driver takes their own block back, and nobody else's.
    blocked_by = models.CharField(_("blocked by"), max_length=80, blank=True, default="", editable=False)
    # The driver who typed it in; empty where the house or a company has given it to them.
    added_by = models.CharField(_("added by"), max_length=80, blank=True, default="", editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    sessions_at_once = models.PositiveSmallIntegerField(_("sessions at once"), default=1)
    allowed_places = ArrayField(
        models.CharField(max_length=50),
        verbose_name=_("places it may charge at"),
        default=list,
        blank=True,
        help_text=_("codes of locations and stations; empty: all"),
    )
    allowed_weekdays = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name=_("weekdays"),
        default=list,
        blank=True,
        help_text=_("1 is Monday; empty: all"),
    )
    allowed_from = models.TimeField(_("from, local time"), null=True, blank=True)
    allowed_until = models.TimeField(_("until, local time"), null=True, blank=True)
    day_limit_wh = models.PositiveIntegerField(_("energy a day, Wh"), null=True, blank=True)
    month_limit_wh = models.PositiveIntegerField(_("energy a month, Wh"), null=True, blank=True)
    day_limit_amount = models.DecimalField(_("money a day"), max_digits=16, decimal_places=3, null=True, blank=True)
    month_limit_amount = models.DecimalField(_("money a month"), max_digits=16, decimal_places=3, null=True, blank=True)
    plate = models.CharField(_("number plate"), max_length=20, blank=True)
    cost_centre = models.CharField(_("cost centre"), max_length=40, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = IdTagQuerySet.as_manager()

    class Meta:
        verbose_name = _("card or tag")
        verbose_name_plural = _("cards and tags")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                Upper("value"),
                name="tag_value_is_unique_without_case",
                violation_error_message=_("There is a card or tag of this value already."),
            ),
            models.CheckConstraint(
                condition=~models.Q(value=""),
                name="tag_value_is_not_empty",
                violation_error_message=_("A card or tag needs its value."),
            ),
            models.CheckConstraint(
                condition=models.Q(allowed_from=None, allowed_until=None)
                | models.Q(allowed_from__isnull=False, allowed_until__isnull=False),
                name="tag_hours_have_both_ends",
                violation_error_message=_("Hours need both ends: from and until, or neither."),
            ),
            models.CheckConstraint(
                condition=(models.Q(day_limit_amount=None) | models.Q(day_limit_amount__gte=0))
                & (models.Q(month_limit_amount=None) | models.Q(month_limit_amount__gte=0)),
                name="tag_limits_are_not_negative",
                violation_error_message=_("A limit of money is zero or more."),
            ),
        ]

    def __str__(self) -> str:
        return self.value

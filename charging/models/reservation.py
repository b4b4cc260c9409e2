"""A connector kept for somebody until a moment, as the station knows it (OCPP 1.6, 5.13)."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import IdTag, User
from charging.models.session import Session
from drivepower.core.tenancy import CutQuerySet
from stations.models import Connector, Station


class ReservationState(models.TextChoices):
    """Where a reservation stands."""

    REQUESTED = "requested", _("requested")
    ACTIVE = "active", _("active")
    REFUSED = "refused", _("refused by the station")
    USED = "used", _("used")
    CANCELLED = "cancelled", _("cancelled")
    EXPIRED = "expired", _("expired")
    ENDED = "ended", _("ended by the station")


HOLDING_STATES = (ReservationState.REQUESTED, ReservationState.ACTIVE)


class ReservationQuerySet(CutQuerySet["Reservation"]):
    """Questions about many reservations."""

    company_paths = ("station__location__host", "driver__company")

    def holding(self) -> "ReservationQuerySet":
        """Those that a station keeps, or may keep: it has not answered."""
        return self.filter(state__in=HOLDING_STATES)


class Reservation(models.Model):
    """Its key is the reservationId that stations are told; without a connector it is for any of the station."""

    State = ReservationState

    id = models.AutoField(_("number"), primary_key=True)  # int32: OCPP 1.6 names a reservation by it
    public_id = models.UUIDField(_("public ID"), default=uuid.uuid4, unique=True, editable=False)
    station = models.ForeignKey(
        Station, verbose_name=_("station"), on_delete=models.PROTECT, related_name="reservations"
    )
    connector = models.ForeignKey(
        Connector,
        verbose_name=_("connector"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reservations",
    )
    driver = models.ForeignKey(
        User, verbose_name=_("driver"), null=True, blank=True, on_delete=models.PROTECT, related_name="reservations"
    )
    id_tag = models.ForeignKey(
        IdTag, verbose_name=_("card or tag"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    tag = models.CharField(_("tag as sent"), max_length=40)
    parent_tag = models.CharField(_("group as sent"), max_length=20, blank=True)
    until = models.DateTimeField(_("until"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.REQUESTED)
    answer = models.CharField(_("the station said"), max_length=40, blank=True)
    session = models.ForeignKey(
        Session, verbose_name=_("session"), null=True, blank=True, on_delete=models.PROTECT, related_name="reservations"
    )
    asked_by = models.CharField(_("asked by"), max_length=80)
    asked_at = models.DateTimeField(_("asked"))
    ended_at = models.DateTimeField(_("ended"), null=True)

    objects = ReservationQuerySet.as_manager()

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["connector"],
                condition=Q(state__in=["requested", "active"], connector__isnull=False),
                name="one_active_reservation_per_connector",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["requested", "active"], ended_at=None)
                | (~Q(state__in=["requested", "active"]) & Q(ended_at__isnull=False)),
                name="reservation_ends_with_its_state",
            ),
        ]
        indexes = [
            models.Index(
                fields=["until"], condition=Q(state__in=["requested", "active"]), name="reservations_to_expire"
            ),
            models.Index(
                fields=["station"], condition=Q(state__in=["requested", "active"]), name="reservations_of_a_station"
            ),
        ]

    @property
    def subject(self) -> str:
        """How commands refer to it."""
        return f"reservation:{self.pk}"

    def __str__(self) -> str:
        return f"#{self.pk}"

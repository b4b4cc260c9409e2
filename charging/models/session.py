"""A charge from the first wish to the last tyiyn; its state column is the queue of everything that works on it."""

import uuid
from datetime import datetime
from typing import TypeAlias

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Upper
from django.utils.translation import gettext_lazy as _

from accounts.models import Company, IdTag
from billing.models import PriceTerms, Receipt
from drivepower.core.tenancy import CutQuerySet
from stations.models import Connector, Station


class State(models.TextChoices):
    """Where a session stands."""

    REQUESTED = "requested", _("requested")
    ACTIVE = "active", _("active")
    STOPPING = "stopping", _("stopping")
    ENDED = "ended", _("ended")
    REVIEW = "review", _("in review")
    SETTLED = "settled", _("settled")
    WAIVED = "waived", _("waived")
    FAILED = "failed", _("failed")


# The class under a name that Session's own attribute does not hide.
SessionState: TypeAlias = State

OPEN_STATES = (State.REQUESTED, State.ACTIVE, State.STOPPING)
FINISHED_STATES = (State.ENDED, State.REVIEW, State.SETTLED, State.WAIVED)

# When somebody wanted to charge: by the app, or at the station.
TRIED_AT = Coalesce("requested_at", "started_at")

# Every move a session may make; anything else is refused. A late StopTransaction after an inferred or guessed end is
# the arrow from a finished state back to ENDED, with the next revision.
ARROWS: frozenset[tuple[State, State]] = frozenset(
    {
        (State.REQUESTED, State.ACTIVE),
        (State.REQUESTED, State.FAILED),
        (State.FAILED, State.ACTIVE),
        (State.ACTIVE, State.STOPPING),
        (State.STOPPING, State.ACTIVE),
        (State.ACTIVE, State.ENDED),
        (State.STOPPING, State.ENDED),
        (State.ENDED, State.REVIEW),
        (State.ENDED, State.SETTLED),
        (State.REVIEW, State.SETTLED),
        (State.REVIEW, State.WAIVED),
        (State.ENDED, State.ENDED),
        (State.REVIEW, State.ENDED),
        (State.SETTLED, State.ENDED),
        (State.WAIVED, State.ENDED),
    }
)


class SessionQuerySet(CutQuerySet["Session"]):
    """Questions about many sessions."""

    company_paths = ("station__location__host", "company")

    def open(self) -> "SessionQuerySet":
        """Requested, active or stopping; told as the partial indexes are, for a network's past is long."""
        return self.filter(Q(state__in=(State.ACTIVE, State.STOPPING)) | Q(state=State.REQUESTED))

    def move(self, source: State, target: State, **fields: object) -> int:
        """Carry rows along one arrow of the table; answers how many moved, so a racer sees 0."""
        if (source, target) not in ARROWS:
            raise ValueError(f"no arrow leads from {source} to {target}")
        return self.filter(state=source).update(state=target, **fields)


class Session(models.Model):
    """One charge on one connector."""

    State = State

    class AskedBy(models.TextChoices):
        APP = "app", _("app")
        CARD = "card", _("card")
        OPERATOR = "operator", _("operator")

    class Limit(models.TextChoices):
        NONE = "", _("none")
        ENERGY = "energy", _("energy")
        AMOUNT = "amount", _("amount")
        SOC = "soc", _("state of charge")
        TIME = "time", _("time")

    id = models.AutoField(_("number"), primary_key=True)  # int32: OCPP 1.6 names a transaction by it
    public_id = models.UUIDField(_("public ID"), default=uuid.uuid4, unique=True, editable=False)
    ocpp_id = models.CharField(_("OCPP transaction"), max_length=36, blank=True)
    station = models.ForeignKey(Station, verbose_name=_("station"), on_delete=models.PROTECT, related_name="sessions")
    connector = models.ForeignKey(
        Connector, verbose_name=_("connector"), on_delete=models.PROTECT, related_name="sessions"
    )
    driver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("driver"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="sessions",
    )
    company = models.ForeignKey(
        Company, verbose_name=_("company"), null=True, blank=True, on_delete=models.PROTECT, related_name="sessions"
    )
    id_tag = models.ForeignKey(
        IdTag, verbose_name=_("card or tag"), null=True, blank=True, on_delete=models.PROTECT, related_name="sessions"
    )
    tag = models.CharField(_("tag as presented"), max_length=255, blank=True)
    asked_by = models.CharField(_("asked by"), max_length=10, choices=AskedBy)
    state = models.CharField(_("state"), max_length=10, choices=State)
    revision = models.PositiveIntegerField(_("revision"), default=0)
    holds_connector = models.BooleanField(_("holds the connector"), default=False)
    start_key = models.CharField(_("key of the start"), max_length=64, null=True, blank=True, editable=False)  # noqa: DJ001  # null: no Start yet
    start_status = models.CharField(_("answered at the start"), max_length=20, blank=True)  # a replay hears the same
    requested_at = models.DateTimeField(_("requested"), null=True, blank=True)
    expires_at = models.DateTimeField(_("start expected until"), null=True, blank=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    start_received_at = models.DateTimeField(_("start received"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True)
    # What a Stop said that was guessed to be of this session: the same one is known by it when it comes again.
    stop_key = models.CharField(_("key of the stop"), max_length=64, blank=True, default="", editable=False)
    stop_received_at = models.DateTimeField(_("stop received"), null=True, blank=True)
    meter_start_wh = models.BigIntegerField(_("meter at start, Wh"), null=True, blank=True)
    meter_stop_wh = models.BigIntegerField(_("meter at stop, Wh"), null=True, blank=True)
    billed_energy_wh = models.BigIntegerField(_("billed energy, Wh"), null=True, blank=True)
    limit_kind = models.CharField(_("limit"), max_length=10, choices=Limit, blank=True, default="")
    limit_energy_wh = models.PositiveIntegerField(_("energy limit, Wh"), null=True, blank=True)
    limit_amount = models.DecimalField(_("amount limit"), max_digits=16, decimal_places=3, null=True, blank=True)
    limit_soc = models.PositiveSmallIntegerField(_("limit of the state of charge, %"), null=True, blank=True)
    limit_seconds = models.PositiveIntegerField(_("limit of time, s"), null=True, blank=True)
    warned_at = models.DateTimeField(_("told that the limit is near"), null=True, blank=True)
    # What a limit was passed by until the station stopped; settlement charges it like any other energy.
    overshoot_wh = models.PositiveIntegerField(_("beyond its limit, Wh"), null=True, blank=True)
    overshoot_amount = models.DecimalField(
        _("beyond its limit"), max_digits=16, decimal_places=3, null=True, blank=True
    )
    price_terms = models.ForeignKey(
        PriceTerms, verbose_name=_("price terms"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    receipt = models.ForeignKey(
        Receipt, verbose_name=_("receipt"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    stop_reason = models.CharField(_("stop reason"), max_length=40, blank=True)
    inferred = models.BooleanField(_("end inferred or guessed"), default=False)
    # An ended session whose car may still stand there is not settled before.
    settle_from = models.DateTimeField(_("settled from"), null=True, blank=True)
    findings = ArrayField(models.CharField(max_length=40), verbose_name=_("findings"), default=list, blank=True)
    failure = models.CharField(_("why it failed"), max_length=40, blank=True)
    failure_text = models.CharField(_("in words"), max_length=200, blank=True)
    stop_asked_at = models.DateTimeField(_("stop asked"), null=True, blank=True)
    stop_cause = models.CharField(_("why we stopped it"), max_length=20, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["station", "start_key"], name="same_start_of_a_station_is_one_session"),
            models.UniqueConstraint(
                fields=["station", "ocpp_id"],
                condition=~Q(ocpp_id=""),
                name="transaction_id_is_unique_in_its_station",
            ),
            models.UniqueConstraint(
                fields=["connector"], condition=Q(holds_connector=True), name="one_session_holds_a_connector"
            ),
            models.UniqueConstraint(
                fields=["driver"],
                condition=Q(asked_by="app", state__in=["requested", "active", "stopping"]),
                name="one_open_app_session_per_driver",
            ),
            models.CheckConstraint(
                condition=Q(holds_connector=False) | Q(state__in=["requested", "active", "stopping"]),
                name="only_an_open_session_holds_its_connector",
            ),
            models.CheckConstraint(
                condition=Q(billed_energy_wh=None) | Q(billed_energy_wh__gte=0),
                name="billed_energy_is_not_negative",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["ended", "review", "settled", "waived"]) | Q(stopped_at__isnull=False),
                name="finished_session_says_when_it_stopped",
            ),
            models.CheckConstraint(
                condition=Q(limit_soc=None) | Q(limit_soc__gte=1, limit_soc__lte=100), name="limit_soc_is_a_percentage"
            ),
            models.CheckConstraint(
                condition=Q(state="failed") | Q(failure=""), name="only_a_failed_session_has_a_failure"
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(state="requested"), name="sessions_waiting_for_start"),
            models.Index(fields=["id"], condition=Q(state="ended"), name="sessions_to_settle"),
            models.Index(fields=["id"], condition=Q(state="review"), name="sessions_in_review"),
            models.Index(fields=["id"], condition=Q(state__in=["active", "stopping"]), name="sessions_charging"),
            models.Index(fields=["driver", "-id"], name="sessions_of_a_driver"),
            models.Index(fields=["station", "-id"], name="sessions_of_a_station"),
            models.Index(fields=["-started_at"], name="sessions_by_start"),
            models.Index(fields=["connector", "stopped_at"], name="sessions_of_a_connector"),
            models.Index(fields=["requested_at"], condition=Q(state="failed"), name="failed_starts_by_time"),
            models.Index("connector", TRIED_AT, condition=Q(state="failed"), name="failed_starts_of_a_connector"),
            models.Index("driver", TRIED_AT, condition=Q(driver__isnull=False), name="tries_of_a_driver"),
            models.Index(fields=["started_at"], condition=Q(driver=None, company=None), name="sessions_of_nobody"),
            models.Index(Upper("tag"), name="sessions_by_tag"),
            models.Index(fields=["stop_key"], condition=~Q(stop_key=""), name="sessions_by_guessed_stop"),
        ]

    def move(self, source: SessionState, target: SessionState, **fields: object) -> bool:
        """Carry this session along one arrow, in the table and here; False if it stands elsewhere by now."""
        if not Session.objects.filter(pk=self.pk).move(source, target, **fields):
            return False
        for name, value in {"state": target, **fields}.items():
            setattr(self, name, value)
        return True

    @property
    def subject(self) -> str:
        """How money and commands refer to it."""
        return f"session:{self.pk}"

    def duration_seconds(self, *, at: datetime) -> int:
        """Whole seconds from start to stop, or to now while it runs."""
        if self.started_at is None:
            return 0
        return max(0, int(((self.stopped_at or at) - self.started_at).total_seconds()))

    def __str__(self) -> str:
        return f"#{self.pk}"

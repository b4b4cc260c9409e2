"""What charges came to by the hour and by the day: beside the facts, made of them alone, and made anew with them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from drivepower.core.tenancy import CutQuerySet
from stations.models import Connector


class DailyFiguresQuerySet(CutQuerySet["DailyFigures"]):
    """Questions about many days."""

    company_paths = ("connector__station__location__host",)


class DailyFigures(models.Model):
    """One connector's day, as the place's clocks count days; without a connector, receipts that are of none.

    Of charges that are over and in nobody's review: those that began in the day, with all their energy; tries are first
    ones, and failures those of them that came to nothing. Busy is what charges took of the day itself. Revenue is what
    receipts of the day come to. Cards of the service are left out.
    """

    day = models.DateField(_("day"))
    connector = models.ForeignKey(
        Connector, verbose_name=_("connector"), null=True, on_delete=models.CASCADE, related_name="+"
    )
    sessions = models.PositiveIntegerField(_("sessions"), default=0)
    attempts = models.PositiveIntegerField(_("first tries"), default=0)
    failures = models.PositiveIntegerField(_("first tries that failed"), default=0)
    energy_wh = models.BigIntegerField(_("energy, Wh"), default=0)
    busy_s = models.PositiveIntegerField(_("busy, s"), default=0)
    revenue = models.JSONField(_("revenue by currency"), default=dict)

    objects = DailyFiguresQuerySet.as_manager()

    class Meta:
        verbose_name = _("figures of a day")
        verbose_name_plural = _("figures of days")
        ordering = ["-day", "connector"]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "connector"], name="one_row_of_figures_per_day_and_connector", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=models.Q(failures__lte=models.F("attempts")), name="no_more_failures_than_first_tries"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.connector_id or ''}".rstrip()


class HourlyEnergyQuerySet(CutQuerySet["HourlyEnergy"]):
    """Questions about many hours."""

    company_paths = ("connector__station__location__host",)


class HourlyEnergy(models.Model):
    """What a connector delivered in an hour of UTC, by the registers of charges that are over; Wh."""

    hour = models.DateTimeField(_("hour"))
    connector = models.ForeignKey(Connector, verbose_name=_("connector"), on_delete=models.CASCADE, related_name="+")
    energy_wh = models.BigIntegerField(_("energy, Wh"))

    objects = HourlyEnergyQuerySet.as_manager()

    class Meta:
        verbose_name = _("energy of an hour")
        verbose_name_plural = _("energy by the hour")
        ordering = ["-hour", "connector"]
        constraints = [
            models.UniqueConstraint(fields=["hour", "connector"], name="one_row_of_energy_per_hour_and_connector"),
        ]

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H:%M} {self.connector_id}"


class FiguresMark(models.Model):
    """From when until when facts of a connector have changed; triggers write it, and whoever rolls up takes it away."""

    connector = models.ForeignKey(
        Connector,
        verbose_name=_("connector"),
        null=True,
        db_constraint=False,
        db_index=False,
        on_delete=models.DO_NOTHING,
        related_name="+",
    )
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("mark of changed figures")
        verbose_name_plural = _("marks of changed figures")

    def __str__(self) -> str:
        return f"{self.connector_id} {self.since:%Y-%m-%d %H:%M}"

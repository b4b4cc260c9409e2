"""A location's supply, shared among the charges that run there (OCPP 1.6, 3.13)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from charging.models.profile import ChargingProfile
from charging.models.session import Session
from stations.models import Location


class SitePlan(models.Model):
    """How the supply of a location is shared now; made anew when a charge starts, stops or changes."""

    location = models.OneToOneField(
        Location, verbose_name=_("location"), on_delete=models.CASCADE, related_name="site_plan"
    )
    revision = models.PositiveIntegerField(_("revision"), default=0)
    limit_a = models.PositiveIntegerField(_("limit per phase, A"))
    reserved_a = models.DecimalField(
        _("set aside, A"),
        max_digits=8,
        decimal_places=1,
        default=0,
        help_text=_("For connectors of stations that are away: they may charge without asking."),
    )
    planned_at = models.DateTimeField(_("planned"))
    dirty_since = models.DateTimeField(_("to be planned anew since"), null=True, blank=True)

    class Meta:
        verbose_name = _("site plan")
        verbose_name_plural = _("site plans")
        indexes = [
            models.Index(fields=["dirty_since"], name="site_plans_to_make", condition=Q(dirty_since__isnull=False))
        ]

    def __str__(self) -> str:
        return f"{self.location_id} #{self.revision}"


class SiteShare(models.Model):
    """What one charge may take: as planned, as sent, and as its station has confirmed."""

    plan = models.ForeignKey(SitePlan, verbose_name=_("site plan"), on_delete=models.CASCADE, related_name="shares")
    session = models.OneToOneField(
        Session, verbose_name=_("session"), on_delete=models.CASCADE, related_name="site_share"
    )
    phases = models.PositiveSmallIntegerField(_("phases"), default=3)
    planned_a = models.DecimalField(_("planned, A"), max_digits=6, decimal_places=1)
    # What it may take at most until its station has confirmed less: the larger counts against the limit.
    in_force_a = models.DecimalField(_("in force, A"), max_digits=6, decimal_places=1, null=True)
    sent_a = models.DecimalField(_("sent, A"), max_digits=6, decimal_places=1, null=True)
    profile = models.ForeignKey(
        ChargingProfile, verbose_name=_("profile"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    sent_at = models.DateTimeField(_("sent"), null=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)

    class Meta:
        verbose_name = _("share of a site")
        verbose_name_plural = _("shares of sites")
        constraints = [models.CheckConstraint(condition=Q(planned_a__gte=0), name="share_is_not_negative")]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.planned_a} A"

"""Whose place a charge was at: frozen, so that what comes later moves no money that was earned before."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Company
from charging.models.session import Session


class HostedCharge(models.Model):
    """Where a session was and who the host of that place was when the session was made; none: the house's own place.

    Written by a trigger, whichever way a session comes in, and never again: a station that moves and a place that is
    given to another host leave it as it is.
    """

    session = models.OneToOneField(
        Session, verbose_name=_("session"), primary_key=True, on_delete=models.CASCADE, related_name="hosted"
    )
    host = models.ForeignKey(
        Company, verbose_name=_("host"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    place = models.CharField(_("location"), max_length=50, help_text=_("its code"))

    class Meta:
        verbose_name = _("charge at a host's location")
        verbose_name_plural = _("charges at hosts' locations")
        indexes = [models.Index(fields=["host", "place"], name="charges_of_a_host_s_place")]

    def __str__(self) -> str:
        return f"{self.session_id} {self.place}"

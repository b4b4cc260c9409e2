"""Certificates that stations hold or are given, and what they report about their security (W 4 and 5)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from drivepower.core.tenancy import CutQuerySet
from stations.models.network import Station


class CertificateQuerySet(CutQuerySet["Certificate"]):
    """Questions about many certificates."""

    company_paths = ("station__location__host",)


class Certificate(models.Model):
    """One certificate, of a station or of ours; its private key is never here."""

    class Kind(models.TextChoices):
        CHARGE_POINT = "charge_point", _("of the station")
        CENTRAL_SYSTEM_ROOT = "CentralSystemRootCertificate", _("root of the central system")
        MANUFACTURER_ROOT = "ManufacturerRootCertificate", _("root of the manufacturer")

    class State(models.TextChoices):
        REQUESTED = "requested", _("requested")
        SENT = "sent", _("sent")
        INSTALLED = "installed", _("installed")
        REJECTED = "rejected", _("rejected")
        DELETED = "deleted", _("deleted")

    station = models.ForeignKey(
        Station, verbose_name=_("station"), on_delete=models.PROTECT, related_name="certificates"
    )
    kind = models.CharField(_("kind"), max_length=30, choices=Kind)
    state = models.CharField(_("state"), max_length=10, choices=State)
    csr = models.TextField(_("request, PEM"), blank=True)
    pem = models.TextField(_("PEM chain"), blank=True)
    subject = models.CharField(_("subject"), max_length=500, blank=True)
    hash_algorithm = models.CharField(_("hash algorithm"), max_length=10, blank=True)
    issuer_name_hash = models.CharField(_("hash of the issuer's name"), max_length=128, blank=True)
    issuer_key_hash = models.CharField(_("hash of the issuer's key"), max_length=128, blank=True)
    serial_number = models.CharField(_("serial number"), max_length=50, blank=True)
    not_before = models.DateTimeField(_("valid from"), null=True)
    not_after = models.DateTimeField(_("valid until"), null=True)
    reason = models.CharField(_("why not"), max_length=200, blank=True)
    changed_at = models.DateTimeField(_("changed"))
    tried_at = models.DateTimeField(_("last tried to sign"), null=True, editable=False)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-id"]
        indexes = [models.Index(fields=["station", "kind", "state"], name="certificates_of_a_station")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.station_id}"


class SecurityEventQuerySet(CutQuerySet["SecurityEvent"]):
    """Questions about many security events."""

    company_paths = ("station__location__host",)


class SecurityEvent(models.Model):
    """What a station reported (SecurityEventNotification), or what we refused for security (W A00.FR.323)."""

    class Source(models.TextChoices):
        STATION = "station", _("the station")
        CENTRAL_SYSTEM = "central_system", _("here")

    station = models.ForeignKey(
        Station, verbose_name=_("station"), on_delete=models.PROTECT, related_name="security_events"
    )
    source = models.CharField(_("reported by"), max_length=15, choices=Source, default=Source.STATION)
    type = models.CharField(_("type"), max_length=50)
    detail = models.CharField(_("detail"), max_length=255, blank=True)
    happened_at = models.DateTimeField(_("happened"))
    received_at = models.DateTimeField(_("received"))

    objects = SecurityEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("security event")
        verbose_name_plural = _("security events")
        ordering = ["-id"]
        indexes = [models.Index(fields=["station", "-received_at"], name="security_events_of_a_station")]

    def __str__(self) -> str:
        return f"{self.type} of {self.station_id}"

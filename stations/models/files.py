"""Firmware that stations fetch, and diagnostics that they send, over links that end."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from stations.models.commands import Command
from stations.models.network import Station


class JobState(models.TextChoices):
    """How a job of a station goes, whatever its messages are called."""

    REQUESTED = "requested", _("requested")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


class FirmwareImage(models.Model):
    """A file that stations may be updated with; signature and certificate are for signed updates (W L01)."""

    name = models.CharField(_("name"), max_length=150)
    vendor = models.CharField(_("vendor"), max_length=100, blank=True)
    model = models.CharField(_("model"), max_length=100, blank=True)
    version = models.CharField(_("version"), max_length=50)
    file = models.FileField(_("file"), upload_to="firmware/", max_length=255)
    size = models.PositiveBigIntegerField(_("bytes"), default=0, editable=False)
    sha256 = models.CharField(_("SHA-256"), max_length=64, editable=False)
    signature = models.CharField(_("signature, base64"), max_length=800, blank=True)
    signing_certificate = models.TextField(_("signing certificate, PEM"), blank=True, max_length=5500)
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)

    class Meta:
        verbose_name = _("firmware")
        verbose_name_plural = _("firmware")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class FirmwareJob(models.Model):
    """One update of one station; its key is the requestId of a signed one."""

    station = models.ForeignKey(
        Station, verbose_name=_("station"), on_delete=models.PROTECT, related_name="firmware_jobs"
    )
    image = models.ForeignKey(
        FirmwareImage, verbose_name=_("firmware"), null=True, blank=True, on_delete=models.PROTECT, related_name="jobs"
    )
    location = models.CharField(
        _("fetched from"), max_length=512, blank=True, help_text=_("Empty: from here, over a link of its own.")
    )
    retrieve_at = models.DateTimeField(_("from when"))
    is_signed = models.BooleanField(_("signed"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=JobState, default=JobState.REQUESTED)
    status = models.CharField(_("as the station says"), max_length=40, blank=True)
    reason = models.CharField(_("why not"), max_length=200, blank=True)
    token_hash = models.CharField(_("hash of the token"), max_length=64, blank=True, editable=False, db_index=True)
    expires_at = models.DateTimeField(_("link ends"), null=True)
    fetched_at = models.DateTimeField(_("fetched"), null=True)
    command = models.OneToOneField(
        Command, verbose_name=_("command"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_by = models.CharField(_("asked by"), max_length=80)
    asked_at = models.DateTimeField(_("asked"))
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("firmware job")
        verbose_name_plural = _("firmware jobs")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["station", "-id"], condition=Q(state__in=["requested", "running"]), name="open_firmware_jobs"
            )
        ]

    def __str__(self) -> str:
        return f"{self.image or self.location} → {self.station_id}"


class DiagnosticsJob(models.Model):
    """One request for a station's files; its key is the requestId of a GetLog."""

    class Kind(models.TextChoices):
        DIAGNOSTICS = "diagnostics", _("diagnostics")
        DIAGNOSTICS_LOG = "diagnostics_log", _("diagnostics log")
        SECURITY_LOG = "security_log", _("security log")

    station = models.ForeignKey(
        Station, verbose_name=_("station"), on_delete=models.PROTECT, related_name="diagnostics_jobs"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.DIAGNOSTICS)
    location = models.CharField(
        _("sent to"), max_length=512, blank=True, help_text=_("Empty: to here, over a link of its own.")
    )
    since = models.DateTimeField(_("from"), null=True, blank=True)
    until = models.DateTimeField(_("until"), null=True, blank=True)
    file_name = models.CharField(_("file name"), max_length=255, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=JobState, default=JobState.REQUESTED)
    status = models.CharField(_("as the station says"), max_length=40, blank=True)
    reason = models.CharField(_("why not"), max_length=200, blank=True)
    token_hash = models.CharField(_("hash of the token"), max_length=64, blank=True, editable=False, db_index=True)
    expires_at = models.DateTimeField(_("link ends"), null=True)
    command = models.OneToOneField(
        Command, verbose_name=_("command"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_by = models.CharField(_("asked by"), max_length=80)
    asked_at = models.DateTimeField(_("asked"))
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("diagnostics job")
        verbose_name_plural = _("diagnostics jobs")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["station", "-id"], condition=Q(state__in=["requested", "running"]), name="open_diagnostics_jobs"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.station_id}"


class Upload(models.Model):
    """A file that a station sent for a job; kept as it came, never unpacked."""

    job = models.ForeignKey(
        DiagnosticsJob, verbose_name=_("diagnostics job"), on_delete=models.PROTECT, related_name="uploads"
    )
    name = models.CharField(_("name"), max_length=255)
    file = models.FileField(_("file"), upload_to="uploads/%Y/%m/%d/", max_length=255)
    size = models.PositiveBigIntegerField(_("bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    received_at = models.DateTimeField(_("received"))

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name

"""Dialogs about firmware, diagnostics and certificates (S 5.9, 5.19; W 5)."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from ocpp_consumer.admin.dialogs.base import RequestForm, choice, lines, moment, said, text, whole
from ocpp_consumer.v16.words import zulu
from stations.models import FirmwareImage, Station

HERE = _("Empty: here, over a link that ends.")
FIRMWARE = _("While it installs new firmware nobody charges there, and a wrong image may leave it useless.")
CERTIFICATES = _("With a wrong certificate the station may never come back to us by itself.")
TYPES = [
    ("CentralSystemRootCertificate", _("CentralSystemRootCertificate: ours")),
    ("ManufacturerRootCertificate", _("ManufacturerRootCertificate: for firmware")),
]


class ImageForm(RequestForm):
    """A request with one of our images that are for this station."""

    image = forms.ModelChoiceField(
        label=_("Firmware"), queryset=FirmwareImage.objects.none(), widget=UnfoldAdminSelectWidget, required=False
    )

    def __init__(self, *args: Any, station: Station, **kwargs: Any) -> None:
        super().__init__(*args, station=station, **kwargs)
        field: Any = self.fields["image"]
        field.queryset = FirmwareImage.objects.filter(vendor__in=["", station.vendor], model__in=["", station.model])

    def danger(self) -> Any:
        """Firmware is always confirmed."""
        return FIRMWARE


class UpdateFirmware(ImageForm):
    """UpdateFirmware."""

    location = text(_("Or from this address"), most=512, required=False)
    retrieveDate = moment(_("From when"), help_text=_("Empty: at once."))  # noqa: N815
    retries = whole(_("Attempts"))
    retryInterval = whole(_("Seconds between them"))  # noqa: N815

    def request(self) -> dict[str, Any]:
        """With our image by its number."""
        plain, image = said(self.cleaned_data), self.cleaned_data["image"]
        return {"retrieveDate": zulu(timezone.now()), **plain, **({"image": image.pk} if image else {})}


class SignedUpdate(ImageForm):
    """SignedUpdateFirmware (W L01): the image brings its signature and certificate along."""

    retrieveDateTime = moment(_("From when"), help_text=_("Empty: at once."))  # noqa: N815
    installDateTime = moment(_("Install from"))  # noqa: N815

    def __init__(self, *args: Any, station: Station, **kwargs: Any) -> None:
        super().__init__(*args, station=station, **kwargs)
        field: Any = self.fields["image"]
        field.queryset, field.required = field.queryset.exclude(signature=""), True

    def request(self) -> dict[str, Any]:
        """The image by its number, the times inside."""
        plain = said(self.cleaned_data)
        image = plain.pop("image")
        return {"image": image.pk, "firmware": {"retrieveDateTime": zulu(timezone.now()), **plain}}


class Diagnostics(RequestForm):
    """GetDiagnostics."""

    startTime = moment(_("From"))  # noqa: N815
    stopTime = moment(_("Until"))  # noqa: N815
    location = text(_("Sent to"), most=512, required=False, help_text=HERE)
    retries = whole(_("Attempts"))
    retryInterval = whole(_("Seconds between them"))  # noqa: N815


class GetLog(RequestForm):
    """GetLog (W 5.9)."""

    logType = choice(  # noqa: N815
        _("Which"),
        [("DiagnosticsLog", _("DiagnosticsLog: how it works")), ("SecurityLog", _("SecurityLog: who came in"))],
    )
    oldestTimestamp = moment(_("From"))  # noqa: N815
    latestTimestamp = moment(_("Until"))  # noqa: N815
    remoteLocation = text(_("Sent to"), most=512, required=False, help_text=HERE)  # noqa: N815
    retries = whole(_("Attempts"))
    retryInterval = whole(_("Seconds between them"))  # noqa: N815

    INSIDE = ("oldestTimestamp", "latestTimestamp", "remoteLocation")

    def request(self) -> dict[str, Any]:
        """The period and the address inside; the job's number is put in at the door."""
        plain = said(self.cleaned_data)
        log = {name: plain.pop(name) for name in self.INSIDE if name in plain}
        return {**plain, "log": log}


class CertificateForm(RequestForm):
    """A request that changes whom the station trusts, or who it is."""

    def danger(self) -> Any:
        """Certificates are always confirmed."""
        return CERTIFICATES


class InstallCertificate(CertificateForm):
    """InstallCertificate (W 5.11)."""

    certificateType = choice(_("Which"), TYPES)  # noqa: N815
    certificate = lines(_("Certificate, PEM"), most=5500)


class CertificateSigned(CertificateForm):
    """CertificateSigned (W 5.1)."""

    certificateChain = lines(_("Chain of certificates, PEM"), most=10_000)  # noqa: N815


class DeleteCertificate(CertificateForm):
    """DeleteCertificate (W 5.3)."""

    hashAlgorithm = choice(_("Hash"), ["SHA256", "SHA384", "SHA512"])  # noqa: N815
    issuerNameHash = text(_("Hash of the issuer's name"), most=128)  # noqa: N815
    issuerKeyHash = text(_("Hash of the issuer's key"), most=128)  # noqa: N815
    serialNumber = text(_("Serial number"), most=40)  # noqa: N815

    def request(self) -> dict[str, Any]:
        """All of it says which certificate."""
        return {"certificateHashData": said(self.cleaned_data)}


class CertificateIds(RequestForm):
    """GetInstalledCertificateIds (W 5.7)."""

    certificateType = choice(_("Which"), TYPES)  # noqa: N815

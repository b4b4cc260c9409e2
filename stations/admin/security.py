"""Certificates of stations, and what happened to their security."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from drivepower.core.admin import RecordAdmin
from stations.certificates import reasons
from stations.models import Certificate, SecurityEvent


@admin.register(Certificate)
class CertificateAdmin(RecordAdmin):
    """Certificates that stations asked for, were given or hold."""

    empty_hint = _("A row comes when a station asks for a certificate, or is given or lists one.")
    is_big = False
    list_display = ["changed_at", "station", "kind", "state", "subject", "serial_number", "not_after", "why"]
    exclude = ["reason"]
    readonly_fields = ["why"]
    list_filter = ["kind", "state"]
    list_select_related = ["station__location"]
    clocked_by = "station__location"
    search_fields = ["station__code", "subject", "serial_number"]

    @admin.display(description=_("why not"))
    def why(self, certificate: Certificate) -> str:
        """In the reader's language."""
        return reasons.in_words(certificate.reason)


@admin.register(SecurityEvent)
class SecurityEventAdmin(RecordAdmin):
    """Events, as stations reported them and as we noted them."""

    empty_hint = _("What stations report of their security, and what we notice, brings rows.")
    list_display = ["happened_at", "received_at", "station", "source", "type", "detail"]
    list_filter = ["source"]
    list_select_related = ["station__location"]
    clocked_by = "station__location"
    search_fields = ["station__code", "type", "detail"]

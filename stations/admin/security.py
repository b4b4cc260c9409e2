"""Certificates of stations, and what happened to their security."""

from django.contrib import admin

from drivepower.core.admin import RecordAdmin
from stations.models import Certificate, SecurityEvent


@admin.register(Certificate)
class CertificateAdmin(RecordAdmin):
    """Certificates that stations asked for, were given or hold."""

    list_display = ["changed_at", "station", "kind", "state", "subject", "serial_number", "not_after", "reason"]
    list_filter = ["kind", "state"]
    list_select_related = ["station"]
    search_fields = ["station__code", "subject", "serial_number"]


@admin.register(SecurityEvent)
class SecurityEventAdmin(RecordAdmin):
    """Events, as stations reported them and as we noted them."""

    list_display = ["happened_at", "received_at", "station", "source", "type", "detail"]
    list_filter = ["source"]
    list_select_related = ["station"]
    search_fields = ["station__code", "type", "detail"]

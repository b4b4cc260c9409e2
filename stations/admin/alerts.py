"""The page of an alert with ways to what it is about: its station, its session, and work to be done about it."""

from urllib.parse import urlencode

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from accounts.admin.people import NamingAlertAdmin
from drivepower.core.admin_alerts import SHOWN
from drivepower.core.models import Alert
from stations.models import Maintenance, Report
from stations.planning import place_of

admin.site.unregister(Alert)


@admin.register(Alert)
class LinkedAlertAdmin(NamingAlertAdmin):
    """Alerts, from which one gets to where they are."""

    readonly_fields = [*NamingAlertAdmin.readonly_fields, "links"]
    fieldsets = [(None, {"fields": [*SHOWN, "links"]}), *NamingAlertAdmin.fieldsets[1:]]

    @admin.display(description=_("go to"))
    def links(self, alert: Alert) -> str:
        """Each by its word."""
        found = [
            *self.to_station(alert),
            *self.to_session(alert),
            *self.to_maintenance(alert),
            *self.to_reports(alert),
            *self.to_commands(alert),
        ]
        link = '<a class="text-primary-600 dark:text-primary-500 underline" href="{}">{}</a>'
        return format_html_join(" · ", link, found) or "–"

    def to_station(self, alert: Alert) -> list[tuple[str, object]]:
        """Its station, and the other alerts of it."""
        station = place_of(alert)[0]
        if station is None:
            return []
        others = (
            reverse("admin:core_alert_changelist")
            + "?"
            + urlencode({"q": f"station:{station.code}", "resolved_at__isempty": 1})
        )
        page = reverse("admin:stations_station_change", args=[station.pk])
        return [
            (page, station.code),
            (others, _("its open alerts")),
            # Its card, whose button makes the work and ties the two together.
            (f"{reverse('admin:portal_upkeep')}#alert-{alert.pk}", _("make maintenance")),
            (f"{page}?{urlencode({'tab': 'upkeep', 'alert': alert.pk})}", _("upkeep of the station")),
        ]

    def to_session(self, alert: Alert) -> list[tuple[str, object]]:
        """Its session."""
        about, key = alert.subject.split(":", 1) if ":" in alert.subject else ("", "")
        if about != "session" or not key.isdecimal():
            return []
        return [(reverse("admin:charging_session_change", args=[key]), f"#{key}")]

    def to_maintenance(self, alert: Alert) -> list[tuple[str, object]]:
        """Work that is done about it."""
        works = Maintenance.objects.filter(alert=alert.pk).order_by("pk")[:5]
        return [(reverse("admin:stations_maintenance_change", args=[work.pk]), work.what) for work in works]

    def to_reports(self, alert: Alert) -> list[tuple[str, object]]:
        """What people said while it was open."""
        found = Report.objects.filter(alert=alert.pk).order_by("pk")[:5]
        return [(reverse("admin:stations_report_change", args=[report.pk]), str(report)) for report in found]

    def to_commands(self, alert: Alert) -> list[tuple[str, object]]:
        """What its ladder asked."""
        if not alert.acts.filter(command__isnull=False).exists():
            return []
        query = urlencode({"q": f"alert:{alert.pk}"})
        return [(f"{reverse('admin:stations_command_changelist')}?{query}", _("commands of its ladder"))]

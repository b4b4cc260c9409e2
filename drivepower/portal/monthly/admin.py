"""The page of monthly reports: looked at, and downloaded."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from drivepower.core.admin import RecordAdmin
from drivepower.core.exports import XLSX_TYPE
from drivepower.portal.models import MonthlyReport
from drivepower.portal.monthly import told
from drivepower.portal.monthly.pdf import pdf_of
from drivepower.portal.monthly.sending import name_of
from drivepower.portal.monthly.xlsx import xlsx_of

FILES = {"pdf": (pdf_of, "application/pdf"), "xlsx": (xlsx_of, XLSX_TYPE)}


@admin.register(MonthlyReport)
class MonthlyReportAdmin(RecordAdmin):
    """Uptime and success month by month."""

    is_big = False
    list_display = ["month_name", "uptime", "success", "files", "made_at", "sent_at"]
    fields = readonly_fields = ["month_name", "uptime", "success", "files", "made_at", "sent_at", "sent_to"]
    change_form_outer_after_template = "portal/monthly/figures.html"
    empty_hint = _(
        "The report of a month is made some hours after its end, and can be downloaded and mailed from then on."
    )

    def get_queryset(self, request: HttpRequest) -> "QuerySet[MonthlyReport]":
        """Without the figures, which are long, but for what they come to."""
        reports: QuerySet[MonthlyReport] = super().get_queryset(request)
        return reports.defer("figures").annotate(total=F("figures__total"))

    def get_urls(self) -> list[URLPattern]:
        """With the files."""
        view = self.admin_site.admin_view(self.download)
        return [path("<int:key>/report.<str:kind>", view, name="portal_monthlyreport_file"), *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """With the tables."""
        report = kwargs.get("obj")
        context |= {"tables": tables(report) if report else []}
        return super().render_change_form(request, context, **kwargs)  # type: ignore[no-any-return]  # unfold has no type hints

    def download(self, request: HttpRequest, key: int, kind: str) -> HttpResponse:
        """The report as a file, in the reader's language."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        report = self.get_queryset(request).filter(pk=key).first()
        if report is None or kind not in FILES:
            raise Http404
        make, media_type = FILES[kind]
        headers = {
            "Content-Disposition": f'attachment; filename="{name_of(report)}.{kind}"',
            "Cache-Control": "no-store",
        }
        return HttpResponse(make(report), content_type=media_type, headers=headers)

    @admin.display(description=_("month"), ordering="month")
    def month_name(self, report: MonthlyReport) -> str:
        """Which."""
        return told.month(report)

    @admin.display(description=_("uptime"))
    def uptime(self, report: Any) -> str:
        """Of the whole network."""
        return told.uptime(report.total)

    @admin.display(description=_("worked at first"))
    def success(self, report: Any) -> str:
        """Of the whole network."""
        return told.success(report.total)

    @admin.display(description=_("files"))
    def files(self, report: MonthlyReport) -> SafeString:
        """Both, to be downloaded."""
        addresses = [reverse("admin:portal_monthlyreport_file", args=[report.pk, kind]) for kind in FILES]
        return format_html(
            '<a href="{}" class="underline">PDF</a> · <a href="{}" class="underline">XLSX</a>', *addresses
        )


def tables(report: MonthlyReport) -> list[dict[str, Any]]:
    """What the page shows below: the worst, the locations and vendors, the causes."""
    figures, heads = report.figures, told.heads()
    shown = []
    for title, part in ((_("Ten worst"), "worst"), (_("Locations"), "locations"), (_("Vendors"), "vendors")):
        rows = [[told.named(row), *told.cells(row)] for row in figures[part][:50]]
        shown.append({"title": title, "heads": [_("Name"), *heads], "rows": rows})
    causes = [[told.cause(one["cause"]), told.hours(one["seconds"])] for one in figures["causes"][:50]]
    shown.append({"title": _("Causes of downtime"), "heads": [_("Cause"), _("Hours")], "rows": causes})
    return [table for table in shown if table["rows"]]

"""The OCPP log: conversations and frames, found by what they say, live; every word is only ever text."""

from typing import Any, ClassVar, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from drivepower.core.admin import RecordAdmin
from drivepower.core.errors import in_their_language
from drivepower.core.refusals import Refusal
from ocpp_consumer.log import asked, exporting, pages
from ocpp_consumer.models import Frame

LIST = "admin:ocpp_consumer_frame_changelist"


@admin.register(Frame)
class FrameAdmin(RecordAdmin):
    """To be read; the log never counts its partitions."""

    empty_hint = _("Every message between us and a station brings a row.")
    list_display: ClassVar = ["received_at", "station", "direction", "action", "error"]
    list_select_related: ClassVar = ["station"]
    clocked_by = "station__location"
    search_fields: ClassVar = ["=station__code"]
    ordering: ClassVar = ["-received_at", "-id"]

    def get_urls(self) -> list[URLPattern]:
        """With the files."""
        view = self.admin_site.admin_view(self.export_view)
        return [path("export.<str:kind>", view, name="ocpp_consumer_frame_export"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The log, by the filter of the address."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        drawn = pages.draw(request.GET, person=cast(User, request.user), at=timezone.now())
        context = {
            **self.admin_site.each_context(request),
            "title": _("OCPP log"),
            "opts": self.opts,
            "cl": None,
            "query": request.GET.urlencode(),
            **drawn,
        }
        return TemplateResponse(request, "ocpp_log/page.html", context)

    def export_view(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """What the filter finds as a file; back to the log with the reason where it is refused."""
        if kind not in exporting.KINDS:
            raise Http404
        if request.method != "GET" or not self.has_view_permission(request):
            raise PermissionDenied
        try:
            what = asked.read(request.GET)
            return exporting.export(what, kind=kind, person=cast(User, request.user), at=timezone.now())
        except Refusal as refusal:
            messages.error(request, in_their_language(refusal.message))
            return HttpResponseRedirect(f"{reverse(LIST)}?{request.GET.urlencode()}")

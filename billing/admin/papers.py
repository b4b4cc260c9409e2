"""Records that are papers, too: links to print them in each language, and the pages behind the links."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import translation
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from drivepower.core.admin import RecordAdmin


class PaperAdmin(RecordAdmin):
    """A record with `papers`, links to it as PDF, for everyone who may see it."""

    def printed(self, record: Any, language: str) -> tuple[str, bytes]:
        """The file's name and the file, in the language in force."""
        raise NotImplementedError

    def get_urls(self) -> list[URLPattern]:
        """The pages of every record, and its PDF."""
        mine = path("<path:object_id>/pdf/<str:language>/", self.admin_site.admin_view(self.pdf), name=self.url_name())
        urls: list[URLPattern] = super().get_urls()
        return [mine, *urls]

    def url_name(self) -> str:
        """What the address of the PDF is called."""
        return f"{self.opts.app_label}_{self.opts.model_name}_pdf"

    def pdf(self, request: HttpRequest, object_id: str, language: str) -> HttpResponse:
        """The paper to download; 404 for a language that we do not speak."""
        record = self.get_object(request, object_id)
        if record is None or language not in dict(settings.LANGUAGES):
            raise Http404
        if not self.has_view_permission(request, record):
            raise PermissionDenied
        with translation.override(language):
            name, content = self.printed(record, language)
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(content, content_type="application/pdf", headers=headers)

    @admin.display(description=_("as PDF"))
    def papers(self, record: Any) -> SafeString:
        """A link for each language."""
        links = [
            (reverse(f"admin:{self.url_name()}", args=[record.pk, code]), name) for code, name in settings.LANGUAGES
        ]
        return format_html_join(" · ", '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>', links)

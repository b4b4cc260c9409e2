"""What papers (receipts) need of the API: a language that the client chose, and PDF beside JSON."""

from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from rest_framework import renderers
from rest_framework.request import Request

from drivepower.core.refusals import Refusal


class PdfRenderer(renderers.BaseRenderer):
    """Makes `?format=pdf` and `Accept: application/pdf` known; passes on a file that is written already."""

    media_type = "application/pdf"
    format = "pdf"
    charset = None
    render_style = "binary"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        """The file as it is."""
        return bytes(data)


def language_of(request: Request) -> str:
    """`?language=`, else what Accept-Language asks for; refuses invalid_parameters for one that we do not speak."""
    wanted = request.query_params.get("language") or get_language() or settings.LANGUAGE_CODE
    if wanted not in dict(settings.LANGUAGES):
        raise Refusal(
            "invalid_parameters", "The language must be one of ours.", {"languages": [*dict(settings.LANGUAGES)]}
        )
    return wanted

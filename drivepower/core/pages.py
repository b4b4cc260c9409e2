"""What Django shows where no view answers: the API's own shape under /api, its ordinary pages elsewhere."""

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import defaults

from drivepower.core.errors import in_their_language


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404."""
    if not request.path.startswith("/api/"):
        return defaults.page_not_found(request, exception)
    return shaped("not_found", "There is nothing here.", status=404)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400: too long, too many fields, another host's name; what it was is in the log."""
    if not request.path.startswith("/api/"):
        return defaults.bad_request(request, exception)
    if isinstance(exception, RequestDataTooBig):
        return shaped("invalid_request", "The request is too long.", status=400)
    return shaped("invalid_request", "The request is not valid.", status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500; what went wrong is in the log."""
    if not request.path.startswith("/api/"):
        return defaults.server_error(request)
    return shaped("internal_error", "Something went wrong here; it is in our log.", status=500)


def shaped(code: str, message: str, *, status: int) -> JsonResponse:
    """An error as the API shows it."""
    said = in_their_language(message)
    return JsonResponse({"success": False, "error": code, "message": said, "details": {}}, status=status)

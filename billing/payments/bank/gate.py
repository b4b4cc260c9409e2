"""The sandbox bank opens only in the demo."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

View = Callable[Concatenate[HttpRequest, ...], HttpResponse]


def only_in_demo(view: View) -> View:
    """404 as if there were no bank, unless this is the demo and its provider; callers are programs, so no CSRF."""

    @csrf_exempt
    @wraps(view)
    def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not (settings.DEMO_MODE and "sandbox" in (settings.PAYMENT_PROVIDER, settings.CARD_PROVIDER)):
            raise Http404
        return view(request, *args, **kwargs)

    return gate

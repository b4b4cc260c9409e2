"""Answers that are not sent again while they stay the same: ETag, If-None-Match, 304."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import parse_etags
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

Get = TypeVar("Get", bound=Callable[..., HttpResponseBase])

# For `documented` of what is decorated: `parameters=[IF_NONE_MATCH], other=NOT_MODIFIED`.
IF_NONE_MATCH = OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER, description="The ETag that you have.")
NOT_MODIFIED = {(304, "application/json"): OpenApiResponse(description="You have it already.")}


def conditional(get: Get) -> Get:
    """Decorate a view's `get`: its answer carries an ETag, and 304 without a body is sent to whoever has it already.

    The answer is made either way: what is saved is the way to a phone. `no-cache` makes clients ask each time; it is
    private, since who asks may see another price.
    """

    @wraps(get)
    def look(self: APIView, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = get(self, request, *args, **kwargs)
        if not isinstance(response, Response) or response.status_code != 200:
            return response
        etag = etag_of(response.data)
        known = parse_etags(request.headers.get("If-None-Match", ""))
        if "*" in known or any(one.removeprefix("W/") == etag.removeprefix("W/") for one in known):
            response = Response(status=304)
        response["ETag"] = etag
        patch_cache_control(response, private=True, no_cache=True)
        patch_vary_headers(response, ["Authorization", "Accept-Language"])
        return response

    return cast(Get, look)


def etag_of(data: Any) -> str:
    """The same for the same data; weak, because a proxy may compress it."""
    return f'W/"{hashlib.sha256(JSONRenderer().render(data)).hexdigest()[:32]}"'

"""Lists of the API: newest first, by cursor, so that a page never shifts and never counts the table."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination, LimitOffsetPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class CursorPages(CursorPagination):
    """{"success": true, "data": [...], "next": address of the next page or null}; `limit` up to 100."""

    page_size = 50
    page_size_query_param = "limit"
    max_page_size = 100

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        """One page; NotFound for a cursor that was not made by us."""
        try:
            return super().paginate_queryset(queryset, request, view) or []
        except (ValueError, DataError, ValidationError) as error:
            raise NotFound(self.invalid_cursor_message) from error

    def get_paginated_response(self, data: Any) -> Response:
        """The house's shape of a list."""
        return Response({"success": True, "data": data, "next": self.get_next_link()})


class NewestFirst(CursorPages):
    """By descending key: what came last is seen first."""

    ordering = "-id"


class CountedPages(LimitOffsetPagination):
    """The older shape of histories: `total`, `limit` (up to 100) and `offset` beside `data`; for short lists only."""

    default_limit = 50
    max_limit = 100

    def get_paginated_response(self, data: Any) -> Response:
        """The house's shape of a list, counted."""
        counted = {"total": self.count, "limit": self.limit, "offset": self.offset}
        return Response({"success": True, "data": data, **counted, "next": self.get_next_link()})

"""Filters of stations and connectors by what they are set to and what they say."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from stations.drifting import drifting
from stations.models import ConnectorState
from stations.models.state import BROKEN, FREE, IN_USE
from stations.statuses import word_of


class DriftFilter(admin.SimpleListFilter):
    """Stations that are not set as their template wants them, and those that are."""

    title = _("configuration")
    parameter_name = "drift"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Both."""
        return [("yes", _("differs from its template")), ("no", _("as its template wants it"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> "QuerySet[Any]":
        """Those."""
        found: QuerySet[Any] = queryset
        match self.value():
            case "yes":
                found = queryset.filter(pk__in=drifting())
            case "no":
                found = queryset.exclude(pk__in=drifting())
        return found


class StatusFilter(admin.SimpleListFilter):
    """Connectors by what they last said."""

    title = _("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """All that the specification knows."""
        return [(status, word_of(status)) for status in (FREE, *IN_USE, *BROKEN)]

    def queryset(self, request: HttpRequest, queryset: Any) -> "QuerySet[Any]":
        """Those that said so."""
        found: QuerySet[Any] = queryset
        if self.value():
            state = ConnectorState.objects.filter(station=OuterRef("station"), number=OuterRef("number"))
            found = queryset.filter(Exists(state.filter(status=self.value())))
        return found

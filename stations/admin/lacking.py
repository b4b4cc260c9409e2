"""Filters of lists by what is wrong: the lists behind the start page's counts."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stations import lacking
from stations.conditions import NAMES, Condition, in_condition


class LineFilter(admin.SimpleListFilter):
    """Stations in use that hold a socket, or hold none."""

    names_nobody = True
    title = _("connection")
    parameter_name = "line"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Both."""
        return [("online", _("online")), ("offline", _("offline"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> "QuerySet[Any]":
        """Those now."""
        match self.value():
            case "online":
                return lacking.online(queryset, at=timezone.now())
            case "offline":
                return lacking.offline(queryset, at=timezone.now())
        found: QuerySet[Any] = queryset
        return found


class LackFilter(admin.SimpleListFilter):
    """Stations in use that lack something without which nobody can charge, or nobody finds them."""

    title = _("what they lack")
    parameter_name = "lacks"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """What that may be."""
        return [("price", _("a price")), ("place", _("a place")), ("key", _("a key"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> "QuerySet[Any]":
        """Those that lack it."""
        match self.value():
            case "price":
                return lacking.without_price(queryset)
            case "place":
                return lacking.without_place(queryset)
            case "key":
                return lacking.without_key(queryset)
        found: QuerySet[Any] = queryset
        return found


class FaultFilter(admin.SimpleListFilter):
    """Connectors of stations in use that say they are broken."""

    names_nobody = True
    title = _("fault")
    parameter_name = "fault"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Whether they are."""
        return [("yes", _("faulted"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> "QuerySet[Any]":
        """Those."""
        found: QuerySet[Any] = lacking.faulted(queryset) if self.value() == "yes" else queryset
        return found


class ConditionFilter(admin.SimpleListFilter):
    """Connectors of stations in use by what they are good for now, as the start page counts them."""

    names_nobody = True
    title = _("condition")
    parameter_name = "condition"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """From best to worst."""
        return [(str(condition), name) for condition, name in NAMES.items()]

    def queryset(self, request: HttpRequest, queryset: Any) -> "QuerySet[Any]":
        """Those now."""
        found: QuerySet[Any] = queryset
        if self.value() in NAMES:
            found = in_condition(queryset, Condition(str(self.value())), at=timezone.now())
        return found

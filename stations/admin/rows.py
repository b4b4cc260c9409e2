"""Rows that an action was called for, handed on to a page of its own: those that were ticked, or all of a filter."""

from copy import copy
from typing import Any
from urllib.parse import urlencode

from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import SuspiciousOperation
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from drivepower.core.cut_pages import cut
from drivepower.core.lists import filtered
from drivepower.core.refusals import Refusal

# Ways to name stations in an address: their keys, a list's filter, a firmware image that is for them.
ROWS, FILTER, IMAGE = "rows", "filter", "image"


def handed_on(request: HttpRequest, queryset: "QuerySet[Any]") -> str:
    """A query string that names what a list's action was called for: its filter, where all of it was meant."""
    if request.POST.get("select_across") == "1":
        return urlencode({"over": FILTER, "value": request.GET.urlencode()})
    keys = queryset.order_by().values_list("pk", flat=True)
    return urlencode({"over": ROWS, "value": ",".join(str(key) for key in sorted(keys))})


def rows_of(request: HttpRequest, model_admin: Any, *, over: str, value: str) -> "QuerySet[Any]":
    """The rows again, as they are now and cut to the person; Refusal invalid_parameters for a filter of nothing."""
    if over == ROWS:
        keys = [int(key) for key in value.split(",") if key.isdecimal() and len(key) < 18]
        chosen: QuerySet[Any] = cut(model_admin.model._default_manager.filter(pk__in=keys), request)
        return chosen
    asked = copy(request)
    asked.GET = QueryDict(value)
    try:
        found = filtered(asked, model_admin)
    except (IncorrectLookupParameters, SuspiciousOperation) as error:
        raise Refusal("invalid_parameters", "That filter is not understood.") from error
    whole: QuerySet[Any] = model_admin.model._default_manager.filter(pk__in=found.order_by().values("pk"))
    return whole

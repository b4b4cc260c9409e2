"""What stands above every page: where in the sidebar it is, and what it is."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django import template
from django.contrib import admin
from django.urls import reverse

from drivepower.portal.theme import NAVIGATION

register = template.Library()
Part = Mapping[str, Any]


@register.filter
def in_sections(parts: Sequence[Part]) -> list[Part]:
    """The way to a page with the section of the sidebar that holds its list in place of what its code is part of."""
    way = list(parts)
    if not way or str(way[0].get("link", "")) not in apps():
        return way
    section = sections().get(str(way[1]["link"])) if len(way) > 1 else None
    return [{"title": section}, *way[1:]] if section else way[1:]


@cache
def sections() -> dict[str, Any]:
    """The title of the section that each list stands in, by the list's address; the first if it stands twice."""
    found: dict[str, Any] = {}
    for group in NAVIGATION:
        for item in group["items"]:
            found.setdefault(str(item["link"]).partition("?")[0], group["title"])
    return found


@cache
def apps() -> frozenset[str]:
    """The addresses of the pages of apps, which are no places that anybody knows."""
    labels = {model._meta.app_label for model in admin.site._registry}
    return frozenset(reverse("admin:app_list", args=[label]) for label in labels)

"""The search itself: each kind asked once, cut to what the person may see, a few rows of each."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from drivepower.core.cut_pages import cut
from drivepower.portal.search.kinds import KINDS, Kind
from drivepower.portal.search.saying import Saying
from drivepower.portal.theme import NAVIGATION

AT_MOST = 5
PAGES = _("Pages")


@dataclass(frozen=True)
class Row:
    """One line of the answer."""

    title: str
    detail: str
    address: str


@dataclass(frozen=True)
class Found:
    """What was found of one kind."""

    title: str
    icon: str
    rows: list[Row] = field(default_factory=list)
    has_more: bool = False


def find(text: str, *, request: HttpRequest, at: datetime) -> list[Found]:
    """What the text may mean, kind by kind; at most five rows of each, at most one query for each."""
    said = Saying.of(text)
    if said.is_too_short:
        return []
    answers = [pages_called(said, request), *(found_of(kind, said, request, at) for kind in KINDS)]
    return [answer for answer in answers if answer and answer.rows]


def found_of(kind: Kind, said: Saying, request: HttpRequest, at: datetime) -> Found | None:
    """The rows of one kind; None where the person may not open their pages or the text cannot name one."""
    pages = admin.site._registry[kind.model]
    rows = kind.rows(said, at) if pages.has_view_permission(request) else None
    if rows is None:
        return None
    found = list(cut(rows, request)[: AT_MOST + 1])
    lines = [row_of(kind, row, pages) for row in found[:AT_MOST]]
    if len(found) == 1 and kind.charged_as and request.user.has_perm("charging.view_session"):
        lines.append(sessions_of(lines[0].title, sought=kind.charged_as(found[0])))
    return Found(str(kind.title), kind.icon, lines, len(found) > AT_MOST)


def sessions_of(name: str, *, sought: str) -> Row:
    """The way to what the one who was found has charged."""
    address = f"{reverse('admin:charging_session_changelist')}?{urlencode({'q': sought})}"
    return Row(str(_("Sessions of %(name)s") % {"name": name}), sought, address)


def row_of(kind: Kind, row: Any, pages: Any) -> Row:
    """One row as a line that leads to its page."""
    title, detail = kind.line(row)
    address = reverse(f"admin:{pages.opts.app_label}_{pages.opts.model_name}_change", args=[row.pk])
    return Row(title, detail, address)


def pages_called(said: Saying, request: HttpRequest) -> Found:
    """The pages of the sidebar whose titles hold the text, of those that this person may open."""
    wanted = said.text.casefold()
    rows = [
        Row(str(item["title"]), str(group["title"]), str(item["link"]))
        for group in NAVIGATION
        for item in group["items"]
        if wanted in str(item["title"]).casefold() and item["permission"](request)
    ]
    return Found(str(PAGES), "web_asset", rows[:AT_MOST], len(rows) > AT_MOST)

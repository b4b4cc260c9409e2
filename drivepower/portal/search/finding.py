"""The search itself: each kind asked once, cut to what the person may see, a few rows of each."""

from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from drivepower.core.cut_pages import cut
from drivepower.portal.driver import ways
from drivepower.portal.search import hours
from drivepower.portal.search.kind import Kind
from drivepower.portal.search.kinds import KINDS
from drivepower.portal.search.nearest import found_near
from drivepower.portal.search.rows import Found, Row
from drivepower.portal.search.saying import Saying
from drivepower.portal.theme import NAVIGATION

AT_MOST = 5
PAGES = _("Pages")


def find(text: str, *, request: HttpRequest, at: datetime) -> list[Found]:
    """What the text may mean, kind by kind; at most five rows of each, at most one query for each.

    With an hour beside somebody, what they charged then comes first.
    """
    said, near = Saying.of(text), None
    if said.is_too_short:
        return []
    if hour := hours.read(said.text):
        said, near = Saying.of(hour.who), found_near(hour, request, at)
    answers = [near, pages_called(said, request), *(found_of(kind, said, request, at) for kind in KINDS)]
    return [answer for answer in answers if answer and answer.rows]


def found_of(kind: Kind, said: Saying, request: HttpRequest, at: datetime) -> Found | None:
    """The rows of one kind; None where the person may not open their pages or the text cannot name one."""
    pages = admin.site._registry[kind.model]
    rows = kind.rows(said, at) if pages.has_view_permission(request) else None
    if rows is None:
        return None
    found = list(cut(rows, request)[: AT_MOST + 1])
    reader = cast(User, request.user)
    lines = [row_of(kind, row, pages, reader) for row in found[:AT_MOST]]
    if len(found) == 1 and kind.driver_of and (driver := kind.driver_of(found[0])) and ways.may_open(reader, driver):
        lines.append(Row(str(driver), str(_("the driver's page")), ways.page_of(driver)))
    if len(found) == 1 and kind.charged_as and request.user.has_perm("charging.view_session"):
        lines.append(sessions_of(lines[0].title, sought=kind.charged_as(found[0])))
    return Found(str(kind.title), kind.icon, lines, len(found) > AT_MOST)


def sessions_of(name: str, *, sought: str) -> Row:
    """The way to what the one who was found has charged."""
    address = f"{reverse('admin:charging_session_changelist')}?{urlencode({'q': sought})}"
    return Row(str(_("Sessions of %(name)s") % {"name": name}), sought, address)


def row_of(kind: Kind, row: Any, pages: Any, reader: User) -> Row:
    """One row as a line that leads to its page; a driver's to the page for support, for who may open that."""
    title, detail = kind.line(row)
    if isinstance(row, User) and ways.may_open(reader, row):
        return Row(title, detail, ways.page_of(row))
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

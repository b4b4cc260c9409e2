"""The page itself, the part of it that moves, and the dialogs in which something is done."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.models import User
from drivepower.core import clocks
from drivepower.core.refusals import Refusal
from drivepower.portal.driver import belongings, charges, head, money, pressing, ways, words
from drivepower.portal.driver.acts import ACTS
from drivepower.portal.driver.page import Page
from drivepower.portal.station.panels import Button, Panel

# What stands above the money, by its right.
FIRST = ("accounts.view_note", "charging.view_session")


def urls() -> list[URLPattern]:
    """The addresses, behind the login of the portal."""
    guard = admin.site.admin_view
    return [
        path("driver/<uuid:public_id>/", guard(show), name="portal_driver"),
        path("driver/<uuid:public_id>/now/", guard(show_now), name="portal_driver_now"),
        path("driver/<uuid:public_id>/<slug:name>/", guard(act), name="portal_driver_act"),
    ]


def page_for(request: HttpRequest, public_id: UUID) -> Page:
    """The page of that driver for who asks; another company's driver is not there."""
    reader: Any = request.user
    if not reader.has_perms(ways.RIGHTS):
        raise PermissionDenied
    known = User.objects.filter(public_id=public_id).select_related("company", "membership")
    driver = known.first()
    if driver is None or not ways.may_open(reader, driver):
        raise Http404
    return Page(driver, request, timezone.now(), moment_of(request.GET.get("around", "")))


def moment_of(text: str) -> datetime | None:
    """An hour of the address by the clock in force; None where there is none that can be read."""
    try:
        value = parse_datetime(text.strip()) if text else None
    except ValueError:
        return None
    if value is None or not 2000 <= value.year <= 2100:
        return None
    return value if timezone.is_aware(value) else timezone.make_aware(value)


def show(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Everything on one page; the same number of queries whatever there is."""
    page = page_for(request, public_id)
    wallets, sessions = money.wallets_of(page), charges.found(page)
    known = {
        **admin.site.each_context(request),
        "title": str(page.driver),
        "content_title": str(page.driver),
        "driver": page.driver,
        "facts": head.facts(page, wallets),
        "buttons": buttons(page),
        "now": charges.running(page),
        "panels": panels(page, wallets, sessions),
        "has_charges": page.may("charging.view_session"),
        "around": ways.typed(page.around) if page.around else "",
        "zone": clocks.named(timezone.get_current_timezone(), at=page.at),
    }
    return TemplateResponse(request, "portal/driver/page.html", known)


def panels(page: Page, wallets: list[Any], sessions: list[Any]) -> list[Panel]:
    """The parts in the order in which support asks, each for who may see it."""
    said = words.reports_of(page)
    shown: list[tuple[str, Callable[[], Panel]]] = [
        ("accounts.view_note", lambda: words.notes(page)),
        ("charging.view_session", lambda: charges.draw(page, sessions)),
        ("accounts.view_notification", lambda: words.notifications(page)),
        ("stations.view_report", lambda: words.reports(page, said)),
        ("core.view_alert", lambda: words.alerts(page, sessions, said)),
    ]
    drawn = {right: draw() for right, draw in shown if seen(page, right)}
    first = [drawn.pop(right) for right in FIRST if right in drawn]
    return [*first, *money.draw(page, wallets), *belongings.draw(page), *drawn.values()]


def seen(page: Page, right: str) -> bool:
    """Staff of a company see charges alone of these: the rest is the house's own word with the driver."""
    return page.may(right) if right == "charging.view_session" else page.may_act(right)


def buttons(page: Page) -> list[Button]:
    """What is done with the whole account."""
    found = []
    if page.may_act(belongings.BLOCK):
        blocked = head.is_blocked(page.driver)
        title, name = (_("Unblock"), "unblock") if blocked else (_("Block the driver"), "block")
        found.append(Button(title, opens=page.act(name)))
    form = reverse("admin:accounts_user_change", args=[page.driver.pk])
    return [*found, Button(_("The account's form"), href=form)]


def show_now(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What runs at this moment."""
    page = page_for(request, public_id)
    return render(request, "portal/driver/now.html", {"now": charges.running(page), "driver": page.driver})


def act(request: HttpRequest, public_id: UUID, name: str) -> HttpResponse:
    """A dialog, and what came of it; the page tells it."""
    page = page_for(request, public_id)
    chosen = ACTS.get(name)
    if chosen is None:
        raise Http404
    if not chosen.is_for(page):
        raise PermissionDenied
    row = request.GET.get("row", "")
    try:
        form = chosen.form(request.POST if request.method == "POST" else None, page=page, row=row)
    except Refusal:
        raise Http404 from None
    if request.method == "POST" and form.is_valid():
        said = pressing.once(form, act=name)
        if not said.refused:
            messages.success(request, said.text)
            return back(request, page, chosen.part)
        form.refuse(said.text)
    shown = {"form": form, "act": chosen, "title": chosen.title, "driver": page.driver}
    return render(request, "portal/driver/dialog.html", shown)


def back(request: HttpRequest, page: Page, part: str) -> HttpResponse:
    """To the part of the page that it was about; a fresh address, else the browser would only scroll."""
    address = f"{ways.page_of(page.driver)}?done={int(page.at.timestamp())}#{part}"
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)

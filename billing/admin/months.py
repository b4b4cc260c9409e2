"""Closed months and days, the page that closes a month, and the files of a month."""

from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.named import NamingPeople
from billing import closing
from billing.admin import taxes
from billing.admin.columns import written
from billing.admin.printed import Printed
from billing.admin.shown import day_of, tables_of
from billing.closing.files import KINDS, file_of, totals_of
from billing.closing.obstacles import Obstacle, obstacles, to_close
from billing.closing.remainders import remainders_of
from billing.closing.tables import OF_DAYS, TABLES
from billing.models import ClosedMonth, DayClose
from drivepower.core.admin import RecordAdmin, person
from drivepower.core.refusals import Refusal
from drivepower.core.seeing import is_of_company

PAGE = "billing/admin/close_month.html"
# Nobody has books of before or after; an address that says so is a mistake.
FIRST_MONTH, LAST_MONTH = date(2000, 1, 1), date(2199, 12, 1)
TOTALS = "totals"
ADD, LIST = "admin:billing_closedmonth_add", "admin:billing_closedmonth_changelist"


class CloseForm(forms.Form):
    """That somebody has looked."""

    is_sure = forms.BooleanField(label=_("I have looked at this list. The month takes no entries any more."))


@admin.register(ClosedMonth)
class ClosedMonthAdmin(NamingPeople, RecordAdmin):
    """Months that are closed; the button above the list leads to the page that closes the next one."""

    class Media:
        css: ClassVar[dict[str, list[str]]] = {"all": ["billing/books.css"]}

    is_big = False
    list_display = ["month_named", "seller", "closed_by", "closed_at", "files"]
    list_filter = ["seller"]
    empty_hint = _("A month is closed when it is over, its days are counted and the books add up.")
    empty_action = (_("Close a month"), ADD)
    fields = readonly_fields = ["month_named", "seller", "until", "closed_by", "closed_at", "files", "sums", "control"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever closes months, on a page of its own."""
        return request.user.has_perm("billing.add_closedmonth") and not is_of_company(request)

    def get_urls(self) -> list[URLPattern]:
        """With the files of months, and the tax report."""
        files = self.admin_site.admin_view(self.file)
        report = self.admin_site.admin_view(self.tax_report)
        return [
            path("files/<int:year>-<int:number>/<str:name>.<str:kind>", files, name="billing_books_file"),
            path("taxes/", report, name="billing_tax_report"),
            *super().get_urls(),
        ]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """What stands in the way of closing a month, and the button that closes it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        month = asked_month(request) or to_close(timezone.now())
        form = CloseForm(request.POST or None)
        if request.method == "POST" and month and form.is_valid():
            return self.close(request, month)
        return TemplateResponse(request, PAGE, {**self.admin_site.each_context(request), **shown(month, form)})

    def close(self, request: HttpRequest, month: date) -> HttpResponse:
        """Close it, or say why not."""
        try:
            closed = closing.close_month(month=month, by=person(request), at=timezone.now())
        except Refusal as refusal:
            messages.error(request, gettext(refusal.message))
            return HttpResponseRedirect(reverse(ADD, query={"month": f"{month:%Y-%m}"}))
        self.log_addition(request, closed, "Closed.")
        messages.success(request, _("%(month)s is closed.") % {"month": name_of(month)})
        return HttpResponseRedirect(reverse("admin:billing_closedmonth_change", args=[closed.pk]))

    def file(self, request: HttpRequest, year: int, number: int, name: str, kind: str) -> HttpResponseBase:
        """Rows of the books of a month, to those who may see them."""
        table, month = TABLES.get(name), day_in(f"{year}-{number}")
        if name == TOTALS and month and kind in KINDS:
            return self.totals(request, month, kind)
        if table is None or month is None or kind not in KINDS:
            raise Http404
        if not (self.has_view_permission(request) and request.user.has_perm(table.right)) or is_of_company(request):
            raise PermissionDenied
        return file_of(table, name=name, month=month, kind=kind)

    def totals(self, request: HttpRequest, month: date, kind: str) -> HttpResponseBase:
        """What the accounts of a closed month came to."""
        if not self.has_view_permission(request) or is_of_company(request):
            raise PermissionDenied
        return totals_of(get_object_or_404(ClosedMonth, month=month, seller=settings.RECEIPT_SELLER), kind=kind)

    def tax_report(self, request: HttpRequest) -> HttpResponseBase:
        """What is under each tax."""
        if not self.has_view_permission(request) or is_of_company(request):
            raise PermissionDenied
        return taxes.page(request, self.admin_site.each_context(request))

    @admin.display(description=_("month"), ordering="month")
    def month_named(self, closed: ClosedMonth) -> str:
        """Month and year."""
        return name_of(closed.month)

    @admin.display(description=_("files"))
    def files(self, closed: ClosedMonth) -> SafeString:
        """Its rows as files."""
        return render_to_string(
            "billing/admin/files.html",
            {"files": [*files_of(closed.month), file_in(closed.month, TOTALS, _("Sums by account"))]},
        )

    @admin.display(description=_("sums"))
    def sums(self, closed: ClosedMonth) -> SafeString:
        """What each account had, how it moved and what it has."""
        return render_to_string("billing/admin/closed.html", {"tables": list(tables_of(closed))})

    @admin.display(description=_("control"))
    def control(self, closed: ClosedMonth) -> SafeString:
        """How many entries were counted, up to which."""
        return render_to_string("billing/admin/control.html", {"control": closed.totals["control"]})


def shown(month: date | None, form: CloseForm) -> dict[str, Any]:
    """What the page of a month shows."""
    now = timezone.now()
    found = obstacles(month, at=now) if month else []
    return {
        "title": _("Close a month"),
        "opts": ClosedMonth._meta,
        "form": form,
        "month": name_of(month) if month else "",
        "obstacles": [worded(one) for one in found],
        "remainders": [
            {"text": one.text, "link": f"{reverse(one.page)}{one.query}"}
            for one in (remainders_of(month) if month else [])
        ],
        "files": list(files_of(month)) if month else [],
        "back": reverse(LIST),
    }


def worded(one: Obstacle) -> dict[str, str]:
    """An obstacle in words, and where it is seen to."""
    link = f"{reverse(one.page)}{one.query}" if one.page else ""
    return {"text": gettext(one.refusal.message), "link": link}


def files_of(month: date) -> Iterator[dict[str, Any]]:
    """The files of a month by what is in them."""
    for name, table in TABLES.items():
        yield file_in(month, name, table.title)


def file_in(month: date, name: str, title: Any) -> dict[str, Any]:
    """Links to a file of a month, one for each kind."""
    args = [month.year, month.month, name]
    return {
        "title": title,
        "links": [(one.upper(), reverse("admin:billing_books_file", args=[*args, one])) for one in KINDS],
    }


def asked_month(request: HttpRequest) -> date | None:
    """The month that the address names."""
    return day_in(request.GET.get("month", ""))


def day_in(text: str) -> date | None:
    """The first day of "2026-11"; None for what is no month, or none in which there can be books."""
    year, _dash, number = text.partition("-")
    try:
        month = date(int(year), int(number), 1)
    except ValueError:
        return None
    return month if FIRST_MONTH <= month <= LAST_MONTH else None


def name_of(month: date) -> str:
    """Month and year, in the language in force."""
    return str(date_format(month, "YEAR_MONTH_FORMAT"))


@admin.register(DayClose)
class DayCloseAdmin(Printed, RecordAdmin):
    """Days that were counted, and what did not add up then."""

    class Media:
        css: ClassVar[dict[str, list[str]]] = {"all": ["billing/books.css"]}

    is_big = False
    exported = OF_DAYS
    sheet = TABLES["days"]
    list_display = ["day", "currency", "number", "transfers", "amount", "gross", "differing", "made_at"]
    list_filter = ["currency", "day"]
    empty_hint = _("Each night counts the day that is over.")
    fields = readonly_fields = ["day", "currency", "number", *list_display[3:6], "sums", "differing", "made_at"]

    @admin.display(description=_("transfers"))
    def transfers(self, close: DayClose) -> int:
        """How many."""
        return int(close.totals["transfers"])

    @admin.display(description=_("moved"))
    def amount(self, close: DayClose) -> str:
        """How much in all."""
        return written(close.amount, close.currency)

    @admin.display(description=_("receipts"))
    def gross(self, close: DayClose) -> str:
        """What they said."""
        return written(close.gross, close.currency)

    @admin.display(description=_("sums"))
    def sums(self, close: DayClose) -> SafeString:
        """How each account moved."""
        return render_to_string("billing/admin/closed.html", {"tables": [day_of(close)]})

    @admin.display(description=_("differences"))
    def differing(self, close: DayClose) -> SafeString | str:
        """What did not add up when it was counted."""
        if not close.differences:
            return "–"
        return render_to_string("billing/admin/differences.html", {"rows": close.differences})

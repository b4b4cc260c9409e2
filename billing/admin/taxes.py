"""The page of the tax report, and the report as a file."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from billing.admin.columns import written
from billing.admin.inputs import DateInput
from billing.closing.files import KINDS, as_file, lines_of, paper_of
from billing.closing.spans import DAY, Span, of_days
from billing.closing.taxes import Report, report
from billing.statements.making import following, last_month
from billing.wording import bare, money, percent, tax_name

PAGE = "billing/admin/tax_report.html"
NAMES = ("net", "tax", "gross")
PARTS = ("sales", "corrections", "total")


class TimeForm(forms.Form):
    """From which day to which."""

    since = forms.DateField(label=_("From"), widget=DateInput, validators=[MinValueValidator(date(1970, 1, 2))])
    until = forms.DateField(
        label=_("To, inclusive"), widget=DateInput, validators=[MaxValueValidator(date(2999, 12, 31))]
    )

    def clean(self) -> dict[str, Any]:
        """In order."""
        said: dict[str, Any] = super().clean() or {}
        if not self.errors and said["until"] < said["since"]:
            self.add_error("until", _("This is before the first day."))
        return said


def page(request: HttpRequest, context: dict[str, Any]) -> HttpResponseBase:
    """The report of the days that are asked for: last month's, unless told otherwise."""
    month = last_month(timezone.now())
    usual = {"since": month.isoformat(), "until": (following(month) - DAY).isoformat()}
    form = TimeForm({name: request.GET.get(name) or value for name, value in usual.items()})
    found = None
    if form.is_valid():
        since, until = form.cleaned_data["since"], form.cleaned_data["until"]
        span = of_days(since, until)
        found = report(span)
        if kind := request.GET.get("file"):
            return handed_out(found, span, since=since, until=until, kind=kind)
    query = {name: form.data[name] for name in usual}
    shown = {
        "title": _("Tax report"),
        "form": form,
        "report": words(found) if found else None,
        "files": [(kind.upper(), reverse("admin:billing_tax_report", query={**query, "file": kind})) for kind in KINDS],
    }
    return TemplateResponse(request, PAGE, {**context, **shown})


def words(found: Report) -> dict[str, Any]:
    """The report as words."""
    rows = [
        {
            "tax": named(row.name, percent(row.percent)),
            "cells": [written(getattr(getattr(row, part), name), row.currency) for part in PARTS for name in NAMES],
        }
        for row in found.rows
    ]
    proofs = [
        {
            "receipts": written(proof.receipts, proof.currency),
            "account": written(proof.account, proof.currency),
            "difference": written(proof.difference, proof.currency),
            "differs": bool(proof.difference),
        }
        for proof in found.proofs
    ]
    return {"rows": rows, "proofs": proofs}


def named(name: str, rate: str) -> str:
    """A tax by name and rate."""
    return f"{tax_name(name) or '–'} {rate}"


def handed_out(found: Report, span: Span, *, since: date, until: date, kind: str) -> HttpResponseBase:
    """The report as a file."""
    if kind not in KINDS:
        raise Http404
    name = f"taxes-{since:%Y-%m-%d}-{until:%Y-%m-%d}"
    if kind == "pdf":
        heads = [__("Tax"), "", __("Net"), __("Tax amount"), __("Total")]
        title = f"{__('Tax report')}, {since:%Y-%m-%d} – {until:%Y-%m-%d}"
        body = heads, list(printed(found)), (44, 40, 30, 30, 30), 2
        return paper_of(title, body, list(proven(found)), at=span.until, name=name)
    heads = ["tax", "percent", "kind", *NAMES, "currency"]
    return as_file(lines_of(heads, list(filed(found))), name=name, kind=kind)


def filed(found: Report) -> Iterator[list[Any]]:
    """A line for sales and one for corrections under each tax, then the account of taxes by currency."""
    for row in found.rows:
        for part in PARTS[:2]:
            amounts = [getattr(getattr(row, part), name) for name in NAMES]
            yield [row.name, row.percent, part, *amounts, row.currency]
    for proof in found.proofs:
        yield ["", "", "account of taxes", "", proof.account, "", proof.currency]


def printed(found: Report) -> Iterator[list[str]]:
    """The same on paper, with the sum of each tax."""
    labels = {"sales": __("sales"), "corrections": __("corrections"), "total": __("together")}
    for row in found.rows:
        for part, label in labels.items():
            amounts = [bare(getattr(getattr(row, part), name), row.currency) for name in NAMES]
            tax = f"{named(row.name, percent(row.percent))}, {row.currency}" if part == "sales" else ""
            yield [tax, label, *amounts]


def proven(found: Report) -> Iterator[tuple[str, str]]:
    """Whether receipts and transfers agree."""
    for proof in found.proofs:
        yield __("Tax in the receipts"), money(proof.receipts, proof.currency)
        yield __("Account of taxes"), money(proof.account, proof.currency)
        yield __("Difference"), money(proof.difference, proof.currency)

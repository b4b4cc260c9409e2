"""Agreements with hosts, and their statements."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from accounts.named import NamingPeople
from billing.admin.columns import money
from billing.admin.inputs import currency_of
from billing.admin.papers import PaperAdmin
from billing.admin.printed import Printed
from billing.closing.tables import OF_HOSTS, TABLES
from billing.models import HostAgreement, HostStatement
from drivepower.core.admin import CarefulAdmin, person
from stations.models import Location


def files() -> Any:
    """What prints: whoever never does (gateways, workers) does not carry it."""
    from charging.hosts import files

    return files


class AgreementForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    """An agreement for one of the company's locations, or for all of them."""

    place = forms.ChoiceField(label=_("location"), required=False, widget=UnfoldAdminSelectWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "place" in self.fields:
            places = Location.objects.exclude(host=None).order_by("code").select_related("host")
            named = [(one.code, f"{one.code} · {one.host}") for one in places]
            self.fields["place"].choices = [("", _("every location of the company")), *named]  # type: ignore[attr-defined]  # a field of choices

    def clean_currency(self) -> str:
        """Three capital letters, however they were typed: in another writing it would be a currency of its own."""
        return currency_of(self.cleaned_data["currency"])

    def clean(self) -> dict[str, Any]:
        """The location is the company's."""
        said: dict[str, Any] = super().clean() or {}
        place, company = said.get("place"), said.get("company")
        if place and company and not Location.objects.filter(code=place, host=company).exists():
            self.add_error("place", _("This location has another host."))
        for name in ("valid_from", "valid_until"):
            if said.get(name) and said[name].day != 1:
                self.add_error(name, _("Agreements hold for whole months: name the first day of one."))
        return said


@admin.register(HostAgreement)
class HostAgreementAdmin(NamingPeople, CarefulAdmin):
    """What hosts get; one that a statement stands on is ended, and the next one takes its place."""

    form = AgreementForm
    list_display = ["company", "place", "currency", "share_percent", "per_kwh", "valid_from", "valid_until"]
    list_filter = ["currency"]
    list_select_related = ["company"]
    search_fields = ["company__name", "place"]
    fields = ["company", "place", "currency", "share_percent", "per_kwh", "valid_from", "valid_until"]
    readonly_fields = ["made_by", "made_at"]
    empty_hint = _("An agreement says what a host gets of what is earned at its locations.")
    TERMS = ("company", "place", "currency", "share_percent", "per_kwh", "valid_from")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """With who made it, once it is there."""
        return [*self.fields, *(("made_by", "made_at") if obj else ())]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Its terms, too, once a statement stands on it."""
        is_stood_on = obj is not None and (obj.statements.exists() or obj.lines.exists())
        fixed = self.TERMS if is_stood_on else ()
        return [*super().get_readonly_fields(request, obj), *fixed]

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        """Note who made it."""
        if not change and isinstance(obj, HostAgreement):
            obj.made_by, obj.made_at = person(request), timezone.now()
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An agreement is ended, never deleted."""
        return False


@admin.register(HostStatement)
class HostStatementAdmin(Printed, PaperAdmin):
    """What hosts get for a month."""

    is_big = False
    exported = OF_HOSTS
    sheet = TABLES["hosts"]
    exported_with = ("company",)
    figures = [
        money(name, label)
        for name, label in [
            ("net", _("net")),
            ("tax", _("tax")),
            ("gross", _("total")),
            ("brought", _("brought from earlier")),
            ("share", _("share")),
            ("carried", _("carried on")),
        ]
    ]
    list_display = ["month", "company", "place_name", "sessions", "energy", figures[0], figures[4], "papers"]
    list_filter = ["month", "currency"]
    list_select_related = ["company"]
    search_fields = ["company__name", "place", "place_name"]
    empty_hint = _("Statements are made when a month is over, for each location with an agreement.")
    empty_action = (_("See the agreements"), "admin:billing_hostagreement_changelist")
    fields = readonly_fields = [
        "month",
        "company",
        "place",
        "place_name",
        "papers",
        "charges",
        "agreement",
        "sessions",
        "energy",
        "other_energy",
        *figures,
        "transfer",
        "made_at",
    ]

    def get_urls(self) -> list[URLPattern]:
        """With the file of its charges."""
        view: Callable[..., Any] = self.admin_site.admin_view(self.file)
        mine = path("<path:object_id>/charges.csv", view, name="billing_hoststatement_charges")
        return [mine, *super().get_urls()]

    def file(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """Its charges, without drivers."""
        statement = self.get_object(request, object_id)
        if statement is None:
            raise Http404
        if not self.has_view_permission(request, statement):
            raise PermissionDenied
        answer: HttpResponseBase = files().csv_of(statement)
        return answer

    def printed(self, record: HostStatement, language: str) -> tuple[str, bytes]:
        """The statement on paper."""
        return files().file_name(record, language), files().pdf_of(record)

    @admin.display(description=_("energy, kWh"), ordering="energy_wh")
    def energy(self, statement: HostStatement) -> str:
        """With three decimals."""
        return str(number_format(statement.energy_wh / 1000, 3))

    @admin.display(description=_("energy of charges in other currencies, kWh"))
    def other_energy(self, statement: HostStatement) -> str:
        """It counts per kWh alone; what they earned is in the statements in those currencies."""
        return str(number_format(statement.other_energy_wh / 1000, 3))

    @admin.display(description=_("charges"))
    def charges(self, statement: HostStatement) -> SafeString:
        """The file of them."""
        link = reverse("admin:billing_hoststatement_charges", args=[statement.pk])
        return format_html('<a class="text-primary-600 dark:text-primary-500" href="{}">CSV</a>', link)

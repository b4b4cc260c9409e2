"""The page that changes the tax of all plans in one act."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from billing import tariffs
from billing.admin.inputs import Moment, PriceInput
from billing.models import TariffVersion
from drivepower.core import clocks
from drivepower.core.admin import QuickListAdmin, person

PAGE = "billing/admin/tax_form.html"


class TaxForm(forms.Form):
    """A tax, from when, and why."""

    name = forms.CharField(label=_("Tax"), max_length=40, widget=UnfoldAdminTextInputWidget)
    percent = forms.DecimalField(
        label=_("Percent"),
        min_value=Decimal(0),
        max_value=Decimal(100),
        max_digits=5,
        decimal_places=2,
        widget=PriceInput,
    )
    included = forms.BooleanField(
        label=_("Prices include it"), required=False, initial=True, widget=UnfoldBooleanSwitchWidget
    )
    in_force_from = Moment(label=_("In force from"), required=False, help_text=clocks.hint(_("Empty: from now on.")))
    reason = forms.CharField(
        label=_("Why"), max_length=200, widget=UnfoldAdminTextInputWidget, help_text=_("For those who ask later.")
    )


class TaxingAdmin(QuickListAdmin):
    """Plans whose tax is changed in all of them at once."""

    def has_change_tax_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may change plans."""
        return request.user.has_perm("billing.change_tariffplan")

    @action(description=_("Change the tax"), icon="percent", permissions=["change_tax"])  # type: ignore[untyped-decorator]  # unfold has no type hints
    def change_tax(self, request: HttpRequest) -> HttpResponse:
        """Show what it would touch, or do it."""
        form = TaxForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            return self.apply_tax(request, form.cleaned_data)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Change the tax of all plans"),
            "opts": self.opts,
            "form": form,
            "versions": touched(),
            "back": reverse("admin:billing_tariffplan_changelist"),
        }
        return TemplateResponse(request, PAGE, context)

    def apply_tax(self, request: HttpRequest, said: dict[str, Any]) -> HttpResponse:
        """Give every plan its next version."""
        now = timezone.now()
        made = tariffs.change_tax(
            name=said["name"],
            percent=said["percent"],
            included=said["included"],
            in_force_from=said["in_force_from"] or now,
            by=person(request),
            reason=said["reason"],
            at=now,
        )
        for version in made:
            self.log_change(request, version.plan, f"Published version {version.number} with another tax.")
        messages.success(request, _("New versions: %(count)d.") % {"count": len(made)})
        return HttpResponseRedirect(reverse("admin:billing_tariffplan_changelist"))


def touched() -> list[TariffVersion]:
    """What each plan holds now, and what is planned for later."""
    now = timezone.now()
    held = TariffVersion.objects.filter(in_force_from__lte=now)
    newest = held.order_by("plan_id", "-in_force_from", "-number").distinct("plan_id").values("pk")
    versions = TariffVersion.objects.filter(pk__in=newest) | TariffVersion.objects.filter(in_force_from__gt=now)
    return list(versions.select_related("plan").order_by("plan__name", "in_force_from"))

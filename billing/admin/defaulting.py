"""The one act that makes another plan the default of its currency."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.forms import BaseDialogForm

from billing.models import TariffPlan
from billing.tariffs.defaults import make_default
from drivepower.core.admin import QuickListAdmin
from drivepower.core.refusals import Refusal

DIALOG = {
    "title": _("Make it the default plan of its currency?"),
    "description": _("It then prices every connector that has no plan, instead of the default plan before it."),
    "form_class": BaseDialogForm,
    "form_submit_text": _("Make it the default"),
}


class DefaultingAdmin(QuickListAdmin):
    """Plans of which one for each currency is the default."""

    def has_make_default_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may change plans, where it is another plan than the default one, and not private to a station."""
        if not request.user.has_perm("billing.change_tariffplan"):
            return False
        others = TariffPlan.objects.filter(is_default=False, is_private=False)
        return object_id is None or others.filter(pk=object_id).exists()

    @action(  # type: ignore[untyped-decorator]  # unfold has no type hints
        description=_("Make it the default"), icon="star", permissions=["make_default"], dialog=DIALOG
    )
    def make_default(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Switch, and go back to the plan."""
        plan = self.get_object(request, object_id)
        if plan is None:
            raise Http404
        try:
            before = make_default(plan=plan, at=timezone.now())
        except Refusal as refusal:
            messages.error(request, gettext(refusal.message))
        else:
            self.log_change(request, plan, f"Made the default of {plan.currency}, instead of {before or 'none'}.")
            messages.success(request, _("This plan is the default of %(currency)s now.") % {"currency": plan.currency})
        return HttpResponse(headers={"HX-Redirect": reverse("admin:billing_tariffplan_change", args=[plan.pk])})

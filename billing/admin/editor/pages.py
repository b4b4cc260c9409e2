"""The editor on a plan's page: what holds when in any version, the calculator, the history; and the draft's grid."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing import tariffs
from billing.admin.editor import drafts, history
from billing.admin.editor.calculating import PREFIX
from billing.admin.editor.showing import calculator, dry_run, laid_open
from billing.admin.editor.withdrawing import WithdrawForm
from billing.admin.publishing import PublishingAdmin, in_force, laid_out
from billing.models import TariffPlan, TariffVersion
from billing.tariffs.withdrawing import edition as edition_of
from drivepower.core.admin import person
from drivepower.core.inputs.weekdays import DAYS
from drivepower.core.refusals import Refusal

ANSWER, WITHDRAW = "billing/editor/answer.html", "billing/editor/withdraw.html"


class EditingAdmin(PublishingAdmin):
    """Plans with an editor."""

    def get_urls(self) -> list[URLPattern]:
        """With what the editor asks for while somebody types, and the page that withdraws a planned version."""
        own: dict[str, Any] = {"draft": ("draft/", self.draft), "shown": ("shown/", self.shown)}
        own["withdraw"] = ("withdraw/<int:number>/", self.withdraw)
        made = [
            path(
                f"<path:object_id>/{route}",
                self.admin_site.admin_view(self.guarded(view, is_list=False)),
                name=f"billing_tariffplan_{name}",
            )
            for name, (route, view) in own.items()
        ]
        return [*made, *super().get_urls()]

    def plan_of(self, request: HttpRequest, object_id: str) -> TariffPlan:
        """The plan of an address, for who may see it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        plan: TariffPlan | None = self.get_object(request, unquote(object_id))
        if plan is None:
            raise Http404
        return plan

    def draft(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The grid and the price of the form as it stands; nothing is stored."""
        plan = self.plan_of(request, object_id)
        if not self.has_publish_permission(request) or request.method != "POST":
            raise PermissionDenied
        desk = laid_out(plan, request)
        edition, errors = drafts.read(plan, desk.form, desk.rules)
        form = calculator(request, edition.rules, request.POST)
        return TemplateResponse(request, ANSWER, {**laid_open(edition, form), "errors": errors, "is_draft": True})

    def shown(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The same of a version that is kept."""
        plan = self.plan_of(request, object_id)
        version = chosen(plan, request.GET.get("version", ""))
        if version is None:
            raise Http404
        edition = edition_of(version)
        return TemplateResponse(request, ANSWER, laid_open(edition, calculator(request, edition.rules, request.GET)))

    def withdraw(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        """Ask why, then let what holds before the planned version go on."""
        plan = self.plan_of(request, object_id)
        version = plan.versions.filter(number=number).first()
        if not self.has_publish_permission(request):
            raise PermissionDenied
        if version is None:
            raise Http404
        form = WithdrawForm(request.POST or None)
        back = reverse("admin:billing_tariffplan_change", args=[plan.pk])
        if request.method == "POST" and form.is_valid():
            try:
                made = tariffs.withdraw_version(
                    version=version, by=person(request), reason=form.cleaned_data["reason"], at=timezone.now()
                )
            except Refusal as refusal:
                form.add_error(None, gettext(refusal.message))
            else:
                self.log_change(request, plan, f"Withdrew version {number} by version {made.number}.")
                said = {"number": number, "by": made.number}
                messages.success(request, _("Version %(number)d is withdrawn: version %(by)d stands for it.") % said)
                return HttpResponseRedirect(back)
        context = {**self.admin_site.each_context(request), "opts": self.opts, "original": plan, "back": back}
        title = _("Withdraw version %(number)d of %(plan)s") % {"number": number, "plan": plan}
        return TemplateResponse(request, WITHDRAW, {**context, "title": title, "version": version, "form": form})

    def editor(self, request: HttpRequest, plan: TariffPlan) -> dict[str, Any]:
        """What a plan's page shows below its name."""
        now = timezone.now()
        rows = history.history(plan, at=now)
        version = chosen(plan, request.GET.get("version", ""))
        asked = request.GET.get("old", ""), request.GET.get("new", "")
        shown: dict[str, Any] = {"version": None}
        if version is not None:
            edition = edition_of(version)
            given = request.GET if any(key.startswith(f"{PREFIX}-") for key in request.GET) else None
            shown = laid_open(edition, calculator(request, edition.rules, given)) | {"version": version}
        return shown | {
            "history": rows,
            "most": history.MOST,
            "compared": history.compared(plan, *asked) if any(asked) else None,
            "asked": asked,
            "may_publish": self.has_publish_permission(request),
            "dry_run": dry_run(request),
            "today": timezone.localtime(now).isoweekday(),
            "days": DAYS,
        }


def chosen(plan: TariffPlan, number: str) -> TariffVersion | None:
    """The version of that number, or the one in force, or the first to come."""
    if number.isdecimal():
        found = plan.versions.filter(number=int(number[:9])).first()
        if found is not None:
            return found
    return in_force(plan) or plan.versions.order_by("in_force_from", "-number").first()

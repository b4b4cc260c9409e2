"""The page that writes a plan's next version: shows its week before anything is saved, then publishes it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from django.contrib import messages
from django.db import transaction
from django.db.models import Max
from django.forms import model_to_dict
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from accounts.models import User
from billing import tariffs
from billing.admin.editor import drafts
from billing.admin.editor.doubts import doubts
from billing.admin.editor.showing import calculator, dry_run
from billing.admin.rules import RuleForm, RuleFormSet, Rules, VersionForm
from billing.admin.weeks import Grid, grids
from billing.models import TariffPlan, TariffRule, TariffVersion
from billing.tariffs.versions import changing_only_tax, to_come
from drivepower.core.admin import QuickListAdmin, person
from drivepower.core.inputs.weekdays import DAYS
from drivepower.core.refusals import Refusal

PAGE = "billing/admin/version_form.html"
KEPT = [*VersionForm.Meta.fields[:6]]


class Desk(NamedTuple):
    """What lies on the page: the plan, what holds now, and the two forms."""

    plan: TariffPlan
    held: TariffVersion | None
    form: VersionForm
    rules: RuleFormSet


class PublishingAdmin(QuickListAdmin):
    """Plans whose next version is written on a page of its own."""

    def has_publish_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may change plans."""
        return request.user.has_perm("billing.change_tariffplan")

    @action(description=_("New version"), icon="edit_note", permissions=["publish"])  # type: ignore[untyped-decorator]  # unfold has no type hints
    def new_version(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the forms, the week that they would make, or publish them."""
        plan = self.get_object(request, object_id)
        if plan is None:
            raise Http404
        with transaction.atomic():
            if request.method == "POST":
                # Two who publish at once do so one after the other, and the second sees that it was too late.
                TariffPlan.objects.select_for_update(no_key=True).get(pk=plan.pk)
            desk = laid_out(plan, request)
            if request.method != "POST" or not is_clean(desk):
                return self.page(request, desk)
            if "dry_run" in request.POST:
                return self.try_draft(request, desk)
            if "publish" not in request.POST or is_doubted(desk):
                return self.page(request, desk, drawn(plan, desk.rules.rows(), desk.form.cleaned_data["in_force_from"]))
            return self.publish(request, desk)

    def try_draft(self, request: HttpRequest, desk: Desk) -> HttpResponse:
        """Lay the draft aside, and go to where it prices the sessions of the past."""
        draft = drafts.read(desk.plan, desk.form, desk.rules).edition
        token = drafts.keep(draft, by=cast(User, request.user))
        return HttpResponseRedirect(f"{dry_run(request)}?plan={desk.plan.pk}&draft={token}")

    def publish(self, request: HttpRequest, desk: Desk) -> HttpResponse:
        """Save the version, and go to its page."""
        said = desk.form.cleaned_data
        fields = {name: said[name] for name in (*KEPT, "reason")}
        fields["made_by"] = person(request)
        try:
            version = tariffs.publish_version(
                plan=desk.plan,
                rules=desk.rules.rows(),
                in_force_from=said["in_force_from"],
                at=timezone.now(),
                **cast("tariffs.VersionFields", fields),
            )
        except Refusal as refusal:
            desk.form.add_error(None, gettext(refusal.message))
            return self.page(request, desk)
        self.log_change(request, desk.plan, f"Published version {version.number}.")
        messages.success(request, _("Version %(number)d is published.") % {"number": version.number})
        return HttpResponseRedirect(reverse("admin:billing_tariffversion_change", args=[version.pk]))

    def page(self, request: HttpRequest, desk: Desk, shown: Sequence[Grid] = ()) -> HttpResponse:
        """The page as it stands."""
        now = timezone.now()
        context = {
            **self.admin_site.each_context(request),
            "title": _("New version of %(plan)s") % {"plan": desk.plan},
            "opts": self.opts,
            "original": desk.plan,
            **desk._asdict(),
            **planned(desk.plan, now),
            "grids": shown,
            "calculator": calculator(request, desk.held.rules.all() if desk.held else (), None),
            "today": timezone.localtime(now).isoweekday(),
            "days": DAYS,
            "dry_run": dry_run(request),
            "back": reverse("admin:billing_tariffplan_change", args=[desk.plan.pk]),
        }
        return TemplateResponse(request, PAGE, context)


def planned(plan: TariffPlan, now: datetime) -> dict[str, list[TariffVersion]]:
    """The versions that are to take over: those that change the tax alone, and those that bring prices of their own."""
    coming = to_come(plan, now)
    taxes = list(changing_only_tax(coming)) if in_force(plan) else []
    later = [version for version in coming if version.in_force_from > now]
    return {"taxes": taxes, "planned": [version for version in later if version not in taxes]}


def in_force(plan: TariffPlan) -> TariffVersion | None:
    """The plan's version that holds now."""
    versions = plan.versions.filter(in_force_from__lte=timezone.now())
    return versions.order_by("-in_force_from", "-number").first()


def laid_out(plan: TariffPlan, request: HttpRequest) -> Desk:
    """The forms as they were sent, or filled with the version in force."""
    held = in_force(plan)
    rows = list(held.rules.order_by("pk")) if held else []
    types = {"types": [row.connector_type for row in rows]}
    if request.method == "POST":
        form, rules = VersionForm(request.POST), Rules(request.POST, prefix="rules", form_kwargs=types)
        # A draft that is only tried needs no reason yet.
        form.fields["reason"].required = "dry_run" not in request.POST
        if form.is_valid() and form.cleaned_data["after"] != last_number(plan):
            form.add_error("after", _("Somebody published a version meanwhile: open this page anew and look at it."))
        return Desk(plan, held, form, cast(RuleFormSet, rules))
    told = {name: getattr(held, name) for name in KEPT} if held else {}
    initial = [model_to_dict(row, fields=RuleForm.Meta.fields) for row in rows]
    form = VersionForm(initial={**told, "after": last_number(plan)})
    return Desk(plan, held, form, cast(RuleFormSet, Rules(initial=initial, prefix="rules", form_kwargs=types)))


def last_number(plan: TariffPlan) -> int:
    """The number of the plan's last version, 0 without any."""
    number: int | None = plan.versions.aggregate(last=Max("number"))["last"]
    return number or 0


def is_clean(desk: Desk) -> bool:
    """Whether both forms are as they should be; both are looked at, so that all errors are shown at once."""
    return all([desk.form.is_valid(), desk.rules.is_valid()])


def is_doubted(desk: Desk) -> bool:
    """Whether it looks like a slip that nobody has confirmed yet; what is strange is said at the tick that does."""
    since = desk.form.cleaned_data["in_force_from"]
    draft = drafts.read(desk.plan, desk.form, desk.rules).edition
    found = doubts(desk.plan, draft, since=since, at=timezone.now())
    if not found or desk.form.cleaned_data["sure"]:
        return False
    for sentence in found:
        desk.form.add_error("sure", sentence)
    return True


def drawn(plan: TariffPlan, rules: Sequence[TariffRule], since: datetime | None) -> list[Grid]:
    """The week of these rules, from that moment on or from now on, whichever is later."""
    now = timezone.now()
    return grids(rules, currency=plan.currency, at=timezone.localtime(max(since or now, now)))

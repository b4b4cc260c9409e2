"""Goodwill over chosen charges: first what each would get back, then with a reason the refunds."""

from collections.abc import Sequence
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminTextInputWidget

from billing import goodwill
from billing.admin import dialogs
from billing.admin.columns import written
from billing.goodwill import MOST
from billing.goodwill_shares import Share, share_out
from billing.models import Goodwill
from charging.admin.repricing import RepricingAdmin
from charging.decisions import LONGEST_REASON
from charging.models import Session
from charging.models.session import SessionQuerySet
from drivepower.core import clocks
from drivepower.core.admin import person
from drivepower.core.errors import in_their_language
from drivepower.core.refusals import Refusal
from stations.access import zone_of

PAGE = "charging/admin/goodwill.html"


class GoodwillForm(forms.Form):
    """A part of each charge or an amount for each, and for the refunds why."""

    percent = forms.DecimalField(
        label=_("Part of each charge, %"),
        required=False,
        min_value=Decimal("0.01"),
        max_value=100,
        decimal_places=2,
        widget=UnfoldAdminDecimalFieldWidget,
    )
    each = forms.DecimalField(
        label=_("Or the same amount for each"),
        required=False,
        min_value=Decimal("0.001"),
        max_digits=12,
        decimal_places=3,
        widget=UnfoldAdminDecimalFieldWidget,
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Receipts of correction say it."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, is_dry: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = self.fields["key"].required = not is_dry

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        said = super().clean() or {}
        if not self.errors and (said["percent"] is None) == (said["each"] is None):
            raise forms.ValidationError(_("Say either a part or an amount."))
        return said


class GivingAdmin(RepricingAdmin):
    """Sessions of which money can be given back."""

    actions = [*RepricingAdmin.actions, "give_goodwill"]

    def has_goodwill_permission(self, request: HttpRequest) -> bool:
        """Whoever may ask for goodwill."""
        return request.user.has_perm("billing.add_goodwill")

    @admin.action(description=_("Goodwill"), permissions=["goodwill"])
    def give_goodwill(self, request: HttpRequest, queryset: SessionQuerySet) -> HttpResponse | None:
        """Show what the chosen ones would get back; give what was shown when the person says so."""
        rows = queryset.select_related("station__location", "driver", "company").order_by("pk")
        chosen = list(rows[: MOST + 1])
        if len(chosen) > MOST:
            self.message_user(request, _("That is more than %(most)d at once.") % {"most": MOST}, messages.ERROR)
            return None
        is_opened = not {"look", "give"} & request.POST.keys()
        begun = {"reason": request.POST.get("reason", "")}  # in the bar of the list's actions
        form = GoodwillForm(None if is_opened else request.POST, is_dry="give" not in request.POST, initial=begun)
        shares: list[Share] = []
        if form.is_valid():
            try:
                shares = share_out([one.subject for one in chosen], **parts_of(form))
                if "give" in request.POST and (was_given(request, form) or self.is_as_shown(form, shares)):
                    return self.given(request, form, chosen)
            except Refusal as refusal:
                form.add_error(None, in_their_language(refusal.message))
        return self.goodwill_page(request, form, chosen, shares)

    def is_as_shown(self, form: GoodwillForm, shares: Sequence[Share]) -> bool:
        """Whether it would give what the person was shown."""
        if form.cleaned_data["shown"] == digest(shares):
            return True
        form.add_error(None, _("Something has changed meanwhile: look at it once more."))
        return False

    def given(self, request: HttpRequest, form: GoodwillForm, chosen: Sequence[Session]) -> HttpResponse:
        """Ask for it, and show how it stands."""
        said = {name: form.cleaned_data[name] for name in ("reason", "key")}
        subjects = [one.subject for one in chosen]
        made = goodwill.ask_goodwill(subjects=subjects, by=person(request), at=timezone.now(), **parts_of(form), **said)
        self.log_change(request, made, f"Goodwill: {made.reason}")
        if made.state == Goodwill.State.ASKED:
            self.message_user(request, dialogs.WAITS, messages.WARNING)
        return HttpResponseRedirect(reverse("admin:billing_goodwill_change", args=[made.pk]))

    def goodwill_page(
        self, request: HttpRequest, form: GoodwillForm, chosen: Sequence[Session], shares: Sequence[Share]
    ) -> HttpResponse:
        """What each would get, and the form that gives it."""
        sessions = {one.subject: one for one in chosen}
        given = [share for share in shares if share.amount]
        currency = given[0].currency if given else ""
        context = {
            **self.admin_site.each_context(request),
            "title": _("Goodwill"),
            "opts": self.opts,
            "form": form,
            "key": form.data.get("key") or uuid4(),
            "shown": digest(shares),
            "chosen": chosen,
            "rows": [row_of(share, sessions[share.subject]) for share in given],
            "without": [row_of(share, sessions[share.subject]) for share in shares if not share.amount],
            "total": written(sum((share.amount for share in given), Decimal(0)), currency),
            "zone": timezone.get_current_timezone_name(),
            "back": reverse("admin:charging_session_changelist"),
        }
        return TemplateResponse(request, PAGE, context)


def was_given(request: HttpRequest, form: GoodwillForm) -> bool:
    """Whether this person has sent the same page before: they are answered with what came of it."""
    asked = Goodwill.objects.filter(public_id=form.cleaned_data["key"], asked_by=person(request))
    return asked.exists()


def parts_of(form: GoodwillForm) -> dict[str, Any]:
    """How much, as the verb is told."""
    return {name: form.cleaned_data[name] for name in ("percent", "each")}


def row_of(share: Share, session: Session) -> dict[str, Any]:
    """A share as people read it."""
    return {
        "session": session,
        "station": session.station.code,
        "started_at": session.started_at,
        "there": clocks.elsewhere(zone_of(session.station), session.started_at),
        "payer": session.company or session.driver or "–",
        "cost": written(share.cost if share.wallet else None, share.currency),
        "left": written(share.left if share.wallet else None, share.currency),
        "amount": written(share.amount, share.currency),
        "why_not": share.why_not,
    }


def digest(shares: Sequence[Share]) -> str:
    """What a person was shown, in short: what each would get."""
    told = ";".join(f"{share.subject}:{share.amount}" for share in shares)
    return sha256(told.encode()).hexdigest() if told else ""

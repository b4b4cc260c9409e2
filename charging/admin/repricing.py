"""Settled sessions priced anew from their list: first what would become of each, then with a reason the transfers."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from billing.admin.columns import written
from billing.models import TariffVersion
from charging import batches, repricing, settlement
from charging.admin import told
from charging.admin.queue import QueueAdmin
from charging.decisions import LONGEST_REASON
from charging.line_differences import LineDifference, differences
from charging.models import Session
from charging.models.session import SessionQuerySet
from charging.repricing import Difference
from drivepower.core import clocks
from drivepower.core.admin import person
from drivepower.core.errors import in_their_language
from drivepower.core.refusals import Refusal
from stations.prices import time_zone_of

PAGE = "charging/admin/reprice.html"
# One page shows them, and one request settles them.
MOST = 500


class RepriceForm(forms.Form):
    """By which price, and for the transfers why."""

    version = forms.ModelChoiceField(
        label=_("By which price"),
        queryset=TariffVersion.objects.select_related("plan").order_by("plan__name", "-number"),
        required=False,
        empty_label=_("What should have held at each start, as the tables say today"),
        widget=UnfoldAdminSelectWidget,
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Receipts of correction say it."),
    )
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, is_dry: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = not is_dry


class RepricingAdmin(QueueAdmin):
    """Sessions that can be priced anew."""

    actions = [*QueueAdmin.actions, "reprice_chosen"]

    @admin.action(description=_("Price anew (dry run)"), permissions=["decide"])
    def reprice_chosen(self, request: HttpRequest, queryset: SessionQuerySet) -> HttpResponse | None:
        """Show what the chosen ones would cost; carry out what was shown when the person says so."""
        chosen = list(queryset.filter(state=Session.State.SETTLED).order_by("pk")[: MOST + 1])
        if not chosen or len(chosen) > MOST:
            text = _("None of them is settled.") if not chosen else _("That is more than %(most)d at once.")
            self.message_user(request, text % {"most": MOST}, messages.ERROR)
            return None
        form = RepriceForm(request.POST, is_dry="apply" not in request.POST)
        is_clean = form.is_valid()
        version = form.cleaned_data.get("version")
        planned = repricing.plan(sessions=chosen, version=version, at=timezone.now())
        changed = [difference for difference in planned if difference.is_one]
        if "apply" in request.POST and is_clean:
            if form.cleaned_data["shown"] == digest(changed):
                self.carry_out(request, changed, form.cleaned_data["reason"])
                return None
            form.add_error(None, _("Something has changed meanwhile: look at it once more."))
        return self.reprice_page(request, form, chosen, planned)

    def carry_out(self, request: HttpRequest, changed: Sequence[Difference], reason: str) -> None:
        """At once, or by one word of a second person about all of them."""
        by, at = person(request), timezone.now()
        if not batches.needs_second(changed, by=by, at=at):
            self.reprice(request, changed, reason)
            return
        try:
            batches.ask(changed=changed, by=by, reason=reason, at=at)
        except Refusal as refusal:
            self.message_user(request, in_their_language(refusal.message), messages.ERROR)
            return
        for difference in changed:
            self.log_change(request, difference.session, reason)
        waits = {"count": len(changed), "sum": backs_of(changed)}
        text = _("%(count)d sessions give back %(sum)s in all and wait for a second person. None was priced anew.")
        self.message_user(request, text % waits, messages.WARNING)

    def reprice(self, request: HttpRequest, changed: Sequence[Difference], reason: str) -> None:
        """Let the differences move, each on its own."""
        moved: dict[str, Decimal] = defaultdict(Decimal)
        done = 0
        for difference in changed:
            try:
                made = repricing.apply(difference=difference, by=person(request), reason=reason, at=timezone.now())
            except Refusal as refusal:
                self.message_user(
                    request, f"{difference.session}: {in_their_language(refusal.message)}", messages.ERROR
                )
                continue
            self.log_change(request, difference.session, reason)
            self.say_what_waits(request, made)
            if made is None:
                done += 1
                moved[difference.price.currency] += difference.more
        said = {"count": done, "sum": ", ".join(signed(more, currency) for currency, more in sorted(moved.items()))}
        self.message_user(request, _("%(count)d priced anew: %(sum)s.") % said if done else _("None was priced anew."))

    def reprice_page(
        self, request: HttpRequest, form: RepriceForm, chosen: Sequence[Session], planned: Sequence[Difference]
    ) -> HttpResponse:
        """The differences, and the form that carries them out."""
        changed = [difference for difference in planned if difference.is_one]
        large = batches.large_ones(changed)
        context = {
            **self.admin_site.each_context(request),
            "title": _("What they would cost"),
            "opts": self.opts,
            "form": form,
            # What was shown is what may be carried out.
            "shown": digest(changed),
            "chosen": chosen,
            "rows": [row_of(difference, is_large=difference.session.pk in large) for difference in changed],
            "waits": batches.needs_second(changed, by=person(request), at=timezone.now()),
            "backs": backs_of(changed),
            "totals": totals_of(changed),
            "same": len(planned) - len(changed),
            "left_out": len(chosen) - len(planned),
            "zone": timezone.get_current_timezone_name(),
            "back": reverse("admin:charging_session_changelist"),
        }
        return TemplateResponse(request, PAGE, context)


def row_of(difference: Difference, *, is_large: bool) -> dict[str, Any]:
    """A difference as people read it; `is_large`: it takes a second person by itself."""
    session, currency = difference.session, difference.price.currency
    zone = ZoneInfo(time_zone_of(session.station))
    lines = differences(difference.lines, settlement.lines_of(difference.price))
    return {
        "lines": [line_of(one, zone, currency) for one in lines],
        "is_large": is_large,
        "way": way_of(difference.more),
        "session": session,
        "station": session.station.code,
        "started_at": session.started_at,
        "there": clocks.elsewhere(zone, session.started_at),
        "payer": session.company or session.driver or "–",
        "before": written(difference.gross, currency),
        "after": written(difference.price.gross, currency),
        "more": signed(difference.more, currency),
        "is_less": difference.more < 0,
    }


def way_of(more: Decimal) -> Any:
    """Who is the better for it."""
    if not more:
        return _("the tax alone changes")
    return _("pays more") if more > 0 else _("gets back")


def line_of(difference: LineDifference, zone: ZoneInfo, currency: str) -> dict[str, Any]:
    """A line before and after as people read it."""
    before = told.row_of(difference.before, zone, currency) if difference.before else None
    after = told.row_of(difference.after, zone, currency) if difference.after else None
    shown = after or before or {}
    return {
        "what": shown.get("dimension", ""),
        "window": shown.get("window", ""),
        "quantity": shown.get("quantity", ""),
        "price_before": before["price"] if before else "–",
        "price_after": after["price"] if after else "–",
        "before": before["gross"] if before else "–",
        "after": after["gross"] if after else "–",
        "more": signed(difference.more, currency),
    }


def backs_of(changed: Sequence[Difference]) -> str:
    """What is given back in all, by currency."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for difference in changed:
        if difference.more < 0:
            sums[difference.price.currency] -= difference.more
    return ", ".join(written(amount, currency) for currency, amount in sorted(sums.items()))


def totals_of(changed: Sequence[Difference]) -> list[dict[str, str]]:
    """Before, after and the difference in each currency."""
    made = []
    for currency in sorted({difference.price.currency for difference in changed}):
        ours = [difference for difference in changed if difference.price.currency == currency]
        before = sum((difference.gross for difference in ours), Decimal(0))
        after = sum((difference.price.gross for difference in ours), Decimal(0))
        amounts = {"before": written(before, currency), "after": written(after, currency)}
        made.append({**amounts, "more": signed(after - before, currency)})
    return made


def signed(amount: Decimal, currency: str) -> str:
    """An amount with its sign."""
    return f"{'+' if amount >= 0 else ''}{written(amount, currency)}"


def digest(changed: Sequence[Difference]) -> str:
    """What a person was shown, in short: which sessions, as of which revision, and what each would cost."""
    shown = (f"{one.session.pk}:{one.revision}:{one.price.net}:{one.price.tax}" for one in changed)
    return sha256(";".join(shown).encode()).hexdigest()

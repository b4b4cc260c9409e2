"""Goodwill: what was given back to whom over many charges, and what waits for a second person."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.named import NamingPeople
from billing import goodwill
from billing.admin.columns import money, written
from billing.admin.exported import OF_GOODWILL
from billing.admin.links import anchor, page_of
from billing.models import Goodwill, GoodwillLine
from drivepower.core.admin import RecordAdmin, person
from drivepower.core.admin_exports import Exported, columns
from drivepower.core.errors import in_their_language
from drivepower.core.exports import Columns
from drivepower.core.refusals import Refusal

BOOKED, FAILED = Q(lines__transfer__isnull=False), ~Q(lines__failure="")


@admin.register(Goodwill)
class GoodwillAdmin(NamingPeople, Exported, RecordAdmin):
    """Asked for over chosen sessions; decided here."""

    is_big = False
    exported = OF_GOODWILL
    total = money("total", _("total"))
    each = money("each", _("amount for each"))
    list_display = ["asked_at", "reason", "how", total, "given", "state", "asked_by", "decided_by"]
    phone_columns = ["reason", "total_money", "state", "asked_by"]
    list_filter = ["state", "needs_approval", "currency"]
    search_fields = ["reason", "lines__subject__exact"]
    actions = ["approve", "refuse", "book_rest"]
    empty_hint = _("Goodwill is asked for on the list of sessions, over those that are chosen there.")
    empty_action = (_("See the sessions"), "admin:charging_session_changelist")
    fields = readonly_fields = [
        "key",
        "reason",
        "percent",
        each,
        total,
        "given",
        "state",
        "needs_approval",
        "asked_by",
        "asked_at",
        "decided_by",
        "decided_at",
        "to_lines",
    ]

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """With what has been booked of it, and how many lines failed."""
        rows: QuerySet[Any] = super().get_queryset(request)
        found: QuerySet[Any] = rows.annotate(
            booked=Sum("lines__amount", filter=BOOKED),
            booked_lines=Count("lines", filter=BOOKED),
            failed_lines=Count("lines", filter=FAILED),
            all_lines=Count("lines"),
        )
        return found

    @admin.display(description=_("public ID"))
    def key(self, given: Goodwill) -> str:
        """By which its refunds name it."""
        return str(given.public_id)

    @admin.display(description=_("how much of each"))
    def how(self, given: Goodwill) -> str:
        """A part or an amount."""
        return written(given.each, given.currency) if given.percent is None else f"{given.percent.normalize():f} %"

    @admin.display(description=_("given"))
    def given(self, given: Any) -> str:
        """What was booked, over how many of its lines, and how many of them failed."""
        told = {"amount": written(given.booked or Decimal(0), given.currency), "booked": given.booked_lines}
        told |= {"all": given.all_lines, "failed": given.failed_lines}
        text = _("%(amount)s, %(booked)d of %(all)d charges, %(failed)d failed")
        return (text if given.failed_lines else _("%(amount)s, %(booked)d of %(all)d charges")) % told

    @admin.display(description=_("lines"))
    def to_lines(self, given: Any) -> SafeString:
        """The way to all of them."""
        address = f"{reverse('admin:billing_goodwillline_changelist')}?goodwill__id__exact={given.pk}"
        return anchor(address, str(given.all_lines))

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Whoever may change goodwill; that it is somebody else's is seen to when it is decided."""
        return request.user.has_perm("billing.change_goodwill")

    @admin.action(description=_("Approve and book"), permissions=["decide"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Goodwill]) -> None:
        """Give the chosen ones."""
        self.decide(
            request, queryset, lambda one, at: goodwill.approve(goodwill=one, decided_by=person(request), at=at)
        )

    @admin.action(description=_("Refuse"), permissions=["decide"])
    def refuse(self, request: HttpRequest, queryset: QuerySet[Goodwill]) -> None:
        """Let the chosen ones not happen."""
        self.decide(request, queryset, lambda one, at: goodwill.refuse(goodwill=one, decided_by=person(request), at=at))

    @admin.action(description=_("Book what was left over"), permissions=["decide"])
    def book_rest(self, request: HttpRequest, queryset: QuerySet[Goodwill]) -> None:
        """Carry on where something stopped in the midst of it."""
        self.decide(request, queryset, lambda one, at: goodwill.book(goodwill=one, at=at))

    def decide(self, request: HttpRequest, queryset: QuerySet[Goodwill], verb: Callable[[Goodwill, Any], Any]) -> None:
        """Decide each on its own: one that cannot be carried out says why and keeps no other one back."""
        done = 0
        for one in queryset.order_by("pk"):
            try:
                verb(one, timezone.now())
            except Refusal as refusal:
                self.message_user(request, f"{one.reason}: {in_their_language(refusal.message)}", messages.ERROR)
            else:
                done += 1
                self.log_change(request, one, "Decided.")
        self.message_user(request, _("%(count)d decided.") % {"count": done})


@admin.register(GoodwillLine)
class GoodwillLineAdmin(Exported, RecordAdmin):
    """What each charge got back, or why not."""

    empty_hint = _("Goodwill over chosen sessions brings a row for each of them.")
    is_big = False
    amount = money("amount", _("amount"), currency="wallet.currency")
    list_display = ["__str__", "about", "wallet", amount, "stands", "goodwill_reason"]
    list_display_links = ["__str__"]
    list_filter = [("failure", admin.EmptyFieldListFilter), ("transfer", admin.EmptyFieldListFilter)]
    list_select_related = ["goodwill", "wallet__user", "wallet__company", "transfer"]
    narrowed_by = ["goodwill__id"]
    search_fields = ["subject__exact", "wallet__user__email", "wallet__user__phone", "wallet__company__name"]
    fields = readonly_fields = ["goodwill", "wallet", "about", amount, "transfer", "failure"]
    exported: ClassVar[Columns[GoodwillLine]] = columns(
        goodwill="goodwill.public_id",
        reason="goodwill.reason",
        subject="subject",
        wallet="wallet.public_id",
        owner="wallet.__str__",
        amount="amount",
        currency="wallet.currency",
        booked_at="transfer.made_at",
        transfer="transfer.public_id",
        failure="failure",
    )
    exported_with = ("goodwill", "wallet__user", "wallet__company", "transfer")

    @admin.display(description=_("for"))
    def about(self, line: GoodwillLine) -> SafeString:
        """The charge, by a link."""
        return anchor(page_of(line.subject), line.subject)

    @admin.display(description=_("state"))
    def stands(self, line: GoodwillLine) -> str:
        """Booked, failed and why, or waiting."""
        if line.transfer is not None:
            return str(_("booked"))
        return gettext(line.failure) if line.failure else "–"

    @admin.display(description=_("reason"))
    def goodwill_reason(self, line: GoodwillLine) -> str:
        """Why it was given."""
        return line.goodwill.reason

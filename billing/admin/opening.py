"""Opening balances: brought as a file with its control total, approved by a second person."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.named import NamingPeople
from billing import balances, opening
from billing.admin import dialogs
from billing.admin.columns import money, written
from billing.admin.links import anchor
from billing.admin.printed import Printed
from billing.admin.uploads import MOST_SHOWN, FileForm, UploadAdmin
from billing.cells import WrongCell, amount_in
from billing.closing.sheets import OPENING_IMPORTS, OPENING_LINES
from billing.models import OpeningImport, OpeningLine
from drivepower.core.admin import STATES, RecordAdmin, person, state_label
from drivepower.core.admin_exports import columns
from drivepower.core.exports import Columns
from drivepower.core.refusals import Refusal

ZERO = Decimal(0)
# So many lines that are to be noticed stand on the page of their import.
MOST_NOTICED = 50
# What the states of imports look like.
COLOURS = {"asked": "pending", "booked": "done"}


class OpeningForm(FileForm):
    """The file, and what it has to come to."""

    control_total = forms.CharField(
        label=_("Control total"),
        max_length=40,
        help_text=_("what the other system says that all balances come to, debts subtracted"),
        widget=UnfoldAdminTextInputWidget,
    )
    field_order = ["currency", "control_total", "file"]

    def clean(self) -> dict[str, Any]:
        """The total as an amount."""
        said: dict[str, Any] = super().clean() or {}
        if "control_total" in said and "currency" in said:
            try:
                said["control_total"] = amount_in(said["control_total"], said["currency"])
            except WrongCell as error:
                self.add_error("control_total", str(error))
        return said


@admin.register(OpeningImport)
class OpeningImportAdmin(NamingPeople, Printed, UploadAdmin):
    """Files of balances, and how they were decided."""

    sheet = OPENING_IMPORTS
    upload_form = OpeningForm
    upload_title = _("Import opening balances")
    upload_hint = _(
        "Columns: owner (a driver's phone or e-mail, or a company's tax id) and amount; below 0: the owner owes it."
    )
    preview_template = "billing/admin/opening_look.html"
    control_total = money("control_total", _("control total"))
    list_display = ["asked_at", "file_name", control_total, "balances", "standing", "asked_by", "decided_by"]
    phone_columns = ["file_name", "control_total_money", "standing", "asked_by"]
    list_filter = ["state", "currency"]
    search_fields = ["file_name", "sha256__exact", "lines__owner__exact"]
    actions = ["approve", "refuse"]
    actions_list = ["bring"]
    empty_hint = _("Import a file of balances that people bring along from another system.")
    fields = readonly_fields = [
        "public_id",
        "file_name",
        "fingerprint",
        control_total,
        "money_of",
        "debts_of",
        "balances",
        "warnings",
        "state",
        "asked_by",
        "asked_at",
        "decided_by",
        "decided_at",
    ]
    exported: ClassVar[Columns[OpeningImport]] = columns(
        **{
            name: name
            for name in (
                "file_name",
                "currency",
                "control_total",
                "booked",
                "state",
                "asked_at",
                "decided_at",
                "sha256",
            )
        }
    )

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """With what its lines come to."""
        rows: QuerySet[Any] = super().get_queryset(request)
        counted: QuerySet[Any] = rows.annotate(
            lines_count=Count("lines"),
            odd_count=Count("lines", filter=~Q(lines__problem="")),
            money_sum=Sum("lines__amount", filter=Q(lines__amount__gt=0)),
            debt_sum=Sum("lines__amount", filter=Q(lines__amount__lt=0)),
        )
        return counted

    @display(description=_("state"), ordering="state", label=STATES)  # type: ignore[untyped-decorator]  # unfold has no type hints
    def standing(self, one: OpeningImport) -> tuple[str, str]:
        """In words and colour."""
        return state_label(COLOURS.get(one.state, ""), one.get_state_display())

    @admin.display(description=_("balances"))
    def balances(self, one: Any) -> SafeString:
        """The way to its lines."""
        address = f"{reverse('admin:billing_openingline_changelist')}?opening__id__exact={one.pk}"
        return anchor(address, str(one.lines_count))

    @admin.display(description=_("money that wallets get"))
    def money_of(self, one: Any) -> str:
        """The balances above 0."""
        return written(one.money_sum or ZERO, one.currency)

    @admin.display(description=_("debts"))
    def debts_of(self, one: Any) -> str:
        """The balances below 0."""
        return written(one.debt_sum or ZERO, one.currency)

    @admin.display(description=_("lines to be noticed"))
    def warnings(self, one: Any) -> SafeString:
        """The lines that somebody should look at before they approve: the first ones, and the way to all."""
        if not one.odd_count:
            return SafeString("–")
        lines = one.lines.exclude(problem="").order_by("number")[:MOST_NOTICED]
        told = ((line.number, line.owner, written(line.amount, one.currency), line.problem) for line in lines)
        address = f"{reverse('admin:billing_openingline_changelist')}?opening__id__exact={one.pk}&problem__isempty=0"
        way = anchor(address, gettext("all of them: %(count)d") % {"count": one.odd_count})
        return format_html("{}{}", format_html_join("", "<div>{}. {}: {} – {}</div>", told), way)

    def look_at(self, said: Mapping[str, Any]) -> Mapping[str, Any]:
        """Totals by sign beside the control total, and lines: what is wrong first, then what is odd."""
        found, currency, control = (
            balances.look(content=said["content"], currency=said["currency"]),
            said["currency"],
            said["control_total"],
        )
        lines = sorted(found.lines, key=lambda line: (not line.wrong, not line.odd, line.number))
        sums = [(_("money that wallets get"), found.money), (_("debts"), found.debts), (_("in all"), found.total)]
        sums += [(_("control total"), control), (_("difference"), found.total - control)]
        why = _("Nothing is stored while a line is wrong. Mend the file and choose it again.")
        return {
            "sums": [(name, written(amount, currency)) for name, amount in sums],
            "lines": [{**vars(line), "amount_said": written(line.amount, currency)} for line in lines[:MOST_SHOWN]],
            "hidden": max(0, len(lines) - MOST_SHOWN),
            "can_store": not found.wrong and found.total == control,
            "why_not": why if found.wrong else _("The lines do not sum to the control total."),
        }

    def take_in(self, said: Mapping[str, Any], request: HttpRequest) -> OpeningImport:
        """Keep it for a second person."""
        told = {name: said[name] for name in ("content", "currency", "control_total", "file_name")}
        return opening.ask(**told, asked_by=person(request), at=timezone.now())

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Whoever may change imports; that it is somebody else's is seen to when it is decided."""
        return dialogs.may(request, "change_openingimport")

    @admin.action(description=_("Approve and book"), permissions=["decide"])
    def approve(self, request: HttpRequest, queryset: "QuerySet[OpeningImport]") -> None:
        """Book the chosen ones, each whole or not at all."""
        self.decide(request, queryset, opening.approve)

    @admin.action(description=_("Refuse"), permissions=["decide"])
    def refuse(self, request: HttpRequest, queryset: "QuerySet[OpeningImport]") -> None:
        """Let the chosen ones not happen."""
        self.decide(request, queryset, opening.refuse)

    def decide(
        self, request: HttpRequest, queryset: "QuerySet[OpeningImport]", verb: Callable[..., OpeningImport]
    ) -> None:
        """Decide each on its own."""
        done = 0
        for one in queryset.order_by("pk"):
            try:
                verb(opening=one, decided_by=person(request), at=timezone.now())
            except Refusal as refusal:
                self.message_user(request, f"{one.file_name}: {gettext(refusal.message)}", messages.ERROR)
            else:
                done += 1
                self.log_change(request, one, f"{verb.__name__.capitalize()}d.")
        self.message_user(request, _("%(count)d decided.") % {"count": done})


@admin.register(OpeningLine)
class OpeningLineAdmin(Printed, RecordAdmin):
    """The balances of all imports."""

    empty_hint = _("An import of opening balances brings one row for each line of its file.")
    sheet = OPENING_LINES
    is_big = False
    amount = money("amount", _("amount"), currency="opening.currency")
    list_display = ["owner", "number", "wallet", amount, "problem", "transfer"]
    list_filter = [("problem", admin.EmptyFieldListFilter)]
    list_select_related = ["opening", "wallet__user", "wallet__company", "transfer"]
    search_fields = ["owner__exact", "wallet__user__email", "wallet__user__phone", "wallet__company__name"]
    narrowed_by = ["opening__id"]
    empty_action = (_("See the imports"), "admin:billing_openingimport_changelist")
    fields = readonly_fields = ["opening", "number", "owner", "wallet", amount, "problem", "transfer"]
    exported: ClassVar[Columns[OpeningLine]] = columns(
        file="opening.file_name",
        number="number",
        owner="owner",
        wallet="wallet.public_id",
        amount="amount",
        booked="booked",
        currency="opening.currency",
        problem="problem",
        state="opening.state",
        transfer="transfer.public_id",
    )
    exported_with = ("opening", "wallet__user", "wallet__company", "transfer")

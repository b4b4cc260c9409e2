"""The list and the page of sessions."""

from typing import Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin
from django.db.models import Case, Q, QuerySet, Value, When
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeDateTimeFilter
from unfold.decorators import display
from unfold.utils import display_for_label

from accounts.models import User
from accounts.named import NamingPeople
from billing.admin.columns import RecordInline, money, written
from charging import review
from charging.admin import records, told
from charging.admin.figures import DayFilter, FailedFirstFilter, PayerFilter
from charging.admin.repricing import RepricingAdmin
from charging.admin.search import search
from charging.consumption import energy_of
from charging.models import Decision, Session, Settlement
from charging.models.session import SessionQuerySet
from charging.operator.sessions import columns_for
from drivepower.core.admin import STATES, state_label
from drivepower.core.admin_exports import Exported
from drivepower.core.cut_pages import is_of_company
from drivepower.core.exports import Columns

State = Session.State
# The columns that name who charged.
WHO = ("driver", "company", "tag", "id_tag")


class SettlementInline(RecordInline):
    """What each revision came to."""

    model = Settlement
    fields = readonly_fields = [
        "revision",
        "badge",
        money("total", _("total")),
        money("shortfall", _("owed")),
        "made_at",
    ]

    @admin.display(description=_("verdict"))
    def badge(self, settlement: Settlement) -> str:
        """The verdict, coloured."""
        return str(display_for_label((settlement.verdict, settlement.get_verdict_display()), "–", records.COLOURS))


class DecisionInline(NamingPeople, RecordInline):
    """What people decided about it."""

    model = Decision
    fields = readonly_fields = ["verb", "decided_by", "reason", "changes", "made_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Decision]:
        """With those who paid, by name."""
        return told.with_payers(super().get_queryset(request))

    @admin.display(description=_("what changed"))
    def changes(self, decision: Decision) -> str:
        """Before and after, where they differ."""
        return told.changes_of(decision)


class FindingFilter(admin.SimpleListFilter):
    """Sessions with one of the findings of the review."""

    title = _("finding")
    parameter_name = "finding"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """All findings by name."""
        return [(name, review.say(name)) for name in review.ALL]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Session]) -> QuerySet[Session]:
        """Those that have it."""
        return queryset.filter(findings__contains=[self.value()]) if self.value() else queryset


@admin.register(Session)
class SessionAdmin(Exported, RepricingAdmin):
    """Sessions, the newest first."""

    exported_with = ("station", "connector", "driver", "company", "meter", "receipt", "price_terms")

    list_display = ["number", "badge", "station", "socket", "who", "energy", "cost", "started_at", "duration"]
    list_display_links = ["number"]
    list_filter = [
        "state",
        "asked_by",
        FindingFilter,
        PayerFilter,
        DayFilter,
        FailedFirstFilter,
        ("started_at", RangeDateTimeFilter),
        ("station", AutocompleteSelectFilter),
    ]
    list_filter_submit = True
    live_rows = "session"
    list_select_related = ["station", "connector__station", "driver", "company", "meter", "price_terms", "receipt"]
    search_fields = ["public_id"]
    search_help_text = _("public id, transaction id, tag, or the driver's phone, e-mail or name")
    ordering = ["-id"]
    more_columns = ["asked_by", "power", "stopped_at", "stop_reason", "requested_at", "public_id"]
    empty_hint = _("A session begins when a driver starts a charge in the app or shows a card at a station.")
    empty_action = (_("See the stations"), "admin:stations_station_changelist")
    inlines = [SettlementInline, DecisionInline]
    fieldsets = [
        (None, {"fields": ["state", "public_id", "station", "connector", "driver", "company", "tag", "asked_by"]}),
        (_("Energy and time"), {"fields": ["energy", "power", "started_at", "stopped_at", "duration", "stop_reason"]}),
        (_("Money"), {"fields": ["cost", "limit_kind", "limit_energy_wh", "limit_amount", "receipt_link", "see_also"]}),
        (
            _("Doubts"),
            {"fields": ["doubts", "settled_doubts", "inferred", "failure", "failure_text", "stop_cause", "revision"]},
        ),
        (
            _("Traces"),
            {
                "fields": [
                    "ocpp_id",
                    "id_tag",
                    "start_status",
                    "meter_start_wh",
                    "meter_stop_wh",
                    "requested_at",
                    "expires_at",
                    "start_received_at",
                    "stop_received_at",
                    "stop_asked_at",
                    "holds_connector",
                    "created_at",
                ],
                "classes": ["tab"],
            },
        ),
    ]

    def exported_to(self, request: HttpRequest) -> Columns[Session]:
        """As the operator API exports them: staff of a company read names of their own people only."""
        return columns_for(cast(User, request.user))

    def get_readonly_fields(self, request: HttpRequest, obj: Session | None = None) -> list[str]:
        """All of them."""
        return [name for _title, options in self.fieldsets for name in options["fields"]]

    def get_search_results(
        self, request: HttpRequest, queryset: SessionQuerySet, search_term: str
    ) -> tuple[SessionQuerySet, bool]:
        """By what a driver can tell; staff of a company find so whom they know."""
        known: Any = queryset
        if search_term and is_of_company(request):
            known = known.filter(is_known=True)
        return search(known, search_term), False

    @admin.display(description="#", ordering="id")
    def number(self, session: Session) -> str:
        """Its number, which is its OCPP transaction too."""
        return f"#{session.pk}"

    @display(description=_("state"), ordering="state", label=STATES)  # type: ignore[untyped-decorator]  # unfold has no type hints
    def badge(self, session: Session) -> tuple[str, str]:
        """The state, coloured."""
        return state_label(session.state, session.get_state_display())

    @admin.display(description=_("connector"), ordering="connector__number")
    def socket(self, session: Session) -> int:
        """The connector by its number."""
        return session.connector.number

    def get_queryset(self, request: HttpRequest) -> SessionQuerySet:
        """With whether this person may know who charged: staff of a company know their own people and cards."""
        rows: SessionQuerySet = super().get_queryset(request)
        if not is_of_company(request):
            return rows.annotate(is_known=Value(True))
        company = getattr(request.user, "company_id", None)
        known = Q(company=company) | Q(driver__company=company)
        return rows.annotate(is_known=Case(When(known, then=True), default=False))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Without who charged, where this person may not know."""
        sets: list[Any] = super().get_fieldsets(request, obj)
        if obj is None or obj.is_known:
            return sets
        return [
            (title, {**told, "fields": [name for name in told["fields"] if name not in WHO]}) for title, told in sets
        ]

    @admin.display(description=_("driver"), ordering="driver")
    def who(self, session: Any) -> str:
        """The driver, or the company whose card it is, or the tag where nobody is known."""
        return str(session.driver or session.company or session.tag or "–") if session.is_known else "–"

    @admin.display(description=_("energy"))
    def energy(self, session: Session) -> str:
        """What was delivered, or has been so far."""
        return f"{energy_of(session, getattr(session, 'meter', None)) / 1000:.2f} kWh"

    @admin.display(description=_("power"))
    def power(self, session: Session) -> str:
        """As last read."""
        meter = getattr(session, "meter", None)
        return f"{meter.power_w / 1000:.1f} kW" if meter and meter.power_w is not None else "–"

    @admin.display(description=_("cost"))
    def cost(self, session: Any) -> str:
        """What its receipts come to, what it would cost while it waits for a person, or what it has cost so far."""
        if session.state == State.REVIEW:
            return _("would be %(cost)s") % {"cost": self.would_cost(session)}
        if session.state == State.WAIVED and session.receipt is None:
            return self.would_cost(session)
        currency = session.price_terms.currency if session.price_terms else settings.DEFAULT_CURRENCY
        meter = getattr(session, "meter", None)
        return written(session.receipt.subject_gross if session.receipt else meter and meter.running_cost, currency)

    @admin.display(description=_("duration"))
    def duration(self, session: Session) -> str:
        """Hours and minutes from start to stop, or to now."""
        minutes, seconds = divmod(session.duration_seconds(at=timezone.now()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"

    @admin.display(description=_("receipt"))
    def receipt_link(self, session: Session) -> str:
        """The way to the receipt."""
        if session.receipt is None:
            return "–"
        return anchor(reverse("admin:billing_receipt_change", args=[session.receipt_id]), session.receipt.full_number)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """With what this person may read, for the ways to other lists."""
        session: Any = super().get_object(request, object_id, from_field)
        if session is not None:
            session.reader = request.user
        return session

    @admin.display(description=_("see also"))
    def see_also(self, session: Any) -> SafeString:
        """The ways to everything that names this session and that this person may open."""
        pages: dict[Any, tuple[str, dict[str, Any]]] = {
            _("transfers"): ("billing_transfer", {"subject": session.subject}),
            _("holds"): ("billing_hold", {"subject": session.subject}),
            _("commands"): ("stations_command", {"subject": session.subject}),
            _("readings"): ("charging_meterreading", {"session_key": session.pk}),
        }
        ways = (
            (anchor(listing(page, query), str(text)),)
            for text, (page, query) in pages.items()
            if session.reader.has_perm(page.replace("_", ".view_", 1))
        )
        return format_html_join(" · ", "{}", ways)


def listing(page: str, query: dict[str, Any]) -> str:
    """The address of a list in the admin, narrowed."""
    return f"{reverse(f'admin:{page}_changelist')}?{urlencode(query)}"


def anchor(address: str, text: str) -> SafeString:
    """A link to another page of the admin."""
    return format_html('<a class="text-primary-600 dark:text-primary-500 underline" href="{}">{}</a>', address, text)

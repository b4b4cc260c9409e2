"""The list and the page of sessions."""

from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeDateTimeFilter
from unfold.decorators import action, display
from unfold.utils import display_for_label

from accounts.models import User
from accounts.named import NamingPeople
from billing.admin.columns import RecordInline, money, written
from charging import stop_words
from charging.admin import records, told
from charging.admin.figures import DayFilter, FailedFirstFilter, FindingFilter, PayerFilter
from charging.admin.goodwill import GivingAdmin
from charging.admin.search import search
from charging.consumption import energy_of
from charging.models import Decision, Session, Settlement
from charging.models.session import SessionQuerySet
from charging.operator.sessions import columns_for
from drivepower.core import measures
from drivepower.core.admin import STATES, state_label
from drivepower.core.admin_explained import Explained
from drivepower.core.admin_exports import Exported
from drivepower.core.exports import Columns
from drivepower.core.knowing import Knowing

State = Session.State


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
        return told.with_payers(super().get_queryset(request), company=getattr(request.user, "company_id", None))

    @admin.display(description=_("what changed"))
    def changes(self, decision: Decision) -> str:
        """Before and after, where they differ."""
        return told.changes_of(decision)


@admin.register(Session)
class SessionAdmin(Explained, Exported, Knowing, GivingAdmin):
    """Sessions, the newest first."""

    known_to = ("company", "driver__company")
    naming = ("driver", "company", "tag", "id_tag")
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
    phone_columns = ["badge", "doubts", "station", "energy", "duration"]
    list_select_related = ["station__location", "connector__station", "driver", "company", "meter", "price_terms"]
    list_select_related += ["receipt"]
    clocked_by = "station__location"
    search_fields = ["public_id"]
    search_help_text = _("public id, transaction id, tag, or the driver's phone, e-mail or name")
    ordering = ["-id"]
    narrowed_by = ["stop_reason"]
    more_columns = ["asked_by", "power", "stopped_at", "ended_by", "requested_at", "public_id"]
    empty_hint = _("A session begins when a driver starts a charge in the app or shows a card at a station.")
    empty_action = (_("See the stations"), "admin:stations_station_changelist")
    inlines = [SettlementInline, DecisionInline]
    actions_detail = ["explain", "report", *GivingAdmin.actions_detail]
    fieldsets = [
        (None, {"fields": ["state", "public_id", "station", "connector", "driver", "company", "tag", "asked_by"]}),
        (_("Energy and time"), {"fields": ["energy", "power", "started_at", "stopped_at", "duration", "ended_by"]}),
        (_("Money"), {"fields": ["cost", "limit_kind", "limit_energy_wh", "limit_amount", "receipt_link", "see_also"]}),
        (
            _("Doubts"),
            {
                "fields": [
                    "doubts",
                    "settled_doubts",
                    "inferred",
                    "failure",
                    "failed_since",
                    "stopped_for",
                    "revision",
                ]
            },
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

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """With the way to what happened, for those who may read what stations say."""
        columns = list(super().get_list_display(request))
        return [*columns, "explained"] if self.has_explain_permission(request) else columns

    def explained_as(self, session: Session) -> tuple[str, datetime] | None:
        """Itself."""
        return session.subject, session.created_at

    def has_report_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may report problems."""
        return request.user.has_perm("stations.add_report")

    @action(description=_("Report a problem"), icon="report", permissions=["report"])  # type: ignore[untyped-decorator]
    def report(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """To the form, which knows this session."""
        session = get_object_or_404(self.get_queryset(request), pk=object_id)
        return HttpResponseRedirect(reverse("admin:portal_report_problem", query={"session": session.public_id}))

    @admin.display(description=_("what happened"))
    def explained(self, session: Session) -> SafeString:
        """The way to its explanation."""
        return anchor(explanation_of(session), str(_("Explain")))

    def get_search_results(
        self, request: HttpRequest, queryset: SessionQuerySet, search_term: str
    ) -> tuple[SessionQuerySet, bool]:
        """By what a driver can tell; staff of a company find so whom they know."""
        known: SessionQuerySet = self.of_known(request, queryset) if search_term else queryset
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

    @admin.display(description=_("driver"), ordering="driver")
    def who(self, session: Any) -> str:
        """The driver, or the company whose card it is, or the tag where nobody is known."""
        return str(session.driver or session.company or session.tag or "–") if session.is_known else "–"

    @admin.display(description=_("energy"))
    def energy(self, session: Session) -> str:
        """What was delivered, or has been so far."""
        return measures.energy(energy_of(session, getattr(session, "meter", None)), 2)

    @admin.display(description=_("power"))
    def power(self, session: Session) -> str:
        """As last read."""
        meter = getattr(session, "meter", None)
        return measures.power(meter.power_w if meter else None)

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

    @admin.display(description=_("stop reason"), ordering="stop_reason")
    def ended_by(self, session: Session) -> str:
        """Why it ended, as the station says."""
        return stop_words.end_of(session) if session.stopped_at else "–"

    @admin.display(description=_("why we stopped it"))
    def stopped_for(self, session: Session) -> str:
        """In words."""
        return stop_words.cause_of(session.stop_cause) if session.stop_cause else "–"

    @admin.display(description=_("in words"))
    def failed_since(self, session: Session) -> str:
        """Why nothing came of it, as its driver was told."""
        return gettext(session.failure_text) if session.failure_text else "–"

    @admin.display(description=_("receipt"))
    def receipt_link(self, session: Any) -> str:
        """The receipt's number, and the way to it for whoever may open it."""
        if session.receipt is None:
            return "–"
        if not session.reader.has_perm("billing.view_receipt"):
            return str(session.receipt.full_number)
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


def explanation_of(session: Session) -> str:
    """The page of the portal that tells what happened."""
    return reverse("admin:portal_explain_session", args=[session.public_id])


def listing(page: str, query: dict[str, Any]) -> str:
    """The address of a list in the admin, narrowed."""
    return f"{reverse(f'admin:{page}_changelist')}?{urlencode(query)}"


def anchor(address: str, text: str) -> SafeString:
    """A link to another page of the admin."""
    return format_html('<a class="text-primary-600 dark:text-primary-500 underline" href="{}">{}</a>', address, text)

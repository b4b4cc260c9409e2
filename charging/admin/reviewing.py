"""The review queue, and what people decide in it: one by one in dialogs, or many at once with one reason."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import CharField, DecimalField, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.forms import ActionForm

from billing.admin.columns import written
from billing.models import Hold
from charging import approvals, decisions, review, reviewing
from charging.admin import told
from charging.admin.decisions import ACCEPT, CORRECT, RERUN, WAIVE, DecideForm
from charging.decisions import LONGEST_REASON
from charging.models import DecisionRequest, Session, Settlement
from charging.models.session import SessionQuerySet, SessionState
from drivepower.core.admin import RecordAdmin, person
from drivepower.core.errors import in_their_language
from drivepower.core.refusals import Refusal

State = Session.State
MONEY: "DecimalField[Decimal, Decimal]" = DecimalField(max_digits=20, decimal_places=3)
MAY_REVIEW = (State.REVIEW, State.ENDED)
MAY_CORRECT = (*MAY_REVIEW, State.SETTLED)
QUEUE = ["number", "doubts", "station", "who", "energy", "would_cost", "kept", "started_at", "age"]


class ReasonForm(ActionForm):  # type: ignore[misc]  # unfold has no type hints
    """The bar of list actions, with the reason that all of the chosen ones share."""

    reason = forms.CharField(
        required=False,
        max_length=LONGEST_REASON,
        label="",
        widget=forms.TextInput(
            attrs={
                "placeholder": _("Reason"),
                "aria-label": _("Reason"),
                "class": "bg-white/20 px-2 py-1 rounded-default placeholder:text-white/80 lg:w-72",
            }
        ),
    )


class ReviewingAdmin(RecordAdmin):
    """Sessions about which one can decide."""

    actions = ["accept_chosen", "waive_chosen"]
    actions_detail = ["accept", "correct", "waive", "rerun"]
    action_form = ReasonForm

    class Media:
        css = {"all": ["charging/money.css"]}

    def get_list_display(self, request: HttpRequest) -> Sequence[Any]:
        """Other columns for those that wait for a person."""
        return QUEUE if is_queue(request) else super().get_list_display(request)

    def get_queryset(self, request: HttpRequest) -> SessionQuerySet:
        """With what they would cost, and in the queue with what is held for them."""
        sessions: SessionQuerySet = super().get_queryset(request)
        return with_holds(with_price(sessions)) if is_queue(request) else with_price(sessions)

    @admin.display(description=_("findings"))
    def doubts(self, session: Session) -> str:
        """What is open, in sentences."""
        return "–" if is_decided(session) else sentences(session)

    @admin.display(description=_("found before a person decided"))
    def settled_doubts(self, session: Session) -> str:
        """What a person has looked at, in sentences."""
        return sentences(session) if is_decided(session) else "–"

    @admin.display(description=_("would cost"), ordering="would_cost")
    def would_cost(self, session: Any) -> str:
        """As it was priced last."""
        return written(session.would_cost, session.would_cost_currency or "")

    @admin.display(description=_("held"), ordering="kept")
    def kept(self, session: Any) -> str:
        """What the driver cannot use until somebody has decided."""
        return written(session.kept, session.would_cost_currency or "")

    @admin.display(description=_("waits"), ordering="stopped_at")
    def age(self, session: Session) -> str:
        """Days and hours since it ended."""
        waited = timezone.now() - session.stopped_at if session.stopped_at else timedelta(0)
        return _("%(days)d d %(hours)d h") % {"days": waited.days, "hours": waited.seconds // 3600}

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Whoever may add decisions."""
        return request.user.has_perm("charging.add_decision")

    def has_review_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """They, for one that waits for it."""
        return self._may(request, object_id, *MAY_REVIEW)

    def has_correct_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """They, for one that waits for it or is paid."""
        return self._may(request, object_id, *MAY_CORRECT)

    def _may(self, request: HttpRequest, object_id: Any, *states: SessionState) -> bool:
        if not self.has_decide_permission(request):
            return False
        if object_id is None:
            return True
        session = Session.objects.filter(pk=object_id).first()
        return session is not None and decisions.stands_in(session, *states)

    @action(description=_("Accept"), icon="check", permissions=["review"], dialog=ACCEPT)  # type: ignore[untyped-decorator]  # unfold has no type hints
    def accept(self, request: HttpRequest, form: DecideForm, object_id: str) -> HttpResponse:
        """It has been carried out by the form."""
        return self.decided(request, form)

    @action(description=_("Correct"), icon="edit", permissions=["correct"], dialog=CORRECT)  # type: ignore[untyped-decorator]  # unfold has no type hints
    def correct(self, request: HttpRequest, form: DecideForm, object_id: str) -> HttpResponse:
        """It has been carried out by the form."""
        return self.decided(request, form)

    @action(description=_("Waive"), icon="money_off", permissions=["correct"], dialog=WAIVE)  # type: ignore[untyped-decorator]  # unfold has no type hints
    def waive(self, request: HttpRequest, form: DecideForm, object_id: str) -> HttpResponse:
        """It has been carried out by the form."""
        return self.decided(request, form)

    @action(description=_("Look anew"), icon="refresh", permissions=["review"], dialog=RERUN)  # type: ignore[untyped-decorator]  # unfold has no type hints
    def rerun(self, request: HttpRequest, form: DecideForm, object_id: str) -> HttpResponse:
        """It has been carried out by the form."""
        return self.decided(request, form)

    def decided(self, request: HttpRequest, form: DecideForm) -> HttpResponse:
        """Note it in the log of the page, and show what stands."""
        self.log_change(request, form.session, f"{form.cleaned_data['reason']}")
        self.say_what_waits(request, form.made)
        if not isinstance(form.made, DecisionRequest):
            form.session.refresh_from_db()
            messages.success(request, told.outcome(form.session))
        here = reverse("admin:charging_session_change", args=[form.session.pk])
        if request.GET.get("back") == "queue":
            here = reverse("admin:charging_session_queue")
        return HttpResponse(headers={"HX-Redirect": here})

    def say_what_waits(self, request: HttpRequest, made: Any) -> None:
        """A decision that moves much, or takes what cannot be for true, has not been carried out yet."""
        if isinstance(made, DecisionRequest):
            amount = written(made.charges_more or made.gives_back, made.currency)
            text = _("%(session)s: it gives back %(amount)s and waits for a second person, who confirms or refuses it.")
            if made.charges_more:
                text = _("%(session)s: it charges %(amount)s more and waits for a second person to confirm it.")
            self.message_user(request, text % {"session": str(made.session), "amount": amount}, messages.WARNING)

    @admin.action(description=_("Accept those in review"), permissions=["decide"])
    def accept_chosen(self, request: HttpRequest, queryset: SessionQuerySet) -> None:
        """Charge the chosen ones as they stand."""
        self.decide_all(request, queryset, reviewing.accept)

    @admin.action(description=_("Waive those in review"), permissions=["decide"])
    def waive_chosen(self, request: HttpRequest, queryset: SessionQuerySet) -> None:
        """Charge nothing for the chosen ones."""
        self.decide_all(request, queryset, approvals.waive)

    def decide_all(self, request: HttpRequest, queryset: SessionQuerySet, verb: Callable[..., Any]) -> None:
        """Decide each on its own: one that is refused says why and keeps no other one back."""
        done, reason = 0, request.POST.get("reason", "")
        for session in queryset.filter(state=State.REVIEW).order_by("pk"):
            said = {"reason": reason, "by": person(request), "at": timezone.now(), "seen": session.revision}
            try:
                made = verb(session_id=session.pk, **said)
            except Refusal as refusal:
                self.message_user(request, f"{session}: {in_their_language(refusal.message)}", messages.ERROR)
            else:
                done += 1
                self.log_change(request, session, reason)
                self.say_what_waits(request, made)
        self.message_user(request, _("%(count)d decided.") % {"count": done})


def is_queue(request: HttpRequest) -> bool:
    """Whether the list shows those in review."""
    return request.GET.get("state__exact") == State.REVIEW


def sentences(session: Session) -> str:
    """Its findings, one a line."""
    return format_html_join(mark_safe("<br>"), "{}", [(said,) for said in review.say_all(session.findings)]) or "–"


def is_decided(session: Any) -> bool:
    """Whether a person has settled what was found."""
    return session.last_verdict not in (None, Settlement.Verdict.OK, Settlement.Verdict.SUSPECT)


def with_price(sessions: SessionQuerySet) -> SessionQuerySet:
    """What each would cost as it was priced last, and what was said of that."""
    last = Settlement.objects.filter(session=OuterRef("pk"), revision=OuterRef("revision"))
    return sessions.annotate(
        would_cost=Subquery(last.values("total")),
        would_cost_currency=Subquery(last.values("currency")),
        last_verdict=Subquery(last.values("verdict")),
    )


def with_holds(sessions: SessionQuerySet) -> SessionQuerySet:
    """What is held for each."""
    subject = Concat(Value("session:"), Cast(OuterRef("pk"), CharField()))
    held = Hold.objects.filter(subject=subject, state=Hold.State.ACTIVE).order_by().values("subject")
    return sessions.annotate(
        kept=Coalesce(Subquery(held.annotate(all=Sum("amount")).values("all")), Value(Decimal(0)), output_field=MONEY),
    )

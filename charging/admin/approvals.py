"""Decisions that wait for a second person, and those that were confirmed or refused."""

from collections.abc import Callable

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from accounts.named import NamingPeople
from billing.admin.columns import money
from charging import approvals, batches
from charging.models import DecisionRequest
from drivepower.core.admin import RecordAdmin, person
from drivepower.core.errors import in_their_language
from drivepower.core.refusals import Refusal

State = DecisionRequest.State
COLOURS = {State.ASKED: "warning", State.CONFIRMED: "success", State.REFUSED: "danger"}


@admin.register(DecisionRequest)
class DecisionRequestAdmin(NamingPeople, RecordAdmin):
    """Asked for on the pages of sessions; confirmed or refused here."""

    is_big = False
    back, more = money("gives_back", _("gives back")), money("charges_more", _("charges more"))
    list_display = ["asked_at", "session", "verb", back, more, "together", "badge", "reason", "asked_by", "decided_by"]
    list_filter = ["state", "verb"]
    list_select_related = ["session"]
    search_fields = ["session__public_id__exact", "reason"]
    empty_hint = _("A decision about much money waits here until a second person confirms it.")
    actions = ["confirm", "refuse"]
    fields = readonly_fields = [
        "session",
        "revision",
        "verb",
        "said",
        back,
        more,
        "reason",
        "badge",
        "asked_by",
        "asked_at",
        "decided_by",
        "decided_at",
    ]

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Whoever may add decisions; that it is somebody else's is seen to when it is decided."""
        return request.user.has_perm("charging.add_decision")

    @display(description=_("state"), ordering="state", label=COLOURS)  # type: ignore[untyped-decorator]  # unfold has no type hints
    def badge(self, asked: DecisionRequest) -> tuple[str, str]:
        """The state, coloured."""
        return asked.state, asked.get_state_display()

    @admin.display(description=_("together with"))
    def together(self, asked: DecisionRequest) -> str:
        """What all that wait together have in common; one word decides about them all."""
        return str(asked.said.get(approvals.BATCH, ""))[:8] or "–"

    @admin.action(description=_("Confirm"), permissions=["decide"])
    def confirm(self, request: HttpRequest, queryset: QuerySet[DecisionRequest]) -> None:
        """Carry out the chosen ones."""
        self.decide(request, queryset, approvals.confirm)

    @admin.action(description=_("Refuse"), permissions=["decide"])
    def refuse(self, request: HttpRequest, queryset: QuerySet[DecisionRequest]) -> None:
        """Let the chosen ones not happen."""
        self.decide(request, queryset, approvals.refuse)

    def decide(self, request: HttpRequest, queryset: QuerySet[DecisionRequest], verb: Callable[..., None]) -> None:
        """Decide each on its own: one that cannot be carried out says why and keeps no other one back."""
        done = 0
        # Who decides about one decides about all that wait together with it.
        for asked in batches.whole(queryset).select_related("session").order_by("pk"):
            try:
                verb(request=asked, by=person(request), at=timezone.now())
            except Refusal as refusal:
                self.message_user(request, f"{asked}: {in_their_language(refusal.message)}", messages.ERROR)
            else:
                done += 1
                self.log_change(request, asked, f"{verb.__name__}")
        self.message_user(request, _("%(count)d decided.") % {"count": done})

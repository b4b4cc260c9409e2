"""What was done about an alert, on its page."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from drivepower.core import clocks
from drivepower.core.models import AlertAct, AlertStep

# What becomes of a step: what the ladder itself says, then the states of its command.
OUTCOMES = {
    "asked": _("asked"),
    "left_out": _("left out"),
    "accepted": _("accepted"),
    "rejected": _("rejected"),
    "failed": _("failed"),
    "timed_out": _("timed out"),
}


class RecordInline(TabularInline):  # type: ignore[misc]  # unfold has no type hints
    """Rows that are only read."""

    extra = 0
    can_delete = False
    hide_title = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody writes them by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody edits them."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever sees the alert."""
        return request.user.has_perm("core.view_alert")


class ActInline(RecordInline):
    """What was done about it, the first first."""

    model = AlertAct
    fields = readonly_fields = ["at_shown", "what", "by", "text_shown", "step", "outcome_shown"]
    ordering = ["id"]

    @admin.display(description=_("when"))
    def at_shown(self, act: AlertAct) -> str:
        """With the zone."""
        return clocks.second(act.at)

    @admin.display(description=_("in words"))
    def text_shown(self, act: AlertAct) -> str:
        """In the reader's language."""
        if act.what == AlertAct.What.STEP and act.text in AlertStep.Action:
            return str(AlertStep.Action(act.text).label)
        return act.said

    @admin.display(description=_("outcome"))
    def outcome_shown(self, act: AlertAct) -> str:
        """What became of the step's command, in words."""
        return str(OUTCOMES.get(act.outcome, act.outcome))

"""Lists of what somebody asked for and a second person decides about."""

from collections.abc import Callable
from typing import Any, ClassVar, Protocol

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.admin import dialogs
from billing.models import Adjustment
from drivepower.core.admin import RecordAdmin, person
from drivepower.core.errors import in_their_language
from drivepower.core.refusals import Refusal


class Deciding(RecordAdmin):
    """Rows with a reason; `asked_as` is what the verbs that decide call one."""

    asked_as: ClassVar[str]

    def decide(self, request: HttpRequest, queryset: "QuerySet[Any]", verb: Callable[..., Any]) -> None:
        """Decide each on its own: one that cannot be carried out says why and keeps no other one back."""
        done = 0
        for one in queryset.order_by("pk"):
            try:
                verb(**{self.asked_as: one}, decided_by=person(request), at=timezone.now())
            except Refusal as refusal:
                self.message_user(request, f"{one.reason}: {in_their_language(refusal.message)}", messages.ERROR)
            else:
                done += 1
                self.log_change(request, one, f"{verb.__name__.capitalize()}d.")
        self.message_user(request, _("%(count)d decided.") % {"count": done})


class AsksOnce(Protocol):
    """A form that has asked for something."""

    asked: Any


def asked(page: RecordAdmin, request: HttpRequest, form: AsksOnce) -> HttpResponse:
    """Note who asked for it, and show it."""
    page.log_change(request, form.asked, "Asked for.")
    if form.asked.state == Adjustment.State.ASKED:  # all that wait for a second person call it the same
        page.message_user(request, dialogs.WAITS, messages.WARNING)
    return dialogs.shown(form.asked)

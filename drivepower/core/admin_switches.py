"""Switches: what each of them turns, whether it is on, and who turned it when and why."""

from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from drivepower.core import switches
from drivepower.core.admin import STATES, CarefulAdmin, person, state_label
from drivepower.core.models import Switch


@admin.register(Switch)
class SwitchAdmin(CarefulAdmin):
    """All that there are; they are turned here, and made by nobody."""

    empty_hint = _("A row comes when something is switched off or on.")
    list_display = ["name", "what", "standing", "note", "changed_by", "changed_at"]
    list_filter = ["is_on"]
    search_fields = ["name", "note"]
    fields = ["name", "what", "is_on", "note", "changed_by", "changed_at"]
    readonly_fields = ["name", "what", "changed_by", "changed_at"]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """With a row for those that nobody has turned yet."""
        if self.has_view_or_change_permission(request):
            switches.keep_rows(at=timezone.now())
        return super().changelist_view(request, extra_context)

    @admin.display(description=_("what it turns"))
    def what(self, switch: Switch) -> str:
        """For people."""
        return str(switches.declared().get(switch.name, "–"))

    @display(description=_("state"), ordering="is_on", label=STATES)  # type: ignore[untyped-decorator]  # unfold has no type hints
    def standing(self, switch: Switch) -> tuple[str, str]:
        """On or off, in a word."""
        return state_label("ok", str(_("on"))) if switch.is_on else state_label("failed", str(_("off")))

    def save_model(self, request: HttpRequest, obj: Any, form: "ModelForm[Any]", change: bool) -> None:
        """Turn it, so that who and when are written with it."""
        turned = switches.turn(name=obj.name, is_on=obj.is_on, note=obj.note, by=person(request), at=timezone.now())
        obj.changed_by, obj.changed_at = turned.changed_by, turned.changed_at

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Which there are is said by what honours them."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """It would only be on again."""
        return False

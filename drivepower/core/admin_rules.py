"""The page of alert rules: when, how bad, where, what is tried first, and who is called then."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from drivepower.core.admin import CarefulAdmin, CarefulInline, state_label
from drivepower.core.admin_alerts import COLOURS
from drivepower.core.alert_kinds import FIGURES, KINDS, is_figure, title_of
from drivepower.core.models import AlertRule, AlertStep


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    """A rule whose figures are those that its kind knows."""

    kind = forms.ChoiceField(
        label=_("kind"), choices=lambda: sorted((kind, str(title)) for kind, title in KINDS.items()),
        widget=UnfoldAdminSelectWidget,
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Refuse figures that nothing reads, and what is no number."""
        said: dict[str, Any] = super().clean() or {}
        known, given = FIGURES.get(said.get("kind", ""), {}), said.get("parameters") or {}
        if not isinstance(given, dict) or not all(is_figure(value) for value in given.values()):
            raise ValidationError({"parameters": _("Figures by name, e.g. {\"minutes\": 15}.")})  # fmt: skip
        if unknown := set(given) - set(known):
            names = ", ".join(sorted(known)) or "–"
            message = _("%(unknown)s: this kind knows %(names)s.")
            values = {"unknown": ", ".join(sorted(unknown)), "names": names}
            raise ValidationError({"parameters": ValidationError(message, params=values)})
        return said


class StepInline(CarefulInline):
    """The ladder."""

    model = AlertStep
    fields = ["position", "action", "after_s", "after_charge_s"]
    ordering = ["position"]


@admin.register(AlertRule)
class AlertRuleAdmin(CarefulAdmin):
    """What counts as a trouble and what follows; names stay, since commands bear them."""

    empty_hint = _("A rule says what counts as a trouble, who is told, and what is tried by itself. Add the first.")
    form = RuleForm
    list_display = ["name", "kind_shown", "condition", "severity_shown", "scope", "ladder", "escalate_minutes", "is_on"]
    list_filter = ["severity", "is_on"]
    search_fields = ["name", "kind"]
    inlines = [StepInline]
    readonly_fields = ["figures"]
    fieldsets = [
        (None, {"fields": ["name", "kind", ("severity", "is_on"), "parameters", "figures"]}),
        (_("Where"), {"fields": ["labels", "locations", "vendors"]}),
        (_("Then"), {"fields": [("escalate_minutes", "most_ladders_per_day")]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[AlertRule]:
        """With their ladders, in one more query."""
        rows: QuerySet[AlertRule] = super().get_queryset(request)
        return rows.prefetch_related("steps")

    def get_readonly_fields(self, request: HttpRequest, obj: AlertRule | None = None) -> list[str]:
        """A rule that is there keeps its name."""
        return [*self.readonly_fields, *(["name"] if obj else [])]

    @admin.display(description=_("kind"), ordering="kind")
    def kind_shown(self, rule: AlertRule) -> str:
        """The kind in words."""
        return title_of(rule.kind)

    @admin.display(description=_("condition"))
    def condition(self, rule: AlertRule) -> str:
        """The figures that count."""
        counted = {**FIGURES.get(rule.kind, {}), **rule.parameters}
        return ", ".join(f"{name}: {value:g}" for name, value in counted.items() if is_figure(value)) or "–"

    @display(description=_("severity"), ordering="severity", label=COLOURS)  # type: ignore[untyped-decorator]
    def severity_shown(self, rule: AlertRule) -> tuple[str, str]:
        """As a word, and as a colour."""
        return state_label(rule.severity, rule.get_severity_display())

    @admin.display(description=_("where"))
    def scope(self, rule: AlertRule) -> str:
        """Labels, locations, vendors."""
        return ", ".join([*rule.labels, *rule.locations, *rule.vendors]) or str(_("everywhere"))

    @admin.display(description=_("ladder"))
    def ladder(self, rule: AlertRule) -> str:
        """The steps with their seconds."""
        return " → ".join(f"{step.after_s} s {step.get_action_display()}" for step in rule.steps.all()) or "–"

    @admin.display(description=_("figures of each kind"))
    def figures(self, rule: AlertRule) -> str:
        """What may be set, and what counts where it is not."""
        return "; ".join(
            f"{title_of(kind)} – " + ", ".join(f"{name}: {value:g}" for name, value in known.items())
            for kind, known in FIGURES.items()
        )

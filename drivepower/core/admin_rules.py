"""The page of alert rules: when, how bad, where, what is tried first, and who is called then."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from drivepower.core.admin import CarefulAdmin, CarefulInline, state_label
from drivepower.core.admin_alerts import COLOURS
from drivepower.core.alert_figures import condition_of
from drivepower.core.alert_kinds import KINDS, title_of
from drivepower.core.inputs.figures import FiguresField, gathered, spread
from drivepower.core.inputs.telling import Telling
from drivepower.core.models import AlertRule, AlertStep

# A list of codes is one line: in a field of several one would write a code on each.
ON_A_LINE: Any = {ArrayField: {"widget": UnfoldAdminTextInputWidget}}


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    """A rule whose figures are those that its kind knows."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=lambda: sorted((kind, str(title)) for kind, title in KINDS.items()),
        widget=UnfoldAdminSelectWidget,
    )  # fmt: skip
    parameters = FiguresField(
        label=_("Condition"), required=False, help_text=_("What is left empty is as usual: the figure shown in grey.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["parameters"] = spread(self.instance.kind, self.instance.parameters)

    @cached_property
    def changed_data(self) -> list[str]:
        """Of another kind, a rule's figures are others, too, though nobody touched them."""
        found = super().changed_data
        return [*found, "parameters"] if "kind" in found and "parameters" not in found else found

    def clean(self) -> dict[str, Any]:
        """Keep the figures of the kind; refuse what was written under another one."""
        said: dict[str, Any] = super().clean() or {}
        kind, figures = said.get("kind"), said.get("parameters")
        if kind is None or figures is None:
            return said
        strays = [part for part in self.field.parts() if part.group != kind and self.is_new(part.name, figures)]
        if strays:
            names = ", ".join(f"{part.heading}: {part.label}" for part in strays)
            values = {"kind": title_of(kind), "names": names}
            message = _("A rule of the kind “%(kind)s” has no such figures: %(names)s.")
            self.add_error("parameters", ValidationError(message, params=values))
        return said | {"parameters": gathered(kind, figures)}

    @property
    def field(self) -> FiguresField:
        """That of the figures."""
        return cast(FiguresField, self.fields["parameters"])

    def is_new(self, name: str, figures: dict[str, Any]) -> bool:
        """Whether this person wrote that figure."""
        return name in figures and figures[name] != self.field.shown.get(name)


class StepInline(CarefulInline):
    """The ladder."""

    model = AlertStep
    fields = ["position", "action", "after_s", "after_charge_s"]
    ordering = ["position"]


@admin.register(AlertRule)
class AlertRuleAdmin(Telling, CarefulAdmin):
    """What counts as a trouble and what follows; names stay, since commands bear them."""

    empty_hint = _("A rule says what counts as a trouble, who is told, and what is tried by itself. Add the first.")
    form = RuleForm
    told = {"parameters": "condition"}
    list_display = ["name", "kind_shown", "condition", "severity_shown", "scope", "ladder", "escalate_minutes", "is_on"]
    list_filter = ["severity", "is_on"]
    search_fields = ["name", "kind"]
    inlines = [StepInline]
    formfield_overrides = ON_A_LINE
    fieldsets = [
        (None, {"fields": ["name", "kind", ("severity", "is_on"), "parameters"]}),
        (_("Where"), {"fields": ["labels", "locations", "vendors"]}),
        (_("Then"), {"fields": [("escalate_minutes", "most_ladders_per_day")]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[AlertRule]:
        """With their ladders, in one more query."""
        rows: QuerySet[AlertRule] = super().get_queryset(request)
        return rows.prefetch_related("steps")

    def get_readonly_fields(self, request: HttpRequest, obj: AlertRule | None = None) -> list[str]:
        """A rule that is there keeps its name."""
        return ["name"] if obj else []

    @admin.display(description=_("kind"), ordering="kind")
    def kind_shown(self, rule: AlertRule) -> str:
        """The kind in words."""
        return title_of(rule.kind)

    @admin.display(description=_("condition"))
    def condition(self, rule: AlertRule) -> str:
        """The figures that count, in words."""
        return condition_of(rule)

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

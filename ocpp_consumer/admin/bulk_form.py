"""A job as a person writes it: over whom, what, in which waves, and how much may fail."""

import uuid
from datetime import timedelta
from typing import Any, cast

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from billing.models import TariffPlan
from drivepower.core import clocks
from drivepower.core.cut_pages import cut, is_of_company
from drivepower.core.errors import in_their_language
from drivepower.core.refusals import Refusal
from ocpp_consumer import bulk
from ocpp_consumer.admin import targets
from ocpp_consumer.admin.bulk_waves import WavesForm, number
from ocpp_consumer.bulk import wishes
from ocpp_consumer.bulk.rights import may_begin
from ocpp_consumer.v16.requests import REQUESTS
from ocpp_consumer.v16.words import zulu
from stations import labels
from stations.models import BulkCommand, ConfigurationTemplate, FirmwareImage, Location, Station

Kind = BulkCommand.Kind
# The fields of each kind; the page shows those of the kind that is chosen.
FIELDS = {
    Kind.COMMAND: ("action", "payload", "force"),
    Kind.CONFIGURATION: ("template", "values"),
    Kind.FIRMWARE: ("image", "signed", "retrieve_at"),
    Kind.RESET: ("reset",),
    Kind.AVAILABILITY: ("availability",),
    Kind.TARIFF: ("plan",),
    Kind.LOCAL_LIST: ("update",),
}
# Kinds that change rows, whether the station is there or not.
ROWS_ONLY = (Kind.TARIFF,)
# What staff of a company are not shown and may not use.
OF_HOUSE = ("template", "image", "plan")
RESETS = (("Soft", gettext_lazy("soft: charges are ended first")), ("Hard", gettext_lazy("hard: at once")))
AVAILABILITIES = (("Operative", gettext_lazy("in operation")), ("Inoperative", gettext_lazy("out of operation")))
UPDATES = (
    ("differential", gettext_lazy("what has changed")),
    ("full", gettext_lazy("all of it, begun anew")),
)


def choice(label: Any, choices: Any = (), **attrs: str) -> forms.ChoiceField:
    """One of a few."""
    return forms.ChoiceField(
        label=label, choices=choices, required=False, widget=UnfoldAdminSelectWidget(attrs=attrs or None)
    )


def row(label: Any, queryset: Any) -> "forms.ModelChoiceField[Any]":
    """One of the rows."""
    return forms.ModelChoiceField(label=label, queryset=queryset, required=False, widget=UnfoldAdminSelectWidget)


class BulkForm(WavesForm):
    """All kinds in one form; what is not of the chosen kind is not looked at."""

    over = choice(gettext_lazy("Over what"), **{"x-model": "over"})
    label = choice(gettext_lazy("Label"))
    location = forms.ModelChoiceField(
        label=gettext_lazy("Location"),
        queryset=Location.objects.order_by("code"),
        to_field_name="code",
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    view = choice(gettext_lazy("Saved view"))
    value = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)
    online = forms.BooleanField(
        label=gettext_lazy("Only those that are online"),
        help_text=gettext_lazy("Others are refused and count as failures, unless only rows are changed."),
        required=False,
        initial=True,
        widget=UnfoldBooleanSwitchWidget,
    )
    kind = choice(gettext_lazy("What to do"), **{"x-model": "kind"})
    action = choice(gettext_lazy("Request"), [(name, name) for name in sorted(REQUESTS)])
    payload = forms.JSONField(
        label=gettext_lazy("Payload"), required=False, initial=dict, widget=UnfoldAdminTextareaWidget(attrs={"rows": 4})
    )
    force = forms.BooleanField(
        label=gettext_lazy("Send it although it breaks a rule"), required=False, widget=UnfoldBooleanSwitchWidget
    )
    template = row(gettext_lazy("Template"), ConfigurationTemplate.objects.order_by("name"))
    values = forms.CharField(
        label=gettext_lazy("Keys and values"),
        required=False,
        max_length=10_000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text=gettext_lazy("One a line: MeterValueSampleInterval = 60. Leave empty where a template is chosen."),
    )
    image = row(gettext_lazy("Firmware"), FirmwareImage.objects.order_by("-id"))
    signed = forms.BooleanField(
        label=gettext_lazy("As a signed update"), required=False, widget=UnfoldBooleanSwitchWidget
    )
    retrieve_at = forms.DateTimeField(
        label=gettext_lazy("From when"),
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"type": "datetime-local"}),
        help_text=clocks.hint(gettext_lazy("Empty: at once.")),
    )
    reset = choice(gettext_lazy("Kind of reset"), RESETS)
    availability = choice(gettext_lazy("Availability"), AVAILABILITIES)
    plan = row(gettext_lazy("Tariff plan"), TariffPlan.objects.filter(is_private=False).order_by("name"))
    update = choice(gettext_lazy("What to send"), UPDATES)
    typed = number(gettext_lazy("Type the number of stations to begin"), min_value=0)
    # The name that its job will have: a button that is pressed twice begins one.
    once = forms.UUIDField(required=False, initial=uuid.uuid4, widget=forms.HiddenInput)

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.target: targets.Target | None = None
        self.wish: wishes.Wish | None = None
        self.offered("kind").choices = [one for one in Kind.choices if may_begin(request.user, one[0])]
        places, stations = (cut(model.objects.all(), request) for model in (Location, Station))
        self.offered("label").choices = [(one, one) for one in labels.used(stations, places)]
        self.rows("location").queryset = places.order_by("code")
        self.offered("view").choices = [(str(view.pk), view.name) for view in targets.views(request)]
        self.offered("over").choices = self.overs()
        if is_of_company(request):
            for name in OF_HOUSE:
                field = self.rows(name)
                field.queryset = field.queryset.none() if field.queryset is not None else None

    def rows(self, name: str) -> "forms.ModelChoiceField[Any]":
        """The field of that name, whose rows depend on the person."""
        return cast("forms.ModelChoiceField[Any]", self.fields[name])

    def offered(self, name: str) -> forms.ChoiceField:
        """The field of that name, whose choices depend on the person."""
        return cast(forms.ChoiceField, self.fields[name])

    def overs(self) -> list[tuple[str, Any]]:
        """The ways to name stations of which there are any; rows and filters only where a list has handed them on."""
        handed = str(self.data.get("over") or self.initial.get("over") or "")
        open_ones = {handed, targets.LOCATION}
        open_ones |= {name for name in (targets.LABEL, targets.VIEW) if self.offered(name).choices}
        return [(name, words) for name, words in targets.WORDS.items() if name in open_ones]

    def clean(self) -> dict[str, Any]:
        """Find the stations and check the wish, each problem beside the field that it is of."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return said
        over = said["over"]
        value = {"label": said["label"], "view": said["view"]}.get(over, said["value"])
        if over == targets.LOCATION:
            value = said["location"].code if said["location"] else ""
        try:
            self.target = targets.target_of(self.request, over=over, value=value)
            if said["online"] and said["kind"] not in ROWS_ONLY:
                self.target = self.target.online(at=timezone.now())
            self.fill_in(stations=len(self.target.stations))
        except Refusal as refusal:
            self.add_error(over if over in self.fields else "over", in_their_language(refusal.message))
        try:
            kind = Kind(said["kind"])
            self.wish = wishes.wish_for(kind=kind, action=said["action"], payload=self.payload_of(kind, said))
        except Refusal as refusal:
            self.add_error(FIELDS[kind][0] if kind != Kind.COMMAND else "payload", in_their_language(refusal.message))
        return said

    def payload_of(self, kind: Kind, said: dict[str, Any]) -> dict[str, Any]:
        """What the fields of the kind come to."""
        match kind:
            case Kind.COMMAND:
                return said["payload"] or {}
            case Kind.CONFIGURATION:
                return {"template": said["template"].pk} if said["template"] else {"values": pairs(said["values"])}
            case Kind.FIRMWARE:
                when = said["retrieve_at"]
                image = str(said["image"].pk) if said["image"] else ""
                return {"image": image, "signed": said["signed"], "retrieve_at": zulu(when) if when else ""}
            case Kind.TARIFF:
                return {"plan": said["plan"].pk if said["plan"] else None}
            case Kind.LOCAL_LIST:
                return {"update": said["update"]}
        return {"type": said[FIELDS[kind][0]]}

    @property
    def needs_typing(self) -> bool:
        """Whether the number of stations is to be typed before this begins."""
        if self.wish is None or self.target is None:
            return False
        is_dangerous = bulk.is_dangerous(
            kind=self.cleaned_data["kind"], action=self.wish.action, payload=self.wish.payload
        )
        return is_dangerous or len(self.target.stations) > bulk.UNCONFIRMED

    def is_confirmed(self) -> bool:
        """Whether it was typed, and is still right: a filter may fit others by now."""
        if not self.needs_typing or self.target is None:
            return True
        if self.cleaned_data["typed"] == len(self.target.stations):
            return True
        self.add_error("typed", _("That is not how many stations there are."))
        return False

    def begin(self, *, by: str) -> BulkCommand:
        """Begin it; Refusal as `bulk.begin`."""
        said, target = self.cleaned_data, self.target
        return bulk.begin(
            kind=said["kind"],
            stations=target.stations if target else [],
            action=said["action"],
            payload=self.payload_of(Kind(said["kind"]), said),
            force=said["force"] and said["kind"] == Kind.COMMAND,
            first_wave=said["first_wave"],
            wave_size=said["wave_size"],
            most_failures=said["most_failures"],
            most_failures_percent=said["most_failures_percent"],
            patience=timedelta(minutes=said["patience_min"] or 15),
            target=target.words if target else "",
            confirmed=True,
            public_id=said["once"],
            by=by,
            at=timezone.now(),
        )


def pairs(text: str) -> dict[str, str]:
    """Keys and values, one a line."""
    split = (line.partition("=") for line in text.splitlines() if line.strip())
    return {key.strip(): value.strip() for key, _sign, value in split}

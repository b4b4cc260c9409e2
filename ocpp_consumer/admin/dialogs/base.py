"""What the dialogs are made of: fields of the right type, and a request made of what was filled in."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from charging.models import Session
from ocpp_consumer.v16.words import zulu
from stations.models import Station

Choices = list[tuple[Any, Any]]
NONE = ("", "–")


class LocalMoment(UnfoldAdminTextInputWidget):  # type: ignore[misc]  # unfold has no type hints
    """Date and time by the browser's own picker, in the zone that the dialog names."""

    input_type = "datetime-local"

    def format_value(self, value: Any) -> Any:
        """As the picker reads it."""
        return value.strftime("%Y-%m-%dT%H:%M") if isinstance(value, datetime) else value


class ConnectorField(forms.TypedChoiceField):
    """One of the station's connectors; `whole` offers number 0, the station itself."""

    def __init__(self, *, whole: bool = False, required: bool = True, help_text: Any = "") -> None:
        super().__init__(
            label=_("Connector"),
            coerce=int,
            empty_value=None,
            required=required,
            help_text=help_text,
            widget=UnfoldAdminSelectWidget,
        )
        self.whole = whole

    def offer(self, station: Station) -> None:
        """Let the person choose among the connectors that are known, the first one where none is."""
        known = [one for one in station.connectors.all() if one.number]
        found: Choices = [(one.number, f"{one.number} {one.type}".strip()) for one in known] or [(1, "1")]
        head: Choices = [] if self.required else [NONE]
        self.choices = [*head, *([(0, _("0: the whole station"))] if self.whole else []), *found]


class TransactionField(forms.TypedChoiceField):
    """One of the transactions that run at the station."""

    def __init__(self, *, required: bool = True) -> None:
        super().__init__(
            label=_("Transaction"), coerce=int, empty_value=None, required=required, widget=UnfoldAdminSelectWidget
        )

    def offer(self, station: Station) -> None:
        """Those that run, with connector and tag."""
        running = Session.objects.open().filter(station=station).exclude(ocpp_id="").select_related("connector")
        found = [
            (one.ocpp_id, f"{one.ocpp_id} · {one.connector.number} · {one.tag}")
            for one in running
            if one.ocpp_id.isdigit()
        ]
        self.choices = [*([] if self.required else [NONE]), *found]


class RequestForm(forms.Form):
    """A request's fields under the names that OCPP gives them."""

    def __init__(self, *args: Any, station: Station, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.station = station
        for field in self.fields.values():
            if isinstance(field, (ConnectorField, TransactionField)):
                field.offer(station)

    def request(self) -> dict[str, Any]:
        """The payload; what was left empty is left out."""
        return said(self.cleaned_data)

    def danger(self) -> Any:
        """What a person has to confirm before it is sent; empty for nothing."""
        return ""

    def charges_now(self, *, number: int = 0) -> str:
        """How many charges run at the station, or at that connector of it, in words."""
        running = Session.objects.open().filter(station=self.station, started_at__isnull=False)
        count = (running.filter(connector__number=number) if number else running).count()
        if not count:
            return gettext("No car charges there now.")
        text = ngettext("%(count)d charge runs there now.", "%(count)d charges run there now.", count)
        return text % {"count": count}


def said(values: dict[str, Any]) -> dict[str, Any]:
    """Values as OCPP writes them, without the empty ones."""
    found = {name: zulu(value) if isinstance(value, datetime) else value for name, value in values.items()}
    return {name: value for name, value in found.items() if value is not None and value != ""}


def choice(label: Any, values: Iterable[Any], *, required: bool = True, help_text: Any = "") -> forms.ChoiceField:
    """One of the words of the specification, each alone or with what it means."""
    pairs = [value if isinstance(value, tuple) else (value, value) for value in values]
    head = [] if required else [NONE]
    return forms.ChoiceField(
        label=label, choices=[*head, *pairs], required=required, help_text=help_text, widget=UnfoldAdminSelectWidget
    )


def whole(
    label: Any, *, lowest: int = 0, required: bool = False, initial: int | None = None, help_text: Any = ""
) -> forms.IntegerField:
    """A whole number of 32 bits."""
    return forms.IntegerField(
        label=label,
        min_value=lowest,
        max_value=2**31 - 1,
        required=required,
        initial=initial,
        help_text=help_text,
        widget=UnfoldAdminIntegerFieldWidget,
    )


def text(label: Any, *, most: int, required: bool = True, help_text: Any = "") -> forms.CharField:
    """A line."""
    return forms.CharField(
        label=label, max_length=most, required=required, help_text=help_text, widget=UnfoldAdminTextInputWidget
    )


def lines(label: Any, *, most: int, required: bool = True, help_text: Any = "") -> forms.CharField:
    """Some lines."""
    return forms.CharField(
        label=label, max_length=most, required=required, help_text=help_text, widget=UnfoldAdminTextareaWidget
    )


def moment(label: Any, *, required: bool = False, help_text: Any = "") -> forms.DateTimeField:
    """A moment by the clock of the station's place."""
    return forms.DateTimeField(
        label=label,
        required=required,
        help_text=help_text,
        widget=LocalMoment,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )

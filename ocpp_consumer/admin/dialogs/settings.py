"""Dialogs about configuration, local lists and reservations (S 5)."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from charging.models import Reservation
from ocpp_consumer.admin.dialogs.base import ConnectorField, RequestForm, choice, lines, moment, said, text, whole
from stations.models import Station

STATUSES = ("Accepted", "Blocked", "Expired", "Invalid", "ConcurrentTx")


class ChangeConfiguration(RequestForm):
    """ChangeConfiguration."""

    key = text(_("Key"), most=50)
    value = text(_("Value"), most=500, required=False)

    def request(self) -> dict[str, Any]:
        """An empty value is a value, except of the key that is made here."""
        cleaned = self.cleaned_data
        is_made_here = cleaned["key"].casefold() == "authorizationkey" and not cleaned["value"]
        return {"key": cleaned["key"]} if is_made_here else {"key": cleaned["key"], "value": cleaned["value"]}

    def danger(self) -> Any:
        """What a wrong value does shows too late."""
        what = _("The station works by it from now on: a wrong value can spoil charges, or keep it from coming back.")
        return f"{what} {self.charges_now()}"


class GetConfiguration(RequestForm):
    """GetConfiguration."""

    key = lines(_("Keys"), most=5000, required=False, help_text=_("One a line. Empty: all of them."))

    def request(self) -> dict[str, Any]:
        """The keys that were named."""
        keys = [key.strip() for key in self.cleaned_data["key"].splitlines() if key.strip()]
        return {"key": keys} if keys else {}


class SendLocalList(RequestForm):
    """SendLocalList."""

    listVersion = whole(_("Version"), lowest=1, required=True)  # noqa: N815
    updateType = choice(  # noqa: N815
        _("How"), [("Differential", _("Differential: change these")), ("Full", _("Full: these and no others"))]
    )
    tags = lines(
        _("Tags"),
        most=100_000,
        required=False,
        help_text=_("One a line with its status, e.g. 04AB12 Accepted. A tag alone is taken out of the list."),
    )

    def clean_tags(self) -> list[dict[str, Any]]:
        """Entries of the list."""
        return [entry_of(line) for line in self.cleaned_data["tags"].splitlines() if line.strip()]

    def request(self) -> dict[str, Any]:
        """The list as OCPP writes it."""
        cleaned = self.cleaned_data
        plain = {name: cleaned[name] for name in ("listVersion", "updateType")}
        return {**plain, "localAuthorizationList": cleaned["tags"]}

    def danger(self) -> Any:
        """A full list takes the place of all that the station had."""
        if self.cleaned_data["updateType"] != "Full":
            return ""
        return _("The whole list of the station is replaced by these tags.")


def entry_of(line: str) -> dict[str, Any]:
    """A tag, with its status or to be taken out; ValidationError for anything else."""
    tag, *rest = line.split()
    if not rest:
        return {"idTag": tag}
    if len(rest) > 1 or rest[0] not in STATUSES:
        known = ", ".join(STATUSES)
        raise ValidationError(
            _("%(line)s: after the tag comes one of %(known)s."), params={"line": line, "known": known}
        )
    return {"idTag": tag, "idTagInfo": {"status": rest[0]}}


class Nothing(RequestForm):
    """A request without fields."""


class ReserveNow(RequestForm):
    """ReserveNow; a new reservation gets its number from us."""

    connectorId = ConnectorField(whole=True)  # noqa: N815
    idTag = text(_("Tag"), most=20)  # noqa: N815
    parentIdTag = text(_("Group"), most=20, required=False)  # noqa: N815
    expiryDate = moment(_("Until"), required=True)  # noqa: N815

    def request(self) -> dict[str, Any]:
        """With 0, which the door takes for a new one."""
        return {**said(self.cleaned_data), "reservationId": 0}


class CancelReservation(RequestForm):
    """CancelReservation."""

    reservationId = forms.TypedChoiceField(  # noqa: N815
        label=_("Reservation"), coerce=int, widget=UnfoldAdminSelectWidget
    )

    def __init__(self, *args: Any, station: Station, **kwargs: Any) -> None:
        super().__init__(*args, station=station, **kwargs)
        kept = Reservation.objects.holding().filter(station=station).order_by("-pk")
        field: Any = self.fields["reservationId"]
        field.choices = [(one.pk, f"{one.pk} · {one.tag}") for one in kept]

"""Dialogs about charging profiles (S 5.5, 5.7, 5.16)."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ocpp_consumer.admin.dialogs.base import (
    ConnectorField,
    RequestForm,
    TransactionField,
    choice,
    lines,
    moment,
    said,
    whole,
)

PURPOSES = [
    ("ChargePointMaxProfile", _("ChargePointMaxProfile: the most that the station takes")),
    ("TxDefaultProfile", _("TxDefaultProfile: every charge")),
    ("TxProfile", _("TxProfile: one charge")),
]
UNITS = [("W", "W"), ("A", "A")]
DAYS = [("Daily", _("every day")), ("Weekly", _("every week"))]


class SetProfile(RequestForm):
    """SetChargingProfile."""

    connectorId = ConnectorField(whole=True)  # noqa: N815
    chargingProfileId = whole(_("Number of the profile"), lowest=1, required=True, initial=1)  # noqa: N815
    stackLevel = whole(_("Stack level"), required=True, initial=0)  # noqa: N815
    chargingProfilePurpose = choice(_("Purpose"), PURPOSES)  # noqa: N815
    chargingProfileKind = choice(  # noqa: N815
        _("Begins"),
        [
            ("Relative", _("Relative: with the charge")),
            ("Absolute", _("Absolute: at a moment")),
            ("Recurring", _("Recurring: again and again")),
        ],
    )
    recurrencyKind = choice(_("Again"), DAYS, required=False)  # noqa: N815
    transactionId = TransactionField(required=False)  # noqa: N815
    validFrom = moment(_("Valid from"))  # noqa: N815
    validTo = moment(_("Valid until"))  # noqa: N815
    chargingRateUnit = choice(_("Unit"), UNITS)  # noqa: N815
    startSchedule = moment(_("Schedule begins"))  # noqa: N815
    duration = whole(_("Schedule lasts, s"), lowest=1)
    periods = lines(
        _("Periods"),
        most=5000,
        help_text=_("One a line: seconds after the beginning, limit, and phases if need be; e.g. 0 11000 3"),
    )

    OF_SCHEDULE = ("chargingRateUnit", "startSchedule", "duration")

    def clean_periods(self) -> list[dict[str, Any]]:
        """The periods of the schedule."""
        return [period_of(line) for line in self.cleaned_data["periods"].splitlines() if line.strip()]

    def request(self) -> dict[str, Any]:
        """The profile with its schedule inside."""
        plain = said(self.cleaned_data)
        schedule = {name: plain.pop(name) for name in self.OF_SCHEDULE if name in plain}
        schedule["chargingSchedulePeriod"] = plain.pop("periods")
        number = plain.pop("connectorId")
        return {"connectorId": number, "csChargingProfiles": {**plain, "chargingSchedule": schedule}}


def period_of(line: str) -> dict[str, Any]:
    """Start, limit and perhaps phases; ValidationError for anything else."""
    try:
        start, limit, *phases = line.split()
        period: dict[str, Any] = {"startPeriod": int(start), "limit": float(limit)}
        if phases:
            [number] = phases
            period["numberPhases"] = int(number)
    except ValueError as error:
        raise ValidationError(_("%(line)s is no period."), params={"line": line}) from error
    return period


class ClearProfile(RequestForm):
    """ClearChargingProfile."""

    id = whole(_("Number of the profile"), help_text=_("With a number, nothing else counts."))
    connectorId = ConnectorField(whole=True, required=False)  # noqa: N815
    chargingProfilePurpose = choice(_("Purpose"), PURPOSES, required=False)  # noqa: N815
    stackLevel = whole(_("Stack level"))  # noqa: N815

    def danger(self) -> Any:
        """Without any criterion, everything goes."""
        return "" if self.request() else _("Every charging profile of the station is cleared.")


class CompositeSchedule(RequestForm):
    """GetCompositeSchedule."""

    connectorId = ConnectorField(whole=True)  # noqa: N815
    duration = whole(_("Looking ahead, s"), lowest=1, required=True, initial=3600)
    chargingRateUnit: forms.ChoiceField = choice(_("Unit"), UNITS, required=False)  # noqa: N815

"""Dialogs of every day: starting, stopping, freeing, restarting, asking to speak (S 5)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ocpp_consumer.admin.dialogs.base import ConnectorField, RequestForm, TransactionField, choice, lines, text, whole

MESSAGES = [
    ("StatusNotification", _("StatusNotification: how its connectors are")),
    ("Heartbeat", _("Heartbeat: whether it is there")),
    ("MeterValues", _("MeterValues: what its meters show")),
    ("BootNotification", _("BootNotification: who it is")),
    ("FirmwareStatusNotification", _("FirmwareStatusNotification: how an update goes")),
]
DIAGNOSTICS = ("DiagnosticsStatusNotification", _("DiagnosticsStatusNotification: how an upload goes"))
EXTENDED = [
    *MESSAGES,
    ("LogStatusNotification", _("LogStatusNotification: how an upload goes")),
    ("SignChargePointCertificate", _("SignChargePointCertificate: ask for a new certificate")),
]
ALL = _("Empty: all of them, or what has no connector.")


class RemoteStart(RequestForm):
    """RemoteStartTransaction."""

    idTag = text(_("Tag"), most=20)  # noqa: N815  # the specification's word
    connectorId = ConnectorField(required=False, help_text=_("Empty: the station chooses."))  # noqa: N815
    limit_w = whole(_("At most, W"), lowest=1, help_text=_("Empty: as much as the station gives."))
    limit_a = whole(_("At most, A per phase"), lowest=1)

    def clean(self) -> dict[str, Any]:
        """One limit, in one unit."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("limit_w") and cleaned.get("limit_a"):
            raise ValidationError({"limit_a": _("Give one limit: in W or in A.")})
        return cleaned

    def request(self) -> dict[str, Any]:
        """With a profile that is the limit from the beginning to the end of this charge."""
        plain = super().request()
        limits = {unit: plain.pop(name, None) for unit, name in (("W", "limit_w"), ("A", "limit_a"))}
        profiles = [whole_charge(unit, float(limit)) for unit, limit in limits.items() if limit]
        return plain | ({"chargingProfile": profiles[0]} if profiles else {})


def whole_charge(unit: str, limit: float) -> dict[str, Any]:
    """The profile of one charge that never takes more."""
    schedule = {"chargingRateUnit": unit, "chargingSchedulePeriod": [{"startPeriod": 0, "limit": limit}]}
    kind = {"chargingProfilePurpose": "TxProfile", "chargingProfileKind": "Relative"}
    return {"chargingProfileId": 1, "stackLevel": 0, **kind, "chargingSchedule": schedule}


class RemoteStop(RequestForm):
    """RemoteStopTransaction."""

    transactionId = TransactionField()  # noqa: N815

    def danger(self) -> Any:
        """It cannot be taken back."""
        return _("One charge ends now: it is billed for what it has taken, and cannot be taken up again.")


class Unlock(RequestForm):
    """UnlockConnector; where a car charges, a rule is broken and has to be confirmed."""

    connectorId = ConnectorField()  # noqa: N815


class Reset(RequestForm):
    """Reset."""

    type = choice(
        _("How"),
        [("Soft", _("Soft: charges are ended first")), ("Hard", _("Hard: at once, as if the power were cut"))],
    )

    def danger(self) -> Any:
        """Both end what goes on; a hard one cuts it off."""
        what = (
            _("A hard reset cuts off every charge that runs there, and what was not sent yet may be lost.")
            if self.cleaned_data["type"] == "Hard"
            else _("The station ends its charges first, restarts, and is away for some minutes.")
        )
        return f"{what} {self.charges_now()}"


class ChangeAvailability(RequestForm):
    """ChangeAvailability."""

    connectorId = ConnectorField(whole=True)  # noqa: N815
    type = choice(
        _("What for"), [("Operative", _("Operative: to charge")), ("Inoperative", _("Inoperative: out of use"))]
    )

    def danger(self) -> Any:
        """Out of use, nobody charges there."""
        if self.cleaned_data["type"] != "Inoperative":
            return ""
        what = _("Nobody can begin a charge there until it is put in operation again; charges that run end first.")
        return f"{what} {self.charges_now(number=self.cleaned_data['connectorId'])}"


class Trigger(RequestForm):
    """TriggerMessage."""

    requestedMessage = choice(_("Message"), [*MESSAGES, DIAGNOSTICS])  # noqa: N815
    connectorId = ConnectorField(required=False, help_text=ALL)  # noqa: N815


class ExtendedTrigger(RequestForm):
    """ExtendedTriggerMessage (W 5.5)."""

    requestedMessage = choice(_("Message"), EXTENDED)  # noqa: N815
    connectorId = ConnectorField(required=False, help_text=ALL)  # noqa: N815


class ClearCache(RequestForm):
    """ClearCache."""

    def danger(self) -> Any:
        """Cards that it knew are unknown while it is alone."""
        return _("It forgets every card that it has learned: while it is offline, nobody it knew may charge.")


class DataTransfer(RequestForm):
    """DataTransfer."""

    vendorId = text(_("Vendor"), most=255)  # noqa: N815
    messageId = text(_("Message"), most=50, required=False)  # noqa: N815
    content = lines(_("Data"), most=20_000, required=False)

    def request(self) -> dict[str, Any]:
        """Data under its own name, which forms have taken."""
        plain = super().request()
        return {"data" if name == "content" else name: value for name, value in plain.items()}

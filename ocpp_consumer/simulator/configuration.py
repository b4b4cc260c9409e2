"""The configuration keys of a station (S 9): what may be read, what may be written, and what is kept secret."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from .spec import StationSpec

MEASURANDS = (
    "Energy.Active.Import.Register",
    "Power.Active.Import",
    "Power.Offered",
    "Current.Import",
    "Voltage",
    "SoC",
)
SAMPLED = "Energy.Active.Import.Register,Power.Active.Import,Current.Import,Voltage,SoC"
MAX_KEYS = 50


def _whole(value: str) -> bool:
    return value.isascii() and value.isdigit() and int(value) <= 2_147_483_647


def _positive(value: str) -> bool:
    return _whole(value) and int(value) > 0


def _boolean(value: str) -> bool:
    return value.lower() in ("true", "false")


def _measurands(value: str) -> bool:
    return all(part.strip() in MEASURANDS for part in value.split(",")) if value else True


def _text(value: str) -> bool:
    return len(value) <= 500


def _secret(value: str) -> bool:
    return 16 <= len(value) <= 40


@dataclass(frozen=True)
class Key:
    """One key: its value at first, and the check of a new one (None: the key is read-only)."""

    value: str
    accepts: Callable[[str], bool] | None = None
    is_secret: bool = False
    needs_reboot: bool = False


KEYS = {
    "AllowOfflineTxForUnknownId": Key("false", _boolean),
    "AuthorizationCacheEnabled": Key("true", _boolean),
    "AuthorizationKey": Key("", _secret, is_secret=True),
    "AuthorizeRemoteTxRequests": Key("false", _boolean),
    "ChargeProfileMaxStackLevel": Key("10"),
    "ChargingScheduleAllowedChargingRateUnit": Key("Current,Power"),
    "ChargingScheduleMaxPeriods": Key("24"),
    "ClockAlignedDataInterval": Key("0", _whole),
    "ConnectionTimeOut": Key("60", _positive),
    "ConnectorPhaseRotation": Key("NotApplicable", _text),
    "GetConfigurationMaxKeys": Key(str(MAX_KEYS)),
    "HeartbeatInterval": Key("300", _whole),
    "LocalAuthListEnabled": Key("true", _boolean),
    "LocalAuthListMaxLength": Key("1000"),
    "LocalAuthorizeOffline": Key("true", _boolean),
    "LocalPreAuthorize": Key("false", _boolean),
    "MaxChargingProfilesInstalled": Key("30"),
    "MeterValueSampleInterval": Key("60", _whole),
    "MeterValuesAlignedData": Key("Energy.Active.Import.Register", _measurands),
    "MeterValuesSampledData": Key(SAMPLED, _measurands),
    "NumberOfConnectors": Key("1"),
    "ResetRetries": Key("1", _whole),
    "ReserveConnectorZeroSupported": Key("true"),
    "SendLocalListMaxLength": Key("200"),
    "StopTransactionOnEVSideDisconnect": Key("true", _boolean),
    "StopTransactionOnInvalidId": Key("true", _boolean),
    "StopTxnAlignedData": Key("", _measurands),
    "StopTxnSampledData": Key("Energy.Active.Import.Register,SoC", _measurands),
    "SupportedFeatureProfiles": Key(
        "Core,FirmwareManagement,LocalAuthListManagement,Reservation,SmartCharging,RemoteTrigger"
    ),
    "TransactionMessageAttempts": Key("3", _positive),
    "TransactionMessageRetryInterval": Key("10", _whole),
    "UnlockConnectorOnEVSideDisconnect": Key("true"),
    "WebSocketPingInterval": Key("20", _whole, needs_reboot=True),
}


NAMES = {name.lower(): name for name in KEYS}


class Configuration:
    """The key table; names are compared without case (S 7: CiString)."""

    def __init__(self, spec: StationSpec) -> None:
        self._values = {
            **{name: key.value for name, key in KEYS.items()},
            "AuthorizationKey": spec.password or "",
            "MeterValueSampleInterval": str(math.ceil(spec.meter_interval)),
            "NumberOfConnectors": str(len(spec.connectors)),
        }
        self.meter_seconds = spec.meter_interval  # may be finer than the whole seconds of the key

    def text(self, name: str) -> str:
        """The value of a known key."""
        return self._values[name]

    def number(self, name: str) -> int:
        """The value of a known whole-number key."""
        return int(self._values[name])

    def flag(self, name: str) -> bool:
        """The value of a known boolean key."""
        return self._values[name].lower() == "true"

    def measurands(self, name: str) -> list[str]:
        """The value of a known key that lists measurands."""
        return [part.strip() for part in self._values[name].split(",") if part.strip()]

    def change(self, name: str, value: str) -> str:
        """ChangeConfiguration: answers the ConfigurationStatus (S 5.3)."""
        known = NAMES.get(name.lower())
        if known is None:
            return "NotSupported"
        key = KEYS[known]
        if key.accepts is None or not key.accepts(value):
            return "Rejected"
        self._values[known] = value
        if known == "MeterValueSampleInterval":
            self.meter_seconds = float(value)
        return "RebootRequired" if key.needs_reboot else "Accepted"

    def learn(self, name: str, value: str) -> None:
        """Sets a key from the station's side, without asking whether it may be written."""
        self._values[name] = value

    def read(self, names: list[str]) -> tuple[list[dict[str, object]], list[str]]:
        """GetConfiguration: the entries (a secret one without its value) and the names nobody knows (S 5.8)."""
        wanted = names or list(KEYS)
        known = [NAMES[name.lower()] for name in wanted if name.lower() in NAMES]
        unknown = [name for name in wanted if name.lower() not in NAMES]
        return [self._entry(name) for name in known[:MAX_KEYS]], unknown

    def _entry(self, name: str) -> dict[str, object]:
        key = KEYS[name]
        entry: dict[str, object] = {"key": name, "readonly": key.accepts is None}
        if not key.is_secret:
            entry["value"] = self._values[name]
        return entry

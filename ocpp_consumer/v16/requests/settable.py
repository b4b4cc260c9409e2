"""What the configuration keys of the specification hold (S 9); a vendor's own may hold anything."""

from collections.abc import Iterator
from typing import Any

WHOLE = frozenset(
    """BlinkRepeat ClockAlignedDataInterval ConnectionTimeOut HeartbeatInterval LightIntensity MaxEnergyOnInvalidId
    MeterValueSampleInterval MinimumStatusDuration ResetRetries TransactionMessageAttempts
    TransactionMessageRetryInterval WebSocketPingInterval CertificateSignedMaxChainSize""".casefold().split()
)
BOOLEAN = frozenset(
    """AllowOfflineTxForUnknownId AuthorizationCacheEnabled AuthorizeRemoteTxRequests LocalAuthorizeOffline
    LocalPreAuthorize StopTransactionOnEVSideDisconnect StopTransactionOnInvalidId UnlockConnectorOnEVSideDisconnect
    LocalAuthListEnabled""".casefold().split()
)
READ_ONLY = frozenset(
    """ChargeProfileMaxStackLevel ChargingScheduleAllowedChargingRateUnit ChargingScheduleMaxPeriods
    ConnectorPhaseRotationMaxLength ConnectorSwitch3to1PhaseSupported GetConfigurationMaxKeys LocalAuthListMaxLength
    MaxChargingProfilesInstalled MeterValuesAlignedDataMaxLength MeterValuesSampledDataMaxLength NumberOfConnectors
    ReserveConnectorZeroSupported SendLocalListMaxLength StopTxnAlignedDataMaxLength StopTxnSampledDataMaxLength
    SupportedFeatureProfiles SupportedFeatureProfilesMaxLength""".casefold().split()
)


def problems(key: str, value: str) -> Iterator[str]:
    """How a value breaks what the specification says of its key."""
    name = key.strip().casefold()
    if not name:
        yield "The key is empty."
    if name in READ_ONLY:
        yield f"{key} is read-only by the specification."
    if name in WHOLE and whole(value) is None:
        yield f"{key} is a whole number, 0 or more."
    if name in BOOLEAN and value.casefold() not in {"true", "false"}:
        yield f"{key} is true or false."


def whole(value: Any) -> int | None:
    """A whole number, 0 or more; None for anything else."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else None

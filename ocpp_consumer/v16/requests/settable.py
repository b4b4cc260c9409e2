"""What the configuration keys of the specification hold (S 9); a vendor's own may hold anything."""

from collections.abc import Iterator
from typing import Any

from drivepower.core.sentences import sentence

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
        yield sentence("The key is empty.")
    if name in READ_ONLY:
        yield sentence("%(key)s is read-only by the specification.", key=key)
    if name in WHOLE and whole(value) is None:
        yield sentence("%(key)s is a whole number, 0 or more.", key=key)
    if name in BOOLEAN and value.casefold() not in {"true", "false"}:
        yield sentence("%(key)s is true or false.", key=key)


def whole(value: Any) -> int | None:
    """A whole number, 0 or more; None for anything else."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else None

"""The configuration keys that OCPP 1.6 and its security whitepaper name; a maker's own may hold anything."""


def names(text: str) -> tuple[str, ...]:
    """The names in a text."""
    return tuple(text.split())


WHOLE = names(
    """BlinkRepeat CertificateSignedMaxChainSize ClockAlignedDataInterval ConnectionTimeOut HeartbeatInterval
    LightIntensity MaxEnergyOnInvalidId MeterValueSampleInterval MinimumStatusDuration ResetRetries
    TransactionMessageAttempts TransactionMessageRetryInterval WebSocketPingInterval"""
)
BOOLEAN = names(
    """AllowOfflineTxForUnknownId AuthorizationCacheEnabled AuthorizeRemoteTxRequests LocalAuthListEnabled
    LocalAuthorizeOffline LocalPreAuthorize StopTransactionOnEVSideDisconnect StopTransactionOnInvalidId
    UnlockConnectorOnEVSideDisconnect"""
)
TEXT = names(
    """ConnectorPhaseRotation CpoName MeterValuesAlignedData MeterValuesSampledData StopTxnAlignedData
    StopTxnSampledData"""
)
READ_ONLY = names(
    """ChargeProfileMaxStackLevel ChargingScheduleAllowedChargingRateUnit ChargingScheduleMaxPeriods
    ConnectorPhaseRotationMaxLength ConnectorSwitch3to1PhaseSupported GetConfigurationMaxKeys LocalAuthListMaxLength
    MaxChargingProfilesInstalled MeterValuesAlignedDataMaxLength MeterValuesSampledDataMaxLength NumberOfConnectors
    ReserveConnectorZeroSupported SendLocalListMaxLength StopTxnAlignedDataMaxLength StopTxnSampledDataMaxLength
    SupportedFeatureProfiles SupportedFeatureProfilesMaxLength"""
)
# The longest key and value that ChangeConfiguration carries (S 6.9).
LONGEST_KEY, LONGEST_VALUE = 50, 500


def settable() -> list[str]:
    """Those whose value is anybody's to choose, by name."""
    return sorted((*WHOLE, *BOOLEAN, *TEXT))

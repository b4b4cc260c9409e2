"""Updates, uploads and security events are told in plain words; a word that nobody knows stays as it was said."""

from typing import Any

import pytest
from django.utils import translation

from drivepower.portal.explain.facts import Said
from drivepower.portal.explain.sentences import frames, reported
from drivepower.portal.tests.explain.making import minutes, reader

TABLES = {
    "firmware": (
        reported.FIRMWARE,
        "Downloaded DownloadFailed Downloading Idle InstallationFailed Installing Installed DownloadScheduled "
        "DownloadPaused InstallRebooting InstallScheduled InstallVerificationFailed InvalidSignature SignatureVerified",
    ),
    "uploads": (
        reported.UPLOADS,
        "Idle Uploaded UploadFailed Uploading BadMessage NotSupportedOperation PermissionDenied UploadFailure",
    ),
    "security": (
        reported.SECURITY,
        "FirmwareUpdated FailedToAuthenticateAtCentralSystem CentralSystemFailedToAuthenticate SettingSystemTime "
        "StartupOfTheDevice ResetOrReboot SecurityLogWasCleared ReconfigurationOfSecurityParameters MemoryExhaustion "
        "InvalidMessages AttemptedReplayAttacks TamperDetectionActivated InvalidFirmwareSignature "
        "InvalidFirmwareSigningCertificate InvalidCentralSystemCertificate InvalidChargePointCertificate "
        "InvalidTLSVersion InvalidTLSCipherSuite",
    ),
}


@pytest.mark.parametrize(("table", "named"), TABLES.values(), ids=list(TABLES))
def test_every_word_of_the_specification_is_said_in_both_languages(table: dict[str, Any], named: str) -> None:
    assert set(table) == set(named.split())
    with translation.override("en"):
        english = {name: str(said) for name, said in table.items()}
    with translation.override("ru"):
        assert [name for name in table if str(table[name]) == english[name]] == []


@pytest.mark.parametrize(
    ("action", "payload", "said"),
    [
        (
            "FirmwareStatusNotification",
            {"status": "InstallationFailed"},
            "The station says of its firmware update: it could not install it.",
        ),
        (
            "SignedFirmwareStatusNotification",
            {"status": "InvalidSignature"},
            "The station says of its firmware update: its signature is not valid, so it is not installed.",
        ),
        (
            "DiagnosticsStatusNotification",
            {"status": "UploadFailed"},
            "The station says of its diagnostics: it could not upload them.",
        ),
        ("LogStatusNotification", {"status": "Uploaded"}, "The station says of its diagnostics: it has uploaded them."),
        ("LogStatusNotification", {"status": "A\x00 <b>"}, "The station says of its diagnostics: «A <b>»."),
        ("FirmwareStatusNotification", {}, "The station says of its firmware update: «?»."),
        (
            "SecurityEventNotification",
            {"type": "TamperDetectionActivated"},
            "The station reported a security event: somebody opened it or tampered with it.",
        ),
        ("SecurityEventNotification", {"type": ["x"]}, "The station reported a security event: «['x']»."),
    ],
)
def test_it_tells_what_a_station_reports(action: str, payload: dict[str, Any], said: str) -> None:
    [moment] = frames.moments([Said(minutes(0), False, action, payload, {})], reader())
    assert moment.text == said

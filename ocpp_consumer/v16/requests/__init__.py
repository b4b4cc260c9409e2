"""The table of what stations may be asked (S 5, W 5), one module per action."""

from ocpp_consumer.v16.requests import (
    cancel_reservation,
    certificate_signed,
    change_availability,
    change_configuration,
    clear_charging_profile,
    data_transfer,
    delete_certificate,
    extended_trigger_message,
    get_composite_schedule,
    get_configuration,
    get_diagnostics,
    get_installed_certificate_ids,
    get_local_list_version,
    get_log,
    install_certificate,
    remote_start_transaction,
    remote_stop_transaction,
    reserve_now,
    reset,
    send_local_list,
    set_charging_profile,
    signed_update_firmware,
    trigger_message,
    unlock_connector,
    update_firmware,
)
from ocpp_consumer.v16.requests.kinds import Request

REQUESTS: dict[str, Request] = {
    "CancelReservation": Request(cancel_reservation.check, cancel_reservation.prepare, hear=cancel_reservation.hear),
    "CertificateSigned": Request(
        certificate_signed.check, certificate_signed.prepare, certificate_signed.fill, certificate_signed.hear
    ),
    "ChangeAvailability": Request(change_availability.check, change_availability.prepare),
    "ChangeConfiguration": Request(
        change_configuration.check,
        change_configuration.prepare,
        change_configuration.fill,
        change_configuration.hear,
        forbid=change_configuration.forbid,
        filled=frozenset({"value"}),
    ),
    "ClearCache": Request(),
    "ClearChargingProfile": Request(clear_charging_profile.check, hear=clear_charging_profile.hear),
    "DataTransfer": Request(data_transfer.check),
    "DeleteCertificate": Request(
        delete_certificate.check, delete_certificate.prepare, delete_certificate.fill, delete_certificate.hear
    ),
    "ExtendedTriggerMessage": Request(extended_trigger_message.check, extended_trigger_message.prepare),
    "GetCompositeSchedule": Request(get_composite_schedule.check),
    "GetConfiguration": Request(get_configuration.check, get_configuration.prepare, hear=get_configuration.hear),
    "GetDiagnostics": Request(
        get_diagnostics.check,
        get_diagnostics.prepare,
        get_diagnostics.fill,
        get_diagnostics.hear,
        needs_secrecy=True,
        filled=frozenset({"location"}),
    ),
    "GetInstalledCertificateIds": Request(hear=get_installed_certificate_ids.hear),
    "GetLocalListVersion": Request(hear=get_local_list_version.hear),
    "GetLog": Request(
        get_log.check,
        get_log.prepare,
        get_log.fill,
        get_log.hear,
        needs_secrecy=True,
        filled=frozenset({"requestId", "log", "log.remoteLocation"}),
    ),
    "InstallCertificate": Request(
        install_certificate.check, install_certificate.prepare, install_certificate.fill, install_certificate.hear
    ),
    "RemoteStartTransaction": Request(
        remote_start_transaction.check, remote_start_transaction.prepare, hear=remote_start_transaction.hear
    ),
    "RemoteStopTransaction": Request(remote_stop_transaction.check, remote_stop_transaction.prepare),
    "ReserveNow": Request(reserve_now.check, reserve_now.prepare, hear=reserve_now.hear),
    "Reset": Request(prepare=reset.prepare),
    "SendLocalList": Request(send_local_list.check, hear=send_local_list.hear),
    "SetChargingProfile": Request(
        set_charging_profile.check, set_charging_profile.prepare, hear=set_charging_profile.hear
    ),
    "SignedUpdateFirmware": Request(
        signed_update_firmware.check,
        signed_update_firmware.prepare,
        signed_update_firmware.fill,
        signed_update_firmware.hear,
        needs_secrecy=True,
        forbid=signed_update_firmware.forbid,
        filled=frozenset({"requestId", "firmware", *(f"firmware.{name}" for name in signed_update_firmware.FILLED)}),
        own=frozenset({"image"}),
    ),
    "TriggerMessage": Request(trigger_message.check, trigger_message.prepare),
    "UnlockConnector": Request(unlock_connector.check),
    "UpdateFirmware": Request(
        update_firmware.check,
        update_firmware.prepare,
        update_firmware.fill,
        update_firmware.hear,
        needs_secrecy=True,
        forbid=update_firmware.forbid,
        filled=frozenset({"location"}),
        own=frozenset({"image"}),
    ),
}

"""Smart charging: profiles set, mirrored and cleared; the schedule that comes of them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from charging.models import ChargingProfile, Session
from ocpp_consumer.tests.conformance.asking import accepted, refusal
from ocpp_consumer.tests.conformance.charger import Charger, now

APPLIED, CLEARED = ChargingProfile.State.APPLIED, ChargingProfile.State.CLEARED


def profile(number: int, purpose: str, *, kind: str = "Absolute", level: int = 1, **more: Any) -> dict[str, Any]:
    """A charging profile of that id, as the certification's test cases are configured."""
    schedule = {
        "duration": 86400,
        "startSchedule": now(),
        "chargingRateUnit": "A",
        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 6.0, "numberPhases": 3}],
    }
    if kind == "Relative":
        del schedule["startSchedule"]
    said = {"chargingProfileId": number, "stackLevel": level, "chargingProfilePurpose": purpose}
    return {**said, "chargingProfileKind": kind, "chargingSchedule": schedule, **more}


def mirror(cp: Charger) -> dict[int, str]:
    """How each profile of the station stands here, by its id."""
    rows = ChargingProfile.objects.filter(station=cp.site.station_id).order_by("pk")
    return dict(rows.values_list("profile_id", "state"))


def set_profile(cp: Charger, number: int, wanted: dict[str, Any]) -> ChargingProfile:
    """SetChargingProfile, accepted; the row that mirrors it."""
    accepted(cp, "SetChargingProfile", {"connectorId": number, "csChargingProfiles": wanted})
    row = ChargingProfile.objects.get(station=cp.site.station_id, profile_id=wanted["chargingProfileId"])
    assert (row.state, row.number, row.document) == (APPLIED, number, wanted)
    return row


def test_tc_056(cp: Charger) -> None:
    """Central Smart Charging: TxDefaultProfile"""
    until = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    row = set_profile(cp, 1, profile(1, "TxDefaultProfile", validFrom=now(hours=1), validTo=until))
    assert (row.purpose, row.stack_level, row.session) == ("TxDefaultProfile", 1, None)


def test_tc_057(cp: Charger) -> None:
    """Central Smart Charging: TxProfile"""
    transaction = cp.charging()
    row = set_profile(cp, 1, profile(1, "TxProfile", transactionId=transaction))
    assert row.session == cp.site.session(transaction)


def test_tc_059(cp: Charger) -> None:
    """Remote Start Transaction with Charging Profile"""
    wanted = profile(1, "TxProfile", kind="Relative")
    wish = {"connectorId": 1, "idTag": cp.site.card, "chargingProfile": wanted}
    accepted(cp, "RemoteStartTransaction", wish)
    transaction = cp.charging()
    assert cp.site.session(transaction).state == Session.State.ACTIVE


def test_tc_066(cp: Charger) -> None:
    """Get Composite Schedule"""
    schedule = profile(1, "TxDefaultProfile")["chargingSchedule"] | {"chargingRateUnit": "W"}
    done = accepted(
        cp,
        "GetCompositeSchedule",
        {"connectorId": 1, "duration": 300, "chargingRateUnit": "W"},
        status="Accepted",
        connectorId=1,
        scheduleStart=now(),
        chargingSchedule=schedule,
    )
    assert done.answer["chargingSchedule"] == schedule


def test_tc_067(cp: Charger) -> None:
    """Clear Charging Profile"""
    transaction = cp.charging()
    set_profile(cp, 0, profile(11, "ChargePointMaxProfile"))
    set_profile(cp, 1, profile(12, "TxDefaultProfile", level=2))
    set_profile(cp, 1, profile(13, "TxProfile", transactionId=transaction))
    accepted(cp, "ClearChargingProfile", {"id": 11})
    assert mirror(cp) == {11: CLEARED, 12: APPLIED, 13: APPLIED}
    criteria = {"connectorId": 1, "chargingProfilePurpose": "TxDefaultProfile", "stackLevel": 2}
    accepted(cp, "ClearChargingProfile", criteria)
    assert mirror(cp) == {11: CLEARED, 12: CLEARED, 13: APPLIED}
    accepted(cp, "ClearChargingProfile", {})
    assert mirror(cp) == {11: CLEARED, 12: CLEARED, 13: CLEARED}


def test_dp_profile_connector_rules(cp: Charger) -> None:
    """Charging profiles on the wrong connector are refused before they are sent"""
    transaction = cp.charging()
    wrong = [
        (1, profile(1, "ChargePointMaxProfile")),
        (0, profile(1, "TxProfile", transactionId=transaction)),
        (2, profile(1, "TxProfile", transactionId=transaction)),
    ]
    for number, wanted in wrong:
        refused = refusal(cp, "SetChargingProfile", {"connectorId": number, "csChargingProfiles": wanted})
        assert refused.code == "command_breaks_rules"
        assert refused.details["problems"]
    assert mirror(cp) == {}
    cp.hears_no_more()


def test_dp_profile_purpose_rules(cp: Charger) -> None:
    """A RemoteStart takes a TxProfile without a transaction, and no other"""
    wrong = [profile(1, "TxDefaultProfile", kind="Relative"), profile(1, "TxProfile", kind="Relative", transactionId=1)]
    for wanted in wrong:
        wish = {"connectorId": 1, "idTag": cp.site.card, "chargingProfile": wanted}
        assert refusal(cp, "RemoteStartTransaction", wish).code == "command_breaks_rules"
    lost = {"connectorId": 1, "csChargingProfiles": profile(1, "TxProfile")}
    assert refusal(cp, "SetChargingProfile", lost).code == "command_breaks_rules"
    cp.hears_no_more()

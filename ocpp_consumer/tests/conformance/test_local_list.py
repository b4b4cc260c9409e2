"""The local authorisation list: asked for, sent whole, sent in part, refused."""

from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import IdTag
from charging import local_lists
from charging.models import LocalList
from ocpp_consumer.tests.conformance.asking import State, accepted, answered, exchange
from ocpp_consumer.tests.conformance.charger import Call, Charger
from ocpp_consumer.tests.server import wait_until
from stations.models import Command

Support = LocalList.Support


def kept(cp: Charger) -> LocalList:
    """What the tables say of the station's list."""
    return LocalList.objects.get(station=cp.site.station_id)


def keep(cp: Charger) -> None:
    """An operator wants the station to keep a list."""
    LocalList.objects.create(station=cp.site.station)


def entry(tag: str, status: str = "Accepted") -> dict[str, Any]:
    """An entry of a list."""
    return {"idTag": tag, "idTagInfo": {"status": status}}


def full(cp: Charger, version: int = 1) -> dict[str, Any]:
    """A whole list of one card."""
    return {"listVersion": version, "updateType": "Full", "localAuthorizationList": [entry(cp.site.card)]}


def test_tc_042_1(cp: Charger) -> None:
    """Get Local List Version: Not Supported"""
    keep(cp)
    accepted(cp, "GetLocalListVersion", {}, listVersion=-1)
    assert (kept(cp).support, kept(cp).version) == (Support.NO, 0)


def test_tc_042_2(cp: Charger) -> None:
    """Get Local List Version: Empty"""
    keep(cp)
    accepted(cp, "GetLocalListVersion", {}, listVersion=0)
    assert (kept(cp).support, kept(cp).version, kept(cp).entries) == (Support.YES, 0, {})


def test_tc_043_1(cp: Charger) -> None:
    """Send Local Authorization List: NotSupported"""
    keep(cp)
    assert exchange(cp, "SendLocalList", full(cp), status="NotSupported").state == State.REJECTED
    assert kept(cp).support == Support.NO


def test_tc_043_3(cp: Charger) -> None:
    """Send Local Authorization List: Failed"""
    keep(cp)
    assert exchange(cp, "SendLocalList", full(cp), status="Failed").state == State.REJECTED
    assert (kept(cp).version, kept(cp).entries, kept(cp).is_full_needed) == (0, {}, True)


def test_tc_043_4(cp: Charger) -> None:
    """Send Local Authorization List: Full"""
    keep(cp)
    accepted(cp, "SendLocalList", full(cp))
    assert kept(cp).version == 1
    assert list(kept(cp).entries) == [cp.site.card]


def test_tc_043_5(cp: Charger) -> None:
    """Send Local Authorization List: Differential"""
    keep(cp)
    accepted(cp, "SendLocalList", full(cp))
    accepted(cp, "GetLocalListVersion", {}, listVersion=1)
    more = {"listVersion": 2, "updateType": "Differential", "localAuthorizationList": [entry("ANOTHER", "Blocked")]}
    accepted(cp, "SendLocalList", more)
    assert kept(cp).version == 2
    assert set(kept(cp).entries) == {cp.site.card, "ANOTHER"}


def compared(cp: Charger, action: str) -> tuple[Command, Call]:
    """The next step that we take by ourselves to keep the list in step."""
    local_lists.compare_now()
    wait_until(lambda: local_lists.compare(at=datetime.now(UTC)), "the list is due")
    call = cp.expect(action)
    subject = f"local_list:{cp.site.station_id}"
    return Command.objects.filter(subject=subject).latest("pk"), call


def test_dp_list_version_mismatch(cp: Charger) -> None:
    """A differential list answered VersionMismatch is followed by a full one"""
    keep(cp)
    most = {"key": "LocalAuthListMaxLength", "readonly": True, "value": "1"}
    accepted(cp, "GetConfiguration", {"key": ["LocalAuthListMaxLength"]}, configurationKey=[most])
    cp.stop(cp.charging())  # whoever charged here last goes before others
    command, call = compared(cp, "GetLocalListVersion")
    answered(cp, call, command, listVersion=0)
    command, call = compared(cp, "SendLocalList")
    assert call.payload == full(cp)
    answered(cp, call, command, status="Accepted")
    IdTag.objects.filter(value=cp.site.card).update(expires_at=datetime.now(UTC) + timedelta(days=1))
    command, call = compared(cp, "SendLocalList")
    assert (call.payload["updateType"], call.payload["listVersion"]) == ("Differential", 2)
    answered(cp, call, command, status="VersionMismatch")
    command, call = compared(cp, "SendLocalList")
    assert call.payload["updateType"] == "Full"
    answered(cp, call, command, status="Accepted")
    assert (kept(cp).version, list(kept(cp).entries), kept(cp).is_full_needed) == (2, [cp.site.card], False)

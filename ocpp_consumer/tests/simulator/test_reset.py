import pytest

from ocpp_consumer.simulator import Station, StationSpec
from ocpp_consumer.tests.simulator.conftest import FAST
from ocpp_consumer.tests.simulator.csms import Csms


@pytest.mark.parametrize(("kind", "reason"), [("Soft", "SoftReset"), ("Hard", "HardReset")])
async def test_it_resets_and_boots_again(csms: Csms, spec: StationSpec, kind: str, reason: str) -> None:
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        await station.start(1, id_tag="CARD-1")
        assert await csms.ask("Reset", type=kind) == {"status": "Accepted"}
        stop = await csms.wait_for_call("StopTransaction")
        await csms.wait_for_call("BootNotification", count=2)
        await station.wait_for(lambda s: s.is_ready and s.queued == 0)
    actions = [action for action, _ in csms.calls]
    second_boot = [n for n, action in enumerate(actions) if action == "BootNotification"][1]
    assert stop["reason"] == reason
    assert (actions.index("StopTransaction") < second_boot) == (kind == "Soft")
    assert len(csms.paths) == 2
    assert len(csms.seen("StopTransaction")) == 1


async def test_it_stays_offline_through_a_reset_that_came_just_before(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        await station.go_offline()
        await station.upkeep.reboot("PowerLoss", is_orderly=False)
        assert not station.is_online
        await station.come_online()
    assert len(csms.seen("BootNotification")) == 2

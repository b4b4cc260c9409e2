from dataclasses import replace
from datetime import datetime

from ocpp_consumer.simulator import Station, StationSpec
from ocpp_consumer.tests.simulator.conftest import FAST
from ocpp_consumer.tests.simulator.csms import CallError, Csms

TRANSACTION = ("StartTransaction", "MeterValues", "StopTransaction")


def of_transactions(csms: Csms) -> list[str]:
    return [action for action, _ in csms.calls if action in TRANSACTION]


async def test_it_replays_a_whole_session_that_happened_offline(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        await csms.ask("ChangeConfiguration", key="AllowOfflineTxForUnknownId", value="true")
        await station.go_offline()
        transaction = await station.start(1, id_tag="CARD-1")
        assert transaction.id is None
        await station.wait_for(lambda s: len(transaction.registers) >= 2)
        await station.stop(1)
        samples = ["MeterValues"] * len(transaction.registers)
        assert station.queued == len(samples) + 2
        assert of_transactions(csms) == []
        await station.come_online()
        await station.wait_for(lambda s: s.queued == 0)

    assert of_transactions(csms) == ["StartTransaction", *samples, "StopTransaction"]
    assert len(csms.seen("BootNotification")) == 1
    later = [*csms.seen("MeterValues"), *csms.seen("StopTransaction")]
    assert {payload["transactionId"] for payload in later} == {transaction.id}
    (start,), (stop,) = csms.seen("StartTransaction"), csms.seen("StopTransaction")
    assert transaction.stopped_at is not None
    assert abs(datetime.fromisoformat(start["timestamp"]) - transaction.started_at).total_seconds() < 0.001
    assert abs(datetime.fromisoformat(stop["timestamp"]) - transaction.stopped_at).total_seconds() < 0.001


async def test_it_boots_before_it_replays_where_it_was_told_to(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        transaction = await station.start(1, id_tag="CARD-1")
        await station.go_offline(abruptly=True)
        await station.wait_for(lambda s: s.queued > 0)
        before = len(csms.calls)
        await station.come_online(boot=True)
        await station.wait_for(lambda s: s.queued == 0)
        assert transaction.is_running
    assert csms.calls[before][0] == "BootNotification"
    assert "StopTransaction" not in of_transactions(csms)


async def test_it_repeats_a_start_whose_answer_was_lost(csms: Csms, spec: StationSpec) -> None:
    async with Station(replace(spec, meter_interval=3600), url=csms.url, backoff=FAST) as station:
        good = csms.replies["StartTransaction"]
        csms.replies["StartTransaction"] = lambda _: None
        station.plug_in(1)
        await station.present(1, id_tag="CARD-1")
        await csms.wait_for_call("StartTransaction")
        await station.go_offline()
        csms.replies["StartTransaction"] = good
        await station.come_online()
        await station.wait_for(lambda s: s.queued == 0)
        transaction = station.transaction(1)
    first, second = csms.seen("StartTransaction")
    assert first == second
    assert transaction is not None
    assert transaction.id == 101
    assert len(set(csms.message_ids)) == len(csms.message_ids)


async def test_it_knows_a_transaction_as_minus_one_when_its_start_is_never_answered(
    csms: Csms, spec: StationSpec
) -> None:
    def refuse(_: object) -> None:
        raise CallError("InternalError")

    csms.replies["StartTransaction"] = refuse
    async with Station(replace(spec, meter_interval=3600), url=csms.url, backoff=FAST) as station:
        await csms.ask("ChangeConfiguration", key="TransactionMessageRetryInterval", value="0")
        transaction = await station.start(1, id_tag="CARD-1")
        assert transaction.is_start_lost
        await station.stop(1)
    assert len(csms.seen("StartTransaction")) == 3
    assert csms.seen("StopTransaction")[0]["transactionId"] == -1


async def test_it_goes_on_after_a_stop_that_is_never_accepted(csms: Csms, spec: StationSpec) -> None:
    csms.replies["StopTransaction"] = lambda _: {"idTagInfo": "odd"}
    async with Station(replace(spec, meter_interval=3600), url=csms.url, backoff=FAST) as station:
        await csms.ask("ChangeConfiguration", key="TransactionMessageRetryInterval", value="0")
        await csms.ask("ChangeConfiguration", key="TransactionMessageAttempts", value="2")
        await station.start(1, id_tag="CARD-1")
        assert not (await station.stop(1)).is_delivered
        await station.start(2, id_tag="CARD-1")
    assert len(csms.seen("StopTransaction")) == 2


async def test_it_ends_transactions_with_a_power_loss_told_after_the_boot(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        await station.start(1, id_tag="CARD-1")
        await station.power_cycle()
        stop = await csms.wait_for_call("StopTransaction")
    actions = [action for action, _ in csms.calls]
    assert stop["reason"] == "PowerLoss"
    assert actions.index("StopTransaction") > len(actions) - 1 - actions[::-1].index("BootNotification")


async def test_it_replays_what_was_sampled_in_an_outage_of_the_central_system(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        transaction = await station.start(1, id_tag="CARD-1")
        await csms.close()
        await station.wait_for(lambda s: s.queued >= 3)
        await csms.open()
        await station.wait_for(lambda s: s.queued == 0)
        await station.stop(1)
    sampled = [
        int(v["value"])
        for payload in csms.seen("MeterValues")
        for v in payload["meterValue"][0]["sampledValue"]
        if v["measurand"] == "Energy.Active.Import.Register"
    ]
    assert sorted(set(sampled)) == sorted(set(transaction.registers))
    assert sampled == sorted(sampled)

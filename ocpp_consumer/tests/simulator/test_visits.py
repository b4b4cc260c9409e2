from dataclasses import replace

from ocpp_consumer.simulator import ChargeSpec, Station, StationSpec
from ocpp_consumer.simulator.visits import visit_for_ever, visit_in_turn
from ocpp_consumer.tests.simulator.conftest import FAST
from ocpp_consumer.tests.simulator.csms import Csms

CHARGE = ChargeSpec(id_tags=("CARD-1", "CARD-2"), energy_wh=(20, 90), pause_seconds=(0.0, 0.0))


async def test_it_lets_every_card_charge_once(csms: Csms, spec: StationSpec) -> None:
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        await visit_in_turn(station, CHARGE)
        await station.wait_for(lambda s: s.is_settled)
        assert [station.status(n) for n in (1, 2)] == ["Available", "Available"]
    assert [start["idTag"] for start in csms.seen("StartTransaction")] == ["CARD-1", "CARD-2"]
    assert [stop["reason"] for stop in csms.seen("StopTransaction")] == ["Local", "Local"]
    energies = [transaction.energy_wh for transaction in station.transactions]
    assert all(20 <= energy <= 90 for energy in energies)
    sent = zip(csms.seen("StartTransaction"), csms.seen("StopTransaction"), strict=True)
    assert [stop["meterStop"] - start["meterStart"] for start, stop in sent] == energies


async def test_it_plays_the_same_drivers_from_the_same_seed(csms: Csms, spec: StationSpec) -> None:
    played = []
    for seed in ("1", "1", "2"):
        async with Station(replace(spec, meter_interval=3600), url=csms.url, backoff=FAST, seed=seed) as station:
            await visit_in_turn(station, CHARGE)
            played.append([(t.connector_id, t.energy_wh) for t in station.transactions])
    assert played[0] == played[1] != played[2]


async def test_it_goes_on_after_refusals_and_remote_stops(csms: Csms, spec: StationSpec) -> None:
    answers = iter(["Invalid", "Accepted", "Accepted", "Accepted"])
    csms.replies["Authorize"] = lambda _: {"idTagInfo": {"status": next(answers, "Accepted")}}
    slow = replace(CHARGE, energy_wh=(50_000, 50_000))
    async with Station(spec, url=csms.url, backoff=FAST) as station:
        station.tasks.spawn(visit_for_ever(station, slow), name="visits")
        await csms.wait_for_call("StartTransaction")
        await station.wait_for(lambda s: s.transactions[0].id is not None)
        await csms.ask("RemoteStopTransaction", transactionId=101)
        await csms.wait_for_call("StartTransaction", count=2)
    assert csms.seen("StopTransaction")[0]["reason"] == "Remote"

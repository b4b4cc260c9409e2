"""What runs is priced as its readings come in, and stopped before its limit, with nobody's help."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from billing import ledger, tariffs
from billing.models import TariffPlan, TariffRule
from charging import lifecycle
from charging.models import Session, SessionMeter
from ocpp_consumer import limiter
from ocpp_consumer.tests.server import Talk, eventually, in_db, now
from stations.models import Station

AVAILABLE = {"connectorId": 1, "errorCode": "NoError", "status": "Available"}


def request(station: Station) -> Session:
    """A driver asks for 1 kWh at 15.00 a kWh."""
    at = timezone.now()
    plan = TariffPlan.objects.create(name="plain", currency="KGS", is_default=True)
    rule = TariffRule(name="energy", dimension="per_kwh", price=Decimal("15.00"))
    tariffs.publish_version(plan=plan, rules=[rule], in_force_from=at - timedelta(days=1), at=at)
    driver = User.objects.create_user(email="driver@example.com", password="a good password")
    wallet = ledger.wallet_of(user=driver, currency="KGS")
    ledger.top_up(wallet=wallet, provider="sandbox", amount=Decimal("500.00"), reference="first", at=at)
    return lifecycle.request_start(
        driver=driver,
        station=Station.objects.get(pk=station.pk),
        connector_number=1,
        energy_wh=None,
        amount=Decimal("15.00"),
        asked_by=Session.AskedBy.APP,
        by="system",
        at=at,
    )


def metered(transaction: int, energy_wh: int) -> dict[str, Any]:
    """A register and a power of 7 kW."""
    sampled = [{"value": str(energy_wh)}, {"value": "7000", "measurand": "Power.Active.Import", "unit": "W"}]
    return {
        "connectorId": 1,
        "transactionId": transaction,
        "meterValue": [{"timestamp": now(), "sampledValue": sampled}],
    }


@pytest.mark.parametrize(
    "pace",
    [
        pytest.param({"SWEEP_EVERY": 1e6}, id="by its readings"),
        pytest.param({"SWEEP_EVERY": 0.2, "EACH_AT_MOST_EVERY": 1e9}, id="by the sweep alone"),
    ],
)
async def test_it_prices_a_charge_and_stops_it_before_its_limit(
    monkeypatch: pytest.MonkeyPatch, pace: dict[str, float], talk: Talk, station: Station
) -> None:
    for name, seconds in pace.items():
        monkeypatch.setattr(limiter, name, seconds)
    await talk.ask("StatusNotification", AVAILABLE)
    await eventually(lambda: station.connectors.filter(number=1).exists(), "the connector is made")
    session = await in_db(request)(station)
    call = await talk.hear()
    assert call[2:] == ["RemoteStartTransaction", {"connectorId": 1, "idTag": session.tag}]
    await talk.send([3, call[1], {"status": "Accepted"}])
    start = {"connectorId": 1, "idTag": session.tag, "meterStart": 5000, "timestamp": now()}
    begun = await talk.ask("StartTransaction", start)
    assert begun["transactionId"] == session.pk
    assert begun["idTagInfo"]["status"] == "Accepted"
    await talk.ask("MeterValues", metered(session.pk, 5400))
    costs = SessionMeter.objects.filter(running_cost=Decimal("6.00"))
    meter = await eventually(lambda: costs.first(), "the running cost is shown")
    assert meter.energy_wh == 400
    await talk.ask("MeterValues", metered(session.pk, 5995))
    stop = await talk.hear()
    assert stop[2:] == ["RemoteStopTransaction", {"transactionId": session.pk}]
    stopping = await in_db(Session.objects.get)(pk=session.pk)
    assert (stopping.state, stopping.stop_cause) == ("stopping", "limit")

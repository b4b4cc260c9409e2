"""The first real charge, through the real processes: app, card, and a driver who stops; every sum to the tyiyn."""

import re
import sys
from collections.abc import AsyncIterator, Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import httpx
import pytest
import pytest_asyncio

from drivepower.tests.driver import Driver
from drivepower.tests.house import House, end, running_house
from drivepower.tests.network import CARD, POWER_W, STAFF_PASSWORD, Network, build_network
from ocpp_consumer.simulator import ConnectorSpec, Station, StationSpec

pytestmark = pytest.mark.e2e

PRICE = Decimal("15.00")


def cost_of(energy_wh: int) -> Decimal:
    """What so much energy costs at the plain price, rounded once."""
    return (PRICE * energy_wh / 1000).quantize(Decimal("0.01"), ROUND_HALF_UP)


@pytest.fixture
def network(transactional_db: None) -> Network:
    """A station, its key and one price, committed for the processes to see."""
    return build_network()


@pytest.fixture
def house(network: Network) -> Iterator[House]:
    """The running processes."""
    with running_house() as house:
        yield house
        # pytest shows it beside a failure
        sys.stdout.write(house.log.read_text())


@pytest_asyncio.fixture
async def charger(network: Network, house: House) -> AsyncIterator[Station]:
    """The station, played by an implementation that is not ours: full power at once, a reading every 0.3 s."""
    connectors = tuple(
        ConnectorSpec(number=number, type="CCS2", max_power_w=POWER_W, curve="constant", register_wh=1_000_000)
        for number in (1, 2)
    )
    spec = StationSpec(identity=network.identity, password=network.key, connectors=connectors, meter_interval=0.3)
    async with Station(spec, url=house.ocpp_url) as station:
        yield station


def energy_of(charger: Station, number: int) -> int:
    """Wh of the last transaction there, by the station's own record."""
    transaction = charger.transaction(number)
    assert transaction is not None
    assert transaction.is_delivered
    return transaction.energy_wh


async def check_receipt(driver: Driver, session: dict[str, Any], energy_wh: int) -> None:
    """One line of energy at the plain price, with the tax inside, that is the session's cost."""
    receipt = await driver.get(f"/api/v1/receipts/{session['receipt_id']}")
    cost = cost_of(energy_wh)
    tax = (cost * 12 / 112).quantize(Decimal("0.01"), ROUND_HALF_UP)
    (line,) = receipt["lines"]
    assert (line["dimension"], line["quantity"], line["unit"]) == ("per_kwh", energy_wh / 1000, "kWh")
    assert Decimal(line["unit_price"]) == PRICE
    for shown in (line, receipt):
        assert (shown["net"], shown["tax"], shown["gross"]) == (str(cost - tax), str(tax), str(cost))
    assert session["current_cost"] == str(cost)
    assert session["energy_kwh"] == energy_wh / 1000


async def test_it_charges_from_sign_up_to_receipt_and_stops_at_the_amount(
    house: House, network: Network, charger: Station
) -> None:
    """1000 som in at the sandbox bank, a charge for at most 30, the rest of the hold free again."""
    async with Driver.signed_up(house, "aibek@example.com") as driver:
        await driver.top_up("1000.00")
        assert await driver.balance() == ("1000.00", "0.00", "0.00")

        start = {"station_id": network.code, "connector_id": 1, "amount": "30.00"}
        asked = await driver.post("/api/v1/charging/start", expect=202, **start)
        assert (asked["reserved_amount"], asked["new_balance"]) == ("30.00", "970.00")
        running = await driver.session_when(asked["session_id"], lambda one: Decimal(one["current_cost"]) > 0)
        assert running["state"] in ("active", "stopping")
        assert running["power_kw"] == POWER_W / 1000

        session = await driver.settled(asked["session_id"])
        energy_wh = energy_of(charger, 1)
        assert session["limit_reached"] is True
        # It stopped by itself, near the limit and not beyond it.
        assert Decimal(15) < cost_of(energy_wh) <= Decimal(30)
        await check_receipt(driver, session, energy_wh)
        assert await driver.balance() == (str(1000 - cost_of(energy_wh)), "0.00", "0.00")

        movements = (await driver.get("/api/billing/me/transactions"))["data"]
        moved = [Decimal(movement["amount"]) for movement in movements]
        assert sum(moved) == 1000 - cost_of(energy_wh)
        assert moved[-1] == 1000
        mine = (await driver.get("/api/sessions/me"))["data"]
        assert [one["session_id"] for one in mine] == [asked["session_id"]]
    await check_admin(house, session["session_id"])


async def check_admin(house: House, session_id: str) -> None:
    """The operator finds the session in the portal, and the start page opens."""
    async with httpx.AsyncClient(base_url=house.url, follow_redirects=True, timeout=20) as browser:
        form = await browser.get("/admin/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form.text)
        assert token is not None
        fields = {"username": "owner@example.com", "password": STAFF_PASSWORD, "csrfmiddlewaretoken": token[1]}
        home = await browser.post("/admin/login/", data=fields, headers={"Referer": f"{house.url}/admin/login/"})
        assert home.status_code == httpx.codes.OK
        assert "charging_session" in home.text or "/admin/charging/session/" in home.text
        found = await browser.get("/admin/charging/session/", params={"q": session_id})
        assert found.status_code == httpx.codes.OK
        assert "settled" in found.text.lower()


async def test_it_charges_by_card_at_the_station(house: House, network: Network, charger: Station) -> None:
    """Nobody uses an app: a card starts, the same card stops, its driver pays."""
    async with Driver.logged_in(house, "cards@example.com", STAFF_PASSWORD) as driver:
        await driver.top_up("500.00")
        await charger.start(2, id_tag=CARD.lower())
        active = (await driver.wait_for("/api/sessions/active", lambda body: bool(body["data"])))["data"]
        (session,) = active
        assert session["asked_by"] == "card"
        held = session["reserved_amount"]
        assert await driver.balance() == (str(500 - Decimal(held)), held, "0.00")
        await driver.session_when(session["session_id"], lambda one: one["energy_kwh"] > 0.2)
        await charger.stop(2, id_tag=CARD)

        session = await driver.settled(session["session_id"])
        energy_wh = energy_of(charger, 2)
        assert session["stop_reason"] == "Local"
        await check_receipt(driver, session, energy_wh)
        assert await driver.balance() == (str(500 - cost_of(energy_wh)), "0.00", "0.00")


async def test_it_stops_when_the_driver_asks(house: House, network: Network, charger: Station) -> None:
    """Stopping is what the app says until the station has said it too; what flowed until then is paid."""
    async with Driver.signed_up(house, "gulnara@example.com") as driver:
        await driver.top_up("300.00")
        start = {"station_id": network.code, "connector_id": 1, "energy_kwh": 10}
        asked = await driver.post("/api/v1/charging/start", expect=202, **start)
        assert asked["reserved_amount"] == "150.00"
        await driver.session_when(asked["session_id"], lambda one: one["energy_kwh"] > 0.2)
        stopped = await driver.post("/api/v1/charging/stop", expect=200, session_id=asked["session_id"])
        assert stopped["status"] in ("stopping", "stopped")

        session = await driver.settled(asked["session_id"])
        energy_wh = energy_of(charger, 1)
        assert session["stop_reason"] == "Remote"
        await check_receipt(driver, session, energy_wh)
        assert await driver.balance() == (str(300 - cost_of(energy_wh)), "0.00", "0.00")


async def test_it_charges_beside_the_simulator_as_a_process(house: House, network: Network) -> None:
    """`manage.py simulate_station` drives up with a car that takes 300 Wh on a card: 4.50 KGS, to the Wh."""
    async with Driver.logged_in(house, "cards@example.com", STAFF_PASSWORD) as driver:
        await driver.top_up("500.00")
        process = house.start(
            *("manage.py", "simulate_station", "--url", house.ocpp_url),
            *("--station-id", network.identity, "--password", network.key, "--connectors", "2"),
            *("--type", "CCS2", "--max-power", str(POWER_W), "--meter-interval", "0.5"),
            *("--charge", "--id-tag", CARD, "--energy", "300", "300", "--pause", "0", "1"),
        )
        try:
            first = (await driver.wait_for("/api/sessions/me", lambda body: bool(body["data"])))["data"][-1]
            session = await driver.settled(first["session_id"])
        finally:
            end(process)
        assert (session["asked_by"], session["energy_kwh"], session["current_cost"]) == ("card", 0.3, "4.50")
        await check_receipt(driver, session, 300)

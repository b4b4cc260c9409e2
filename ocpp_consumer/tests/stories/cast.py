"""Who takes part: a station that charges at a price, a driver with money and a card, and what a station says."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import IdTag, User
from billing import ledger, tariffs
from billing.models import TariffPlan, Wallet
from charging import settlement
from charging.models import MeterReading, Session
from charging.tests.app import App
from charging.tests.world import per_kwh, top_up
from ocpp_consumer.tests.server import Talk, eventually, in_db, make_station
from stations.models import Connector, Location, Station

PRICE = Decimal("15.00")
CARD = "04A1B2C3"


def ago(minutes: float) -> str:
    """A moment before now, as stations write it."""
    return said(datetime.now(UTC) - timedelta(minutes=minutes))


def said(at: datetime) -> str:
    """A moment in UTC as stations write it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def make_driver(card: str = CARD, **fields: Any) -> User:
    """A driver with 1000 KGS and a card."""
    driver: User = User.objects.create_user(email=f"{uuid.uuid4().hex}@example.com", password="a good password")
    top_up(ledger.wallet_of(user=driver, currency="KGS"), "1000.00")
    IdTag.objects.create(value=card, user=driver, **fields)
    return driver


def make_priced_station(identity: str = "CP 1", **fields: Any) -> tuple[Station, str]:
    """A station in Bishkek where a kilowatt-hour costs 15 KGS, and its key."""
    where = {"address": "Chuy 1", "latitude": Decimal("42.87"), "longitude": Decimal("74.59")}
    place, _ = Location.objects.get_or_create(code="BSK", defaults=where)
    plan, made = TariffPlan.objects.get_or_create(name="Plain")
    if made:
        long_ago = datetime.now(UTC) - timedelta(days=365)
        tariffs.publish_version(plan=plan, rules=[per_kwh(str(PRICE))], in_force_from=long_ago, at=long_ago)
    return make_station(identity, location=place, tariff_plan=plan, **fields)


@dataclass
class Play:
    """A station that talks, and what became of what it said."""

    talk: Talk
    driver: User

    async def start(self, at: str, *, meter: Any = 10_000, connector: int = 1, tag: str = CARD, **more: Any) -> int:
        """The id that a StartTransaction is answered with, and the tag Accepted."""
        answer = await self.try_start(at, meter=meter, connector=connector, tag=tag, **more)
        assert answer["idTagInfo"]["status"] == "Accepted", answer
        number: int = answer["transactionId"]
        return number

    async def try_start(self, at: str, *, meter: Any = 10_000, connector: int = 1, tag: str = CARD, **more: Any) -> Any:
        """The answer to a StartTransaction."""
        payload = {"connectorId": connector, "idTag": tag, "meterStart": meter, "timestamp": at}
        return await self.talk.ask("StartTransaction", payload | more)

    async def stop(self, number: Any, at: str, *, meter: Any, **more: Any) -> Any:
        """The answer to a StopTransaction."""
        payload = {"transactionId": number, "meterStop": meter, "timestamp": at}
        return await self.talk.ask("StopTransaction", payload | more)

    async def read(self, number: int | None, at: Any, *sampled: dict[str, Any], connector: int = 1) -> None:
        """MeterValues of one moment, answered with nothing."""
        entry = {"timestamp": at, "sampledValue": list(sampled)}
        payload = {"connectorId": connector, "meterValue": [entry]}
        payload |= {} if number is None else {"transactionId": number}
        assert await self.talk.ask("MeterValues", payload) == {}

    async def say(self, status: str, at: str | None = None, *, connector: int = 1, error: str = "NoError") -> None:
        """A StatusNotification, answered with nothing."""
        payload = {"connectorId": connector, "status": status, "errorCode": error}
        payload |= {} if at is None else {"timestamp": at}
        assert await self.talk.ask("StatusNotification", payload) == {}

    async def session(self, number: Any = None) -> Session:
        """The session of that transaction, or the only one there is."""
        chosen = {} if number is None else {"ocpp_id": str(number)}
        found: Session = await in_db(Session.objects.select_related("connector").get)(**chosen)
        return found

    async def ask_app(self, path: str, **body: Any) -> tuple[int, Any]:
        """The answer to the driver's app: POST where there is something to say, else GET."""

        def ask() -> tuple[int, Any]:
            app = App(self.driver)
            return app.post(path, **body) if body else app.get(path)

        answer: tuple[int, Any] = await in_db(ask)()
        return answer

    async def shown(self, session: Session) -> Any:
        """The session as its driver's app shows it."""
        status, answer = await self.ask_app(f"/api/v1/charging/{session.public_id}")
        assert status == 200, answer
        return answer["session"]

    async def start_by_app(self, connector: int = 1, **limits: Any) -> tuple[Session, Any]:
        """The session that the driver asks for in the app, and the call that the station gets for it."""
        named = Connector.objects.filter(number=connector)
        await eventually(lambda: named.exists(), "the connector is made")
        code = await in_db(lambda: named.get().station.code)()
        body = {"station_id": code, "connector_id": connector, **limits}
        status, answer = await self.ask_app("/api/v1/charging/start", **body)
        assert status == 202, answer
        call = await self.talk.hear()
        assert call[2] == "RemoteStartTransaction"
        asked: Session = await in_db(Session.objects.get)(public_id=answer["session_id"])
        return asked, call

    async def bill(self, number: Any = None) -> tuple[Session, Decimal | int]:
        """The session once its settlement has run, and what has left the driver's wallet; the app says the same."""
        session = await self.session(number)
        await in_db(settlement.settle)(session_id=session.pk, at=datetime.now(UTC))
        wallet = await in_db(ledger.wallet_of)(user=self.driver, currency="KGS")
        billed = await self.session(session.ocpp_id)
        if billed.driver_id == self.driver.pk:
            await self._compare(billed, wallet)
        return billed, Decimal(1000) - wallet.balance

    async def _compare(self, session: Session, wallet: Wallet) -> None:
        """What the app shows of a session and of the wallet is what the tables say."""
        shown = await self.shown(session)
        assert (shown["state"], shown["energy_kwh"]) == (session.state, (session.billed_energy_wh or 0) / 1000)
        assert (shown["stop_reason"], shown["receipt_id"] is None) == (session.stop_reason, session.receipt_id is None)
        if session.state == Session.State.SETTLED:
            total = (await in_db(session.settlements.get)(revision=session.revision)).total
            assert Decimal(shown["current_cost"]) == total
        _, answer = await self.ask_app("/api/v1/balance/current")
        assert Decimal(answer["balance"]) + Decimal(answer["held"]) == wallet.balance

    async def money(self) -> tuple[str, str, str]:
        """What the app says the driver can spend, has on hold, and has spent on charging."""
        status, answer = await self.ask_app("/api/v1/balance/current")
        assert status == 200, answer
        return answer["balance"], answer["held"], answer["total_spent"]

    async def receipt(self, session: Session) -> tuple[str, str]:
        """What the app's receipt of a session comes to, and its currency."""
        number = (await self.shown(session))["receipt_id"]
        status, answer = await self.ask_app(f"/api/v1/receipts/{number}")
        assert status == 200, answer
        return answer["gross"], answer["currency"]

    async def held(self) -> Decimal | int:
        """What is held in the driver's wallet."""
        held: Decimal = (await in_db(ledger.wallet_of)(user=self.driver, currency="KGS")).held
        return held

    async def registers(self, key: int) -> list[int]:
        """The energy registers that are stored for a session (0: for none), in order of their time."""
        readings = MeterReading.objects.filter(session_key=key, measurand="Energy.Active.Import.Register")
        found = await in_db(lambda: list(readings.order_by("at").values_list("value", flat=True)))()
        return [int(value) for value in found]


def energy(value: Any, **more: Any) -> dict[str, Any]:
    """A register in Wh."""
    return {"value": value, "unit": "Wh", "measurand": "Energy.Active.Import.Register"} | more


def power(watts: int) -> dict[str, Any]:
    """A power in W."""
    return {"value": str(watts), "unit": "W", "measurand": "Power.Active.Import"}

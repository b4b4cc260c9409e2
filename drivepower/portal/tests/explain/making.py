"""Stories out of unsaved rows, for rules and sentences that ask nothing of the database."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import User
from billing.models import Debt, Hold, Receipt, TopUp, Transfer, Wallet
from charging.models import Session, Settlement
from drivepower.portal.explain.facts import Around, Money, Story
from drivepower.portal.explain.reader import Reader
from stations.models import Command, ConnectionSpan, Connector, Station, StatusSpan

# A Monday, 18:00 in Bishkek.
T = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BISHKEK = ZoneInfo("Asia/Bishkek")
STATION = Station(pk=1, code="BSK-01", created_at=T - timedelta(days=90))
CONNECTOR = Connector(pk=1, station=STATION, number=1)
WALLET = Wallet(pk=1, currency="KGS")


def minutes(count: float) -> datetime:
    """So many minutes after the beginning."""
    return T + timedelta(minutes=count)


def reader(**more: Any) -> Reader:
    """The owner, who may see all, an hour and a half after the beginning."""
    return Reader(User(pk=1, is_superuser=True, is_active=True), minutes(90), BISHKEK, **more)


def session(**fields: Any) -> Session:
    """One that was charged by card for half an hour, if nothing else is said."""
    usual: dict[str, Any] = {
        "pk": 41,
        "station": STATION,
        "connector": CONNECTOR,
        "state": "settled",
        "asked_by": "card",
        "ocpp_id": "41",
        "tag": "CARD-1",
        "started_at": T,
        "start_received_at": T,
        "stopped_at": minutes(30),
        "stop_received_at": minutes(30),
        "meter_start_wh": 10_000,
        "meter_stop_wh": 12_000,
        "billed_energy_wh": 2000,
        "created_at": T,
        "price_terms_id": 1,
    }
    return Session(**usual | fields)


def failed(code: str, text: str = "", **fields: Any) -> Session:
    """A start that came to nothing."""
    none = dict.fromkeys(["started_at", "stopped_at", "start_received_at", "stop_received_at", "billed_energy_wh"])
    usual = {"state": "failed", "failure": code, "failure_text": text, "asked_by": "app"}
    return session(**none | usual | {"requested_at": T, "expires_at": minutes(2)} | fields)


def command(intent: str = "start_charging", **fields: Any) -> Command:
    """Something that was asked of the station for the session."""
    usual = {"pk": 7, "intent": intent, "subject": "session:41", "asked_by": "rule:limits", "asked_at": T}
    return Command(**usual | {"sent_at": T, "expires_at": minutes(1), "state": "accepted"} | fields)


def span(status: str, since: float, until: float | None = None, *, number: int = 1, error: str = "") -> StatusSpan:
    """What a connector said of itself from then until then, in minutes."""
    end = None if until is None else minutes(until)
    return StatusSpan(station=STATION, number=number, status=status, error_code=error, since=minutes(since), until=end)


def socket(epoch: int, since: float, until: float | None = None, **fields: Any) -> ConnectionSpan:
    """A connection from then until then, in minutes."""
    end = None if until is None else minutes(until)
    return ConnectionSpan(pk=epoch, station=STATION, epoch=epoch, since=minutes(since), until=end, **fields)


def transfer(kind: str, amount: str, **fields: Any) -> Transfer:
    """Money that moved."""
    usual = {"pk": 1, "source": WALLET, "kind": kind, "amount": Decimal(amount), "made_at": minutes(31)}
    return Transfer(**usual | fields)


def hold(amount: str, **fields: Any) -> Hold:
    """Money that is set aside."""
    return Hold(**{"pk": 1, "wallet": WALLET, "amount": Decimal(amount), "state": "active", "made_at": T} | fields)


def debt(amount: str, paid: str = "0") -> Debt:
    """What a wallet owes."""
    return Debt(pk=1, wallet=WALLET, amount=Decimal(amount), paid=Decimal(paid), made_at=minutes(31))


def receipt(gross: str, **fields: Any) -> Receipt:
    """What was paid for the session, or what corrected that."""
    usual = {"wallet": WALLET, "currency": "KGS", "gross": Decimal(gross), "kind": "sale", "made_at": minutes(31)}
    return Receipt(**{"pk": 1, "number": 1, "year": 2026, "seller": "DP"} | usual | fields)


def top_up(**fields: Any) -> TopUp:
    """A payment on its way in."""
    usual = {"pk": 1, "wallet": WALLET, "amount": Decimal(100), "made_at": T, "expires_at": minutes(10)}
    return TopUp(**usual | fields)


def settlement(*lines: tuple[str, str, str], **fields: Any) -> Settlement:
    """What a revision came to: dimension, rule and amount of each line."""
    rows = [
        {
            "dimension": dimension,
            "rule": rule,
            "starts_at": minutes(10 * place).isoformat(),
            "ends_at": minutes(10 * place + 10).isoformat(),
            "quantity": "1000" if dimension == "per_kwh" else "600",
            "unit": "Wh" if dimension == "per_kwh" else "s",
            "unit_price": "15",
            "net": amount,
            "tax": "0",
            "gross": amount,
        }
        for place, (dimension, rule, amount) in enumerate(lines)
    ]
    return Settlement(**{"pk": 1, "revision": 0, "currency": "KGS", "total": Decimal(0), "lines": rows} | fields)


def story(
    one: Session, *, around: dict[str, Any] | None = None, money: dict[str, Any] | None = None, **more: Any
) -> Story:
    """The session with what is around it."""
    return Story(session=one, at=minutes(90), around=Around(**around or {}), money=Money(**money or {}), **more)

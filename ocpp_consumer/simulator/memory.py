"""What a station must not forget when its process ends: registers, transactions and unsent messages, in one file."""

import json
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from .meter import Meter
from .outbox import Message
from .transaction import Transaction

if TYPE_CHECKING:
    from .station import Station

TIMES = ("started_at", "stopped_at")


def _write(transaction: Transaction) -> dict[str, Any]:
    document = asdict(transaction)
    return {**document, **{name: document[name] and document[name].isoformat() for name in TIMES}}


def _read(document: dict[str, Any]) -> Transaction:
    known = {field.name for field in fields(Transaction)}
    times = {name: document[name] and datetime.fromisoformat(document[name]) for name in TIMES}
    return Transaction(**{**{name: value for name, value in document.items() if name in known}, **times})


class Memory:
    """One station's file. Every change replaces the file whole, so that a killed process leaves a good one."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @classmethod
    def of(cls, directory: Path, identity: str) -> "Memory":
        """The memory of a station in a directory that many share."""
        return cls(directory / f"{quote(identity, safe='')}.json")

    def keep(self, station: "Station") -> None:
        """Writes the present state."""
        open_ones = [c.running for c in station.connectors.values() if c.running is not None]
        kept: list[Transaction] = []
        for transaction in [*open_ones, *(message.transaction for message in station.outbox.waiting)]:
            if all(transaction is not other for other in kept):
                kept.append(transaction)
        place = {id(transaction): number for number, transaction in enumerate(kept)}
        document = {
            "registers": {str(c.number): c.meter.register_wh for c in station.connectors.values()},
            "transactions": [_write(transaction) for transaction in kept],
            "messages": [[m.kind, place[id(m.transaction)], m.meter_value] for m in station.outbox.waiting],
        }
        beside = self._path.with_suffix(".new")
        try:
            beside.write_text(json.dumps(document))
            beside.replace(self._path)
        except OSError as error:
            station.warn(f"its memory cannot be written: {error}")

    def recall(self, station: "Station") -> None:
        """Reads what was kept; transactions that were running end with PowerLoss. A broken file is told."""
        if not self._path.exists():
            return
        try:
            document = json.loads(self._path.read_text())
            transactions = [_read(kept) for kept in document["transactions"]]
            messages = [Message(kind, transactions[n], values) for kind, n, values in document["messages"]]
            registers = {int(number): int(wh) for number, wh in document["registers"].items()}
        except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
            station.warn(f"its memory cannot be read, and is begun anew: {error!r}")
            return
        station.outbox.waiting.extend(messages)
        station.transactions.extend(transactions)
        for connector in station.connectors.values():
            connector.meter = Meter(registers.get(connector.number, connector.spec.register_wh))
        for transaction in transactions:
            connector_or_none = station.connectors.get(transaction.connector_id)
            if transaction.is_running and connector_or_none is not None:
                connector_or_none.transaction = transaction
                station.charging.end(connector_or_none, "PowerLoss")
                connector_or_none.is_finishing = False

"""The simulator's plan: which stations there are, with which keys, and which of them charge for ever."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db.models import Max

from charging.models import Session
from drivepower.core.keys import hash_key
from drivepower.portal.demo.hardware import MACHINES, Machine
from drivepower.portal.demo.people import loop_cards
from stations import registry
from stations.models import Station

METER_INTERVAL = 5
ENERGY_WH = [3_000, 14_000]
PAUSE_SECONDS = [10, 90]
# The stations whose cars come again and again, one card each.
LOOPING = (1, 3, 6, 9, 10, 13, 16, 17)


def write_plan(path: Path) -> None:
    """(Re)write the file, whole or not at all; a station whose key is lost or changed gets a new one."""
    known = keys_in(path)
    stations = {station.identity: station for station in Station.objects.all()}
    registers = last_registers()
    cards = dict(zip(LOOPING, loop_cards(), strict=True))
    document = {
        "seed": 1,
        "stations": [
            entry(machine, key_of(stations[machine.identity], known), registers, cards.get(machine.number))
            for machine in MACHINES
            if machine.identity in stations
        ],
    }
    write_whole(path, json.dumps(document, indent=1) + "\n")


def keys_in(path: Path) -> dict[str, str]:
    """The keys of an earlier plan by identity; none where the file is missing or not such a plan."""
    try:
        stations = json.loads(path.read_text())["stations"]
        return {station["identity"]: str(station["password"]) for station in stations if "password" in station}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def key_of(station: Station, known: Mapping[str, str]) -> str:
    """The key that the station's HMAC is of, issued anew if the plan did not know it."""
    key = known.get(station.identity, "")
    return key if station.key_hash == hash_key(key.encode()) else registry.issue_key(station=station)


def last_registers() -> dict[tuple[str, int], int]:
    """Where each meter stands after its last session, so that the simulator counts on from there."""
    rows = (
        Session.objects.filter(meter_stop_wh__isnull=False)
        .order_by()
        .values_list("station__identity", "connector__number")
    )
    return {(identity, number): last for identity, number, last in rows.annotate(last=Max("meter_stop_wh"))}


def entry(machine: Machine, key: str, registers: Mapping[tuple[str, int], int], card: str | None) -> dict[str, Any]:
    """One station of the plan."""
    return {
        "identity": machine.identity,
        "password": key,
        "vendor": machine.model.vendor,
        "model": machine.model.name,
        "serial": machine.serial,
        "firmware": machine.model.firmware,
        "meter_interval": METER_INTERVAL,
        "connectors": [
            {
                "number": plug.number,
                "type": plug.type,
                "max_power_w": plug.max_power_w,
                "register_wh": registers.get((machine.identity, plug.number), 0),
            }
            for plug in machine.model.plugs
        ],
        "charge": {"id_tags": [card], "energy_wh": ENERGY_WH, "pause_seconds": PAUSE_SECONDS} if card else None,
    }


def write_whole(path: Path, text: str) -> None:
    """Replace a file that holds secrets: readable by its owner alone, never half written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    new.replace(path)

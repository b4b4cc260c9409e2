"""Readings of a connector as OCPP MeterValue documents (S 7.31-7.49)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from .clock import stamp
from .connector import Connector

DC_VOLTS = 400.0
AC_VOLTS = 230.0
UNITS = {
    "Energy.Active.Import.Register": "Wh",
    "Power.Active.Import": "W",
    "Power.Offered": "W",
    "Current.Import": "A",
    "Voltage": "V",
    "SoC": "Percent",
}


def _reading(connector: Connector, measurand: str) -> str | None:
    power_w, is_dc = connector.power_w, connector.spec.is_dc
    match measurand:
        case "Energy.Active.Import.Register":
            return str(connector.meter.register_wh)
        case "Power.Active.Import":
            return f"{power_w:.1f}"
        case "Power.Offered":
            return f"{connector.offered_w:.1f}"
        case "Current.Import":
            return f"{power_w / (DC_VOLTS if is_dc else 3 * AC_VOLTS):.2f}"
        case "Voltage":
            return f"{DC_VOLTS if is_dc else AC_VOLTS:.1f}"
        case _:
            return None if connector.battery is None else str(int(connector.battery.soc))


def sample(connector: Connector, measurands: Iterable[str], *, context: str, at: datetime) -> dict[str, Any]:
    """One MeterValue of the measurands that the connector can tell now; {} when it can tell none."""
    values = [
        {
            "value": value,
            "context": context,
            "measurand": measurand,
            "unit": UNITS[measurand],
            "location": "EV" if measurand == "SoC" else "Outlet",
        }
        for measurand in measurands
        if (value := _reading(connector, measurand)) is not None
    ]
    return {"timestamp": stamp(at), "sampled_value": values} if values else {}

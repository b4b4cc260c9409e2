"""The meter values of past charges."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from charging import metering
from charging.models import MeterReading, Session, SessionMeter
from drivepower.portal.demo.curve import Point
from drivepower.portal.demo.visits import Visit

EVERY = 5


def sampled(visit: Visit) -> list[Point]:
    """Every fifth minute of a charge, and its end."""
    return [*visit.points[:-1:EVERY], visit.points[-1]]


def registers_of(visit: Visit) -> Iterator[tuple[datetime, int]]:
    """When it was read, and the Wh since its start."""
    for point in sampled(visit):
        yield point.at, point.energy_wh


def readings_of(session: Session, visit: Visit) -> Iterator[MeterReading]:
    """Register, power and, on direct current, state of charge."""
    start_wh = session.meter_start_wh or 0
    for point in sampled(visit):
        values = [
            (metering.REGISTER, "Wh", Decimal(start_wh + point.energy_wh), "Outlet"),
            (metering.POWER, "W", Decimal(point.power_w), "Outlet"),
        ]
        if visit.plug.phases == 0:
            values.append((metering.SOC, "Percent", soc_of(point), "EV"))
        for measurand, unit, value, location in values:
            yield MeterReading(
                part_at=point.at,
                session_key=session.pk,
                station_id=session.station_id,
                number=visit.plug.number,
                at=point.at,
                measurand=measurand,
                location=location,
                context="Sample.Periodic",
                unit=unit,
                value=value,
            )


def meter_of(session: Session, visit: Visit) -> SessionMeter:
    """How the session's meter stood after its last reading."""
    last = visit.points[-1]
    return SessionMeter(
        session=session,
        energy_wh=last.energy_wh,
        power_w=0,
        soc=soc_of(last) if visit.plug.phases == 0 else None,
        last_reading_at=last.at,
    )


def soc_of(point: Point) -> Decimal:
    """In percent with one decimal."""
    return Decimal(round(point.soc * 10)) / 10

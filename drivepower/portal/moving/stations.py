"""Stations with their connectors from a file: a row for each connector, or one for a station alone. Never keys."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from drivepower.core.sheets import Row, Sheet
from drivepower.portal.moving.cells import as_bool, as_int, as_labels, shown
from drivepower.portal.moving.found import named
from drivepower.portal.moving.lines import LEFT, Column, Kind, Line, compare, read_cells
from stations import registry
from stations.models import Connector, Station

OWN = (
    Column("station", gettext_lazy("its public code"), is_needed=True, example="BSK-0001", attribute="code"),
    Column("identity", gettext_lazy("what it puts in its URL"), empty=LEFT, example="CP000001"),
    Column("location", gettext_lazy("code of the location"), empty=None),
    Column("vendor", gettext_lazy("vendor"), example="StarCharge"),
    Column("model", gettext_lazy("model")),
    Column("serial", gettext_lazy("serial")),
    Column("service_state", ", ".join(Station.ServiceState.values), empty=LEFT, example="planned"),
    Column("public", gettext_lazy("yes or no"), parse=as_bool, empty=LEFT, example="yes", attribute="is_public"),
    Column("security_profile", "0, 1, 2, 3", parse=as_int, empty=LEFT, example="1"),
    Column("labels", gettext_lazy("words between commas"), parse=as_labels, empty=(), example="city, fast"),
    Column("tariff_plan", gettext_lazy("its name"), empty=None),
)
CONNECTORS = (
    Column("connector", gettext_lazy("1, 2, …; empty for none"), parse=as_int, empty=None, example="1",
           attribute="number"),
    Column("type", ", ".join(Connector.Type.values), example="CCS2"),
    Column("power_w", gettext_lazy("power, W"), parse=as_int, empty=None, example="60000", attribute="max_power_w"),
    Column("phases", gettext_lazy("0: direct current"), parse=as_int, empty=LEFT, example="0"),
    Column("connector_plan", gettext_lazy("its name"), empty=None, attribute="tariff_plan"),
)  # fmt: skip
NAMES = {column.field: column.name for column in OWN}
CONNECTOR_NAMES = {column.field: column.name for column in CONNECTORS}


def plan(sheet: Sheet, at: datetime, is_locked: bool) -> list[Line]:
    """The stations of the sheet, each with its connectors beside those that stand."""
    codes = {row.cells["station"].upper() for row in sheet.rows}
    if is_locked:  # connectors come first in the order of locks
        list(Connector.objects.filter(station__code__in=codes).order_by("pk").select_for_update(no_key=True))
        list(Station.objects.filter(code__in=codes).order_by("pk").select_for_update(no_key=True))
    connectors = Prefetch("connectors", Connector.objects.select_related("tariff_plan"), to_attr="standing_connectors")
    rows = Station.objects.filter(code__in=codes).select_related("location", "tariff_plan").prefetch_related(connectors)
    standing = {station.code: station for station in rows}
    found = named(sheet, "location", "tariff_plan", "connector_plan")
    lines: dict[str, Line] = {}
    first: dict[str, Row] = {}
    for row in sheet.rows:
        code = row.cells["station"].upper()
        if code not in lines:
            lines[code], first[code] = of_station(row, standing.get(code), found), row
        else:
            check_same(row, first[code], lines[code])
        read_connector(row, lines[code], found)
    check_identities(list(lines.values()))
    return list(lines.values())


def of_station(row: Row, target: Station | None, found: dict[str, Any]) -> Line:
    """What the first row of a station says of the station itself."""
    line = Line(row.number, row.cells["station"].upper(), target)
    read_cells(row, OWN, found, line)
    if "labels" in line.said:
        line.said["labels"] = list(line.said["labels"])
    line.said["code"] = line.name
    if target is None and not line.said.get("identity"):
        line.reasons.append(_("identity: a new station needs one"))
    compare(line, Station, NAMES)
    line.written["connectors"] = []
    return line


def check_same(row: Row, first: Row, line: Line) -> None:
    """Further rows of a station repeat what the first one says of it, or leave it out."""
    for column in OWN[1:]:
        cell = row.cells.get(column.name, "")
        if cell and cell != first.cells.get(column.name, ""):
            told = {"number": row.number, "column": column.name, "first": first.number}
            line.reasons.append(_("row %(number)d: %(column)s is another than in row %(first)d") % told)


def read_connector(row: Row, line: Line, found: dict[str, Any]) -> None:
    """What a row says of a connector, and what would change of it."""
    one = Line(row.number, line.name)
    read_cells(row, CONNECTORS, found, one)
    number = one.said.pop("number", None)
    if number is None:
        if any(row.cells.get(column.name) for column in CONNECTORS[1:]) and not one.reasons:
            one.reasons.append(_("connector: say which one"))
    elif not 1 <= number <= registry.HIGHEST_CONNECTOR:
        one.reasons.append(_("connector: from 1 to %(count)d") % {"count": registry.HIGHEST_CONNECTOR})
    elif any(number == known for known, _target, _written in line.written["connectors"]):
        one.reasons.append(_("connector %(number)d is there twice") % {"number": number})
    else:
        add_connector(line, one, number)
    line.reasons += [_("row %(number)d: %(why)s") % {"number": row.number, "why": why} for why in one.reasons]


def add_connector(line: Line, one: Line, number: int) -> None:
    """Put a connector beside the one of the same number."""
    standing = getattr(line.target, "standing_connectors", [])
    one.target = next((connector for connector in standing if connector.number == number), None)
    compare(one, Connector, CONNECTOR_NAMES)
    if one.target is None:
        line.changes.append((_("connector %(number)d") % {"number": number}, "", _("new")))
    line.changes += [(f"{number}: {name}", before, after) for name, before, after in one.changes]
    line.written["connectors"].append((number, one.target, one.written))


def check_identities(lines: list[Line]) -> None:
    """An identity is one station's, and never its public code."""
    said = {line.written["identity"]: line for line in lines if "identity" in line.written}
    for line in lines:
        identity = line.said.get("identity")
        if identity and identity == line.name:
            line.reasons.append(_("identity: it must differ from the public code"))
        if identity in said and said[identity] is not line and "identity" in line.written:
            line.reasons.append(_("identity: another row has the same"))
    for identity in Station.objects.filter(identity__in=said).values_list("identity", flat=True):
        said[identity].reasons.append(_("identity: another station has it"))


def write(line: Line, by: User, at: datetime) -> Station:
    """Make the station, which is told to wait where stations are set up first, or write what is different."""
    said = dict(line.written)
    connectors = said.pop("connectors")
    if line.target is None:
        station = Station.objects.create(registration=registry.first_registration(), **said)
    else:
        station = line.target
        if said:
            Station.objects.filter(pk=station.pk).update(**said)
    for number, standing, written in connectors:
        if standing is None:
            Connector.objects.create(station=station, number=number, **written)
        elif written:
            Connector.objects.filter(pk=standing.pk).update(**written)
    return station


def standing() -> Iterable[list[str]]:
    """All stations with their connectors, and those without."""
    rows = Station.objects.select_related("location", "tariff_plan").order_by("code")
    for station in rows.prefetch_related("connectors__tariff_plan").iterator(chunk_size=500):
        own = [shown(getattr(station, column.field)) for column in OWN]
        kept = [connector for connector in station.connectors.all() if connector.number]
        for connector in sorted(kept, key=lambda one: one.number):
            yield own + [shown(getattr(connector, column.field)) for column in CONNECTORS]
        if not kept:
            yield own + [""] * len(CONNECTORS)


KIND = Kind(
    name="stations",
    title=gettext_lazy("Stations with connectors"),
    icon="ev_station",
    rights=(
        *("stations.add_station", "stations.change_station", "stations.add_connector", "stations.change_connector"),
        *("stations.change_location", "billing.change_tariffplan"),
    ),
    columns=OWN + CONNECTORS,
    plan=plan,
    write=write,
    standing=standing,
)

"""Work on the station, prices that came into force for it, and pauses of new charges; four queries."""

from collections import defaultdict
from typing import Any

from django.conf import settings
from django.db.models import Q

from accounts.named import with_names
from billing.models import TariffVersion
from drivepower.core import switches
from drivepower.portal.explain.house import EVERYWHERE, HERE, House, Turned, Work
from drivepower.portal.explain.reader import Reader
from drivepower.portal.explain.scope import Scope
from drivepower.portal.explain.shapes import ACT, PRICE
from drivepower.portal.explain.sources.bounded import bounded, grouped
from drivepower.portal.models import Change
from stations.models import Maintenance

FEW = 50
WORK, SWITCH, PLACE = "stations.maintenance", "core.switch", "stations.location"


def read(scope: Scope, reader: Reader, left: set[str]) -> House:
    """What of it held or happened in that time."""
    return House(
        works=works(scope, reader, left),
        versions=versions(scope, reader, left),
        pauses=pauses(scope, reader, left),
    )


def works(scope: Scope, reader: Reader, left: set[str]) -> list[Work]:
    """Work on the station or its connectors that was not over before; who moved it on stands in the audit trail."""
    known = Maintenance.objects.filter(Q(ended_at=None) | Q(ended_at__gte=scope.since), station=scope.station)
    known = known.filter(Q(made_at__lte=scope.until) | Q(starts_at__lte=scope.until))
    if scope.numbers:
        known = known.filter(Q(number=None) | Q(number__in=scope.numbers))
    rows = reader.rows(known, "stations.view_maintenance")
    if rows is None:
        return []
    named = with_names(rows, planner="made_by").order_by("-id")
    found = bounded(named[: FEW + 1], most=FEW, name=ACT, left=left)
    if not found:
        return []
    moved = Change.objects.filter(table=WORK, row__in=[str(one.pk) for one in found], after__has_key="state")
    states = with_names(moved.filter(at__lte=scope.until), by="who").order_by("id")
    turns = grouped(bounded(states[: 4 * FEW + 1], most=4 * FEW, name=ACT, left=left), lambda one: int(one.row))
    return [Work(one, [turned(turn, turn.after["state"]) for turn in turns.get(one.pk, ())]) for one in found]


def versions(scope: Scope, reader: Reader, left: set[str]) -> list[TariffVersion]:
    """Versions that came into force in that time, of the plans by which the station sells or the session was priced."""
    known = TariffVersion.objects.filter(of_plans(scope), in_force_from__range=scope.window)
    rows = reader.rows(known, "billing.view_tariffversion")
    if rows is None:
        return []
    named = with_names(rows.select_related("plan"), by="made_by").order_by("in_force_from", "id")
    return bounded(named[: FEW + 1], most=FEW, name=PRICE, left=left)


def of_plans(scope: Scope) -> Q:
    """Versions of these plans: of connectors and station; of the default plan where one of them has no other."""
    station, session = scope.station, scope.session
    plans = {station.own_plan_id, station.tariff_plan_id}
    sold = [one for one in station.connectors.all() if one.number and one.number in (scope.numbers or {one.number})]
    needs_default = plans == {None} and not all(one.tariff_plan_id for one in sold)
    plans |= {one.tariff_plan_id for one in sold}
    if session is not None and session.price_terms and session.price_terms.version:
        plans.add(session.price_terms.version.plan_id)
    found = Q(plan__in=plans - {None})
    if needs_default:
        found |= Q(plan__is_default=True, plan__currency=settings.DEFAULT_CURRENCY)
    return found


def pauses(scope: Scope, reader: Reader, left: set[str]) -> dict[str, list[Turned]]:
    """When new charges were turned off and on, everywhere and at the place, until the end of that time.

    That none could begin explains a refused start, so everybody of the house reads it, with who did it and why.
    """
    if reader.is_of_company:
        return {}
    place = str(scope.station.location_id or "")
    known: Any = Change.objects.filter(at__lte=scope.until)
    sides = [
        known.filter(table=SWITCH, row=switches.STARTS, after__has_key="is_on"),
        known.filter(table=PLACE, row=place, after__has_key="starts_paused"),
    ]
    ends = [with_names(one, by="who").order_by("-id")[: FEW + 1] for one in sides]
    found: defaultdict[str, list[Turned]] = defaultdict(list)
    for one in sorted(ends[0].union(ends[1], all=True), key=lambda one: one.pk):
        if one.table == SWITCH:
            found[EVERYWHERE].append(turned(one, "on" if one.after["is_on"] else "off"))
        else:
            found[HERE].append(turned(one, "off" if one.after["starts_paused"] else "on"))
    return dict(found)


def turned(change: Any, to: str) -> Turned:
    """A line of the trail as a turn to that."""
    return Turned(change.at, to, change.who, change.by, str(change.after.get("note") or ""))

"""Reads whole sites: everything that decides how a supply is shared, in one set of queries for any number of them."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Q

from charging.models import ChargingProfile, Session
from charging.models.sites import SitePlan, SiteShare
from charging.profiles.rules import RUNNING, UNITS
from charging.sites import currents
from charging.sites.places import ASKED_BY, Place, Site
from stations.models import ConfigurationKey, Connector, ConnectorState, Location, Station

State, Purpose = ChargingProfile.State, ChargingProfile.Purpose
Profiles = dict[tuple[int, int], list[ChargingProfile]]
ALLOWED_UNITS, ROTATION, FEATURES = (
    "ChargingScheduleAllowedChargingRateUnit",
    "ConnectorPhaseRotation",
    "SupportedFeatureProfiles",
)
REMEMBERED = timedelta(hours=1)
GONE = (Station.ServiceState.PLANNED, Station.ServiceState.RETIRED)


def gather(*, location_ids: Collection[int], at: datetime) -> list[Site]:
    """Those of the locations that share their supply; stations that have never come are not counted there."""
    locations = list(Location.objects.filter(pk__in=location_ids, shares_supply=True).order_by("pk"))
    plans = {plan.location_id: plan for plan in SitePlan.objects.filter(location__in=locations)}
    connectors = (
        Connector.objects.filter(station__location__in=locations, station__connected_at__isnull=False, number__gt=0)
        .exclude(station__service_state__in=GONE)
        .select_related("station__gateway", "station__seen")
        .order_by("station", "number")
    )
    by_location: dict[int, list[Connector]] = defaultdict(list)
    for connector in connectors:
        by_location[connector.station.location_id or 0].append(connector)
    known = _Known({connector.station_id for connector in connectors}, at=at)
    shares: dict[int, list[SiteShare]] = defaultdict(list)
    for share in SiteShare.objects.filter(plan__in=plans.values()).select_related("profile"):
        shares[share.plan_id].append(share)
    return [
        _site(location, plans.get(location.pk), by_location[location.pk], shares=shares, known=known)
        for location in locations
    ]


def _site(
    location: Location,
    plan: SitePlan | None,
    connectors: list[Connector],
    *,
    shares: dict[int, list[SiteShare]],
    known: "_Known",
) -> Site:
    own = {share.session_id: share for share in (shares[plan.pk] if plan else [])}
    places = [known.place(connector, own, location) for connector in connectors]
    running = {place.session.pk for place in places if place.session}
    return Site(location, plan, places, [share for key, share in own.items() if key not in running])


class _Known:
    """What is known of these stations, by connector."""

    def __init__(self, stations: Collection[int], *, at: datetime) -> None:
        self.at = at
        # Who holds the connector comes last and so is taken; energy may flow where nobody does.
        running = Session.objects.filter(station__in=stations, state__in=RUNNING).order_by("holds_connector", "pk")
        self.sessions = {one.connector_id: one for one in running.select_related("driver__membership")}
        self.told = self._tell(stations)
        idle = ConnectorState.objects.filter(station__in=stations, status="SuspendedEV")
        self.idle = {(one.station_id, one.number): one.effective_at for one in idle}
        self.fallbacks, self.people_set = self._profiles(stations)

    def place(self, connector: Connector, shares: dict[int, SiteShare], location: Location) -> Place:
        """Everything about one connector."""
        station, session = connector.station, self.sessions.get(connector.pk)
        told, here = self.told[station.pk], (station.pk, connector.number)
        outlet = currents.outlet_of(connector, _units(told.get(ALLOWED_UNITS, "")))
        seen = getattr(station, "seen", None)
        came = station.connected_at or self.at
        return Place(
            connector=connector,
            outlet=outlet,
            phases=currents.phases_of(connector, outlet, told.get(ROTATION, "")),
            rated_a=currents.rated_a(connector, outlet, limit_a=Decimal(location.supply_limit_a or 0)),
            is_online=station.is_online(at=self.at),
            is_able="smartcharging" in told[FEATURES].lower() if told.get(FEATURES) else True,
            since=max(came, seen.booted_at) if seen and seen.booted_at else came,
            idle_since=self.idle.get(here),
            session=session,
            share=shares.get(session.pk) if session else None,
            fallbacks=self.fallbacks[here],
            people_set=[one for one in self.people_set[here] if one.session_id in (None, session and session.pk)]
            + [one for one in self.people_set[(station.pk, 0)] if one.purpose == Purpose.TX_DEFAULT],
        )

    def _tell(self, stations: Collection[int]) -> dict[int, dict[str, str]]:
        told: dict[int, dict[str, str]] = defaultdict(dict)
        keys = ConfigurationKey.objects.filter(
            station__in=stations, key__in=[ALLOWED_UNITS, ROTATION, FEATURES], is_known=True
        )
        for one in keys:
            told[one.station_id][one.key] = one.value or ""
        return told

    def _profiles(self, stations: Collection[int]) -> tuple[Profiles, Profiles]:
        """Our fallbacks, and what people have set, by station and connector."""
        held = Q(state__in=[State.REQUESTED, State.APPLIED])
        refused = Q(state=State.REFUSED, changed_at__gt=self.at - REMEMBERED, purpose=Purpose.TX_DEFAULT)
        ours: Profiles = defaultdict(list)
        people: Profiles = defaultdict(list)
        rows = ChargingProfile.objects.filter(held | (refused & Q(asked_by=ASKED_BY)), station__in=stations)
        for row in rows.exclude(purpose=Purpose.CHARGE_POINT_MAX).order_by("pk"):
            if row.asked_by != ASKED_BY:
                people[(row.station_id, row.number)].append(row)
            elif row.purpose == Purpose.TX_DEFAULT:
                ours[(row.station_id, row.number)].append(row)
        return ours, people


def _units(said: str) -> frozenset[str] | None:
    return frozenset(UNITS[word] for one in said.split(",") if (word := one.strip().lower()) in UNITS) or None

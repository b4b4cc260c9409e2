"""What a dry run is asked: which plan's sessions, of when and where, by which version or draft."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from billing.tariffs.differences import Edition
from charging.models import Session
from charging.models.session import FINISHED_STATES, SessionQuerySet


@dataclass(frozen=True)
class Ask:
    """Sessions of the edition's plan that began in [since, until); empty lists narrow nothing, a label is of a station
    or its location.
    """

    edition: Edition
    since: datetime
    until: datetime
    locations: tuple[int, ...] = ()
    stations: tuple[int, ...] = ()
    label: str = ""

    def sessions(self) -> SessionQuerySet:
        """The finished sessions that this plan priced, in order of their start."""
        rows = Session.objects.filter(
            started_at__gte=self.since,
            started_at__lt=self.until,
            state__in=FINISHED_STATES,
            price_terms__version__plan=self.edition.version.plan_id,
        )
        if self.locations:
            rows = rows.filter(station__location__in=self.locations)
        if self.stations:
            rows = rows.filter(station__in=self.stations)
        if self.label:
            labelled = Q(station__labels__contains=[self.label])
            rows = rows.filter(labelled | Q(station__location__labels__contains=[self.label]))
        return rows.order_by("started_at", "pk")

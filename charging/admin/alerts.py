"""Alerts by the clock of the place that each is about, as far as one is."""

from django.contrib import admin
from django.db.models import BigIntegerField, Case, CharField, F, Func, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast
from django.http import HttpRequest

from charging.models import Session
from drivepower.core.models import Alert
from stations.admin.alerts import LinkedAlertAdmin
from stations.models import Location, Station

admin.site.unregister(Alert)


@admin.register(Alert)
class ClockedAlertAdmin(LinkedAlertAdmin):
    """Alerts, whose times are told by the clock of their place, too."""

    clocked_by = "zone_there"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Alert]:
        """With the zone of that place, looked up for the rows of a page alone."""
        rows: QuerySet[Alert] = super().get_queryset(request)
        return rows.annotate(zone_there=zone_of_subject())


def zone_of_subject() -> Case:
    """The time zone of what an alert's subject (station:CODE, connector:CODE/1, location:CODE, session:41) names."""
    called = part(part(OuterRef("subject"), ":", 2), "/", 1)
    at_station = Station.objects.filter(code=called).values("location__time_zone")
    at_location = Location.objects.filter(code=called).values("time_zone")
    of_session = Session.objects.filter(pk=Cast(called, BigIntegerField())).values("station__location__time_zone")
    return Case(
        When(Q(subject__startswith="station:") | Q(subject__startswith="connector:"), then=Subquery(at_station)),
        When(subject__startswith="location:", then=Subquery(at_location)),
        When(subject__regex="^session:[0-9]{1,18}$", then=Subquery(of_session)),
        default=None,
        output_field=CharField(),
    )


def part(text: F | Func, mark: str, number: int) -> Func:
    """So many-th part of a text between those marks."""
    return Func(text, Value(mark), Value(number), function="split_part", output_field=CharField())

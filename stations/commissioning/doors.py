"""/commission/{token}/: an installer without an account, at the stations that the link is for and nowhere else.

The token in the address is all there is: no session, no cookie. Whatever it does not open is a 404.
"""

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from rest_framework.views import APIView

from drivepower.core.acting import acting
from drivepower.core.texts import storable
from drivepower.core.throttles import WindowThrottle
from stations.commissioning import installers, page
from stations.commissioning.acts import Visit
from stations.models import Commissioning, InstallerLink, Station
from stations.models.network import StationQuerySet
from stations.prices import time_zone_of

LIST = "stations/commissioning/stations.html"
PAGE = "stations/commissioning/installer.html"


class InstallerThrottle(WindowThrottle):
    """Pages and their refreshing, by address."""

    scope = "commission"


# The address is the secret that another site would have to know: its forms need no other.
@method_decorator(csrf_exempt, name="dispatch")
class InstallerView(View):
    """What every page of a link begins with."""

    http_method_names = ["get", "head", "post"]
    link: InstallerLink

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Count the visit, find the link, and tell no other site the address."""
        throttle = InstallerThrottle()
        if not throttle.allow_request(request, APIView()):  # type: ignore[arg-type]  # it looks at META alone
            return HttpResponse(status=429, headers={"Retry-After": str(max(1, round(throttle.wait())))})
        link = installers.find(storable(kwargs.pop("token")), at=timezone.now())
        if link is None:
            raise Http404
        self.link = link
        with acting(installers.who(link)):
            response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[assignment]  # it is sync
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        return response

    def stations(self) -> StationQuerySet:
        """What the link opens."""
        return installers.stations_of(self.link)

    def visit(self, request: HttpRequest, code: str) -> Visit:
        """The newest way into service of one of its stations; 404 for every other one."""
        station = self.stations().filter(code=storable(code)).first()
        rows = Commissioning.objects.filter(station=station, begun_at__lt=self.link.expires_at).order_by("-id")
        commissioning = rows.first() if station else None
        if station is None or commissioning is None:
            raise Http404
        commissioning.station = station
        by = installers.who(self.link)
        return Visit(request, commissioning, by, timezone.now(), may_act=True, may_decide=False)


class StationsPage(InstallerView):
    """/commission/{token}/"""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Which stations there are to be put into service, and until when by the house's clock."""
        stations = [(station, page.place_of(station)) for station in self.stations().order_by("code")]
        zone = settings.DEFAULT_LOCATION_TIME_ZONE
        with timezone.override(zone):
            return render(request, LIST, {"link": self.link, "stations": stations, "zone": zone})


class StationPage(InstallerView):
    """/commission/{token}/{code}"""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        """Its steps."""
        visit = self.visit(request, code)
        with timezone.override(zone_of(visit.commissioning.station)):
            return page.show(visit, template=PAGE, more={"refresh": f"{request.path}/now"})

    post = get


class StationNow(InstallerView):
    """/commission/{token}/{code}/now"""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        """Its steps, for the page that asks again and again."""
        visit = self.visit(request, code)
        with timezone.override(zone_of(visit.commissioning.station)):
            return page.now(visit)


def zone_of(station: Station) -> ZoneInfo:
    """The clock of the place."""
    return ZoneInfo(time_zone_of(station))

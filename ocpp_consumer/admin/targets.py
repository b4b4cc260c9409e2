"""Which stations a job goes to: rows that were ticked, all of a filter, a label, a location, a saved view."""

from datetime import datetime
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext

from drivepower.core.cut_pages import cut
from drivepower.core.refusals import Refusal
from stations import labels
from stations.admin.rows import FILTER, IMAGE, ROWS, rows_of
from stations.files.images import fitting
from stations.models import FirmwareImage, Location, Station

Rows = QuerySet[Any]
LABEL, LOCATION, VIEW = "label", "location", "view"
WORDS = {
    ROWS: gettext_lazy("the chosen stations"),
    FILTER: gettext_lazy("all stations of the list's filter"),
    LABEL: gettext_lazy("all with a label"),
    LOCATION: gettext_lazy("all at a location"),
    VIEW: gettext_lazy("all of a saved view"),
    IMAGE: gettext_lazy("all that the firmware is for"),
}


class Target(NamedTuple):
    """The stations, and how they were chosen, for people."""

    stations: list[Station]
    words: str

    def online(self, *, at: datetime) -> "Target":
        """Those of them that can be asked now; Refusal station_offline for none."""
        there = set(
            Station.objects.online(at=at).filter(pk__in=[one.pk for one in self.stations]).values_list("pk", flat=True)
        )
        if not there:
            raise Refusal("station_offline", gettext_noop("None of these stations is online."))
        return self._replace(stations=[one for one in self.stations if one.pk in there])


def target_of(request: HttpRequest, *, over: str, value: str) -> Target:
    """The stations as they are now, cut to the person, without retired ones; Refusal station_not_found for none."""
    found, words = FINDERS.get(over, _nothing)(request, value)
    living = found.exclude(service_state=Station.ServiceState.RETIRED).order_by("code")
    stations = list(living.only("pk", "code"))
    if not stations:
        raise Refusal("station_not_found", _("No station fits."))
    return Target(stations, words[:300])


def views(request: HttpRequest) -> "QuerySet[Any]":
    """The saved views of the list of stations that this person may open; they are kept by the room above this one."""
    mine = Q(owner=request.user.pk) | Q(role__in=request.user.groups.all())
    return apps.get_model("portal", "SavedView").objects.filter(mine, model="stations.station").distinct()


def _nothing(request: HttpRequest, value: str) -> tuple[Rows, str]:
    return Station.objects.none(), ""


def _rows(request: HttpRequest, value: str) -> tuple[Rows, str]:
    rows = rows_of(request, _list(), over=ROWS, value=value)
    count = len(value.split(","))
    return rows, ngettext("%(count)d chosen station", "%(count)d chosen stations", count) % {"count": count}


def _filter(request: HttpRequest, value: str) -> tuple[Rows, str]:
    return rows_of(request, _list(), over=FILTER, value=value), f"{_('filter')}: {value or '–'}"


def _label(request: HttpRequest, value: str) -> tuple[Rows, str]:
    return labels.labelled(cut(Station.objects.all(), request), value), f"{_('label')}: {value}"


def _location(request: HttpRequest, value: str) -> tuple[Rows, str]:
    place = cut(Location.objects.filter(code=value), request)
    return cut(Station.objects.filter(location__in=place), request), f"{_('location')}: {value}"


def _view(request: HttpRequest, value: str) -> tuple[Rows, str]:
    view = views(request).filter(pk=int(value)).first() if value.isdecimal() and len(value) < 18 else None
    if view is None:
        return _nothing(request, value)
    return rows_of(request, _list(), over=FILTER, value=view.query), f"{_('saved view')}: {view.name}"


def _image(request: HttpRequest, value: str) -> tuple[Rows, str]:
    images = FirmwareImage.objects.filter(pk=int(value)) if value.isdecimal() and len(value) < 18 else None
    image = images.first() if images is not None else None
    if image is None:
        return _nothing(request, value)
    return cut(fitting(image), request), f"{_('all that the firmware is for')}: {image}"


def _list() -> Any:
    return admin.site.get_model_admin(Station)


FINDERS = {ROWS: _rows, FILTER: _filter, LABEL: _label, LOCATION: _location, VIEW: _view, IMAGE: _image}

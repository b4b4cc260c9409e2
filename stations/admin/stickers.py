"""Stickers for the connectors of chosen stations and places, as a PDF to print."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.widgets import UnfoldAdminSelectMultipleWidget, UnfoldAdminTextInputWidget

from drivepower.core.cut_pages import cut
from stations import sheets
from stations.models import Connector, Location, Station

PAGE = "stations/stickers.html"
# So many rows fit into an address.
MOST_CHOSEN = 500


class StickerForm(forms.Form):
    """Which connectors; what is left empty chooses nothing by itself."""

    stations = forms.ModelMultipleChoiceField(
        Station.objects.none(), label=_("Stations"), required=False, widget=UnfoldAdminSelectMultipleWidget
    )
    locations = forms.ModelMultipleChoiceField(
        Location.objects.none(), label=_("Locations"), required=False, widget=UnfoldAdminSelectMultipleWidget
    )
    label = forms.CharField(
        label=_("Label of stations or locations"), max_length=40, required=False, widget=UnfoldAdminTextInputWidget
    )

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request.GET or None)
        living = Station.objects.exclude(service_state=Station.ServiceState.RETIRED)
        for name, rows in (("stations", living), ("locations", Location.objects.all())):
            field: Any = self.fields[name]
            field.queryset = cut(rows, request)

    def connectors(self) -> QuerySet[Connector]:
        """Those that are chosen, by station and number."""
        said, chosen = self.cleaned_data, Q(pk__in=())
        stations: Any = self.fields["stations"]
        if said["stations"]:
            chosen |= Q(station__in=said["stations"])
        if said["locations"]:
            chosen |= Q(station__location__in=said["locations"])
        if said["label"]:
            chosen |= Q(station__labels__contains=[said["label"]])
            chosen |= Q(station__location__labels__contains=[said["label"]])
        rows = Connector.objects.filter(chosen, number__gt=0, station__in=stations.queryset)
        return rows.select_related("station").order_by("station__code", "number")


class StickerPages:
    """What the admin of stations offers: a page to choose, and an action for chosen rows."""

    def get_urls(self) -> list[URLPattern]:
        """With the page; staff of a company print their own stickers."""
        view = self.guarded(self.stickers_view, is_list=True)  # type: ignore[attr-defined]  # of the admin that it is mixed into
        own = path("stickers/", self.admin_site.admin_view(view), name="stations_station_stickers")  # type: ignore[attr-defined]
        return [own, *super().get_urls()]  # type: ignore[misc]

    def stickers_view(self, request: HttpRequest) -> HttpResponse:
        """The form, or the PDF of what it chooses."""
        if not request.user.has_perm("stations.view_station"):
            raise PermissionDenied
        form = StickerForm(request)
        if form.is_bound and form.is_valid():
            pdf = sheets.make(form.connectors()[: sheets.MOST])
            headers = {"Content-Disposition": 'inline; filename="stickers.pdf"', "Cache-Control": "no-store"}
            return HttpResponse(pdf, content_type="application/pdf", headers=headers)
        shown = {**self.admin_site.each_context(request), "title": _("Stickers"), "form": form, "most": sheets.MOST}  # type: ignore[attr-defined]
        return render(request, PAGE, shown)

    @action(description=_("Print stickers"), icon="qr_code_2", permissions=["view"])  # type: ignore[untyped-decorator]  # no hints
    def stickers(self, request: HttpRequest) -> HttpResponse:
        """To the page on which one chooses."""
        return HttpResponseRedirect(reverse("admin:stations_station_stickers"))

    @admin.action(description=_("Print stickers"), permissions=["view"])
    def print_stickers(self, request: HttpRequest, queryset: QuerySet[Station]) -> HttpResponse:
        """For the chosen stations."""
        keys = queryset.values_list("pk", flat=True)[:MOST_CHOSEN]
        chosen = "&".join(f"stations={key}" for key in keys)
        return HttpResponseRedirect(f"{reverse('admin:stations_station_stickers')}?{chosen}")

"""/api/v1/stations with its older name /api/stations, /api/v1/locations, favourites, reports; and for operators."""

from django.urls import include, path

from stations import pages
from stations.api import favourites, network, reports
from stations.commissioning import doors
from stations.operator import cards

urlpatterns = [
    path("api/v1/operator/", include("stations.operator.urls")),
    path("api/v1/operator/id-tags", cards.PlacedIdTagsView.as_view()),
    path("api/v1/operator/id-tags/<uuid:public_id>", cards.PlacedIdTagView.as_view()),
    path("api/stations", network.StationsView.as_view()),
    path("api/v1/stations", network.StationsView.as_view()),
    path("api/v1/stations/<str:code>", network.StationView.as_view()),
    path("api/v1/stations/<str:code>/status", network.StatusView.as_view()),
    path("api/v1/stations/<str:code>/price", network.PriceView.as_view()),
    path("api/v1/locations", network.LocationsView.as_view()),
    path("api/v1/locations/<str:code>", network.LocationView.as_view()),
    path("api/v1/favorites", favourites.FavouritesView.as_view()),
    path("api/v1/favorites/<str:code>", favourites.FavouriteView.as_view()),
    path("api/v1/reports", reports.ReportsView.as_view()),
    path("api/v1/reports/<uuid:public_id>", reports.ReportView.as_view()),
    path("api/v1/reports/<uuid:public_id>/photo", reports.PhotoView.as_view()),
    # The QR codes of stickers name this address: it never changes.
    path("c/<str:code>/<int:number>", pages.ConnectorPage.as_view(), name="connector"),
    path("commission/<str:token>/", doors.StationsPage.as_view()),
    path("commission/<str:token>/<str:code>", doors.StationPage.as_view()),
    path("commission/<str:token>/<str:code>/now", doors.StationNow.as_view()),
]

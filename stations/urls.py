"""/api/v1/stations with its older name /api/stations, and /api/v1/locations."""

from django.urls import path

from stations import api

urlpatterns = [
    path("api/stations", api.StationsView.as_view()),
    path("api/v1/stations", api.StationsView.as_view()),
    path("api/v1/stations/<str:code>", api.StationView.as_view()),
    path("api/v1/stations/<str:code>/status", api.StatusView.as_view()),
    path("api/v1/stations/<str:code>/price", api.PriceView.as_view()),
    path("api/v1/locations", api.LocationsView.as_view()),
    path("api/v1/locations/<str:code>", api.LocationView.as_view()),
]

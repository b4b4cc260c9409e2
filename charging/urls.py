"""/api/v1/charging, sessions (older names under /api/sessions), history and reservations."""

from django.urls import include, path

from charging.api import history, reservations, views
from charging.operator import metrics, profiles
from charging.operator import reservations as bookings

urlpatterns = [
    path("api/v1/charging/start", views.StartView.as_view()),
    path("api/v1/charging/stop", views.StopView.as_view()),
    path("api/v1/charging/status/<str:session_id>", views.SessionView.as_view()),
    path("api/v1/charging/<str:session_id>", views.SessionView.as_view()),
    path("api/sessions/me", views.SessionsView.as_view()),
    path("api/sessions/active", views.ActiveView.as_view()),
    path("api/v1/sessions", views.SessionsView.as_view()),
    path("api/v1/history/charging", history.ChargingHistoryView.as_view()),
    path("api/v1/history/stats", history.StatsView.as_view()),
    path("api/v1/reservations", reservations.ReservationsView.as_view()),
    path("api/v1/reservations/<uuid:public_id>", reservations.ReservationView.as_view()),
    path("api/v1/operator/reservations", bookings.ReservationsView.as_view()),
    path("api/v1/operator/reservations/<uuid:public_id>", bookings.ReservationView.as_view()),
    path("api/v1/operator/charging-profiles", profiles.ProfilesView.as_view()),
    path("api/v1/operator/charging-profiles/clear", profiles.ClearView.as_view()),
    path("api/v1/operator/charging-profiles/<int:key>", profiles.ProfileView.as_view()),
    path("api/v1/operator/stations/<str:code>/metrics", metrics.MetricsView.as_view()),
    path("api/v1/operator/", include("charging.operator.urls")),
]

"""/api/v1/charging and /api/v1/sessions, with the older names under /api/sessions."""

from django.urls import path

from charging.api import views

urlpatterns = [
    path("api/v1/charging/start", views.StartView.as_view()),
    path("api/v1/charging/stop", views.StopView.as_view()),
    path("api/v1/charging/status/<str:session_id>", views.SessionView.as_view()),
    path("api/v1/charging/<str:session_id>", views.SessionView.as_view()),
    path("api/sessions/me", views.SessionsView.as_view()),
    path("api/sessions/active", views.ActiveView.as_view()),
    path("api/v1/sessions", views.SessionsView.as_view()),
]

"""/api/v1/operator: the figures of the network."""

from django.urls import path

from drivepower.portal.operator import analytics

urlpatterns = [
    path("api/v1/operator/analytics/dashboard", analytics.DashboardView.as_view()),
    path("api/v1/operator/analytics/usage", analytics.UsageView.as_view()),
]

"""/api/v1/operator: the figures of the network; and the icon that browsers ask for."""

from django.urls import path

from drivepower.portal import icon
from drivepower.portal.operator import analytics

urlpatterns = [
    path("favicon.ico", icon.show),
    path("api/v1/operator/analytics/dashboard", analytics.DashboardView.as_view()),
    path("api/v1/operator/analytics/usage", analytics.UsageView.as_view()),
]

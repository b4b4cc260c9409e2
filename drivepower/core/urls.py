"""What a load balancer asks, and the published schema with its pages."""

from django.conf import settings
from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularRedocView, SpectacularSwaggerSplitView

from drivepower.core import health, metrics

urlpatterns = [
    path("health", health.ready),
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("version", health.version),
    path("metrics", metrics.show),
]
if settings.ENABLE_SWAGGER:
    urlpatterns += [
        path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
        path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema")),
        path("api/redoc/", SpectacularRedocView.as_view(url_name="schema")),
    ]

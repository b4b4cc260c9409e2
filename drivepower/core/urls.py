"""What a load balancer asks."""

from django.urls import path

from drivepower.core import health

urlpatterns = [
    path("health", health.ready),
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("version", health.version),
]

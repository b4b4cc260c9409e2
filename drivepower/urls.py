"""Every HTTP address of DrivePower; each room lists its own."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from drivepower.portal import icon

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("favicon.ico", icon.show),
    path("admin/", admin.site.urls),
    path("", include("drivepower.core.urls")),
    path("", include("accounts.urls")),
    path("", include("billing.urls")),
    path("", include("stations.urls")),
    path("", include("charging.urls")),
    path("", include("drivepower.portal.urls")),
    path("", include("ocpp_consumer.urls")),
]

handler400 = "drivepower.core.pages.bad_request"
handler404 = "drivepower.core.pages.not_found"
handler500 = "drivepower.core.pages.server_error"

"""/api/v1/operator, as far as it speaks to stations."""

from django.urls import include, path

urlpatterns = [path("api/v1/operator/", include("ocpp_consumer.operator.urls"))]

"""The portal's WebSockets."""

from django.urls import path

from drivepower.portal.stream import StreamConsumer

websocket_urlpatterns = [path("portal/stream", StreamConsumer.as_asgi())]

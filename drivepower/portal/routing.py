"""The portal's WebSockets, and those of the API."""

from django.urls import path

from drivepower.portal.frames import FramesConsumer
from drivepower.portal.rows.consumer import RowsConsumer
from drivepower.portal.stream import StreamConsumer
from drivepower.portal.streams import locations, operator, sessions
from drivepower.portal.streams.door import door

websocket_urlpatterns = [
    path("portal/stream", StreamConsumer.as_asgi()),
    path("portal/rows", RowsConsumer.as_asgi()),
    path("portal/frames", FramesConsumer.as_asgi()),
]
# Apps hold a token and no cookies, so nothing of a browser's session stands before these.
api_urlpatterns = [
    path("api/v1/locations/stream", door(locations.talk)),
    path("api/v1/sessions/stream", door(sessions.talk)),
    path("api/v1/operator/stream", door(operator.talk)),
]

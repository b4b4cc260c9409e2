"""Where stations connect: /ocpp/{identity}, /ws/{identity}, and both with the identity in the query."""

from django.urls import re_path

from ocpp_consumer.consumer import StationConsumer

# The identity is read from the path as sent: here it is decoded already, and may hold slashes.
websocket_urlpatterns = [re_path(r"^(?:ocpp|ws)(?:/|$)", StationConsumer.as_asgi())]

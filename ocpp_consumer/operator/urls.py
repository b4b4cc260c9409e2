"""/api/v1/operator: the conversation with stations."""

from django.urls import path

from ocpp_consumer.operator import bulk, commands, configuration, connections, frames

urlpatterns = [
    path("connections", connections.ConnectionsView.as_view()),
    path("connections/<str:code>", connections.ConnectionView.as_view()),
    path("commands", commands.CommandsView.as_view()),
    path("commands/bulk", bulk.BulksView.as_view()),
    path("commands/bulk/<uuid:public_id>", bulk.BulkView.as_view()),
    path("commands/bulk/<uuid:public_id>/resume", bulk.AgainView.as_view()),
    path("commands/bulk/<uuid:public_id>/retry", bulk.RetryView.as_view()),
    path("commands/bulk/<uuid:public_id>/stations", bulk.StepsView.as_view()),
    path("commands/<uuid:public_id>", commands.CommandView.as_view()),
    path("stations/<str:code>/commands", commands.StationCommandsView.as_view()),
    path("stations/<str:code>/configuration", configuration.ConfigurationView.as_view()),
    path("stations/<str:code>/configuration/read", configuration.ReadView.as_view()),
    path("frames", frames.FramesView.as_view()),
]

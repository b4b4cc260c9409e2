"""/api/v1/operator: the network."""

from django.urls import path

from stations.operator import alerts, connectors, heard, network, papers, places, reports, rules, upkeep

urlpatterns = [
    path("stations", network.StationsView.as_view()),
    path("stations/<str:code>", network.StationView.as_view()),
    path("stations/<str:code>/key", network.KeyView.as_view()),
    path("connectors", connectors.ConnectorsView.as_view()),
    path("connectors/<str:code>/<int:number>", connectors.ConnectorView.as_view()),
    path("locations", places.LocationsView.as_view()),
    path("locations/<str:code>", places.LocationView.as_view()),
    path("maintenance", upkeep.MaintenancesView.as_view()),
    path("maintenance/<uuid:public_id>", upkeep.MaintenanceView.as_view()),
    path("access-rules", rules.RulesView.as_view()),
    path("access-rules/<int:key>", rules.RuleView.as_view()),
    path("quirks", rules.QuirksView.as_view()),
    path("reports", reports.ReportsView.as_view()),
    path("reports/<uuid:public_id>", reports.ReportView.as_view()),
    path("reports/<uuid:public_id>/photo", reports.ReportPhotoView.as_view()),
    path("configuration", heard.ConfigurationView.as_view()),
    path("security-events", heard.SecurityEventsView.as_view()),
    path("certificates", papers.CertificatesView.as_view()),
    path("certificates/request", papers.RequestView.as_view()),
    path("certificates/list", papers.ListView.as_view()),
    path("certificates/install", papers.InstallView.as_view()),
    path("certificates/<int:key>", papers.CertificateView.as_view()),
    path("alerts", alerts.AlertsView.as_view()),
    path("alerts/<int:key>", alerts.AlertView.as_view()),
    path("alerts/<int:key>/acknowledge", alerts.AcknowledgeView.as_view()),
]

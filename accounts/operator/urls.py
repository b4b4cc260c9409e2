"""/api/v1/operator: people, companies, cards, events."""

from django.urls import path

from accounts.operator import companies, drivers, events, tags, webhooks

urlpatterns = [
    path("drivers", drivers.DriversView.as_view()),
    path("drivers/<uuid:public_id>", drivers.DriverView.as_view()),
    path("drivers/<uuid:public_id>/block", drivers.BlockDriverView.as_view()),
    path("drivers/<uuid:public_id>/unblock", drivers.UnblockDriverView.as_view()),
    path("id-tags/<uuid:public_id>/block", tags.BlockIdTagView.as_view()),
    path("id-tags/<uuid:public_id>/unblock", tags.UnblockIdTagView.as_view()),
    path("exports/id-tags", tags.IdTagsFileView.as_view()),
    path("companies", companies.CompaniesView.as_view()),
    path("companies/<uuid:public_id>", companies.CompanyView.as_view()),
    path("memberships", companies.MembershipsView.as_view()),
    path("memberships/<int:key>", companies.MembershipView.as_view()),
    path("events", events.EventsView.as_view()),
    path("webhooks", webhooks.WebhooksView.as_view()),
    path("webhooks/<uuid:public_id>", webhooks.WebhookView.as_view()),
    path("webhooks/<uuid:public_id>/rotate", webhooks.RotateView.as_view()),
    path("webhooks/<uuid:public_id>/test", webhooks.TestView.as_view()),
    path("webhooks/<uuid:public_id>/deliveries", webhooks.DeliveriesView.as_view()),
    path("webhooks/<uuid:public_id>/replay", webhooks.ReplayView.as_view()),
]

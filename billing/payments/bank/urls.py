"""The addresses of the demo's bank."""

from django.urls import path

from billing.payments.bank import shop, views

urlpatterns = [
    path("invoices", shop.create_invoice),
    path("invoices/<uuid:public_id>", views.show_page, name="bank-page"),
    path("invoices/<uuid:public_id>/card", views.show_card_page, name="bank-card-page"),
    path("invoices/<uuid:public_id>/status", shop.show_status),
    path("invoices/<uuid:public_id>/refunds", shop.refund),
    path("invoices/<uuid:public_id>/<slug:name>", views.act),
]

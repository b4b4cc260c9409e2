"""The addresses of the demo's bank."""

from django.urls import path

from billing.payments.bank import views

urlpatterns = [
    path("invoices", views.create_invoice),
    path("invoices/<uuid:public_id>", views.show_page, name="bank-page"),
    path("invoices/<uuid:public_id>/status", views.show_status),
    path("invoices/<uuid:public_id>/pay", views.pay),
    path("invoices/<uuid:public_id>/decline", views.decline),
]

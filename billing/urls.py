"""The addresses of money: the driver's API, the providers' callbacks, and the demo's bank."""

from django.urls import include, path

from billing.api.balance import CurrentBalance
from billing.api.cards import HostToHost, TopUpByCard, payment_done
from billing.api.payments import CancelPayment, PaymentStatus, TopUpByQr
from billing.api.payouts import AskForPayout
from billing.api.receipts import ReceiptDetail
from billing.api.transactions import MyTransactions, TransactionHistory
from billing.api.webhook import PaymentWebhook

urlpatterns = [
    path("api/v1/balance/current", CurrentBalance.as_view()),
    path("api/v1/balance/payout", AskForPayout.as_view()),
    path("api/v1/balance/topup-qr", TopUpByQr.as_view()),
    path("api/v1/balance/topup-card", TopUpByCard.as_view()),
    path("api/v1/payment/h2h-create", HostToHost.as_view()),
    path("api/v1/payment/status/<uuid:invoice_id>", PaymentStatus.as_view()),
    path("api/v1/payment/cancel/<uuid:invoice_id>", CancelPayment.as_view()),
    path("api/v1/payment/webhook", PaymentWebhook.as_view()),
    path("api/v1/payment/webhook/<str:provider>", PaymentWebhook.as_view()),
    path("api/billing/me/transactions", MyTransactions.as_view()),
    path("api/v1/history/transactions", TransactionHistory.as_view()),
    path("api/v1/receipts/<uuid:public_id>", ReceiptDetail.as_view()),
    path("payment/done", payment_done),
    path("api/v1/operator/", include("billing.operator.urls")),
    path("sandbox/bank/", include("billing.payments.bank.urls")),
]

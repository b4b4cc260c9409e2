"""/api/v1/operator: wallets and what moves in them, receipts, tariff plans."""

from django.urls import path

from billing.operator import receipts, tariffs, transfers, wallets

urlpatterns = [
    path("wallets", wallets.WalletsView.as_view()),
    path("wallets/<uuid:public_id>", wallets.WalletView.as_view()),
    path("wallets/<uuid:public_id>/adjust", wallets.AdjustView.as_view()),
    path("wallets/<uuid:public_id>/bank-transfer", wallets.BankTransferView.as_view()),
    path("wallets/<uuid:public_id>/credit-limit", wallets.CreditLimitView.as_view()),
    path("transfers", transfers.TransfersView.as_view()),
    path("transfers/<uuid:public_id>/refund", transfers.RefundView.as_view()),
    path("exports/transfers", transfers.TransfersFileView.as_view()),
    path("top-ups", transfers.TopUpsView.as_view()),
    path("top-ups/<uuid:public_id>/send-back", transfers.SendBackView.as_view()),
    path("adjustments", transfers.AdjustmentsView.as_view()),
    path("adjustments/<uuid:public_id>/approve", transfers.ApproveView.as_view()),
    path("adjustments/<uuid:public_id>/refuse", transfers.RefuseView.as_view()),
    path("receipts", receipts.ReceiptsView.as_view()),
    path("receipts/<uuid:public_id>", receipts.ReceiptView.as_view()),
    path("exports/receipts", receipts.ReceiptsFileView.as_view()),
    path("tariff-plans", tariffs.PlansView.as_view()),
    path("tariff-plans/<uuid:public_id>", tariffs.PlanView.as_view()),
    path("tariff-plans/<uuid:public_id>/versions", tariffs.VersionsView.as_view()),
    path("tariff-plans/<uuid:public_id>/make-default", tariffs.DefaultView.as_view()),
]

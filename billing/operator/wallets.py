"""Wallets for staff, and what is asked for on them: booked at once, or when a second person has approved it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.operator.doors import asked, for_staff, read
from accounts.staff import StaffView
from billing import adjustments, ledger
from billing.models import Adjustment, Wallet
from billing.operator.forms import AdjustForm, BankForm, MoneyForm, WalletSearch, of
from billing.operator.narrowing import of_wallet
from billing.operator.shapes import OperatorAdjustment, OperatorWallet
from drivepower.core.idempotency import Idempotent, name_of
from drivepower.core.refusals import Refusal

ASKED: dict[str, Any] = {
    "answer": {"adjustment": OperatorAdjustment()},
    "name": "OperatorAdjustmentShown",
    "status": 201,
    "idempotent": True,
}


class WalletsView(StaffView):
    """/api/v1/operator/wallets"""

    rights = {"GET": "billing.view_wallet"}

    @for_staff("Wallets", rows=OperatorWallet, query=WalletSearch, errors=["not_found"])
    def get(self, request: Request) -> Response:
        """The newest first; staff of a company see its own."""
        said = asked(WalletSearch, request)
        rows = wallets_of(self.person).filter(of_wallet(said, ""))
        return self.listed(rows.filter(system=said["system"]) if said.get("system") else rows, OperatorWallet)


class WalletView(StaffView):
    """/api/v1/operator/wallets/{id}"""

    rights = {"GET": "billing.view_wallet"}

    @for_staff(
        "One wallet", answer={"wallet": OperatorWallet()}, name="OperatorWalletShown", errors=["wallet_not_found"]
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """With the balance of the house's own accounts, summed up."""
        wallet = wallet_of(self.person, public_id)
        summed = ledger.balance_of(wallet) if wallet.system else None
        return Response({"success": True, "wallet": OperatorWallet(wallet, context={"balance": summed}).data})


class AskView(Idempotent, StaffView):
    """A POST that asks for money to move in a wallet."""

    house_only = frozenset({"POST"})

    def ask(self, verb: Callable[..., Adjustment], **said: Any) -> Response:
        """What became of it: booked, or waiting; the same once more with the same Idempotency-Key, whatever died."""
        made = verb(**said, asked_by=self.by, at=timezone.now(), key=name_of(self.request))
        return Response({"success": True, "adjustment": OperatorAdjustment(made).data}, status=201)


class AdjustView(AskView):
    """/api/v1/operator/wallets/{id}/adjust"""

    rights = {"POST": "billing.add_adjustment"}

    @for_staff("Put a balance right", request=AdjustForm, errors=["wallet_not_found", "insufficient_balance"], **ASKED)
    def post(self, request: Request, public_id: UUID) -> Response:
        """Above 0 is given to the wallet, below 0 is taken from it; a large one waits for a second person."""
        wallet, said = wallet_of(self.person, public_id), read(AdjustForm, request.data)
        return self.ask(adjustments.ask_adjustment, wallet=wallet, amount=of(said), reason=said["reason"])


class BankTransferView(AskView):
    """/api/v1/operator/wallets/{id}/bank-transfer"""

    rights = {"POST": "billing.add_topup"}

    @for_staff("Enter a bank transfer", request=BankForm, errors=["wallet_not_found", "already_credited"], **ASKED)
    def post(self, request: Request, public_id: UUID) -> Response:
        """On a company's wallet; the bank's reference counts once."""
        wallet, said = company_wallet_of(self.person, public_id), read(BankForm, request.data)
        return self.ask(
            adjustments.ask_bank_transfer, wallet=wallet, amount=of(said), bank_reference=said["bank_reference"]
        )


class CreditLimitView(AskView):
    """/api/v1/operator/wallets/{id}/credit-limit"""

    rights = {"POST": "billing.change_adjustment"}

    @for_staff("Set a credit limit", request=MoneyForm, errors=["wallet_not_found", "insufficient_balance"], **ASKED)
    def post(self, request: Request, public_id: UUID) -> Response:
        """How far below 0 a company's wallet may go: `amount` is the new limit."""
        wallet, said = company_wallet_of(self.person, public_id), read(MoneyForm, request.data)
        return self.ask(adjustments.ask_credit_limit, wallet=wallet, limit=of(said), reason=said["reason"])


def wallets_of(person: User) -> "QuerySet[Wallet]":
    """The wallets that this person may see, with their owners."""
    return Wallet.objects.seen_by(person).select_related("user", "company")


def wallet_of(person: User, public_id: UUID) -> Wallet:
    """The wallet of that id; Refusal wallet_not_found, for one of another company too."""
    wallet = wallets_of(person).filter(public_id=public_id).first()
    if wallet is None:
        raise Refusal("wallet_not_found", "There is no such wallet.")
    return wallet


def company_wallet_of(person: User, public_id: UUID) -> Wallet:
    """The same, of a company; drivers' wallets are not found."""
    wallet = wallet_of(person, public_id)
    if wallet.company is None:
        raise Refusal("wallet_not_found", "There is no such wallet of a company.")
    return wallet

"""What the people at the money desk do in March: balances brought along, credit, corrections by hand, money given back.

Amounts below settings.APPROVAL_FROM are booked at once, others wait for a second person's word.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from accounts.models import Company, User
from billing import adjustments, goodwill, ledger, opening, payouts, tariffs
from billing.models import (
    Adjustment,
    Debt,
    Goodwill,
    OpeningImport,
    Payout,
    SecondPayment,
    TariffRule,
    TopUp,
    Transfer,
    Wallet,
)
from charging import approvals, repricing
from charging.models import DecisionRequest, Session
from charging.tests.world import per_kwh
from drivepower.tests.month.days import NEW_TAX_ON, clock
from drivepower.tests.month.estate import Estate

BY, SECOND = "staff:desk", "staff:second"


@dataclass
class Desk:
    """Whoever sits there."""

    estate: Estate

    def wallet(self, owner: User | Company, currency: str = "KGS") -> Wallet:
        """The owner's wallet as it stands."""
        if isinstance(owner, Company):
            return ledger.wallet_of(company=owner, currency=currency)
        return ledger.wallet_of(user=owner, currency=currency)

    def bring_along(self, balances: dict[str, Decimal], currency: str, at: datetime) -> OpeningImport:
        """Balances from another system, by what the file calls their owners."""
        lines = [f"{owner},{amount}" for owner, amount in balances.items()]
        asked = opening.ask(
            content="\n".join(["owner,amount", *lines]).encode(),
            currency=currency,
            control_total=sum(balances.values(), Decimal(0)),
            file_name=f"past-{currency}.csv",
            asked_by=BY,
            at=at,
        )
        return opening.approve(opening=asked, decided_by=SECOND, at=at)

    def agreed(self, asked: Adjustment, at: datetime) -> Adjustment:
        """It, once a second person has agreed where that is needed."""
        if asked.state == Adjustment.State.ASKED:
            return adjustments.approve(adjustment=asked, decided_by=SECOND, at=at)
        return asked

    def give_credit(self, company: Company, limit: str, at: datetime, *, currency: str = "KGS") -> None:
        """Let a fleet pay later."""
        wallet = self.wallet(company, currency)
        asked = adjustments.ask_credit_limit(
            wallet=wallet, limit=Decimal(limit), reason="Contract.", asked_by=BY, at=at
        )
        self.agreed(asked, at)

    def by_bank(
        self, company: Company, amount: Decimal, reference: str, at: datetime, *, currency: str = "KGS"
    ) -> Transfer:
        """Money of a fleet that came by bank."""
        wallet = self.wallet(company, currency)
        asked = adjustments.ask_bank_transfer(
            wallet=wallet, amount=amount, bank_reference=reference, asked_by=BY, at=at
        )
        moved = self.agreed(asked, at).transfer
        assert moved
        return moved

    def adjust(self, owner: User, amount: str, at: datetime, *, currency: str = "KGS") -> None:
        """Give or take by hand."""
        wallet = self.wallet(owner, currency)
        asked = adjustments.ask_adjustment(
            wallet=wallet, amount=Decimal(amount), reason="Put right.", asked_by=BY, at=at
        )
        self.agreed(asked, at)

    def ask_in_vain(self, owner: User, amount: str, at: datetime) -> None:
        """Ask for what a second person refuses."""
        wallet = self.wallet(owner)
        asked = adjustments.ask_adjustment(wallet=wallet, amount=Decimal(amount), reason="A gift.", asked_by=BY, at=at)
        adjustments.refuse(adjustment=asked, decided_by=SECOND, at=at)

    def refund(self, session: Session, part: Decimal, at: datetime) -> None:
        """Give a part of a charge back, 1: all of it."""
        charge = Transfer.objects.filter(subject=session.subject, kind=Transfer.Kind.CAPTURE).first()
        assert charge
        left = ledger.left_to_refund(transfer=charge)
        amount = (left * part).quantize(Decimal("0.01"))
        self.agreed(adjustments.ask_refund(transfer=charge, amount=amount, reason="Broke off.", asked_by=BY, at=at), at)

    def forgive(self, owner: User, amount: str, at: datetime) -> None:
        """Ask for a part of a debt no more."""
        debt = Debt.objects.filter(wallet=self.wallet(owner)).order_by("-pk")[0]
        asked = adjustments.ask_to_forgive(debt=debt, amount=Decimal(amount), reason="Hardship.", asked_by=BY, at=at)
        self.agreed(asked, at)

    def credit_second(self, top_up: TopUp, at: datetime) -> None:
        """Credit a further payment of an invoice that was paid twice."""
        payment = SecondPayment.objects.get(top_up=top_up)
        asked = adjustments.ask_to_credit(
            payment=payment, amount=payment.amount, reason="Paid twice.", asked_by=BY, at=at
        )
        self.agreed(asked, at)

    def be_kind(self, sessions: list[Session], at: datetime, **how: Any) -> Goodwill:
        """Give back a part or an amount of each of these charges."""
        subjects = [one.subject for one in sessions]
        given = goodwill.ask_goodwill(subjects=subjects, reason="A bad evening.", by=BY, at=at, **how)
        if given.state == Goodwill.State.ASKED:
            return goodwill.approve(goodwill=given, decided_by=SECOND, at=at)
        return given

    def pay_out(self, owner: User | Company, amount: Decimal, at: datetime, *, currency: str = "KGS") -> Payout:
        """Money of a wallet, asked for, agreed to and paid by bank."""
        asked = self.ask_payout(owner, amount, at, currency=currency)
        approved = payouts.approve(payout=asked, decided_by=SECOND, at=at)
        return payouts.mark_paid(payout=approved, bank_reference=f"B-{approved.pk}", paid_by=BY, at=at)

    def ask_payout(self, owner: User | Company, amount: Decimal, at: datetime, *, currency: str = "KGS") -> Payout:
        """Ask for it."""
        wallet = self.wallet(owner, currency)
        said: dict[str, Any] = {"destination": "KG00 0000", "reason": "Asked for.", "asked_by": BY}
        return payouts.ask_payout(wallet=wallet, amount=amount, at=at, **said)

    def change_tax(self, at: datetime) -> None:
        """14 % in every price from the day on that was announced."""
        since = clock(NEW_TAX_ON)
        how: dict[str, Any] = {"name": "VAT", "percent": Decimal(14), "included": True, "in_force_from": since}
        tariffs.change_tax(**how, by=BY, reason="The law.", at=at)

    def reprice(self, place: str, sessions: list[Session], price: str, at: datetime) -> int:
        """Let these sessions cost otherwise: by a version that is published with that price; answers how many do."""
        rules: list[TariffRule] = [per_kwh(price)]
        taxed: dict[str, Any] = {"tax_name": "VAT", "tax_percent": Decimal(14)}
        version = tariffs.publish_version(plan=self.estate.plans[place], rules=rules, at=at, **taxed)
        changed = [one for one in repricing.plan(sessions=sessions, version=version, at=at) if one.is_one]
        for one in changed:
            waiting = repricing.apply(difference=one, by=BY, reason="The sign said so.", at=at)
            if isinstance(waiting, DecisionRequest):
                approvals.confirm(request=waiting, by=SECOND, at=at)
        return len(changed)

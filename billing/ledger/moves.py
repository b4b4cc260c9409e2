"""The transfers themselves, one by one or as the parts of a charge."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from billing.ledger.wallets import system_wallets
from billing.models import Capture, Transfer, Wallet


class Part(NamedTuple):
    """A transfer of a charge between two accounts of the house by role; "" stands for the wallet that is charged."""

    source: str
    target: str
    amount: Decimal
    kind: Transfer.Kind
    name: str
    reverses: Transfer | None = None


def book(*parts: Part, made: Capture, wallet: Wallet) -> list[Transfer]:
    """Write the parts that move something, those below 0 the other way round; the caller moves balances."""
    moving = [turned(part) for part in parts if part.amount]
    roles = {role for part in moving for role in part[:2] if role}
    ends = {"": wallet, **system_wallets(wallet.currency, *roles)}
    return Transfer.objects.bulk_create(
        Transfer(
            source=ends[part.source],
            target=ends[part.target],
            amount=part.amount,
            kind=part.kind,
            subject=made.subject,
            reference=name_part(made, part.name),
            reverses=part.reverses,
            made_at=made.made_at,
        )
        for part in moving
    )


def turned(part: Part) -> Part:
    """The part with an amount above 0."""
    if part.amount > 0:
        return part
    return part._replace(source=part.target, target=part.source, amount=-part.amount)


def name_part(made: Capture, part: str) -> str:
    """The reference of a part of a charge: charge, debt or tax."""
    return f"{made}:{part}"


def move(
    *,
    source: Wallet,
    target: Wallet,
    amount: Decimal,
    kind: Transfer.Kind,
    subject: str,
    reference: str,
    at: datetime,
    reverses: Transfer | None = None,
    made_by: str = "",
    reason: str = "",
) -> Transfer:
    """Write one transfer; the caller moves the balances of those of its ends that carry one."""
    return Transfer.objects.create(
        source=source,
        target=target,
        amount=amount,
        kind=kind,
        subject=subject,
        reference=reference,
        reverses=reverses,
        made_by=made_by,
        reason=reason,
        made_at=at,
    )

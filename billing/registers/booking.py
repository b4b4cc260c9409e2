"""What a provider kept and paid out, as transfers: once per register, when its differences have been looked at."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from billing import ledger
from billing.models import ProviderRegister, RegisterLine, RegisterTransfer, Transfer
from billing.registers.importing import UNCOUNTED
from drivepower.core.refusals import Refusal

Kind, Difference = RegisterLine.Kind, RegisterLine.Difference
ZERO = Decimal(0)
# Which part of the amounts of lines is commission, too.
WHOLE = {Kind.FEE.value: 1, Kind.FEE_BACK.value: -1}


@transaction.atomic
def book(*, register: ProviderRegister, by: str, at: datetime) -> ProviderRegister:
    """Book commissions (a transfer for each kind of line) and every payment to our bank; a second time nothing.

    Refuses differences_open while somebody has to look at one.
    """
    locked = ProviderRegister.objects.select_for_update(no_key=True).get(pk=register.pk)
    if locked.booked_at is not None:
        return locked
    if open_differences(locked):
        raise Refusal("differences_open", "Say first what was done about each difference.")
    made = [*commissions(locked, by, at), *remittances(locked, by, at)]
    RegisterTransfer.objects.bulk_create(RegisterTransfer(register=locked, transfer=one) for one in made)
    locked.booked_by, locked.booked_at = by, at
    locked.save(update_fields=["booked_by", "booked_at"])
    return locked


def open_differences(register: ProviderRegister) -> int:
    """How many lines differ of which nobody has said what was done; those told before are no matter of this one."""
    differ = register.lines.exclude(difference__in=["", Difference.REPEATED])
    return differ.filter(noted_at=None).count()


def commissions(register: ProviderRegister, by: str, at: datetime) -> Iterator[Transfer]:
    """What was kept on lines of each kind, or given back of it; a line that is a fee is kept whole."""
    lines = register.lines.exclude(difference__in=UNCOUNTED).order_by()
    for row in lines.values("kind").annotate(kept=Sum("commission"), whole=Sum("amount")).order_by("kind"):
        amount = row["kept"] + row["whole"] * WHOLE.get(row["kind"], 0)
        if amount:
            yield ledger.take_commission(
                provider=register.provider,
                currency=register.currency,
                amount=amount,
                reference=f"register:{register.public_id}:commission:{row['kind']}",
                made_by=by,
                at=at,
            )


def remittances(register: ProviderRegister, by: str, at: datetime) -> Iterator[Transfer]:
    """Each payment to our bank, so that it is found in the bank's statement."""
    lines = register.lines.filter(kind=Kind.REMITTANCE, amount__gt=0).exclude(difference__in=UNCOUNTED)
    for line in lines.order_by("number"):
        yield ledger.remit(
            provider=register.provider,
            currency=register.currency,
            amount=line.amount,
            reference=f"register:{register.public_id}:remittance:{line.number}",
            made_by=by,
            at=at,
        )

"""Storing a provider's register: looked at first, taken in once, compared again when something was put right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import connection, transaction
from django.utils.translation import gettext as _

from billing.ledger.wallets import once
from billing.models import ProviderRegister, RegisterLine
from billing.registers.layouts import Layout
from billing.registers.matching import BACK, Verdict, match
from billing.registers.reading import Reading, Told, read
from drivepower.core.money import LARGEST
from drivepower.core.refusals import Refusal
from drivepower.core.sheets import WrongFile
from drivepower.core.texts import storable

Kind, Difference = RegisterLine.Kind, RegisterLine.Difference
ZERO = Decimal(0)
# Two files of a provider are stored one after the other: the second sees what the first has told.
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('register of ' || %s, 0))"
UNCOUNTED = (Difference.REPEATED, Difference.CURRENCY)


@dataclass(frozen=True)
class Look:
    """What a file would bring: its lines with what differs, and sums of those that count."""

    reading: Reading
    lines: list[RegisterLine]

    @property
    def sums(self) -> dict[str, Decimal]:
        """By the columns of a register."""
        return sums_of(self.lines)


def look(*, content: bytes, layout: Layout, provider: str, currency: str) -> Look:
    """Read and compare; nothing is written. WrongFile where it is no such table, or of more than can be booked."""
    reading = read(content, layout=layout, currency=currency)
    verdicts = match(reading.told, provider=provider, currency=currency)
    found = Look(reading, [line_of(told, one, provider) for told, one in zip(reading.told, verdicts, strict=True)])
    if any(abs(amount) > LARGEST for amount in found.sums.values()):
        raise WrongFile(_("Its lines come to more than can be booked."))
    return found


def line_of(told: Told, verdict: Verdict, provider: str) -> RegisterLine:
    """A row that is not stored yet."""
    return RegisterLine(
        number=told.number,
        provider=provider,
        kind=told.kind,
        provider_transaction=told.transaction,
        at=told.at,
        currency=told.currency,
        amount=told.amount,
        commission=told.commission,
        called=told.called,
        top_up=verdict.top_up,
        difference=verdict.difference,
        ours=verdict.ours,
    )


@transaction.atomic
def store(
    *, content: bytes, layout: Layout, provider: str, currency: str, file_name: str, by: str, at: datetime
) -> ProviderRegister:
    """Keep the register with its lines; no money moves.

    Refuses already_imported for the same file and currency, and rows_wrong where a line cannot be read.
    """
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME, [provider])
    found = look(content=content, layout=layout, provider=provider, currency=currency)
    if found.reading.wrong:
        raise Refusal("rows_wrong", "Nothing is stored while a line is wrong.")
    with once("already_imported", "This file was imported before."):
        register = ProviderRegister.objects.create(
            provider=provider,
            currency=currency,
            file_name=storable(file_name)[:200],
            sha256=found.reading.sha256,
            since=min(line.at for line in found.lines),
            until=max(line.at for line in found.lines) + timedelta(microseconds=1),
            imported_by=by,
            imported_at=at,
            **found.sums,
        )
    for line in found.lines:
        line.register = register
    RegisterLine.objects.bulk_create(found.lines, batch_size=500)
    return register


def sums_of(lines: Iterable[RegisterLine]) -> dict[str, Decimal]:
    """What the lines come to that are not told elsewhere, and are in the register's currency; nothing of others."""
    counted = [line for line in lines if line.difference not in UNCOUNTED]

    def total(*kinds: str) -> Decimal:
        return sum((line.amount for line in counted if line.kind in kinds), ZERO)

    return {
        "payments": total(Kind.PAYMENT),
        "refunds": total(*BACK),
        "commission": total(Kind.FEE) - total(Kind.FEE_BACK) + sum((line.commission for line in counted), ZERO),
        "remitted": total(Kind.REMITTANCE),
    }


@transaction.atomic
def compare_again(register: ProviderRegister) -> int:
    """Look at its lines anew, when something of ours was put right; answers how many say another thing now.

    What a line is worth stays: one that counts goes on counting.
    """
    rows = list(
        register.lines.exclude(difference__in=UNCOUNTED).select_related("top_up").select_for_update(of=("self",))
    )
    told = [told_of(row) for row in rows]
    verdicts = match(told, provider=register.provider, currency=register.currency, register=register)
    changed = [row for row, one in zip(rows, verdicts, strict=True) if takes(row, one)]
    RegisterLine.objects.bulk_update(changed, ["top_up", "difference", "ours"], batch_size=500)
    return len(changed)


def told_of(row: RegisterLine) -> Told:
    """What a stored line was told as."""
    payment = row.top_up.provider_transaction if row.top_up else ""
    kind, name = Kind(row.kind), row.provider_transaction
    return Told(row.number, kind, name, payment, row.at, row.amount, row.commission, row.currency, row.called)


def takes(row: RegisterLine, verdict: Verdict) -> bool:
    """Whether the row says another thing by this verdict, which it takes on."""
    before = row.top_up_id, row.difference, row.ours
    # Something else that agrees was booked by a person: no comparison knows of that.
    if verdict.difference in UNCOUNTED or (row.kind == Kind.OTHER and not row.difference):
        return False
    row.top_up = verdict.top_up or row.top_up
    row.difference, row.ours = verdict.difference, verdict.ours
    return (row.top_up_id, row.difference, row.ours) != before


def note(*, lines: Sequence[RegisterLine], text: str, by: str, at: datetime) -> int:
    """Say what was done about differences; answers how many have one. Refuses invalid_parameters."""
    said = storable(text.strip())[:200]
    if not said or not by:
        raise Refusal("invalid_parameters", "It needs a note, and somebody who writes it.")
    rows = RegisterLine.objects.filter(pk__in=[line.pk for line in lines]).exclude(difference="")
    return rows.update(note=said, noted_by=by, noted_at=at)

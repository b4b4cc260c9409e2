"""Something else that a register tells of, booked by a person: small amounts at once, large ones by a second person."""

from datetime import datetime
from typing import Any

from django.db import transaction

from billing import ledger, second_person
from billing.ledger.wallets import once
from billing.models import RegisterEntry, RegisterLine, RegisterTransfer, Transfer, Wallet
from drivepower.core.refusals import Refusal
from drivepower.core.texts import storable

Kind, Difference, State = RegisterLine.Kind, RegisterLine.Difference, RegisterEntry.State


def ask_entry(*, line: RegisterLine, account: str, reason: str, asked_by: str, at: datetime) -> RegisterEntry:
    """Ask for a line to be booked to that account of the house (RegisterEntry.Account); booked at once below
    settings.APPROVAL_FROM.

    Refuses invalid_parameters, not_bookable for a line that is not something else of this register or moves nothing,
    and already_booked for one that somebody has asked for or booked.
    """
    if account not in RegisterEntry.Account.values:
        raise Refusal("invalid_parameters", "That is no account that such a line is booked to.")
    asked = RegisterEntry(line=line, account=account, reason=storable(reason.strip())[:200])
    asked.asked_by, asked.asked_at = asked_by, at
    if not asked.reason or not asked_by:
        raise Refusal("invalid_parameters", "It needs a reason, and somebody who asks.")
    with once("already_booked", "Somebody has booked this line, or asked for it."):
        return _ask(asked)


def _ask(asked: RegisterEntry) -> RegisterEntry:
    """Write down who asks and why; book what needs nobody else."""
    second_person.take_turn(asked.asked_by)
    asked.line = line = lock(asked.line_id)
    if line.entries.exclude(state=State.REFUSED).exists():
        raise Refusal("already_booked", "Somebody has booked this line, or asked for it.")
    if not is_bookable(line):
        raise Refusal("not_bookable", "Only a line of something else that moved money is booked by hand.")
    asked.needs_approval = second_person.is_large(abs(line.amount), line.currency, by=asked.asked_by, at=asked.asked_at)
    asked.save(force_insert=True)
    if not asked.needs_approval:
        return book(asked, decided_by=asked.asked_by, at=asked.asked_at)
    return asked


def is_bookable(line: RegisterLine) -> bool:
    """Whether it is something else, told first by this register in its currency, that our books have nothing of."""
    return line.kind == Kind.OTHER and line.difference == Difference.UNKNOWN and bool(line.amount)


def is_open(line: RegisterLine) -> bool:
    """Whether somebody may still book it."""
    return is_bookable(line) and not line.entries.exclude(state=State.REFUSED).exists()


@transaction.atomic
def approve(*, entry: RegisterEntry, decided_by: str, at: datetime) -> RegisterEntry:
    """Book what waits; refuses already_decided, and access_denied to who asked for it."""
    waiting = lock_waiting(entry, decided_by)
    waiting.line = lock(waiting.line_id)
    return book(waiting, decided_by=decided_by, at=at)


@transaction.atomic
def refuse(*, entry: RegisterEntry, decided_by: str, at: datetime) -> RegisterEntry:
    """Let it not happen, so that somebody may ask again; refuses as `approve` does."""
    return decide(lock_waiting(entry, decided_by), State.REFUSED, decided_by=decided_by, at=at)


def lock(key: int) -> RegisterLine:
    """The line as it stands, which nobody else books or compares meanwhile."""
    return RegisterLine.objects.select_for_update(no_key=True, of=("self",)).select_related("register").get(pk=key)


def lock_waiting(entry: RegisterEntry, decided_by: str) -> RegisterEntry:
    """The entry, locked before its line, if it still waits and this person may decide."""
    waiting = RegisterEntry.objects.select_for_update(no_key=True).get(pk=entry.pk)
    if waiting.state != State.ASKED:
        raise too_late()
    second_person.check_second(by=decided_by, first=waiting.asked_by)
    return waiting


def book(asked: RegisterEntry, *, decided_by: str, at: datetime) -> RegisterEntry:
    """Move it between the accounts, and let its (locked) line agree; the line's own name makes it happen once."""
    line = asked.line
    moved = ledger.move_at_provider(
        provider=line.provider,
        account=Wallet.System(asked.account),
        currency=line.currency,
        amount=line.amount,
        reference=f"register:{line.register.public_id}:other:{line.number}",
        made_by=asked.asked_by,
        reason=asked.reason,
        at=at,
    )
    RegisterTransfer.objects.create(register=line.register, transfer=moved)
    noted = {} if line.noted_at else {"note": asked.reason, "noted_by": asked.asked_by, "noted_at": at}
    RegisterLine.objects.filter(pk=line.pk).update(difference="", **noted)
    return decide(asked, State.BOOKED, decided_by=decided_by, at=at, transfer=moved)


def decide(
    asked: RegisterEntry, state: RegisterEntry.State, *, decided_by: str, at: datetime, transfer: Transfer | None = None
) -> RegisterEntry:
    """Write down how it ended; nothing that has ended ends again."""
    ended: dict[str, Any] = {"state": state, "transfer": transfer, "decided_by": decided_by, "decided_at": at}
    if not RegisterEntry.objects.filter(pk=asked.pk, state=State.ASKED).update(**ended):
        raise too_late()
    return RegisterEntry.objects.get(pk=asked.pk)


def too_late() -> Refusal:
    """That somebody was here before."""
    return Refusal("already_decided", "This has been decided already.")

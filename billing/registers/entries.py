"""Something else that a register tells of, booked by a person: small amounts at once, large ones by a second person."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

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
    return _write_down(RegisterEntry(line=line, account=account), reason=reason, asked_by=asked_by, at=at)


def ask_back(*, entry: RegisterEntry, reason: str, asked_by: str, at: datetime) -> RegisterEntry:
    """Ask for what was booked by mistake to be taken back, by an entry that moves as much the other way; the line may
    be booked anew then. Done at once below settings.APPROVAL_FROM.

    Refuses invalid_parameters, and already_decided for an entry that does not stand, or that somebody takes back.
    """
    asked = RegisterEntry(line=entry.line, account=entry.account, turn=entry.turn, undoes=entry)
    return _write_down(asked, reason=reason, asked_by=asked_by, at=at)


def _write_down(asked: RegisterEntry, *, reason: str, asked_by: str, at: datetime) -> RegisterEntry:
    """Who asks and why; book what needs nobody else."""
    asked.reason, asked.asked_by, asked.asked_at = storable(reason.strip())[:200], asked_by, at
    if not asked.reason or not asked_by:
        raise Refusal("invalid_parameters", "It needs a reason, and somebody who asks.")
    with once("already_booked", "Somebody has booked this line, or asked for it."):
        return _ask(asked)


def _ask(asked: RegisterEntry) -> RegisterEntry:
    """Look at its line while nobody else does."""
    second_person.take_turn(asked.asked_by)
    asked.line = line = lock(asked.line_id)
    if asked.undoes is None:
        check_open(asked)
    elif not may_go_back(RegisterEntry.objects.get(pk=asked.undoes.pk)):
        raise too_late()
    asked.needs_approval = second_person.is_large(abs(line.amount), line.currency, by=asked.asked_by, at=asked.asked_at)
    asked.save(force_insert=True)
    if not asked.needs_approval:
        return book(asked, decided_by=asked.asked_by, at=asked.asked_at)
    return asked


def check_open(asked: RegisterEntry) -> None:
    """Refuse already_booked and not_bookable; count how often its line was booked."""
    line = asked.line
    if standing(line).exists():
        raise Refusal("already_booked", "Somebody has booked this line, or asked for it.")
    if not is_bookable(line):
        raise Refusal("not_bookable", "Only a line of something else that moved money is booked by hand.")
    asked.turn = 1 + line.entries.filter(undoes__isnull=False, state=State.BOOKED).count()


def standing(line: RegisterLine) -> "QuerySet[RegisterEntry]":
    """The entry that books it, or waits to: neither refused nor taken back."""
    return line.entries.filter(undoes=None).exclude(state=State.REFUSED).exclude(undoings__state=State.BOOKED)


def may_go_back(entry: RegisterEntry) -> bool:
    """Whether it was booked, is no taking back itself, and nobody takes it back."""
    stands = entry.state == State.BOOKED and entry.undoes_id is None
    return stands and not entry.undoings.exclude(state=State.REFUSED).exists()


def is_bookable(line: RegisterLine) -> bool:
    """Whether it is something else, told first by this register in its currency, that our books have nothing of."""
    return line.kind == Kind.OTHER and line.difference == Difference.UNKNOWN and bool(line.amount)


def is_open(line: RegisterLine) -> bool:
    """Whether somebody may still book it."""
    return is_bookable(line) and not standing(line).exists()


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
    """Move it between the accounts, and let its (locked) line agree, or be open again; its name lets it happen once."""
    line, undone = asked.line, asked.undoes
    moved = ledger.move_at_provider(
        provider=line.provider,
        account=Wallet.System(asked.account),
        currency=line.currency,
        amount=asked.amount,
        reference=name_of(asked),
        made_by=asked.asked_by,
        reason=asked.reason,
        at=at,
        reverses=undone.transfer if undone else None,
    )
    RegisterTransfer.objects.create(register=line.register, transfer=moved)
    noted = {} if line.noted_at else {"note": asked.reason, "noted_by": asked.asked_by, "noted_at": at}
    told = {"difference": Difference.UNKNOWN} if undone else {"difference": "", **noted}
    RegisterLine.objects.filter(pk=line.pk).update(**told)
    return decide(asked, State.BOOKED, decided_by=decided_by, at=at, transfer=moved)


def name_of(asked: RegisterEntry) -> str:
    """What its transfer is called: by the line, which may have several turns, each taken back once."""
    name = f"register:{asked.line.register.public_id}:other:{asked.line.number}"
    turn = f":{asked.turn}" if asked.turn > 1 else ""
    return f"{name}{turn}:back" if asked.undoes_id else f"{name}{turn}"


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

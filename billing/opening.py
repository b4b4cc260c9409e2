"""Balances that people bring along from another system: a file with its control total, booked by a second person."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import connection, transaction

from billing import ledger, second_person
from billing.balances import Line, Look, look, owners_of
from billing.ledger.wallets import once
from billing.models import OpeningImport, OpeningLine, Wallet
from drivepower.core.money import plain
from drivepower.core.refusals import Refusal
from drivepower.core.texts import storable

State = OpeningImport.State
ZERO = Decimal(0)
NAME_TRANSFERS = """
UPDATE billing_openingline line SET transfer_id = said.transfer
FROM unnest(%s::bigint[], %s::bigint[]) AS said (line, transfer) WHERE line.id = said.line
"""
# Two files are stored one after the other: the second sees whose balances the first has brought.
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('opening balances', 0))"


@transaction.atomic
def ask(
    *, content: bytes, currency: str, control_total: Decimal, file_name: str, asked_by: str, at: datetime
) -> OpeningImport:
    """Keep the file's balances for a second person; nothing moves.

    Refuses rows_wrong, total_differs where the lines do not sum to the control total, and already_imported.
    """
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME)
    found = checked(content, currency, control_total)
    made = OpeningImport.objects.create(
        file_name=storable(file_name)[:200],
        sha256=found.sha256,
        currency=currency,
        control_total=control_total,
        asked_by=asked_by,
        asked_at=at,
    )
    keep(made, found.lines)
    return made


def checked(content: bytes, currency: str, control_total: Decimal) -> Look:
    """What the file says, where it is new, without a wrong line, and of that sum."""
    same = OpeningImport.objects.filter(sha256=hashlib.sha256(content).hexdigest()).exclude(state=State.REFUSED)
    if same.exists():
        raise Refusal("already_imported", "This file was imported before.")
    found = look(content=content, currency=currency)
    if found.wrong:
        raise Refusal("rows_wrong", "Nothing is stored while a line is wrong.")
    if found.total != control_total:
        told = {"total": plain(found.total, currency)}
        raise Refusal("total_differs", "The lines do not sum to the control total.", told)
    return found


def keep(made: OpeningImport, lines: Sequence[Line]) -> None:
    """Write the lines beside the wallets that they will go to."""
    wallets = wallets_of(lines, made.currency)
    OpeningLine.objects.bulk_create(
        [
            OpeningLine(
                opening=made,
                number=line.number,
                owner=line.owner,
                wallet=wallets[line.key],
                amount=line.amount,
                problem=line.odd[:200],
            )
            for line in lines
        ],
        batch_size=1000,
    )


def wallets_of(lines: Sequence[Line], currency: str) -> Mapping[tuple[int | None, int | None], Wallet]:
    """Their wallets, made where there are none yet."""
    owners = sorted({line.key for line in lines}, key=str)
    Wallet.objects.bulk_create(
        [Wallet(user_id=user, company_id=company, currency=currency) for user, company in owners],
        ignore_conflicts=True,
    )
    rows = Wallet.objects.filter(owners_of(lines), currency=currency)
    return {(wallet.user_id, wallet.company_id): wallet for wallet in rows}


@transaction.atomic
def approve(*, opening: OpeningImport, decided_by: str, at: datetime) -> OpeningImport:
    """Book every line, all of them or none.

    Refuses already_decided, access_denied to who asked for it, total_differs where it is not what was asked for, and
    already_opened where a wallet has an opening balance by now.
    """
    waiting = lock_waiting(opening, decided_by)
    lines = list(waiting.lines.select_related("wallet").order_by("number"))
    if sum((line.amount for line in lines), ZERO) != waiting.control_total:
        raise Refusal("total_differs", "The lines do not sum to the control total.")
    with once("already_opened", "One of these balances was booked before."):
        made = ledger.open_balances(
            balances=[
                ledger.Balance(whose(line), line.amount, f"opening:{waiting.public_id}:{line.number}") for line in lines
            ],
            currency=waiting.currency,
            made_by=waiting.asked_by,
            at=at,
        )
        with connection.cursor() as cursor:
            cursor.execute(NAME_TRANSFERS, [[line.pk for line in lines], [transfer.pk for transfer in made]])
    return decided(waiting, State.BOOKED, decided_by, at)


def whose(line: OpeningLine) -> Wallet:
    """The wallet of a line."""
    if line.wallet is None:
        raise Refusal("rows_wrong", "Nothing is booked while a line is nobody's.")
    return line.wallet


@transaction.atomic
def refuse(*, opening: OpeningImport, decided_by: str, at: datetime) -> OpeningImport:
    """Let it not happen; the file may come again. Refuses already_decided, and access_denied to who asked for it."""
    return decided(lock_waiting(opening, decided_by), State.REFUSED, decided_by, at)


def lock_waiting(opening: OpeningImport, decided_by: str) -> OpeningImport:
    """The import, locked, if it waits and this person may decide about it."""
    waiting = OpeningImport.objects.select_for_update(no_key=True).get(pk=opening.pk)
    if waiting.state != State.ASKED:
        raise Refusal("already_decided", "This has been decided already.")
    second_person.check_second(by=decided_by, first=waiting.asked_by)
    second_person.check_not_own(by=decided_by, wallets=waiting.lines.values_list("wallet", flat=True))
    return waiting


def decided(waiting: OpeningImport, state: OpeningImport.State, by: str, at: datetime) -> OpeningImport:
    """Write how it ended."""
    waiting.state, waiting.decided_by, waiting.decided_at = state, by, at
    waiting.save(update_fields=["state", "decided_by", "decided_at"])
    return waiting

"""Money given back for many charges at once: small sums are booked at once, large ones wait for a second person."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

from django.db import transaction

from billing import ledger, receipts, second_person
from billing.goodwill_shares import Share, share_out
from billing.ledger.standing import paid_for
from billing.ledger.wallets import once
from billing.models import Goodwill, GoodwillLine
from drivepower.core.refusals import Refusal
from drivepower.core.sentences import sentence
from drivepower.core.texts import storable

State = Goodwill.State
NOTHING = Decimal(0)
# So many charges at once: one page shows them, and one request books them.
MOST = 500
OTHER_KEY = "That key was used for something else."


def ask_goodwill(
    *,
    subjects: Sequence[str],
    percent: Decimal | None = None,
    each: Decimal | None = None,
    reason: str,
    by: str,
    at: datetime,
    key: UUID | None = None,
) -> Goodwill:
    """Give a part of each charge back, or the same amount of each; booked at once below settings.APPROVAL_FROM.

    Refuses invalid_parameters, access_denied where a charge was paid from one's own wallet, and nothing_to_give where
    no charge would get anything. `key` is the same when the same is asked for again: that is answered with the first,
    and books what of it was left over.
    """
    with once("invalid_parameters", OTHER_KEY):
        given = _write_down(key or uuid4(), subjects, percent, each, reason=reason, by=by, at=at)
    if given.state == State.BOOKED:
        book(goodwill=given, at=at)
    return given


def approve(*, goodwill: Goodwill, decided_by: str, at: datetime) -> Goodwill:
    """Book what waits, line by line.

    Refuses already_decided, and access_denied to who asked for it or would get a part of it.
    """
    decided = _decide(goodwill, State.BOOKED, decided_by=decided_by, at=at)
    book(goodwill=decided, at=at)
    return decided


def refuse(*, goodwill: Goodwill, decided_by: str, at: datetime) -> Goodwill:
    """Let it not happen; refuses as `approve` does."""
    return _decide(goodwill, State.REFUSED, decided_by=decided_by, at=at)


def book(*, goodwill: Goodwill, at: datetime) -> int:
    """Book each line that was neither booked nor has failed, on its own; answers how many.

    One that fails says why and stops no other one. Refuses already_decided of one that was not approved.
    """
    if not Goodwill.objects.filter(pk=goodwill.pk, state=State.BOOKED).exists():
        raise Refusal("already_decided", "It was not approved.")
    left = goodwill.lines.filter(transfer=None, failure="").order_by("pk").values_list("pk", flat=True)
    return sum(_book_line(key, at=at) for key in left)


def _write_down(
    key: UUID,
    subjects: Sequence[str],
    percent: Decimal | None,
    each: Decimal | None,
    *,
    reason: str,
    by: str,
    at: datetime,
) -> Goodwill:
    """Who gives what and why, and a line for each charge that gets something."""
    asked = Goodwill(
        public_id=key, percent=percent, each=each, reason=storable(reason.strip()), asked_by=by, asked_at=at
    )
    second_person.take_turn(by)
    if before := _asked_before(asked, subjects):
        return before
    if not asked.reason or not by:
        raise Refusal("invalid_parameters", "It needs a reason, and somebody who asks.")
    shares = [share for share in share_out(subjects, percent=percent, each=each) if share.amount]
    if not shares or len(subjects) > MOST:
        text = sentence("It takes 1 to %(most)s charges of which something is left.", most=MOST)
        raise Refusal("nothing_to_give", text)
    # Whoever else asks at the same time for the same charges waits, else neither would be in the other's sum.
    wallets = ledger.lock([share.wallet.pk for share in shares if share.wallet])
    second_person.check_not_own(by=by, wallets=wallets)
    asked.currency, asked.total = shares[0].currency, sum((share.amount for share in shares), NOTHING)
    given = [share.subject for share in shares]
    asked.needs_approval = second_person.is_large(asked.total, asked.currency, by=by, at=at, subjects=given)
    if not asked.needs_approval:
        asked.state, asked.decided_by, asked.decided_at = State.BOOKED, by, at
    asked.save(force_insert=True)
    GoodwillLine.objects.bulk_create(_line(asked, share) for share in shares)
    return asked


def _line(asked: Goodwill, share: Share) -> GoodwillLine:
    return GoodwillLine(goodwill=asked, wallet=share.wallet, subject=share.subject, amount=share.amount)


def _asked_before(asked: Goodwill, subjects: Sequence[str]) -> Goodwill | None:
    """What was asked for with the same key; refuses invalid_parameters if that is something else."""
    before = Goodwill.objects.filter(public_id=asked.public_id).first()
    names = ("percent", "each", "reason", "asked_by")
    if before and (any(getattr(before, one) != getattr(asked, one) for one in names) or _is_other(before, subjects)):
        raise Refusal("invalid_parameters", OTHER_KEY)
    return before


def _is_other(before: Goodwill, subjects: Sequence[str]) -> bool:
    """Whether these are other charges; those that got nothing have no line, and would get nothing now either."""
    given = set(before.lines.values_list("subject", flat=True))
    more = [subject for subject in subjects if subject not in given]
    shares = share_out(more, percent=before.percent, each=before.each)
    would = any(share.amount for share in shares if share.currency == before.currency)
    return would or not given <= set(subjects)


@transaction.atomic
def _decide(goodwill: Goodwill, state: Goodwill.State, *, decided_by: str, at: datetime) -> Goodwill:
    """Once, by somebody else."""
    waiting = Goodwill.objects.select_for_update(no_key=True).get(pk=goodwill.pk)
    second_person.check_second(by=decided_by, first=waiting.asked_by)
    second_person.check_not_own(by=decided_by, wallets=waiting.lines.values_list("wallet", flat=True))
    ended = {"state": state, "decided_by": decided_by, "decided_at": at}
    if not Goodwill.objects.filter(pk=waiting.pk, state=State.ASKED).update(**ended):
        raise Refusal("already_decided", "This has been decided already.")
    waiting.refresh_from_db()
    return waiting


def _book_line(key: int, *, at: datetime) -> bool:
    """Give one charge its money and its receipt, or write down why not; whether it was given."""
    try:
        with transaction.atomic():
            return _give(key, at=at)
    except Refusal as refusal:
        GoodwillLine.objects.filter(pk=key, transfer=None).update(failure=refusal.message[:200])
        return False


def _give(key: int, *, at: datetime) -> bool:
    line = GoodwillLine.objects.select_for_update(no_key=True, of=["self"]).select_related("goodwill").get(pk=key)
    if line.transfer_id is not None or line.failure:
        return False
    standing = paid_for([line.subject]).get(line.subject)
    charge = standing.charges.get(line.wallet_id) if standing else None
    if charge is None:
        raise Refusal("not_refundable", "Only a charge can be refunded.")
    reason = line.goodwill.reason
    given = ledger.refund(
        transfer=charge,
        amount=line.amount,
        reference=f"goodwill:{line.goodwill.public_id}:{line.pk}",
        made_by=line.goodwill.asked_by,
        reason=reason,
        at=at,
    )
    GoodwillLine.objects.filter(pk=line.pk).update(transfer=given.transfer)
    # The last thing: whoever has a receipt's number keeps everybody else waiting for theirs.
    receipts.give_refund_receipt(subject=line.subject, net=given.net, tax=given.tax, reason=reason, at=at)
    return True

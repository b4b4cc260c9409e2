"""Sends what is due to its cash register: each by one worker at a time, more and more rarely, and not for ever."""

import time
from collections import Counter
from datetime import datetime, timedelta

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from billing.fiscal.adapters import ADAPTERS
from billing.fiscal.answers import facts_of, is_usable
from billing.fiscal.documents import written
from billing.fiscal.protocol import RegisterAway, RegisterTrouble
from billing.fiscal.reasons import AWAY, BROKEN, NUMBER_TAKEN, REFUSED, UNUSABLE
from billing.models import FiscalDocument
from drivepower.core.alerts import open_alert, resolve, resolve_alert
from drivepower.core.models import Alert
from drivepower.core.sentences import Sentence, sentence
from drivepower.core.texts import storable

FISCAL_FAILED = "fiscal_failed"
MISSING = "fiscal_adapter:"
AT_MOST = 100
# A slow register ends a round long before the worker's time is up.
ROUND_SECONDS = 20.0
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
# With these pauses a register may be away for nearly a day and a half.
MOST_ATTEMPTS = 40
State = FiscalDocument.State

log = structlog.stdlib.get_logger(__name__)


def send_due(*, at: datetime) -> dict[str, int]:
    """One round; answers how many were registered, put off, broken on and given up.

    Each register has its own part of it: none waits for what another one does not take.
    """
    did: Counter[str] = Counter()
    for adapter in ADAPTERS:
        did.update(send_to(adapter, at=at, seconds=ROUND_SECONDS / len(ADAPTERS)))
    tell_missing(at=at)
    return dict(did)


def send_to(adapter: str, *, at: datetime, seconds: float) -> Counter[str]:
    """The part of one register, which ends where it is away."""
    did: Counter[str] = Counter()
    until = time.monotonic() + seconds
    for document in due(adapter, at=at)[:AT_MOST]:
        if time.monotonic() > until or did["put_off"]:
            break
        if claim(document, at):
            did[send(document, at)] += 1
    return did


def tell_missing(*, at: datetime) -> None:
    """Tell a person of registers that receipts wait for and that are none of ours any more, until none waits."""
    left = FiscalDocument.objects.filter(state=State.WAITING, next_at__lte=at).exclude(adapter__in=ADAPTERS)
    names = set(left.order_by().values_list("adapter", flat=True).distinct())
    told = Alert.objects.filter(kind=FISCAL_FAILED, subject__startswith=MISSING, resolved_at=None)
    known = {alert.subject.removeprefix(MISSING): alert.pk for alert in told}
    for name in sorted(names - known.keys()):
        text = sentence("Receipts wait for the cash register %(name)s, which is not set up here any more.", name=name)
        open_alert(kind=FISCAL_FAILED, subject=f"{MISSING}{name}", text=text, at=at)
    if over := [key for name, key in known.items() if name not in names]:
        resolve(Alert.objects.filter(pk__in=over), at=at)


def due(adapter: str, *, at: datetime) -> "QuerySet[FiscalDocument]":
    """Those of a register whose time has come, longest waiting first; a correction waits for what it corrects."""
    before = FiscalDocument.objects.filter(
        receipt__subject=OuterRef("receipt__subject"), receipt__lt=OuterRef("receipt")
    ).exclude(state=State.DONE)
    found = FiscalDocument.objects.filter(~Exists(before), adapter=adapter, state=State.WAITING, next_at__lte=at)
    return found.select_related("receipt").order_by("next_at", "id")


def claim(document: FiscalDocument, at: datetime) -> bool:
    """Take one for a try; False where another worker has. Whoever dies in it leaves it for the next time."""
    mine = FiscalDocument.objects.filter(pk=document.pk, state=State.WAITING, next_at=document.next_at)
    document.attempts += 1
    return mine.update(attempts=F("attempts") + 1, next_at=at + pause(document.attempts)) == 1


def pause(attempts: int) -> timedelta:
    """How long to wait after that many attempts."""
    doubled: int = 2 ** min(attempts - 1, 10)
    return min(FIRST_PAUSE * doubled, LONGEST_PAUSE)


def send(document: FiscalDocument, at: datetime) -> str:
    """One try, outside of any transaction: what the register says is kept; answers what came of it."""
    try:
        facts = facts_of(ADAPTERS[document.adapter].register(written(document), at=at))
    except RegisterTrouble as trouble:
        log.warning("not registered", document=str(document.public_id), attempts=document.attempts, why=trouble.why)
        if isinstance(trouble, RegisterAway):
            return put_off(document, reason_of(trouble, AWAY), at, "put_off")
        return give_up(document, reason_of(trouble, REFUSED), at)
    except Exception as error:  # whatever an adapter breaks on stops no other document, and is not tried for ever
        log.exception("an adapter broke", document=str(document.public_id), attempts=document.attempts)
        return put_off(document, sentence(BROKEN, what=type(error).__name__), at, "broken")
    if not is_usable(facts):
        log.warning("an unusable answer", document=str(document.public_id), answer=str(facts)[:500])
        return put_off(document, sentence(UNUSABLE), at, "broken")
    return keep(document, facts, at)


def reason_of(trouble: RegisterTrouble, otherwise: str) -> str:
    """What a register has against a document; a sentence of ours where it says nothing."""
    if isinstance(trouble.why, Sentence):
        return trouble.why
    return storable(trouble.why or "").strip() or sentence(otherwise)


def put_off(document: FiscalDocument, why: str, at: datetime, outcome: str) -> str:
    """Leave it for the next time, unless it has had its tries."""
    if document.attempts >= MOST_ATTEMPTS:
        return give_up(document, why, at)
    waiting(document).update(error=why[:200])
    return outcome


def keep(document: FiscalDocument, facts: dict[str, str], at: datetime) -> str:
    """Write what the register has made of it; a number that another document has is a person's matter.

    Another worker may have given it up while the register was slow to answer: it is registered all the same.
    """
    undone = FiscalDocument.objects.filter(pk=document.pk).exclude(state=State.DONE)
    try:
        with transaction.atomic():
            undone.update(state=State.DONE, done_at=at, next_at=None, error="", **facts)
    except IntegrityError:
        return give_up(document, sentence(NUMBER_TAKEN, number=facts["fiscal_number"]), at)
    resolve_alert(kind=FISCAL_FAILED, subject=subject_of(document), at=at)
    return "registered"


def give_up(document: FiscalDocument, why: str, at: datetime) -> str:
    """No more tries by ourselves; a person is told."""
    with transaction.atomic():
        if waiting(document).update(state=State.FAILED, next_at=None, error=why[:200]):
            reason = why if isinstance(why, Sentence) else why[:200]
            text = sentence(
                "The cash register does not take receipt %(receipt)s: %(why)s.",
                receipt=document.receipt.full_number,
                why=reason,
            )
            open_alert(kind=FISCAL_FAILED, subject=subject_of(document), text=text, at=at, anew=True)
    return "failed"


def waiting(document: FiscalDocument) -> "QuerySet[FiscalDocument]":
    """The row, unless another worker has brought it to its end."""
    return FiscalDocument.objects.filter(pk=document.pk, state=State.WAITING)


def subject_of(document: FiscalDocument) -> str:
    """How alerts refer to it."""
    return f"fiscal_document:{document.public_id}"

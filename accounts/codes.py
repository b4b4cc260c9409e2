"""One-time codes: asked for a phone or an e-mail address, sent there, tried, used up.

Only the newest code of an address and purpose counts, for five minutes and three tries of whoever tries: a stranger's
are not taken from its owner, and ten from everywhere use it up. What may be asked for is counted in the table, per
address to send to and per address that asks, so that nobody's phone is flooded through us.
"""

import hashlib
import hmac
import math
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from accounts.models import Channel, Message, OneTimeCode, User
from drivepower.core import doorbell
from drivepower.core.refusals import Refusal

LIVES = timedelta(seconds=300)
TRIES = 3
# Of one code, from all addresses on the internet together.
TRIES_IN_ALL = 10
PAUSE = timedelta(minutes=1)
# To one phone or mailbox in a day, and for one address on the internet in an hour.
A_DAY, AN_HOUR = 10, 20
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TAKE_TURNS = "SELECT pg_advisory_xact_lock(hashtextextended(place, 0)) FROM unnest(%s::text[]) AS place"


@transaction.atomic
def send(
    *,
    target: str,
    purpose: OneTimeCode.Purpose,
    user: User | None,
    is_sent: bool,
    language: str,
    address: str,
    at: datetime,
) -> OneTimeCode:
    """Make a code for a phone (E.164) or an e-mail address, and send it unless nobody should have it.

    The same is done and counted either way, so that nobody learns who has an account. Refuses too_many_requests.
    """
    _check_pace(target=target, address=address, at=at)
    code = OneTimeCode.objects.create(
        target=target,
        purpose=purpose,
        user=user,
        salt=secrets.token_hex(16),
        language=language,
        made_at=at,
        expires_at=at + LIVES,
        address=address[:64],
    )
    if is_sent:
        Message.objects.create(code=code, channel=channel_of(target), target=target, next_at=at, made_at=at)
        doorbell.hint("accounts.send_messages")
    return code


def use(*, target: str, purpose: OneTimeCode.Purpose, digits: str, address: str, at: datetime) -> OneTimeCode:
    """The code that these digits are, used up now; of many who bring it at once, one has it.

    Refuses invalid_code alike for wrong, late, used up, tried too often and never asked for. Must not be called inside
    a transaction: a try counts whatever becomes of it.
    """
    code = _try(target=target, purpose=purpose, address=address, at=at)
    right = hmac.compare_digest(digits_of(code or OneTimeCode(target=target, purpose=purpose)), digits)
    if not right or code is None or not OneTimeCode.objects.filter(pk=code.pk, used_at=None).update(used_at=at):
        raise Refusal("invalid_code", "The code is wrong or no longer good.")
    return code


def waiting(*, target: str, purpose: OneTimeCode.Purpose, address: str, at: datetime) -> OneTimeCode | None:
    """The code that may still be tried from an address on the internet, if there is one."""
    newest = OneTimeCode.objects.filter(target=target, purpose=purpose).order_by("-made_at", "-id").first()
    good = newest is not None and newest.used_at is None and newest.expires_at > at
    return newest if newest is not None and good and tries_left(newest, address=address) else None


def tries_left(code: OneTimeCode, *, address: str) -> int:
    """How often a code may still be tried from there."""
    tried: int = code.tries_by.get(address, 0)
    return max(0, min(TRIES - tried, TRIES_IN_ALL - code.tries))


def wait_for_next(*, target: str, at: datetime) -> int:
    """Seconds until another code may be asked for; 0 for now."""
    made = OneTimeCode.objects.filter(target=target, made_at__gt=at - DAY).order_by("-made_at")
    times = list(made.values_list("made_at", flat=True)[:A_DAY])
    free_at = [times[0] + PAUSE] if times else []
    if len(times) == A_DAY:
        free_at.append(times[-1] + DAY)
    return max((math.ceil((moment - at).total_seconds()) for moment in free_at if moment > at), default=0)


def digits_of(code: OneTimeCode) -> str:
    """The six digits of a code."""
    said = f"one-time code|{code.salt}|{code.purpose}|{code.target}".encode()
    made = hmac.new(settings.SECRET_KEY.encode(), said, hashlib.sha256).digest()
    return f"{int.from_bytes(made, 'big') % 1_000_000:06d}"


def channel_of(target: str) -> Channel:
    """How a phone or an e-mail address is reached."""
    return Channel.EMAIL if "@" in target else Channel.SMS


@transaction.atomic(durable=True)
def _try(*, target: str, purpose: OneTimeCode.Purpose, address: str, at: datetime) -> OneTimeCode | None:
    """Count one try on the newest code; None where there is none left from there. Many at once take turns."""
    found = waiting(target=target, purpose=purpose, address=address, at=at)
    code = OneTimeCode.objects.select_for_update().filter(pk=found.pk, used_at=None).first() if found else None
    if code is None or not tries_left(code, address=address):
        return None
    code.tries_by[address] = code.tries_by.get(address, 0) + 1
    OneTimeCode.objects.filter(pk=code.pk).update(tries=F("tries") + 1, tries_by=code.tries_by)
    return code


def _check_pace(*, target: str, address: str, at: datetime) -> None:
    """Refuse what is asked for too often; two who ask at once take turns."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE_TURNS, [sorted({f"code for {target}", f"code from {address}"})])
    wait = wait_for_next(target=target, at=at)
    asked = OneTimeCode.objects.filter(address=address[:64], made_at__gt=at - HOUR).order_by("-made_at")
    times = list(asked.values_list("made_at", flat=True)[:AN_HOUR])
    if len(times) == AN_HOUR:
        wait = max(wait, math.ceil((times[-1] + HOUR - at).total_seconds()))
    if wait:
        raise Refusal("too_many_requests", "Too many codes were asked for; wait a little.", {"retry_after": wait})

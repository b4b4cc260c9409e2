"""How support looks for a session: by what a driver can tell, never by a scan of the whole table."""

import uuid

from django.db.models import Q

from accounts.models import IdTag, User
from charging.models.session import SessionQuerySet
from drivepower.core.seeking import keys

# Fewer digits than this are a number of a session; half the phones of a network contain them.
FEWEST_DIGITS_OF_A_PHONE = 5


def search(sessions: SessionQuerySet, text: str) -> SessionQuerySet:
    """By public id, transaction id, tag, or a part of the driver's phone, e-mail or name."""
    text = text.strip()
    if not text:
        return sessions
    try:
        return sessions.filter(public_id=uuid.UUID(text))
    except ValueError:
        pass
    found = Q(tag__iexact=text) | Q(id_tag__in=keys(IdTag.objects.named(text)))
    is_number = text.isascii() and text.isdigit()
    if is_number and int(text) < 2**31:
        found |= Q(pk=int(text))
    if not is_number or len(text) >= FEWEST_DIGITS_OF_A_PHONE:
        people = User.objects.filter(Q(phone__icontains=text) | Q(email__icontains=text) | Q(name__icontains=text))
        found |= Q(driver__in=keys(people))
    return sessions.filter(found)

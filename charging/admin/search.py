"""How support looks for a session: by what a driver can tell, never by a scan of the whole table."""

import uuid

from django.db.models import Q

from accounts.models import IdTag, User
from charging.models.session import SessionQuerySet


def search(sessions: SessionQuerySet, text: str) -> SessionQuerySet:
    """By public id, transaction id, tag, or a part of the driver's phone, e-mail or name."""
    text = text.strip()
    if not text:
        return sessions
    try:
        return sessions.filter(public_id=uuid.UUID(text))
    except ValueError:
        pass
    people = User.objects.filter(Q(phone__icontains=text) | Q(email__icontains=text) | Q(name__icontains=text))
    found = Q(driver__in=people) | Q(tag__iexact=text) | Q(id_tag__in=IdTag.objects.named(text))
    if text.isascii() and text.isdigit() and int(text) < 2**31:
        found |= Q(pk=int(text))
    return sessions.filter(found)

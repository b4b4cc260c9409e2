"""Sessions of browsers: those of one person are found among all that are open, of which only staff have any."""

from datetime import datetime

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from accounts.models import User


def end_all(*, user: User, at: datetime, but: str | None = None) -> int:
    """End every session of a person, except perhaps one by its key; answers how many."""
    open_ones = Session.objects.filter(expire_date__gt=at).exclude(session_key=but)
    theirs = [one.pk for one in open_ones.iterator() if one.get_decoded().get(SESSION_KEY) == str(user.pk)]
    return Session.objects.filter(pk__in=theirs).delete()[0]

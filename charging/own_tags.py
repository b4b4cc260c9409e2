"""A tag that was made for one session or one reservation, and that no card has."""

import secrets
import string
from datetime import datetime, timedelta

from accounts.models import IdTag, User

# 20 characters are all that OCPP 1.6 lets a tag have; without look-alikes, since people read them out.
LETTERS = "".join(sorted(set(string.ascii_uppercase + string.digits) - set("0O1I")))
LENGTH = 20
# It outlives the wait for its Start, which may come late; it is blocked with its session.
LIVES = timedelta(days=1)


def make(*, driver: User | None, expires_at: datetime) -> IdTag:
    """A new one for this driver."""
    value = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    return IdTag.objects.create(value=value, kind=IdTag.Kind.VIRTUAL, user=driver, expires_at=expires_at)


def open_again(id_tag: IdTag, *, expires_at: datetime) -> IdTag:
    """The tag of a reservation, for the next try of its driver after one that came to nothing."""
    IdTag.objects.filter(pk=id_tag.pk).update(blocked=False, expires_at=expires_at)
    id_tag.blocked, id_tag.expires_at = False, expires_at
    return id_tag

"""Who sits before an open page: its socket lives as long as the page itself would still be answered."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import Exists
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django_otp import DEVICE_ID_SESSION_KEY

from accounts.models import User
from accounts.twofactor.asked import is_let_in


@dataclass(frozen=True, slots=True)
class Sitting:
    """A session as it was when the socket opened; `device` is the second factor that vouched for it."""

    user_id: int
    key: str
    password_mark: str
    device: str | None


def sitting_of(scope: dict[str, Any]) -> Sitting:
    """Of a socket behind the session's middleware, which has read the session already; a stranger's has no key."""
    session = scope["session"]
    return Sitting(
        user_id=scope["user"].pk or 0,
        key=session.session_key or "",
        password_mark=session.get(HASH_SESSION_KEY, ""),
        device=session.get(DEVICE_ID_SESSION_KEY),
    )


def person_at(sitting: Sitting) -> User | None:
    """The member of staff, in two queries; None once their session has ended, or lacks what pages ask for."""
    session = Session.objects.filter(pk=sitting.key, expire_date__gt=timezone.now())
    user = User.objects.filter(Exists(session), pk=sitting.user_id, is_active=True).first()
    if user is None or not user.is_staff:
        return None
    is_same = constant_time_compare(sitting.password_mark, user.get_session_auth_hash())
    return user if is_same and is_let_in(user, sitting.device) else None

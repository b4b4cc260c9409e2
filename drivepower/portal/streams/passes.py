"""Who holds a stream that is not for everybody: their token once, their rights again and again."""

import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from django.http import HttpRequest
from django.utils import timezone
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.authentication import TokenAuthentication
from accounts.models import Login, User
from drivepower.portal.streams.line import FORBIDDEN, UNAUTHORIZED, Goodbye
from drivepower.portal.streams.sight import sight_of
from drivepower.portal.streams.told import Audience, Kinds

# A token of somebody else's making that does not say until when it is good.
LONGEST = timedelta(hours=1)

# What drivers are told: their charges and their money.
OWN_KINDS = Kinds(beginnings=("session.", "reservation.", "payment.", "wallet.", "receipt."))

# What a person may hear on a kind of stream; None: nothing.
Judge = Callable[[User], Audience | None]


@dataclass(frozen=True, slots=True)
class Pass:
    """A token that was good; `login` where it came from one of ours."""

    user_key: int
    login: uuid.UUID | None
    until: datetime
    judge: Judge


def own(user: User) -> Audience | None:
    """On the stream of drivers: what is about one's own."""
    return Audience(({"driver": user.public_id},), allowed=OWN_KINDS)


def of_staff(user: User) -> Audience | None:
    """On the stream of operators: what staff may see."""
    return sight_of(user)


def enter(token: str, *, judge: Judge) -> tuple[Pass, User, Audience]:
    """Who comes with this token, and what they may hear; Goodbye for who may not."""
    request = HttpRequest()
    request.META["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    try:
        found = TokenAuthentication().authenticate(Request(request))
    except AuthenticationFailed:
        found = None
    if found is None:
        raise Goodbye(UNAUTHORIZED, "the token is not valid")
    user, claims = cast(User, found[0]), found[1]
    audience = judge(user)
    if audience is None:
        raise Goodbye(FORBIDDEN, "nothing here is for you")
    return Pass(user.pk, login_of(claims, user), until_of(claims), judge), user, audience


def login_of(claims: Any, user: User) -> uuid.UUID | None:
    """The login that a token came from; an outside provider's `sid` names none of ours."""
    try:
        sid = uuid.UUID(str(claims.get("sid")))
    except ValueError:
        return None
    return sid if Login.objects.filter(public_id=sid, user=user).exists() else None


def until_of(claims: Any) -> datetime:
    """Until when the token is good."""
    until = claims.get("exp")
    return datetime.fromtimestamp(until, UTC) if until else timezone.now() + LONGEST


def look_again(passes: Collection[Pass]) -> Mapping[Pass, Audience | int]:
    """What each may hear now, or the code with which their stream ends; few questions for many passes."""
    at = timezone.now()
    people = {one.pk: one for one in User.objects.filter(pk__in={held.user_key for held in passes}, is_active=True)}
    named = {held.login for held in passes if held.login}
    logins = Login.objects.filter(public_id__in=named, ended_at=None, expires_at__gt=at)
    standing = {None, *logins.values_list("public_id", flat=True)}
    found: dict[Pass, Audience | int] = {}
    for held in passes:
        user = people.get(held.user_key)
        if user is None or held.login not in standing or held.until <= at:
            found[held] = UNAUTHORIZED
        else:
            found[held] = held.judge(user) or FORBIDDEN
    return found

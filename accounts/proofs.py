"""Whose an address is: whoever has read the code that was sent there."""

from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from accounts import codes, logins
from accounts.models import Login, OneTimeCode, User
from drivepower.core.refusals import Refusal

Purpose = OneTimeCode.Purpose


def field_of(target: str) -> str:
    """The column of a person that holds such an address."""
    return "email" if "@" in target else "phone"


def owner_of(target: str) -> User | None:
    """Who says that an address is theirs, proved or not."""
    return User.objects.filter(**{field_of(target): target}).first()


def come_by_code(*, target: str, digits: str, language: str, at: datetime) -> User:
    """The driver whose address it is, made now if there is none; Refusals invalid_code, account_blocked.

    Staff come in by their password, never by a phone alone: their codes are not sent.
    """
    codes.use(target=target, purpose=Purpose.LOGIN, digits=digits, at=at)
    try:
        user = owner_by_proof(target, language=language, at=at)
    except IntegrityError:  # two came in by it for the first time at once: the other one has made the person
        user = owner_by_proof(target, language=language, at=at)
    if user.is_staff:
        raise Refusal("invalid_code", "The code is wrong or no longer good.")
    if not user.is_active:
        raise Refusal("account_blocked", "This account is blocked; write to support.")
    return user


def prove(*, user: User, target: str, digits: str, at: datetime) -> None:
    """Note that a person reads what is sent to an address of theirs; Refusal invalid_code."""
    code = codes.use(target=target, purpose=Purpose.PROVE, digits=digits, at=at)
    field = field_of(target)
    mine = User.objects.filter(pk=user.pk, **{field: target})
    if code.user_id != user.pk or not mine.update(**{f"{field}_checked_at": at}):
        raise Refusal("invalid_code", "The code is wrong or no longer good.")


def change_password(*, target: str, digits: str, password: str, at: datetime) -> None:
    """Give the person who reads what is sent there a new password, and end every login; Refusal invalid_code."""
    user = codes.use(target=target, purpose=Purpose.RESET, digits=digits, at=at).user
    field = field_of(target)
    fresh = {"password": make_password(password), f"{field}_checked_at": at}
    with transaction.atomic():
        still = User.objects.filter(pk=user.pk, role=User.Role.DRIVER, **{field: target}) if user else None
        if user is None or still is None or not still.update(**fresh):
            raise Refusal("invalid_code", "The code is wrong or no longer good.")
        logins.end_all(user=user, why=Login.End.PASSWORD, at=at)


@transaction.atomic
def owner_by_proof(target: str, *, language: str, at: datetime) -> User:
    """The person of an address that has just been proved."""
    field = field_of(target)
    checked, other = f"{field}_checked_at", "phone_checked_at" if field == "email" else "email_checked_at"
    found = User.objects.filter(**{field: target})
    user = found.select_for_update(no_key=True).first()
    if user is None or (getattr(user, checked) is None and getattr(user, other) is not None and not user.is_staff):
        # An address that somebody else only claimed goes to whom it belongs; they keep the one that they proved.
        found.update(**{field: None})
        fresh: dict[str, Any] = {field: target, checked: at, "language": language}
        return User.objects.create_user(**fresh)
    if getattr(user, checked) is None and not user.is_staff:
        _take_over(user, checked=checked, at=at)
    return user


def _take_over(user: User, *, checked: str, at: datetime) -> None:
    """Whoever made this account never proved anything: what they could still come in or listen by ends."""
    User.objects.filter(pk=user.pk).update(**{checked: at, "password": make_password(None)})
    user.push_subscriptions.all().delete()
    logins.end_all(user=user, why=Login.End.PASSWORD, at=at)

"""Whose an address is: whoever has read the code that was sent there."""

from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts import cards, codes, entry, logins
from accounts.models import Login, OneTimeCode, User
from drivepower.core.refusals import Refusal

Purpose = OneTimeCode.Purpose


def field_of(target: str) -> str:
    """The column of a person that holds such an address."""
    return "email" if "@" in target else "phone"


def owner_of(target: str) -> User | None:
    """Who says that an address is theirs, proved or not."""
    return User.objects.filter(**{field_of(target): target}).first()


def other_of(field: str) -> str:
    """The other column of a person's addresses."""
    return "phone" if field == "email" else "email"


def is_only_claimed(user: User, target: str) -> bool:
    """Whether a person never proved that address and proved another one: whoever reads what comes there may not be
    them, and gets nothing of their account by it."""
    field = field_of(target)
    return getattr(user, f"{field}_checked_at") is None and getattr(user, f"{other_of(field)}_checked_at") is not None


def come_by_code(*, target: str, digits: str, language: str, address: str, at: datetime) -> User:
    """The driver whose address it is, made now if there is none; Refusals invalid_code, account_blocked.

    Staff come in by their password, never by a phone alone: their codes are not sent.
    """
    codes.use(target=target, purpose=Purpose.LOGIN, digits=digits, address=address, at=at)
    try:
        user = owner_by_proof(target, language=language, at=at)
    except IntegrityError:  # two came in by it for the first time at once: the other one has made the person
        user = owner_by_proof(target, language=language, at=at)
    if user.is_staff:
        raise Refusal("invalid_code", "The code is wrong or no longer good.")
    if not user.is_active:
        raise Refusal("account_blocked", "This account is blocked; write to support.")
    return user


def prove(*, user: User, target: str, digits: str, address: str, at: datetime) -> None:
    """Note that a person reads what is sent to an address of theirs; Refusal invalid_code."""
    check_reads(user=user, target=target, digits=digits, address=address, at=at)
    field = field_of(target)
    if not User.objects.filter(pk=user.pk, **{field: target}).update(**{f"{field}_checked_at": at}):
        raise Refusal("invalid_code", "The code is wrong or no longer good.")


def check_reads(*, user: User, target: str, digits: str, address: str, at: datetime) -> None:
    """Whether a person reads what they had sent to an address, be it theirs yet or not; Refusal invalid_code."""
    code = codes.use(target=target, purpose=Purpose.PROVE, digits=digits, address=address, at=at)
    if code.user_id != user.pk:
        raise Refusal("invalid_code", "The code is wrong or no longer good.")


def proved_addresses(user: User) -> list[str]:
    """The phone and e-mail address that a person has proved."""
    return [str(getattr(user, name)) for name in ("phone", "email") if getattr(user, f"{name}_checked_at")]


def check_owns(*, user: User, digits: str, address: str, at: datetime) -> None:
    """Whether a person reads what they had sent to an address that they have proved; Refusal invalid_code."""
    proved = proved_addresses(user)
    sent = [target for target in proved if codes.waiting(target=target, purpose=Purpose.PROVE, address=address, at=at)]
    check_reads(user=user, target=(sent or proved)[0], digits=digits, address=address, at=at)


def change_password(*, target: str, digits: str, password: str, address: str, at: datetime) -> None:
    """Give the person who reads what is sent there a new password, and end every login; Refusal invalid_code.

    Not by an address that they only claimed, beside one that they proved.
    """
    user = codes.use(target=target, purpose=Purpose.RESET, digits=digits, address=address, at=at).user
    field = field_of(target)
    fresh = {"password": make_password(password), f"{field}_checked_at": at}
    theirs = Q(**{f"{field}_checked_at__isnull": False}) | Q(**{f"{other_of(field)}_checked_at": None})
    with transaction.atomic():
        still = User.objects.filter(theirs, pk=user.pk, role=User.Role.DRIVER, **{field: target}) if user else None
        if user is None or still is None or not still.update(**fresh):
            raise Refusal("invalid_code", "The code is wrong or no longer good.")
        logins.end_all(user=user, why=Login.End.PASSWORD, at=at)


@transaction.atomic
def owner_by_proof(target: str, *, language: str, at: datetime) -> User:
    """The person of an address that has just been proved; Refusal access_denied for a new one while sign-up is off."""
    field = field_of(target)
    checked = f"{field}_checked_at"
    found = User.objects.filter(**{field: target})
    user = found.select_for_update(no_key=True).first()
    if user is None or (is_only_claimed(user, target) and not user.is_staff):
        # An address that somebody else only claimed goes to whom it belongs; they keep the one that they proved.
        entry.check_open()
        found.update(**{field: None})
        fresh: dict[str, Any] = {field: target, checked: at, "language": language}
        return User.objects.create_user(**fresh)
    if getattr(user, checked) is None and not user.is_staff:
        _take_over(user, checked=checked, at=at)
    return user


def _take_over(user: User, *, checked: str, at: datetime) -> None:
    """Whoever made this account never proved anything: what they could still come in, listen or charge by ends."""
    User.objects.filter(pk=user.pk).update(**{checked: at, "password": make_password(None)})
    user.push_subscriptions.all().delete()
    user.foreign_identities.all().delete()
    cards.take_out_added(user=user)
    logins.end_all(user=user, why=Login.End.PASSWORD, at=at)

"""How people come in: sign up, log in, and by which name they are found."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts import locks, logins, phones
from accounts.models import Login, User
from accounts.notifying import telling
from accounts.twofactor import devices
from drivepower.core.refusals import Refusal

ADDRESSES = ("email", "phone")


def find(name: str) -> User | None:
    """The person with that e-mail (without case) or phone (however written)."""
    name = name.strip()
    if "@" in name:
        return User.objects.filter(email=name.lower()).first()
    try:
        return User.objects.filter(phone=phones.normalise(name)).first()
    except ValueError:
        return None


def check(name: str, password: str) -> User | None:
    """The person whose name and password these are; an unknown name costs the same time as a wrong password."""
    user = find(name)
    if user is None:
        User().set_password(password)
        return None
    return user if user.check_password(password) else None


def log_in(*, name: str, password: str, otp: str | None = None, address: str, at: datetime) -> User:
    """The person who knows the password; Refusal invalid_credentials, or account_blocked after the right password.

    Refusal otp_required or otp_invalid where staff have a second factor and their code is missing or wrong.
    Refusal too_many_requests after too many wrong ones, right or wrong.
    """
    locks.take_try(name=name, address=address, at=at)
    user = check(name, password)
    if user is None:
        raise Refusal("invalid_credentials", "The name or the password is wrong.")
    if user.is_staff:
        devices.check_outside(user, otp)
    locks.forgive(name=name, address=address)
    if not user.is_active:
        raise Refusal("account_blocked", "This account is blocked; write to support.")
    return user


def sign_up(*, email: str | None = None, phone: str | None = None, password: str, name: str) -> User:
    """Make a driver; Refusal invalid_parameters when the e-mail or the phone (E.164) has an account already."""
    try:
        with transaction.atomic():
            return User.objects.create_user(email=email, phone=phone, password=password, name=name)
    except IntegrityError as error:
        taken = {"email": email, "phone": phone}
        details = {field: ["An account with this exists."] for field, value in taken.items() if value and find(value)}
        raise Refusal("invalid_parameters", "An account with this e-mail or phone exists.", details) from error


def change_password(*, user: User, password: str, at: datetime, but: Login | None = None) -> None:
    """Set a password that has passed the validators, and end every login except perhaps one."""
    user.set_password(password)
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(password=user.password)
        logins.end_all(user=user, why=Login.End.PASSWORD, at=at, but=but)


def new_addresses(user: User, changes: Mapping[str, Any]) -> dict[str, str | None]:
    """Those of the addresses in a change of a profile that are others than now; None takes one away."""
    said = {name: changes[name] or None for name in ADDRESSES if name in changes}
    return {name: value for name, value in said.items() if value != getattr(user, name)}


def change_profile(
    *, user: User, changes: Mapping[str, Any], at: datetime, but: Login | None = None, is_proved: bool = False
) -> User:
    """Change name, language, email or phone; an address that changes has to be proved anew unless it just was.

    Whoever read an address that was proved is told there, and every login but one ends. Refusal invalid_parameters
    where somebody has the address, or where neither would be left.
    """
    moved = new_addresses(user, changes)
    changed = {name: value for name, value in changes.items() if name not in ADDRESSES} | moved
    if not any(changed.get(name, getattr(user, name)) for name in ADDRESSES):
        raise Refusal("invalid_parameters", "Keep an e-mail or a phone number.")
    proofs = {f"{name}_checked_at": at if is_proved and moved[name] else None for name in moved}
    left = [str(getattr(user, name)) for name in moved if getattr(user, f"{name}_checked_at")]
    try:
        with transaction.atomic():
            User.objects.filter(pk=user.pk).update(**changed, **proofs)
            if left:
                logins.end_all(user=user, why=Login.End.ADDRESS, at=at, but=but)
                telling.tell_of_change(user=user, left=left, at=at)
    except IntegrityError as error:
        details = {name: ["An account with this exists."] for name in ADDRESSES if name in changed}
        raise Refusal("invalid_parameters", "An account with this e-mail or phone exists.", details) from error
    user.refresh_from_db()
    return user

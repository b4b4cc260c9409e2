"""How people come in: sign up, log in, and by which name they are found."""

from django.db import IntegrityError, transaction

from accounts import phones
from accounts.models import User
from drivepower.core.refusals import Refusal


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


def log_in(*, name: str, password: str) -> User:
    """The person who knows the password; Refusal invalid_credentials, or account_blocked after the right password."""
    user = check(name, password)
    if user is None:
        raise Refusal("invalid_credentials", "The name or the password is wrong.")
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

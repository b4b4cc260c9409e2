"""What a member of staff has registered: a TOTP app, confirmed by its first code, and recovery codes, each good once.

A wrong code slows the next one down (django-otp's own pause), so nothing empty is ever tried.
"""

from datetime import datetime

from django.db import transaction
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import logins
from accounts.models import Login, User
from accounts.twofactor.asked import has_device, must_register
from drivepower.core.refusals import Refusal

APP, PAPER = "app", "recovery codes"
# Of the codes on paper.
RECOVERY_CODES = 10
DIGITS = 6


def check(user: User, code: str | None) -> TOTPDevice | None:
    """The device of who brings a good code, None for who has no device.

    Refusal otp_required where the code is missing, otp_invalid for a wrong one.
    """
    device = TOTPDevice.objects.filter(user=user, confirmed=True).first()
    if device is None:
        return None
    if not code or not code.strip():
        raise Refusal("otp_required", "Enter the code of your second factor.")
    if not matches(user, code):
        raise Refusal("otp_invalid", "The code is wrong; wait for the next one.")
    return device


def check_outside(user: User, code: str | None) -> None:
    """The same where no page registers a device: who has to have one and has none is refused, too."""
    if must_register(user):
        raise Refusal("otp_required", "Register your second factor in the portal first.")
    check(user, code)


def matches(user: User, code: str) -> bool:
    """Whether this is the app's code of now, or a recovery code, which is used up by it; Refusal as `is_right`."""
    text = "".join(code.split())
    model = TOTPDevice if len(text) == DIGITS and text.isdecimal() else StaticDevice
    with transaction.atomic():
        return is_right(model.objects.select_for_update().filter(user=user, confirmed=True).first(), text.lower())


def is_right(device: TOTPDevice | StaticDevice | None, code: str) -> bool:
    """Whether a device knows the code; Refusal otp_invalid where it does not look, so soon after a wrong one."""
    if device is None:
        return False
    if not device.verify_is_allowed()[0]:
        raise Refusal("otp_invalid", "The code was not looked at, so soon after a wrong one; wait for the next one.")
    return bool(device.verify_token(code))


@transaction.atomic
def begin(user: User) -> TOTPDevice:
    """A new secret for an app; it counts once it is confirmed. Refusal otp_there where one counts already."""
    User.objects.select_for_update().get(pk=user.pk)
    if has_device(user):
        raise Refusal("otp_there", "A second factor is registered already; remove it first.")
    TOTPDevice.objects.filter(user=user, confirmed=False).delete()
    return TOTPDevice.objects.create(user=user, name=APP, confirmed=False)


def waiting(user: User) -> TOTPDevice | None:
    """The secret that is not confirmed yet."""
    return TOTPDevice.objects.filter(user=user, confirmed=False).first()


def confirm(user: User, code: str, *, at: datetime) -> tuple[TOTPDevice, list[str]]:
    """The app shows the right code: it counts from now on, and logins that a password alone has opened end.

    Answers it with recovery codes; Refusal otp_invalid.
    """
    with transaction.atomic():
        device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).first()
        text = "".join(code.split())
        if text and device is not None and is_right(device, text):
            TOTPDevice.objects.filter(pk=device.pk).update(confirmed=True)
            logins.end_all(user=user, why=Login.End.EVERYWHERE, at=at)
            device.confirmed = True
            return device, renew_recovery_codes(user)
    raise Refusal("otp_invalid", "The code is wrong; wait for the next one.")


@transaction.atomic
def renew_recovery_codes(user: User) -> list[str]:
    """New recovery codes, of which nobody can be told later; the old ones are good no more."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name=PAPER)
    codes = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create([StaticToken(device=device, token=code) for code in codes])
    return codes


def recovery_codes_left(user: User) -> int:
    """How many are still good."""
    return int(StaticToken.objects.filter(device__user=user).count())


@transaction.atomic
def remove(user: User) -> bool:
    """Take the app and the recovery codes away; whether there was an app."""
    StaticDevice.objects.filter(user=user).delete()
    gone, _ = TOTPDevice.objects.filter(user=user).delete()
    return bool(gone)

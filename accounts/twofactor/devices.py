"""What a member of staff has registered: a TOTP app, confirmed by its first code, and recovery codes, each good once.

A wrong code slows the next one down (django-otp's own pause), so nothing empty is ever tried.
"""

from django.db import transaction
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import User
from drivepower.core.refusals import Refusal

APP, PAPER = "app", "recovery codes"
# Of the codes on paper.
RECOVERY_CODES = 10
DIGITS = 6


def has_device(user: User) -> bool:
    """Whether a code is asked of this person."""
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def check(user: User, code: str | None) -> None:
    """Let pass who has no device or brings a good code; Refusal otp_required without, otp_invalid for a wrong one."""
    if not has_device(user):
        return
    if not code or not code.strip():
        raise Refusal("otp_required", "Enter the code of your second factor.")
    if not matches(user, code):
        raise Refusal("otp_invalid", "The code is wrong; wait for the next one.")


def matches(user: User, code: str) -> bool:
    """Whether this is the app's code of now, or a recovery code, which is used up by it."""
    text = "".join(code.split())
    model = TOTPDevice if len(text) == DIGITS and text.isdecimal() else StaticDevice
    with transaction.atomic():
        device = model.objects.select_for_update().filter(user=user, confirmed=True).first()
        return bool(device is not None and device.verify_is_allowed()[0] and device.verify_token(text.lower()))


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


def confirm(user: User, code: str) -> list[str]:
    """The app shows the right code: it counts from now on. Answers recovery codes; Refusal otp_invalid."""
    with transaction.atomic():
        device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).first()
        text = "".join(code.split())
        is_right = bool(text and device is not None and device.verify_is_allowed()[0] and device.verify_token(text))
        if device is not None and is_right:
            TOTPDevice.objects.filter(pk=device.pk).update(confirmed=True)
            return renew_recovery_codes(user)
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

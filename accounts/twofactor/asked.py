"""Whether a second factor is asked of a person, and what a session still lacks of it."""

from enum import Enum

from django.conf import settings
from django_otp.models import Device
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import User


class Lack(Enum):
    """What a session has not shown: the code of a device that is there, or any device."""

    CODE = "code"
    DEVICE = "device"


def has_device(user: User) -> bool:
    """Whether a code is asked of this person."""
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def must_register(user: User) -> bool:
    """Whether this person is to have a second factor and has none."""
    return settings.STAFF_OTP == "required" and user.is_staff and not has_device(user)


def lack_of(user: User, *, is_verified: bool) -> Lack | None:
    """What a session of this person lacks; that the person has a device says nothing of who sits before the session."""
    if is_verified or not user.is_staff:
        return None
    if has_device(user):
        return Lack.CODE
    return Lack.DEVICE if settings.STAFF_OTP == "required" else None


def is_let_in(user: User, device: str | None) -> bool:
    """Whether pages are open to a session that keeps this as the device (persistent id) that vouched for it."""
    known = Device.from_persistent_id(device) if device else None
    is_verified = known is not None and known.user_id == user.pk and known.confirmed
    return lack_of(user, is_verified=is_verified) is None

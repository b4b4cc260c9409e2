"""Whether strangers may become drivers, by a switch; whom staff write down come in whatever it says."""

from django.utils.translation import gettext_lazy as _

from drivepower.core import switches
from drivepower.core.refusals import Refusal

switches.declare(switches.SIGNUP, _("Sign-up: nobody new makes an account; who has one logs in as ever."))


def check_open() -> None:
    """Refusal access_denied while nobody new is let in."""
    if not switches.is_on(switches.SIGNUP):
        raise Refusal("access_denied", "New accounts are not made for now.")

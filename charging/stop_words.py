"""Why a charge ended, in plain words: what stations say of it (OCPP 1.6, 7.36), and why we asked for it."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from billing.wording import clean
from charging.models import Session

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

STOP_REASONS: "dict[str, _StrPromise]" = {
    "DeAuthorized": _("the card was not accepted any more"),
    "EmergencyStop": _("the emergency stop was pressed"),
    "EVDisconnected": _("the cable was unplugged from the car"),
    "HardReset": _("the station was restarted at once"),
    "Local": _("somebody stopped it at the station, by card or button"),
    "NextStart": _("the next charge began there"),
    "Other": _("for a reason that the station does not name"),
    "PowerLoss": _("the station lost its power"),
    "Reboot": _("the station restarted"),
    "Remote": _("we asked the station to stop"),
    "Silence": _("nothing more was heard of it"),
    "SoftReset": _("the station was asked to restart"),
    "UnlockCommand": _("the plug was unlocked by command"),
}
# A station says "Remote" too when its own page or another system has told it so.
TOLD_TO_STOP = _("the station says that it was told to stop")
STOP_CAUSES: "dict[str, _StrPromise]" = {
    "limit": _("its limit is nearly reached"),
    "reserve": _("the money that is held for it is nearly used up"),
    "no_hold": _("no money could be held for it"),
    "unauthorized": _("it may not charge here"),
    "operator": _("an operator wants it"),
    "driver": _("the driver wants it"),
}


def said(table: "dict[str, _StrPromise]", word: str) -> str:
    """A word of a table in plain language; one that no table has stays as the station wrote it."""
    return str(table[word]) if word in table else f"«{clean(word)[:80]}»"


def named(word: str) -> str:
    """A reason as OCPP spells it, however the station does; one that OCPP does not have stays as it is."""
    return next((name for name in STOP_REASONS if name.casefold() == word.casefold()), word)


def reason(word: str) -> str:
    """Why a charge ended; a Stop without a reason is a local one (4.10)."""
    return said(STOP_REASONS, named(word) or "Local")


def end_of(session: Session) -> str:
    """Why this one ended; that we asked for it is said only where we did."""
    if session.stop_reason == "Remote" and not session.stop_cause:
        return str(TOLD_TO_STOP)
    return reason(session.stop_reason)


def cause_of(word: str) -> str:
    """Why we asked the station to stop; a cause that has no words stays as it is."""
    return str(STOP_CAUSES[word]) if word in STOP_CAUSES else clean(word)

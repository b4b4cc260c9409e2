"""Every code with which a start is refused: what it means, what the driver can be told, what to do."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from billing.wording import clean
from drivepower.portal.explain.shapes import BAD, Cause, Step

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Row = tuple["_StrPromise", "_StrPromise", "_StrPromise", str]
TOP_UP = __("Please top up your wallet and try again.")
ANOTHER = __("Please take another connector or station.")

# What happened, what to tell, what to do, and where.
TABLE: dict[str, Row] = {
    "access_denied": (
        __("The station was not open to this driver at that time: its access rules say so."),
        __("This station is kept for others, or closed at that hour."),
        __("Look at the access rules of the station and its place."),
        "station",
    ),
    "account_blocked": (
        __("The driver's account was blocked."),
        __("Your account is blocked; we look into it."),
        __("See who blocked it and why."),
        "driver",
    ),
    "account_deletion_pending": (
        __("The driver has asked to delete the account."),
        __("Your account is being deleted. Cancel that to charge again."),
        __("See the request on the driver's page."),
        "driver",
    ),
    "amount_exceeds_balance": (
        __("The driver wanted to charge for more than the wallet held."),
        TOP_UP,
        __("See the wallet."),
        "wallet",
    ),
    "connector_occupied": (
        __("The connector was occupied or kept for somebody else."),
        ANOTHER,
        __("See who charged there, and whether the connector is stuck."),
        "around",
    ),
    "debt_open": (
        __("An earlier charge of this driver is not paid yet."),
        __("Please pay what is open: any top-up does it."),
        __("See what is owed, and for which charge."),
        "wallet",
    ),
    "insufficient_balance": (
        __("There was not enough money in the wallet for what had to be held."),
        TOP_UP,
        __("See the wallet: some of it may be held for another charge."),
        "wallet",
    ),
    "invalid_code": (
        __("The promo code did not hold: unknown, used up, over, or of another currency."),
        __("This promo code does not hold here now."),
        __("Look at the promo code's dates and uses."),
        "promo",
    ),
    "invalid_parameters": (
        __("What was asked for makes no sense here: a limit too small, or an amount in another currency."),
        __("Please choose a larger limit and try again."),
        __("Compare the limit with the fee of a session."),
        "tariff",
    ),
    "no_price": (
        __("The connector had no price: no tariff plan has a rule for it."),
        __("This connector cannot be used yet. Please take another one."),
        __("Give the station or its connector a tariff plan with a rule that fits."),
        "tariff",
    ),
    "session_already_active": (
        __("Another charge of this driver was still under way."),
        __("Stop the other charge first."),
        __("Look at the driver's open charge."),
        "driver",
    ),
    "starts_paused": (
        __("New charges were switched off there by an operator."),
        __("New charges are paused at this place for the moment."),
        __("See who paused it, and until when."),
        "switches",
    ),
    "station_never_connected": (
        __("The station has never been connected."),
        ANOTHER,
        __("Finish its commissioning."),
        "station",
    ),
    "station_offline": (
        __("The station was offline at that time."),
        __("The station could not be reached; nothing was charged."),
        __("Check its connection, and since when it has been away."),
        "station",
    ),
    "station_unavailable": (
        __("The station or its connector was out of service, faulted, or not registered."),
        ANOTHER,
        __("Look at the station's service state and the connector's status."),
        "station",
    ),
    "zero_balance": (__("There was no money in the wallet."), TOP_UP, __("See the wallet."), "wallet"),
}


def refusal(code: str, said: str) -> Cause:
    """The cause of a start that we refused; a code that the table does not have is told as it is."""
    if code not in TABLE:
        facts = {"code": clean(code), "why": clean(_(said)) if said else ""}
        return Cause(f"refused_{code}", _("The start was refused (%(code)s): %(why)s") % facts, tone=BAD)
    text, tell, do, to = TABLE[code]
    return Cause(f"refused_{code}", str(text), str(tell), (Step(str(do), to),), BAD)

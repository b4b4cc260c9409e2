"""The table of what drivers are told: by which event, in what words, and by which channels unless they say otherwise.

A text is made of sentences; one whose values the event does not have is left out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_noop as _

from accounts.models import Channel

PUSH = frozenset({Channel.PUSH})
PUSH_AND_MAIL = PUSH | {Channel.EMAIL}
ALL = PUSH_AND_MAIL | {Channel.SMS}

# A refused start is answered at once where it was asked for; these come later.
FAILS_LATER = ("start_timeout", "start_rejected", "start_unanswered", "connector_taken")
AMOUNT, ENERGY, COST = _("Amount: %(amount)s."), _("Energy: %(energy)s."), _("Cost: %(cost)s.")
CORRECTS = _("It corrects %(corrects)s.")
# Nothing in these but what the values say.
PLACE, REASON, ANSWER, WARNING, PROGRESS = "%(place)s.", "%(reason)s", "%(answer)s", "%(warning)s", "%(progress)s"


@dataclass(frozen=True)
class Kind:
    """One row of the table; `only` are the facts without which an event is none of this kind."""

    name: str
    event: str
    title: str
    sentences: tuple[str, ...]
    channels: frozenset[Channel] = PUSH
    only: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    is_once: bool = True  # of one subject, however often the event comes

    def meets(self, facts: Mapping[str, Any]) -> bool:
        """Whether an event with these facts is one to tell of."""
        return all(facts.get(name) in allowed for name, allowed in self.only.items())


TABLE = (
    Kind(
        name="charging_started",
        event="session.started",
        title=_("Charging has begun"),
        sentences=(PLACE, WARNING),
    ),
    Kind(
        name="charging_80",
        event="session.warned",
        title=_("Most of your limit is used"),
        sentences=(PLACE, PROGRESS, ENERGY, COST),
        only={"warning": (None,)},
    ),
    Kind(
        name="charging_stopped",
        event="session.ended",
        title=_("Charging has ended"),
        sentences=(PLACE, REASON, ENERGY, COST),
    ),
    Kind(
        name="charging_failed",
        event="session.failed",
        title=_("Charging did not begin"),
        sentences=(PLACE, REASON),
        channels=PUSH_AND_MAIL,
        only={"error": FAILS_LATER},
    ),
    Kind(
        name="idle_fee_begins",
        event="session.idle",
        title=_("Please move your car"),
        sentences=(
            PLACE,
            _("Charging is over, and standing there costs something from now on."),
            _("A minute costs %(idle_fee_per_minute)s."),
        ),
    ),
    Kind(
        name="receipt",
        event="receipt.made",
        title=_("Your receipt"),
        sentences=(_("Receipt %(number)s."), CORRECTS, PLACE, ENERGY, _("Total: %(total)s.")),
        channels=PUSH_AND_MAIL,
        only={"by_hand": (None,)},
        is_once=False,
    ),
    Kind(
        name="charge_refunded",
        event="receipt.made",
        title=_("A charge costs you less"),
        sentences=(
            _("%(given_back)s was given back for your charge at %(charge)s."),
            _("%(forgiven)s of what you owed for your charge at %(charge)s is not asked for any more."),
            _("The charge costs %(costs_now)s now."),
            _("Receipt %(number)s."),
            CORRECTS,
        ),
        channels=PUSH_AND_MAIL,
        only={"by_hand": ("given_back", "forgiven")},
        is_once=False,
    ),
    Kind(
        name="low_balance",
        event="wallet.low",
        title=_("Your wallet is nearly empty"),
        sentences=(_("%(balance)s is left. Top it up to go on charging."),),
        is_once=False,
    ),
    Kind(
        name="debt",
        event="wallet.debt",
        title=_("A charge is not fully paid"),
        sentences=(_("%(owed)s is owed. Top up your wallet to charge again."),),
        channels=ALL,
        is_once=False,
    ),
    Kind(
        name="payment_confirmed",
        event="payment.approved",
        title=_("Your payment has arrived"),
        sentences=(AMOUNT, _("Balance: %(balance)s.")),
        channels=PUSH_AND_MAIL,
    ),
    Kind(
        name="payment_failed",
        event="payment.failed",
        title=_("Your payment did not go through"),
        sentences=(AMOUNT, REASON),
    ),
    Kind(
        name="refund",
        event="payment.refunded",
        title=_("Money is on its way back to you"),
        sentences=(AMOUNT,),
        channels=PUSH_AND_MAIL,
        is_once=False,
    ),
    Kind(
        name="payment_reversed",
        event="payment.reversed",
        title=_("Your bank has taken a payment back"),
        sentences=(AMOUNT,),
        channels=PUSH_AND_MAIL,
        is_once=False,
    ),
    Kind(
        name="reservation_confirmed",
        event="reservation.active",
        title=_("A connector is kept for you"),
        sentences=(PLACE, _("Until %(until_local)s.")),
    ),
    Kind(
        name="reservation_refused",
        event="reservation.refused",
        title=_("The station could not keep a connector for you"),
        sentences=(PLACE,),
    ),
    Kind(
        name="reservation_cancelled",
        event="reservation.cancelled",
        title=_("Your reservation is cancelled"),
        sentences=(PLACE,),
    ),
    Kind(
        name="reservation_expired",
        event="reservation.expired",
        title=_("Your reservation is over"),
        sentences=(PLACE,),
    ),
    Kind(
        name="reservation_ended",
        event="reservation.ended",
        title=_("The station keeps your connector no longer"),
        sentences=(PLACE,),
    ),
    Kind(
        name="report_answered",
        event="report.answered",
        title=_("Your report has an answer"),
        sentences=(PLACE, ANSWER),
        channels=PUSH_AND_MAIL,
        is_once=False,
    ),
    Kind(
        name="address_changed",
        event="",
        title=_("Your phone or e-mail address has changed"),
        sentences=(_("If that was not you, write to support at once."),),
        channels=ALL,
    ),
    Kind(
        name="work_given",
        event="",
        title=_("Work is given to you"),
        sentences=(PLACE, "%(what)s", "%(link)s"),
        channels=PUSH_AND_MAIL,
    ),
    Kind(name="test", event="", title=_("This is a test"), sentences=(_("Notifications reach you here."),)),
)
KINDS = {kind.name: kind for kind in TABLE}
EVENTS = frozenset(kind.event for kind in TABLE if kind.event)
# What people may choose about; not a test, which they have just asked for, nor what keeps their account theirs, nor
# the work of staff, who choose with what else the house tells them.
CHOSEN = tuple(kind.name for kind in TABLE if kind.event)


def kinds_of(event: str, facts: Mapping[str, Any]) -> Iterator[Kind]:
    """What an event is told as."""
    return (kind for kind in TABLE if kind.event == event and kind.meets(facts))

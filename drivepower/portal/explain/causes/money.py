"""What drivers ask about money: debts, prices that changed, nothing to pay, refunds, holds, late payments."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from billing.models import Hold, LineKind, Receipt, TopUp, Transfer
from billing.tariffs.levels import SERVICE
from billing.wording import money
from charging import review
from charging.models import Session
from drivepower.portal.explain.facts import Story
from drivepower.portal.explain.sentences.clauses import energy
from drivepower.portal.explain.sentences.prices import of_settlement
from drivepower.portal.explain.shapes import BAD, BUSY, GOOD, Cause, Step

State = Session.State


def waits_for_price(story: Story) -> Cause | None:
    """It waits for a person, since nothing has a price there."""
    return unpriced(story) if story.session.state == State.REVIEW else None


def no_price(story: Story) -> Cause | None:
    """It charges or has charged where nothing has a price."""
    return unpriced(story) if story.session.state != State.REVIEW else None


def unpriced(story: Story) -> Cause | None:
    """There is no price for it."""
    session = story.session
    if session.started_at is None or (review.NO_PRICE not in session.findings and session.price_terms_id):
        return None
    return Cause(
        "no_price",
        _("It charged where nothing had a price, so that no bill can be made."),
        _("There is no bill for this charge yet."),
        (
            Step(_("Give the station a tariff plan, then have the session looked at anew."), "tariff"),
            Step(_("Or waive it."), "waive"),
        ),
        BAD,
    )


def debt(story: Story) -> Cause | None:
    """The wallet could not pay it all."""
    owed = [one for one in story.money.debts if one.paid < one.amount]
    if not owed:
        return None
    amount = money(sum((one.amount - one.paid for one in owed), owed[0].amount * 0), owed[0].wallet.currency)
    return Cause(
        "debt",
        _("The wallet could not pay it all: %(amount)s is still owed, and blocks new charges.") % {"amount": amount},
        _("Please top up your wallet: what is open is paid first, then you can charge again."),
        (Step(_("See the wallet; a debt may be forgiven with a reason."), "wallet"),),
        BAD,
    )


def waived(story: Story) -> Cause | None:
    """A person let it cost nothing."""
    if story.session.state != State.WAIVED:
        return None
    return Cause("waived", _("It was waived: it costs nothing."), _("You pay nothing for this charge."), tone=GOOD)


def free(story: Story) -> Cause | None:
    """A service card's charge."""
    if story.terms is None or story.terms.level != SERVICE:
        return None
    return Cause("free", _("It was charged with a service card: it costs nothing and counts in no figure."), tone=GOOD)


def refunded(story: Story) -> Cause | None:
    """Money went back."""
    back = [one for one in story.money.transfers if one.kind == Transfer.Kind.REFUND]
    if not back:
        return None
    amount = money(sum((one.amount for one in back), back[0].amount * 0), back[0].source.currency)
    text = _("%(amount)s of it was given back to the wallet.") % {"amount": amount}
    tell = _("The money is in your wallet again, not on your card or account.")
    return Cause("refunded", text, tell, (Step(_("See receipt and correction."), "bill"),), GOOD)


def corrected(story: Story) -> Cause | None:
    """It was paid in parts, since more was known of it later."""
    receipts = story.money.receipts
    if not any(one.kind == Receipt.Kind.CORRECTION and one.gross > 0 for one in receipts):
        return None
    currency = receipts[0].currency
    parts = " + ".join(money(one.gross, currency) for one in receipts)
    amount = money(sum((one.gross for one in receipts), receipts[0].gross * 0), currency)
    return Cause(
        "corrected",
        _("It was paid in parts, because more was known of it later: %(parts)s, %(amount)s in all.")
        % {"parts": parts, "amount": amount},
        _("It is one charge, and nothing was taken twice: together the payments are its price."),
        (Step(_("Compare receipt and correction."), "bill"),),
        BUSY,
    )


def window(story: Story) -> Cause | None:
    """Another price began while it charged."""
    if not story.money.settlements:
        return None
    rules: dict[str, set[str]] = {}
    for line in of_settlement(story.money.settlements[-1].lines):
        rules.setdefault(line.dimension, set()).add(line.rule)
    if not any(len(names) > 1 for names in rules.values()):
        return None
    return Cause(
        "window",
        _("Another price began while it charged: each part is billed by the price of its own hours."),
        _("The price changes by the hour; you paid each part by its own price."),
        (Step(_("Show the lines of the receipt."), "bill"),),
    )


def idle_fee(story: Story) -> Cause | None:
    """Standing there has cost something."""
    lines = of_settlement(story.money.settlements[-1].lines) if story.money.settlements else []
    fees = [line.gross for line in lines if line.dimension == LineKind.PARKING_FEE and line.gross > 0]
    if not fees:
        return None
    amount = money(sum(fees, fees[0] * 0), story.money.settlements[-1].currency)
    return Cause(
        "idle_fee",
        _("%(amount)s of it is the idle fee: the car stayed after it had stopped charging.") % {"amount": amount},
        _("The idle fee keeps the connector free for others; the app told when it would begin."),
        (Step(_("See when the car stopped and when the connector was free."), "readings"),),
        BUSY,
    )


def overshoot(story: Story) -> Cause | None:
    """It went beyond its limit, of energy or of money."""
    session, terms = story.session, story.terms
    if session.overshoot_wh:
        beyond = {"energy": energy(session.overshoot_wh)}
        text = _("It went %(energy)s beyond its limit until the station really stopped.") % beyond
    elif session.overshoot_amount and terms is not None:
        text = _("It cost %(amount)s more than the limit that was set.")
        text %= {"amount": money(session.overshoot_amount, terms.currency)}
    else:
        return None
    return Cause("overshoot", text, _("What was delivered until the contactor opened is charged."), tone=BUSY)


def held_still(story: Story) -> Cause | None:
    """Money is held for what is over."""
    held = [one for one in story.money.holds if one.state == Hold.State.ACTIVE]
    if not held or story.session.state in (State.REQUESTED, State.ACTIVE, State.STOPPING):
        return None
    amount = money(sum((one.amount for one in held), held[0].amount * 0), held[0].wallet.currency)
    return Cause(
        "held",
        _("%(amount)s is still held for it until it is settled.") % {"amount": amount},
        _("The held money is free as soon as the charge is settled."),
        tone=BUSY,
    )


def paid_late(story: Story) -> Cause | None:
    """A payment came for an invoice that had been given up."""
    for one in story.money.top_ups:
        if one.transfer is not None and one.transfer.amount != one.amount:
            continue
        if one.state == TopUp.State.APPROVED and one.transfer is not None and one.ended_at is not None:
            return Cause(
                "paid_late",
                _("A top-up was paid after it had been given up; it was credited once, when it was seen."),
                _("Your payment arrived late and is in the wallet now."),
                (Step(_("See the top-up and what the provider said."), "top_ups"),),
            )
    return None


def paid_other(story: Story) -> Cause | None:
    """Another amount was paid than was asked for."""
    for one in story.money.top_ups:
        if one.transfer is not None and one.transfer.amount != one.amount:
            currency = one.wallet.currency
            facts = {"paid": money(one.transfer.amount, currency), "asked": money(one.amount, currency)}
            return Cause(
                "paid_other",
                _("A top-up of %(asked)s was asked for, and the provider says that %(paid)s was paid: that came in.")
                % facts,
                _("What your bank really paid is in the wallet: %(paid)s.") % facts,
                (Step(_("See the top-up and what the provider said."), "top_ups"),),
                BUSY,
            )
    return None


def taken_back(story: Story) -> Cause | None:
    """A bank took payments back around it."""
    back = [one for one in story.money.others if one.kind == Transfer.Kind.REVERSAL and not one.made_by]
    if not back:
        return None
    amount = money(sum((one.amount for one in back), back[0].amount * 0), back[0].source.currency)
    return Cause(
        "taken_back",
        _("Around this charge the bank took %(amount)s of top-ups back.") % {"amount": amount},
        _("Your bank took a payment back; what the wallet could not give is owed and blocks new charges."),
        (Step(_("See the top-up and what the provider said."), "top_ups"),),
        BAD,
    )


RULES: tuple[Callable[[Story], Cause | None], ...] = (
    no_price,
    debt,
    waived,
    free,
    refunded,
    corrected,
    window,
    idle_fee,
    overshoot,
    held_still,
    paid_late,
    paid_other,
    taken_back,
)

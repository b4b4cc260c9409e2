"""Money in sentences: what was held, charged, owed, given back, and the papers about it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models import Adjustment, Hold, Receipt, TopUp, Transfer, Wallet
from billing.wording import clean, money
from drivepower.portal.explain.facts import Money
from drivepower.portal.explain.reader import Reader
from drivepower.portal.explain.shapes import ACT, BAD, BUSY, GOOD, HOLD, TRANSFER, Moment

Kind, System = Transfer.Kind, Wallet.System
MOVED: Mapping[str, Any] = {
    Kind.CAPTURE: gettext_lazy("%(amount)s was taken from the wallet for the charge."),
    Kind.TAX: gettext_lazy("Of the price, %(amount)s is tax."),
    Kind.DEBT: gettext_lazy("%(amount)s could not be paid from the wallet and is owed."),
    Kind.REPAYMENT: gettext_lazy("%(amount)s of what was owed was paid."),
    Kind.REFUND: gettext_lazy("%(amount)s went back to the wallet."),
    Kind.FORGIVEN: gettext_lazy("%(amount)s that was owed is not asked for any more."),
    Kind.ABSORBED: gettext_lazy("%(amount)s could not be paid; the house bears it."),
    Kind.OPENING: gettext_lazy("%(amount)s was brought along from the system before."),
    Kind.PAYOUT: gettext_lazy("%(amount)s left the wallet, to be paid to its owner by bank."),
    Kind.SHARE: gettext_lazy("%(amount)s came into the wallet as a host's share."),
    Kind.ADJUSTMENT: gettext_lazy("By hand, %(who)s put %(amount)s into the wallet."),
    Kind.TOP_UP: gettext_lazy("%(who)s credited a second payment: %(amount)s came into the wallet."),
    Kind.REVERSAL: gettext_lazy("%(who)s sent %(amount)s of a top-up back to its payer."),
}
# The same the other way round: what a wallet of the house gives, or takes back.
BACK: Mapping[str, Any] = {
    Kind.OPENING: gettext_lazy("A debt of %(amount)s was brought along from the system before."),
    Kind.PAYOUT: gettext_lazy("A payout of %(amount)s came back to the wallet: the bank did not take it."),
    Kind.SHARE: gettext_lazy("%(amount)s of a host's share was taken back."),
    Kind.ADJUSTMENT: gettext_lazy("By hand, %(who)s took %(amount)s out of the wallet."),
    Kind.TOP_UP: gettext_lazy("%(who)s entered a bank transfer: %(amount)s came into the wallet."),
    Kind.REVERSAL: gettext_lazy("The bank took back %(amount)s of a top-up of %(whole)s."),
    Kind.TAX: gettext_lazy("%(amount)s of what is not charged any more was tax."),
    Kind.ABSORBED: gettext_lazy("%(amount)s that the house bore is not charged any more."),
}
TOP_UPS: Mapping[str, Any] = {
    TopUp.State.PROCESSING: gettext_lazy("A top-up of %(amount)s was asked for and is not paid yet."),
    TopUp.State.APPROVED: gettext_lazy("A top-up of %(amount)s was asked for, and has been paid since."),
    TopUp.State.CANCELED: gettext_lazy("A top-up of %(amount)s was asked for and cancelled."),
    TopUp.State.EXPIRED: gettext_lazy("A top-up of %(amount)s was asked for and not paid in time."),
    TopUp.State.FAILED: gettext_lazy("A top-up of %(amount)s was asked for and failed."),
    TopUp.State.REVERSED: gettext_lazy("A top-up of %(amount)s was paid and has been taken back since."),
}
# What people and banks do beside charges, and how good each kind is.
HAND = (Kind.ADJUSTMENT, Kind.REVERSAL, Kind.TOP_UP)
TONES: Mapping[str, str] = {Kind.DEBT: BAD, Kind.CAPTURE: GOOD, Kind.REFUND: GOOD, Kind.REVERSAL: BAD}
Links = Mapping[tuple[str, int], str]


def moments(found: Money, reader: Reader, links: Links) -> Iterator[Moment]:
    """All of it, each thing when it happened."""
    before: list[Hold] = []
    is_free = bool(found.receipts) and not any(one.gross for one in found.receipts)
    for hold in sorted(found.holds, key=lambda one: one.pk):
        yield from held(hold, before, links.get(("hold", hold.pk), ""), is_free=is_free)
        before.append(hold)
    for transfer in (*found.transfers, *found.others):
        yield moved(transfer, reader, links.get(("transfer", transfer.pk), ""))
    for receipt in found.receipts:
        link = links.get(("receipt", receipt.pk), "")
        yield Moment(at=receipt.made_at, kind=TRANSFER, text=paper(receipt), link=link, is_key=True)
    for adjustment in found.adjustments:
        yield from by_hand(adjustment, reader, links.get(("adjustment", adjustment.pk), ""))
    for debt in found.debts:
        if debt.paid < debt.amount:
            left = money(debt.amount - debt.paid, debt.wallet.currency)
            text = _("A debt began, of which %(amount)s is open now: no new charge before it is paid.")
            link = links.get(("debt", debt.pk), "")
            yield Moment(at=debt.made_at, kind=TRANSFER, text=text % {"amount": left}, link=link, tone=BAD, is_key=True)
    for top_up in found.top_ups:
        text = str(TOP_UPS.get(top_up.state, "%(amount)s"))
        if top_up.transfer is not None and top_up.transfer.amount != top_up.amount:
            text = _("A top-up of %(amount)s was asked for, and another amount has been paid since.")
        text %= {"amount": money(top_up.amount, top_up.wallet.currency)}
        link = links.get(("top_up", top_up.pk), "")
        yield Moment(at=top_up.made_at, kind=TRANSFER, text=text, link=link)
        if top_up.transfer is not None:
            yield Moment(at=top_up.transfer.made_at, kind=TRANSFER, text=credited(top_up), link=link, is_key=True)


def credited(top_up: TopUp) -> str:
    """What a top-up brought: what was really paid, which may be another amount than the one that was asked for."""
    assert top_up.transfer is not None  # noqa: S101  # the caller has looked
    currency = top_up.wallet.currency
    facts = {"amount": money(top_up.transfer.amount, currency), "asked": money(top_up.amount, currency)}
    if top_up.transfer.amount != top_up.amount:
        return _("%(amount)s came into the wallet: the payment was not the %(asked)s that was asked for.") % facts
    return _("%(amount)s came into the wallet by a top-up.") % facts


def held(hold: Hold, before: Sequence[Hold], link: str, *, is_free: bool) -> Iterator[Moment]:
    """A hold when it was made, and when it ended; one beside others, or after all of them were over."""
    facts = {"amount": money(hold.amount, hold.wallet.currency)}
    text = _("%(amount)s was held for it.")
    if before:
        over = all(one.ended_at and one.ended_at <= hold.made_at for one in before)
        more = _("%(amount)s more was held, since the charge needed it.")
        text = _("%(amount)s was held for it again.") if over else more
    yield Moment(at=hold.made_at, kind=HOLD, text=text % facts, link=link, is_key=bool(before))
    if hold.ended_at is None:
        return
    if hold.state == Hold.State.CAPTURED and not is_free:
        text = _("The hold of %(amount)s ended with the payment.")
    else:
        text = _("The hold of %(amount)s was released.")
    yield Moment(at=hold.ended_at, kind=HOLD, text=text % facts, link=link)


def moved(transfer: Transfer, reader: Reader, link: str) -> Moment:
    """One transfer; by hand, with its reason."""
    told = [_("Reason: %(reason)s") % {"reason": clean(transfer.reason)}] if transfer.reason else []
    if transfer.kind == Kind.REVERSAL and transfer.source.system == System.RECEIVABLE:
        told.append(_("It was spent already: the wallet owes it, and is blocked until it is paid."))
    return Moment(
        at=transfer.made_at,
        kind=TRANSFER,
        text=how(transfer, reader),
        detail=" ".join(told),
        link=link,
        tone=TONES.get(transfer.kind, ""),
        is_key=transfer.kind in HAND or (transfer.kind != Kind.TAX and transfer.subject.startswith("session:")),
    )


def how(transfer: Transfer, reader: Reader) -> str:
    """What moved, by its kind and way; of what banks take back, whether it was all of the top-up."""
    amount = money(transfer.amount, transfer.source.currency)
    facts = {"amount": amount, "kind": transfer.get_kind_display(), "who": ""}
    if transfer.kind in HAND:
        facts["who"] = reader.name_of(transfer.made_by, getattr(transfer, "by", None))
    if transfer.kind == Kind.REVERSAL and not transfer.made_by and transfer.reverses is not None:
        facts["whole"] = money(transfer.reverses.amount, transfer.source.currency)
        if facts["whole"] == amount:
            return _("The bank took back the top-up of %(amount)s.") % facts
    words = BACK if is_back(transfer) else MOVED
    return str(words.get(transfer.kind, "%(amount)s: %(kind)s")) % facts


def is_back(transfer: Transfer) -> bool:
    """Whether it went the way that its kind seldom goes, by the accounts of the house at its ends."""
    source, target = transfer.source.system, transfer.target.system if transfer.target_id else ""
    match transfer.kind:
        case Kind.PAYOUT:
            return bool(source)
        case Kind.SHARE | Kind.OPENING | Kind.ADJUSTMENT:
            return bool(target)
        case Kind.TOP_UP:
            return source == System.CLEARING_BANK
        case Kind.REVERSAL:
            return not transfer.made_by  # nobody of the house asked for it
        case Kind.TAX:
            return source == System.TAX
        case Kind.ABSORBED:
            return target == System.ABSORBED
    return False


def paper(receipt: Receipt) -> str:
    """A receipt, or a correction of one."""
    facts = {
        "number": receipt.full_number,
        "amount": money(receipt.gross, receipt.currency),
        "all": money(receipt.subject_gross, receipt.currency),
    }
    if receipt.kind == Receipt.Kind.CORRECTION:
        return _("Correction %(number)s: %(amount)s, so that the charge costs %(all)s in all.") % facts
    return _("Receipt %(number)s: the charge costs %(amount)s.") % facts


def by_hand(adjustment: Adjustment, reader: Reader, link: str) -> Iterator[Moment]:
    """Who wanted money moved, why, and what was decided."""
    facts = {
        "who": reader.name_of(adjustment.asked_by, getattr(adjustment, "by", None)),
        "kind": adjustment.get_kind_display(),
        "amount": money(adjustment.amount, adjustment.wallet.currency),
        "reason": clean(adjustment.reason),
    }
    text = _("By hand, %(who)s asked for %(amount)s (%(kind)s): %(reason)s") % facts
    waits = adjustment.state == Adjustment.State.ASKED
    detail = _("Nothing has moved yet: it waits for a second person.") if waits else ""
    yield Moment(at=adjustment.asked_at, kind=ACT, text=text, detail=detail, link=link, is_key=True)
    if adjustment.decided_at and adjustment.needs_approval:
        facts["by"] = reader.name_of(adjustment.decided_by, getattr(adjustment, "decider", None))
        booked = adjustment.state == Adjustment.State.BOOKED
        text = _("A second person, %(by)s, approved it.") if booked else _("A second person, %(by)s, refused it.")
        yield Moment(at=adjustment.decided_at, kind=ACT, text=text % facts, link=link, is_key=True, tone=BUSY)

"""All that was said and done about a top-up, oldest first: we, its provider, and the people of the house."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.named import with_names
from billing import provider_words
from billing.models import PaymentRefund, ProviderEvent, SecondPayment, TopUp, Transfer, Wallet
from billing.payments import told
from billing.payments.lines import FETCH_STATUS
from billing.wording import money

Kind = Transfer.Kind
# Of each kind of thing; callbacks are forgotten beyond fewer than that.
MOST = 200
# So much of a raw answer is on the page; its own page has all of it.
LONGEST = 4000
# How requests went to which nobody answered anything.
NOBODY_ANSWERED = (": away", ": error")


@dataclass(frozen=True)
class Moment:
    """What happened when; `who` is us, provider or person; `raw` is what was sent, `model` and `key` its own page."""

    at: datetime
    who: str
    text: Any
    model: str = ""
    key: int = 0
    raw: str = ""


def of(top_up: TopUp, *, events: bool) -> list[Moment]:
    """The moments; `events` whether the reader may see what providers sent. A few queries, however many there are."""
    currency = top_up.wallet.currency
    lines = list(ProviderEvent.objects.filter(top_up=top_up).defer("headers").order_by("-id")[:MOST])
    rows = with_names(PaymentRefund.objects.filter(top_up=top_up), maker="made_by")
    refunds = list(rows.order_by("-id")[:MOST])
    # What one request brought about has its time: what was asked comes first, then the answer, then what came of it.
    found = [*_begun(top_up, lines), *_wanted_back(refunds, currency)]
    for line in reversed(lines):
        found += _said(line, currency, whole=events)
    found += [*_given_up(top_up), *_moved(top_up), *_sent_back(refunds, currency), *_seconds(top_up)]
    return sorted(found, key=lambda moment: moment.at)


def _begun(top_up: TopUp, lines: list[ProviderEvent]) -> Iterator[Moment]:
    asked = money(top_up.amount, top_up.wallet.currency)
    said = _("Asked for %(amount)s by %(method)s.") % {"amount": asked, "method": top_up.get_method_display()}
    yield Moment(top_up.made_at, "us", said)
    # Who asks about it also writes a line, unless that went wrong; what was asked long ago has none.
    if top_up.asked_at and not any(line.verdict.startswith(FETCH_STATUS) for line in lines):
        yield Moment(top_up.asked_at, "us", _("Asked the provider how it stands, for the last time so far."))


def _given_up(top_up: TopUp) -> Iterator[Moment]:
    if top_up.transfer is None and top_up.state != TopUp.State.PROCESSING:
        how = {"state": top_up.get_state_display(), "failure": top_up.failure}
        # Of those that ended before ends were written down it is known when they ended at the latest.
        known = _("It was given up: %(state)s. %(failure)s")
        text = known if top_up.ended_at else _("It was given up by then at the latest: %(state)s. %(failure)s")
        yield Moment(top_up.ended_at or top_up.expires_at, "us", text % how)


def _said(line: ProviderEvent, currency: str, *, whole: bool) -> Iterator[Moment]:
    """A call of the provider, or a request of ours and what came of it; `whole` with the raw words."""
    raw = told.fit_to_keep(line.body)[:LONGEST] if whole else ""
    if line.direction == ProviderEvent.Direction.CALLBACK:
        yield Moment(line.received_at, "provider", provider_words.call(line), "providerevent", line.pk, raw)
        return
    yield Moment(line.received_at, "us", provider_words.request(line, currency), "providerevent", line.pk)
    who = "us" if line.verdict.endswith(NOBODY_ANSWERED) else "provider"
    yield Moment(line.received_at, who, provider_words.reply(line, currency, whole=whole), raw=raw)


def _wanted_back(refunds: Iterable[Any], currency: str) -> Iterator[Moment]:
    for row in refunds:
        facts = {"amount": money(row.amount, currency), "who": row.maker or row.made_by, "reason": row.reason}
        asked = _("%(who)s asked for %(amount)s to be sent back: %(reason)s") % facts
        yield Moment(row.made_at, "person", asked, "paymentrefund", row.pk)


def _sent_back(refunds: Iterable[PaymentRefund], currency: str) -> Iterator[Moment]:
    for row in refunds:
        if row.ended_at:
            facts = {"amount": money(row.amount, currency), "state": row.get_state_display()}
            said = _("Sending %(amount)s back: %(state)s.") % facts
            yield Moment(row.ended_at, "provider", said, "paymentrefund", row.pk)


def _seconds(top_up: TopUp) -> Iterator[Moment]:
    rows = with_names(SecondPayment.objects.filter(top_up=top_up), decider="decided_by")
    for row in rows.order_by("-id")[:MOST]:
        facts = {"amount": money(row.amount, top_up.wallet.currency), "name": row.provider_transaction}
        seen = _("The invoice was paid once more: %(amount)s, payment %(name)s.") % facts
        yield Moment(row.seen_at, "provider", seen, "secondpayment", row.pk)
        if row.decided_at:
            how = {"who": row.decider or row.decided_by, "state": row.get_state_display()}
            said = _("%(who)s decided about the second payment: %(state)s.") % how
            yield Moment(row.decided_at, "person", said, "secondpayment", row.pk)


def _moved(top_up: TopUp) -> Iterator[Moment]:
    """What was credited, and what went back or came home of it."""
    if top_up.transfer is None:
        return
    currency = top_up.wallet.currency
    credited = money(top_up.transfer.amount, currency)
    yield Moment(
        top_up.transfer.made_at, "us", _("%(amount)s credited.") % {"amount": credited}, "transfer", top_up.transfer.pk
    )
    for row in Transfer.objects.filter(reverses=top_up.transfer).select_related("source").order_by("-id")[:MOST]:
        yield Moment(row.made_at, "us", went(row) % {"amount": money(row.amount, currency)}, "transfer", row.pk)


def went(row: Transfer) -> Any:
    """How a part of it went: out of the wallet, or, where that had too little, into what it owes."""
    if row.kind != Kind.REVERSAL:
        return _("%(amount)s moved.")
    if row.source.system == Wallet.System.RECEIVABLE:
        return _("%(amount)s was no longer in the wallet, and is owed.")
    return _("%(amount)s taken out of the wallet.")

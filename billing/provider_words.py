"""What was said between us and payment providers, in plain words; rows keep it in the words of programs."""

from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.utils.formats import number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models import ProviderEvent
from billing.wording import clean, money

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Words = Mapping[str, "_StrPromise"]
CALLED: Words = {
    "hint": gettext_lazy("called about a payment"),
    "unsigned hint": gettext_lazy("called about a payment, unsigned"),
    "unknown invoice": gettext_lazy("called about no payment of ours"),
    "unreadable": gettext_lazy("called, and cannot be understood"),
    "forged": gettext_lazy("signature missing, old or wrong"),
}
ASKED: Words = {
    "create_invoice": gettext_lazy("asked for an invoice"),
    "fetch_status": gettext_lazy("asked how it stands"),
    "refund": gettext_lazy("asked to send money back"),
}
TROUBLES: Words = {
    "away": gettext_lazy("no answer came"),
    "trouble": gettext_lazy("an answer of no use"),
    "error": gettext_lazy("went wrong on our side"),
}
ANSWERED: Mapping[str, Words] = {
    "create_invoice": {
        "made": gettext_lazy("the invoice is made"),
        "refused": gettext_lazy("no invoice is made"),
    },
    "fetch_status": {
        "open": gettext_lazy("not paid yet"),
        "paid": gettext_lazy("paid"),
        "refused": gettext_lazy("not paid, and cannot be any more"),
    },
    "refund": {
        "sent": gettext_lazy("sent back"),
        "taken on": gettext_lazy("taken on, not paid out yet"),
        "refused": gettext_lazy("not sent back"),
    },
}
VERDICTS = [*CALLED, *(f"{what}: {how}" for what in ASKED for how in [*ANSWERED[what], *TROUBLES])]


def title(verdict: str) -> str:
    """A verdict in a few words; one that nobody here knows as it is."""
    if verdict in CALLED:
        return str(CALLED[verdict])
    what, _colon, how = verdict.partition(": ")
    if what not in ASKED:
        return verdict
    return f"{ASKED[what]}: {answer(what, how)}"


def answer(what: str, how: str) -> str:
    """How a request of ours went, in a few words."""
    return str(ANSWERED.get(what, {}).get(how) or TROUBLES.get(how) or how)


def call(event: ProviderEvent) -> str:
    """What a provider called, in a sentence."""
    if event.verdict == "hint":
        return _("Called about this payment. A call alone credits nothing: we ask.")
    if event.verdict == "unsigned hint":
        return _("Called about this payment without a signature. A call alone credits nothing: we ask.")
    return _("Called: %(verdict)s.") % {"verdict": title(event.verdict)}


def request(event: ProviderEvent, currency: str) -> str:
    """What we asked a provider, in a sentence, and how often it got the same answer."""
    what, amount = event.verdict.partition(": ")[0], sum_of(event, "amount", currency)
    asked = {
        "create_invoice": _("Asked the provider for an invoice of %(amount)s.") if amount else "",
        "refund": _("Asked the provider to send %(amount)s back.") if amount else "",
        "fetch_status": _("Asked the provider how it stands."),
    }
    said = (asked.get(what) or _("Asked the provider.")) % {"amount": amount}
    if event.times < 2 or event.last_at is None:
        return said
    at = f"{localtime(event.last_at):%Y-%m-%d %H:%M:%S}"
    often = _("%(count)s times with the same answer, the last time at %(time)s.") % {"count": event.times, "time": at}
    return f"{said} {often}"


def reply(event: ProviderEvent, currency: str, *, whole: bool) -> str:
    """How it went, in a sentence; `whole` with the trouble as it was noted, which may repeat what a provider wrote."""
    what, _colon, how = event.verdict.partition(": ")
    said = answer(what, how)
    if how == "paid" and (amount := sum_of(event, "amount", currency)):
        said = _("paid: %(amount)s") % {"amount": amount}
    if named := fact(event, "payment"):
        said += ", " + _("payment %(name)s") % {"name": named}
    if back := sum_of(event, "back", currency):
        said += ", " + _("%(amount)s of it went back") % {"amount": back}
    said = f"{said[:1].upper()}{said[1:]}."
    trouble = fact(event, "trouble") if whole else ""
    return " ".join(filter(None, [said, trouble, took(event)]))


def took(event: ProviderEvent) -> str:
    """How long an answer took."""
    if event.took_ms is None:
        return ""
    if event.took_ms >= 1000:
        return "(" + _("%(count)s s") % {"count": number_format(event.took_ms / 1000, 1)} + ")"
    return "(" + _("%(count)s ms") % {"count": event.took_ms} + ")"


def fact(event: ProviderEvent, name: str) -> str:
    """A fact of a line as text."""
    known: Any = event.facts
    return clean(str(known.get(name, "")))


def sum_of(event: ProviderEvent, name: str, currency: str) -> str:
    """An amount of a line; in a currency that only the provider names, or not to be read, as it is."""
    said, strange = fact(event, name), fact(event, "currency")
    with suppress(InvalidOperation):
        if not strange and Decimal(said).is_finite():
            return money(Decimal(said), currency)
    return f"{said} {strange or currency}" if said else ""

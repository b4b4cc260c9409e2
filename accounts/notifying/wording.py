"""A notification in words of the language in force, made of its facts alone."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.notifying.kinds import KINDS

VALUE = re.compile(r"%\((\w+)\)s")
LONGEST = 500
REASONS = {
    "driver": gettext_noop("You stopped it."),
    "limit": gettext_noop("Your limit is reached."),
    "reserve": gettext_noop("The money in your wallet is used up."),
    "operator": gettext_noop("The operator stopped it."),
    "start_timeout": gettext_noop("Nothing began in time. Plug the cable in and try again."),
    "start_rejected": gettext_noop("The station refused. Try another connector."),
    "start_unanswered": gettext_noop("The station did not answer. Try another connector."),
    "connector_taken": gettext_noop("Somebody else began to charge there."),
    "EVDisconnected": gettext_noop("The cable was unplugged from the car."),
    "Local": gettext_noop("It was stopped at the station."),
    "PowerLoss": gettext_noop("The station lost its power."),
    "EmergencyStop": gettext_noop("The emergency stop was pressed."),
}
BY_CARD = gettext_noop("Your card started it; if that was not you, block the card in the app.")
OF_LIMIT = gettext_noop("%(percent)s%% of your limit is used.")
OF_MONEY = gettext_noop("%(percent)s%% of the money in your wallet is used.")
# Facts that are told as they are.
PLAIN = ("number", "until_local", "answer", "charge", "corrects", "link", "what")
# Facts that are amounts in the event's currency.
MONEY = ("amount", "balance", "cost", "costs_now", "forgiven", "given_back", "idle_fee_per_minute", "owed", "total")


def title_of(kind: str) -> str:
    """What a notification is about; a kind that is told no more keeps its name."""
    return _(KINDS[kind].title) if kind in KINDS else kind


def text_of(kind: str, facts: Mapping[str, Any]) -> str:
    """What it says: the sentences that have all of their values."""
    values = values_of(facts)
    told = [
        _(sentence) % values
        for sentence in (KINDS[kind].sentences if kind in KINDS else ())
        if all(values.get(name) is not None for name in VALUE.findall(sentence))
    ]
    return " ".join(told)[:LONGEST]


def language_of(said: str) -> str:
    """A language that we speak."""
    return said if said in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def values_of(facts: Mapping[str, Any]) -> dict[str, str | None]:
    """The facts as sentences have them; None for what the event did not say."""
    currency = facts.get("currency")
    plain = {name: _text(facts.get(name)) for name in PLAIN}
    amounts = {name: _money(facts.get(name), currency) for name in MONEY}
    energy = _number(facts.get("energy_kwh"))
    reason = REASONS.get(str(facts.get("error") or facts.get("stop_cause") or facts.get("stop_reason")))
    return {
        **plain,
        **amounts,
        "place": _place(facts),
        "energy": _("%(number)s kWh") % {"number": energy} if energy else None,
        "reason": _(reason) if reason else None,
        "progress": _progress(facts),
        "warning": _(BY_CARD) if facts.get("asked_by") == "card" else None,
    }


def _place(facts: Mapping[str, Any]) -> str | None:
    """A station by its code, with the connector's number where one is told."""
    station, number = _text(facts.get("station_id")), facts.get("connector_id")
    if station and number:
        return _("%(station)s, connector %(number)s") % {"station": station, "number": number}
    return station


def _progress(facts: Mapping[str, Any]) -> str | None:
    """How much of the limit is used; without one, it is the money in the wallet that runs out."""
    percent = _number(facts.get("percent"))
    if percent is None:
        return None
    said = OF_MONEY if facts.get("limit_type") in (None, "none") else OF_LIMIT
    return _(said) % {"percent": percent}


def _money(amount: Any, currency: Any) -> str | None:
    """An amount with its currency, as many decimals as the event wrote; None for anything else."""
    number = _number(amount)
    return f"{number} {currency}" if number and currency else None


def _number(said: Any) -> str | None:
    """A number with the language's own marks, as many decimals as it was written with."""
    try:
        value = Decimal(str(said))
    except InvalidOperation:
        return None
    if not value.is_finite():
        return None
    decimals = max(-int(value.as_tuple().exponent), 0)
    return number_format(value, decimal_pos=decimals, use_l10n=True, force_grouping=True)


def _text(said: Any) -> str | None:
    """One line of text; None where there is none."""
    return " ".join(str(said).split()) or None if said is not None else None

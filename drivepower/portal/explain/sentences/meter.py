"""What the meter said, in sentences: when power began and fell away, how full the car was, when nothing was read."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from billing import pricing
from billing.pricing import PARKING_FEE, Terms
from billing.wording import rate
from charging import stays
from drivepower.portal.explain.facts import Story, Turn
from drivepower.portal.explain.reader import Reader
from drivepower.portal.explain.sentences.clauses import power, span
from drivepower.portal.explain.shapes import BUSY, METER, PRICE, Moment


def moments(story: Story) -> Iterator[Moment]:
    """Where the readings turn."""
    for turn in story.turns:
        if tell := SENTENCES.get(turn.what):
            text, tone, is_key = tell(turn)
            yield Moment(at=turn.at, kind=METER, text=text, tone=tone, is_key=is_key)


def first(turn: Turn) -> tuple[str, str, bool]:
    """The first power that was read."""
    return _("Power flows: %(power)s.") % {"power": power(turn.value)}, "", False


def drawing(turn: Turn) -> tuple[str, str, bool]:
    """The car takes power again."""
    return _("The car draws power again: %(power)s.") % {"power": power(turn.value)}, "", True


def stopped(turn: Turn) -> tuple[str, str, bool]:
    """The car takes none."""
    return _("The car stopped drawing power."), BUSY, True


def gap(turn: Turn) -> tuple[str, str, bool]:
    """Nothing was read for long before this."""
    silent = span(turn.at - turn.before) if turn.before else "?"
    return _("The first reading after %(span)s without any.") % {"span": silent}, BUSY, True


def soc(turn: Turn) -> tuple[str, str, bool]:
    """How full the car's battery was."""
    return _("The car's battery is at %(percent)s %%.") % {"percent": round(turn.value)}, "", False


SENTENCES: dict[str, Callable[[Turn], tuple[str, str, bool]]] = {
    "first": first,
    "drawing": drawing,
    "stopped": stopped,
    "gap": gap,
    "soc": soc,
}


def idle(story: Story, reader: Reader) -> Iterator[Moment]:
    """When charging was over, when standing there began to cost, and until when."""
    terms, stay, session = story.terms, story.stay, story.session
    if terms is None or stay is None or not stays.prices_idling(terms) or session.started_at is None:
        return
    since = stay.charging_ended_at
    begins = since + timedelta(seconds=terms.idle_grace_seconds)
    if stay.left_at is None and session.stopped_at is None:
        return
    yield Moment(at=since, kind=PRICE, text=over(terms, since, begins), is_key=True)
    if stay.left_at is not None and stay.left_at > begins:
        yield from fees(terms, begins, min(stay.left_at, reader.at), has_left=stay.left_at < reader.at)


def over(terms: Terms, since: datetime, begins: datetime) -> str:
    """That charging was over, and when standing there begins to cost, if it does at that hour."""
    if not pricing.rates_at(terms, begins).get(PARKING_FEE):
        return _("Charging was over; no idle fee holds at that hour.")
    if begins > since:
        return _("Charging was over; the idle fee starts after %(grace)s.") % {"grace": span(begins - since)}
    return _("Charging was over; the idle fee starts at once.")


def fees(terms: Terms, begins: datetime, until: datetime, *, has_left: bool) -> Iterator[Moment]:
    """What standing there cost at each hour, by the rules that held then; hours without a price are told by its end."""
    uses = pricing.cut(terms, PARKING_FEE, begins, until, pricing.seconds_since(begins))
    parts = [(one, one.rule) for one in uses if one.rule is not None and one.rule.price > 0]
    ended_at: datetime | None = None
    for number, (part, rule) in enumerate(parts):
        facts = {"rate": rate(pricing.unit_price(terms, rule), terms.currency), "currency": terms.currency}
        text = _("The idle fee began: %(rate)s %(currency)s a minute.")
        if ended_at == part.starts_at:
            text = _("The idle fee changed: %(rate)s %(currency)s a minute.")
        yield Moment(at=part.starts_at, kind=PRICE, text=text % facts, tone=BUSY, is_key=True)
        ended_at = part.ends_at
        follows = number + 1 < len(parts) and parts[number + 1][0].starts_at == ended_at
        if ended_at < until and not follows:
            yield Moment(at=ended_at, kind=PRICE, text=_("The idle fee ended: none holds from here on."), is_key=True)
    if has_left and ended_at == until:
        lasted = sum((part.ends_at - part.starts_at for part, _rule in parts), timedelta(0))
        text = _("The connector was not kept any more: the idle fee ended after %(span)s.")
        yield Moment(at=until, kind=PRICE, text=text % {"span": span(lasted)}, is_key=True)

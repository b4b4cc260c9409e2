"""What the house itself did around a charge, in sentences: work, new prices, pauses of new charges."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from billing.models import TariffVersion
from billing.wording import clean
from drivepower.portal.explain.house import EVERYWHERE, House, Turned, Work, begin_of
from drivepower.portal.explain.reader import Reader
from drivepower.portal.explain.shapes import ACT, GOOD, OFF, PRICE, Moment
from stations.models import Maintenance

State = Maintenance.State
Links = Mapping[tuple[str, int], str]
Window = tuple[datetime, datetime]


def moments(found: House, reader: Reader, window: Window, links: Links) -> Iterator[Moment]:
    """All of it that happened in that time, and what held when it began."""
    for work in found.works:
        link = links.get(("work", work.row.pk), "")
        yield from (one for one in worked(work, reader, window, link) if window[0] <= one.at <= window[1])
    for version in found.versions:
        yield priced(version, reader, links.get(("version", version.pk), ""))
    for where, turns in found.pauses.items():
        yield from paused(where, turns, reader, window)


def worked(work: Work, reader: Reader, window: Window, link: str) -> Iterator[Moment]:
    """Work as it went: planned, begun, beyond its time, ended."""
    row, begun = work.row, begin_of(work)
    facts = facts_of(work, reader)
    if begun is None or row.made_at < begun.at:
        yield Moment(at=row.made_at, kind=ACT, text=planned(row, facts, reader), link=link)
    if begun is not None:
        text = _("Work %(where)s began: «%(what)s». It was planned by %(who)s.") % facts
        if begun.who.startswith("staff:"):
            facts |= {"who": reader.name_of(begun.who, begun.name)}
            text = _("%(who)s began work %(where)s: «%(what)s».") % facts
        if begun.at < window[0]:
            facts |= {"since": reader.clock(begun.at, beside=window[0])}
            text = _("Work %(where)s was under way since %(since)s: «%(what)s», by %(who)s.") % facts
        at = max(begun.at, window[0])
        yield Moment(at=at, kind=ACT, text=text, detail=effects(row), link=link, tone=OFF, is_key=True)
        if row.ends_at and begun.at < row.ends_at <= reader.at and (row.ended_at is None or row.ended_at > row.ends_at):
            text = _("The time that was planned for the work «%(what)s» was over.") % facts
            yield Moment(at=row.ends_at, kind=ACT, text=text, link=link)
    if row.ended_at is not None:
        yield Moment(at=row.ended_at, kind=ACT, text=ended(work, facts, reader), link=link, tone=GOOD, is_key=True)


def facts_of(work: Work, reader: Reader) -> dict[str, str]:
    """What is done where, and who planned it."""
    row = work.row
    where = _("at connector %(number)s") % {"number": row.number} if row.number else _("at the station")
    who = reader.name_of(row.made_by, getattr(row, "planner", None))
    return {"where": where, "what": clean(row.what), "who": who}


def planned(row: Maintenance, facts: dict[str, str], reader: Reader) -> str:
    """That it was planned, and for when."""
    if row.starts_at is None:
        return _("%(who)s planned work %(where)s: «%(what)s».") % facts
    times = {"since": reader.clock(row.starts_at, beside=row.made_at)}
    return _("%(who)s planned work %(where)s from %(since)s on: «%(what)s».") % {**facts, **times}


def ended(work: Work, facts: dict[str, str], reader: Reader) -> str:
    """That it was done or called off, and by whom."""
    last = next((one for one in reversed(work.turns) if one.to in (State.DONE, State.CANCELLED)), None)
    is_done = work.row.state == State.DONE
    if last is None or not last.who:
        text = _("The work %(where)s was finished: «%(what)s».")
        return (text if is_done else _("The work «%(what)s» was called off.")) % facts
    facts = {**facts, "who": reader.name_of(last.who, last.name)}
    text = _("%(who)s finished the work %(where)s: «%(what)s».")
    return (text if is_done else _("%(who)s called the work off: «%(what)s».")) % facts


def effects(row: Maintenance) -> str:
    """What work does while it holds."""
    told = [_("Meanwhile it is set out of operation: nobody can charge there.")] if row.sets_inoperative else []
    if row.mutes_alerts:
        told.append(_("Nobody is told of its alerts meanwhile."))
    return " ".join(told)


def priced(version: TariffVersion, reader: Reader, link: str) -> Moment:
    """A version that came into force, who published it and why."""
    facts = {"plan": clean(version.plan.name), "number": version.number}
    text = _("New prices: version %(number)s of the tariff plan «%(plan)s» holds from here on.") % facts
    told = [_("Charges that run keep the price of their start.")]
    if version.made_by:
        who = reader.name_of(version.made_by, getattr(version, "by", None))
        told.append(_("It was published by %(who)s.") % {"who": who})
    if version.reason:
        told.append(_("Reason: %(reason)s") % {"reason": clean(version.reason)})
    return Moment(at=version.in_force_from, kind=PRICE, text=text, detail=" ".join(told), link=link, is_key=True)


def paused(where: str, turns: Sequence[Turned], reader: Reader, window: Window) -> Iterator[Moment]:
    """New charges that were off as the time began, and each turn in it."""
    is_off = False
    held: Turned | None = None
    for one in turns:
        was_off, is_off = is_off, one.to == "off"
        if one.at < window[0]:
            held = one if is_off else None
        elif is_off != was_off:
            yield turned(one, where, reader)
    if held is not None:
        facts = {"since": reader.clock(held.at, beside=window[0]), "who": reader.name_of(held.who, held.name)}
        text = _("New charges were paused at this place since %(since)s, by %(who)s.")
        if where == EVERYWHERE:
            text = _("New charges were paused everywhere since %(since)s, by %(who)s.")
        yield Moment(at=window[0], kind=ACT, text=text % facts, detail=clean(held.note), tone=OFF, is_key=True)


def turned(one: Turned, where: str, reader: Reader) -> Moment:
    """New charges off or on, by whom and with their note."""
    text = _("%(who)s paused new charges at this place.")
    if where == EVERYWHERE:
        text = _("%(who)s paused new charges everywhere.")
    if one.to == "on":
        text = _("%(who)s let new charges begin again at this place.")
        if where == EVERYWHERE:
            text = _("%(who)s let new charges begin again everywhere.")
    text %= {"who": reader.name_of(one.who, one.name)}
    tone = OFF if one.to == "off" else GOOD
    return Moment(at=one.at, kind=ACT, text=text, detail=clean(one.note), tone=tone, is_key=True)

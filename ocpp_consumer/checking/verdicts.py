"""One verdict in words on what a check found, and what to do next."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from drivepower.core.texts import storable
from stations import configuration, makers_codes
from stations.makers_codes import Makers
from stations.models import Command, ConfigurationKey, ConnectorState, Station

# Prices change by the minute: from here on a clock is wrong.
CLOCK_OFF = timedelta(minutes=1)
ABSENT = frozenset({"NotSupported", "NotImplemented", "Rejected"})
NAMED = 8


class Verdict(NamedTuple):
    """How it is (good, doubtful or bad), in words, and what to do next."""

    tone: str
    words: str
    advice: list[str]


def unreachable(station: Station, *, at: datetime, code: str) -> Verdict:
    """The verdict on a station that cannot be asked at all."""
    if code == "station_not_accepted":
        advice = [_("Accept it under Settings once it may work.")]
        return Verdict("bad", _("It is not accepted, so it is asked nothing."), advice)
    if code != "station_offline":
        return Verdict("doubtful", _("It cannot be asked more at the moment."), [_("Try again in a minute.")])
    if station.connected_at is None:
        advice = [
            _("Check its address, its identity and its key on the commissioning page."),
            _("Look among the knocking: perhaps it comes under another name."),
        ]
        return Verdict("bad", _("It has never connected."), advice)
    return offline()


def offline() -> Verdict:
    """It is not there."""
    advice = [
        _("See under Connection how and when it was lost, and whether others at the place are away too."),
        _("Have power and network (SIM card, router) checked at the place; it comes back by itself."),
    ]
    return Verdict("bad", _("It is offline: nothing can be asked of it."), advice)


def judge(*, station: Station, commands: Sequence[Command], offset: timedelta | None, at: datetime) -> Verdict:
    """The worst first; what else was found stands in the advice."""
    online = Station.objects.online(at=at).filter(pk=station.pk).exists()
    if all(one.answered_at is None for one in commands):
        return silent() if online else offline()
    found = [*broken(station, commands), *wrong_clock(offset), *wrong_settings(station), *refusing(commands)]
    if not online:
        found.insert(0, Verdict("bad", _("It answered, and then its connection ended."), offline().advice))
    if not found:
        return Verdict("good", _("It is well: it answers, its connectors are reported, and its settings fit."), [])
    worst = next((one for one in found if one.tone == "bad"), found[0])
    rest = [one for one in found if one is not worst]
    more = [line for one in rest for line in (one.words, *one.advice)]
    return Verdict(worst.tone, worst.words, [*worst.advice, *more])


def silent() -> Verdict:
    """Its socket stands and nobody answers."""
    advice = [
        _("Have its connection closed: most stations come back at once and answer again."),
        _("If it stays silent, restart it at the place."),
    ]
    return Verdict("bad", _("It is connected but answers nothing."), advice)


def broken(station: Station, commands: Sequence[Command]) -> Iterator[Verdict]:
    """Connectors that say they are broken, and those that said nothing when they were asked."""
    states = ConnectorState.objects.filter(station=station).order_by("number")
    faulted = list(states.filter(status="Faulted"))
    own = makers_codes.own_of((state.vendor_error_code, state.info) for state in faulted)
    makers = Makers(vendor=station.vendor, own=own)
    for state in faulted:
        code = " / ".join(part for part in (state.error_code, state.vendor_error_code) if part) or "Faulted"
        words = _("Connector %(number)s is faulted: %(code)s.") % {"number": state.number, "code": storable(code)}
        advice = [_("Restart the station; if the fault comes back, plan maintenance for a technician.")]
        if known := makers.meaning(state.vendor_error_code, state.info):
            words += " " + _("That means: %(meaning)s.") % {"meaning": known.text}
            advice[:0] = filter(None, [known.step])
        yield Verdict("bad", words, advice)
    out = list(states.filter(status="Unavailable", number__gt=0).values_list("number", flat=True))
    if out:
        words = _("Out of operation: connector %(numbers)s.") % {"numbers": ", ".join(map(str, out))}
        yield Verdict("doubtful", words, [_("If no work is going on there, put it into operation.")])
    if unseen := [one for one in commands if one.effect == Command.Effect.EXPECTED and was_accepted(one)]:
        names = ", ".join(one.awaits for one in unseen)
        words = _("It agreed to send messages that never came: %(names)s.") % {"names": names}
        yield Verdict("doubtful", words, [_("Restart it, and update its firmware if that happens again.")])


def wrong_clock(offset: timedelta | None) -> Iterator[Verdict]:
    """A clock that would put charges into the wrong hour of the price."""
    if offset is not None and abs(offset) > CLOCK_OFF:
        words = _("Its clock is off by %(seconds)+d s.") % {"seconds": round(offset.total_seconds())}
        advice = [
            _("It takes our time with each Heartbeat and Boot: restart it; if it stays off, look at its settings.")
        ]
        yield Verdict("doubtful", words, advice)


def wrong_settings(station: Station) -> Iterator[Verdict]:
    """What its template wants otherwise, and what would leave us without readings."""
    if drift := configuration.drift(station):
        keys = ", ".join(one.key for one in drift[:NAMED])
        words = _("It is set otherwise than its template wants: %(keys)s.") % {"keys": keys}
        yield Verdict("doubtful", words, [_("Apply the template under Configuration.")])
    silent_meter = ConfigurationKey.objects.filter(station=station, key__iexact="MeterValueSampleInterval", value="0")
    if silent_meter.exists():
        words = _("It sends no readings while it charges: MeterValueSampleInterval is 0.")
        yield Verdict("bad", words, [_("Set MeterValueSampleInterval to 60 s or less: limits and live costs need it.")])


def refusing(commands: Sequence[Command]) -> Iterator[Verdict]:
    """What it would not do, though it is there."""
    triggers = [one for one in commands if one.intent == "TriggerMessage"]
    if triggers and all(word_of(one) in ABSENT for one in triggers):
        words = _("It is there and answers, but sends no message when it is asked to.")
        advice = [_("Its firmware knows no triggers: what is shown here is what it last said by itself.")]
        yield Verdict("doubtful", words, advice)
    elif late := [one for one in commands if one.answered_at is None]:
        words = _("It left %(count)d questions unanswered.") % {"count": len(late)}
        yield Verdict("doubtful", words, [_("Run the check again; if it happens again, restart it.")])
    if any(one.intent == "GetConfiguration" and word_of(one) in ABSENT for one in commands):
        words = _("It does not say how it is set.")
        yield Verdict("doubtful", words, [_("Ask its manufacturer for firmware that knows GetConfiguration.")])


def was_accepted(command: Command) -> bool:
    """Whether the station agreed."""
    return command.state == Command.State.ACCEPTED


def word_of(command: Command) -> Any:
    """The station's word of an answer or an error."""
    return command.answer.get("status") or command.answer.get("error")

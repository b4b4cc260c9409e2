"""What was wrong with the hardware: faults, a restart in the middle, a lost connection, readings that are missing."""

from datetime import timedelta
from itertools import zip_longest

from django.utils.translation import gettext as _

from charging import review
from drivepower.portal.explain.causes import makers
from drivepower.portal.explain.facts import Story
from drivepower.portal.explain.sentences import states
from drivepower.portal.explain.sentences.clauses import span
from drivepower.portal.explain.shapes import BAD, BUSY, Cause, Step
from stations.models import ConnectionSpan, StatusSpan
from stations.models.state import DELIVERING

FAULTED = "Faulted"
AROUND = timedelta(minutes=5)
# Ends of a station's own, which a fault may have brought.
UNSAID = ("EmergencyStop", "HardReset", "Other", "PowerLoss", "Reboot", "Silence")
# Which tells by itself why, whatever the connector calls the fault that it makes of it.
BUTTON = "EmergencyStop"
# A station that was away for less was away for nobody.
SHORT = timedelta(seconds=30)
PLAN = "maintenance"
# A charge that a station told of so long after its end was made while it was offline.
OFFLINE = timedelta(minutes=15)
BY_BOOT = ("PowerLoss", "Reboot", "HardReset", "SoftReset")


def faulted(story: Story) -> Cause | None:
    """The connector, or the whole station, reported a fault while it charged or should have, and no more came."""
    return None if story.session.stop_reason == BUTTON else fault(story)


def faulted_by_button(story: Story) -> Cause | None:
    """The same beside an emergency stop."""
    return fault(story) if story.session.stop_reason == BUTTON else None


def fault(story: Story) -> Cause | None:
    """The first fault after which it did not go on."""
    one = next((one for one in held_then(story) if one.status == FAULTED and not went_on(one, story)), None)
    if one is None:
        return None
    facts = {"number": one.number, "error": states.error_of(one) or _("it does not say why")}
    text = _("Connector %(number)s was faulted: %(error)s.") % facts
    if not one.number:
        text = _("The whole station was faulted: %(error)s.") % facts
    tell = _("The station had a fault; you pay only for what was delivered. Please take another connector.")
    if story.session.started_at is None:
        tell = _("The station had a fault; nothing was charged. Please take another connector.")
    return Cause(
        "faulted",
        with_maker(text, one, story),
        tell,
        (*by_code(one, story), Step(_("If the fault stays, plan work."), PLAN)),
        BAD,
    )


def went_on(one: StatusSpan, story: Story) -> bool:
    """Whether its connector charged again after that fault."""
    session = story.session
    if session.started_at is None or one.until is None:
        return False
    after = story.statuses_between(one.until, session.stopped_at or story.at)
    return any(later.status in DELIVERING and later.since >= one.until for later in after)


def by_code(one: StatusSpan, story: Story) -> tuple[Step, ...]:
    """What to do by the maker's code, or how to find out what it means."""
    known = makers.known(one, story.around)
    if known is not None:
        return known
    look = Step(_("Look up the maker's code in its manual; a restart helps against some."), "station")
    return (look, *makers.offers([one], story.around))


def warned(story: Story) -> Cause | None:
    """The connector or station told of an error, or had a fault, and went on."""
    for one in held_then(story):
        error, is_fault = states.error_of(one), one.status == FAULTED and went_on(one, story)
        if is_fault or (one.status != FAULTED and error):
            facts = {"number": one.number, "error": error or _("it does not say why")}
            text = _("Connector %(number)s told of an error and went on: %(error)s.") % facts
            if not one.number:
                text = _("The station told of an error and went on: %(error)s.") % facts
            known = makers.known(one, story.around) or makers.offers([one], story.around)
            steps = (*known, Step(_("If it comes again, plan work."), PLAN))
            return Cause("warned", with_maker(text, one, story), "", steps, BUSY)
    return None


def with_maker(text: str, one: StatusSpan, story: Story) -> str:
    """The sentence, with the maker's own words where there are any."""
    return " ".join(filter(None, [text, states.maker_of(one, story.around.frames, story.around.makers)]))


def held_then(story: Story) -> list[StatusSpan]:
    """What its connector and station said of themselves that may bear on it: until its end, or until it came to
    nothing; a little longer only where the station ended it by itself and may not have said at once why."""
    session = story.session
    since = session.requested_at or session.started_at
    if since is None:
        return []
    until = session.stopped_at or story.failed_at or story.at
    if session.stop_reason in UNSAID and not story.was_told_to_stop:
        until += AROUND
    numbers = (session.connector.number, 0)
    rows = (one for one in story.around.statuses if one.number in numbers and one.since <= until)
    return [one for one in rows if one.until is None or one.until > since]


def rebooted(story: Story) -> Cause | None:
    """The station booted while it ran."""
    if review.REBOOTED not in story.session.findings and not booted_within(story):
        return None
    text = _("The station booted in the middle of the charge; a boot alone ends nothing, but many stations stop then.")
    tell = _("The station restarted while you charged.")
    if review.REBOOTED not in story.session.findings and story.session.stop_reason not in BY_BOOT:
        text = _("The station booted in the middle of the charge, and the charge went on.")
        tell = _("The station restarted while you charged, and the charge went on.")
    return Cause(
        "rebooted",
        text,
        tell,
        (Step(_("See how often it boots: supply, firmware and heat are usual causes."), "station"),),
        BUSY,
    )


def booted_within(story: Story) -> bool:
    """Whether a boot was heard between start and stop."""
    session = story.session
    if session.started_at is None:
        return False
    until = session.stopped_at or story.at
    boots = [one.at for one in story.around.frames if one.action == "BootNotification" and not one.is_ours]
    return any(session.started_at < at < until for at in boots)


def away(story: Story) -> Cause | None:
    """The connection was lost while it ran."""
    session = story.session
    if session.started_at is None:
        return None
    until = session.stopped_at or story.at
    spans = sorted(story.around.sockets, key=lambda one: one.epoch)
    for one, after in zip_longest(spans, spans[1:]):
        ends = after.since if after else until
        if one.until and session.started_at < one.until < until and ends - one.until > SHORT:
            facts = {"span": span(min(ends, until) - one.until)}
            return Cause(
                "away",
                _("The station was not connected for %(span)s while it charged; it keeps what it has to say.") % facts,
                _("The station had no connection for a while; the charge itself was not harmed by that."),
                (Step(_("See how often its connection breaks."), "connection"),),
                BUSY,
            )
    return None


def doubled(story: Story) -> Cause | None:
    """It came back on a second line while the first one still stood."""
    session = story.session
    if session.started_at is None:
        return None
    until = session.stopped_at or story.at
    replaced = [one for one in story.around.sockets if one.reason == ConnectionSpan.Reason.REPLACED and one.until]
    if not any(session.started_at < one.until < until for one in replaced if one.until):
        return None
    return Cause(
        "doubled",
        _("The station's line was dead; it came back on a new one while it charged, and the charge went on."),
        _("The station changed its connection; the charge itself was not harmed by that."),
        (Step(_("See how often its connection breaks."), "connection"),),
        BUSY,
    )


def replayed(story: Story) -> Cause | None:
    """It charged offline, and told of everything afterwards."""
    session = story.session
    came, ended = session.start_received_at, session.stopped_at
    began = session.started_at
    if came is None or ended is None or began is None or came - ended < OFFLINE or ended < began:
        return None
    if review.CLOCK_BEHIND in session.findings:
        return None
    text = _(
        "The station told of the whole charge %(span)s after its end: it was offline, or its line was dead. "
        "Times and prices are those of then."
    )
    return Cause(
        "replayed",
        text % {"span": span(timedelta(minutes=round((came - ended) / timedelta(minutes=1))))},
        _("The station was offline when you charged, so that the bill came later; it is by the prices of that hour."),
        (Step(_("See when it was connected."), "connection"),),
        BUSY,
    )


def gap(story: Story) -> Cause | None:
    """No readings for long."""
    for turn in story.turns:
        if turn.what == "gap" and turn.before:
            facts = {"span": span(turn.at - turn.before)}
            return Cause(
                "gap",
                _("No reading came for %(span)s; the energy of that time is known by the ends alone.") % facts,
                "",
                (Step(_("Look at the readings around it."), "readings"),),
                BUSY,
            )
    return None


# What need not have harmed the charge; a fault, which does, is asked for before the reasons of stops.
TROUBLES = (faulted_by_button, replayed, rebooted, doubled, away, gap, warned)

"""What goes on in a charge that has not ended: whether power flows, and where it does not, whose doing that is."""

from datetime import timedelta

from django.utils.translation import gettext as _

from billing import pricing
from billing.pricing import PARKING_FEE
from charging import stays
from charging.models import Session
from charging.sweeps import QUIET
from drivepower.portal.explain.facts import Story, Turn
from drivepower.portal.explain.sentences.clauses import power, span
from drivepower.portal.explain.shapes import BUSY, GOOD, Cause, Step
from stations.models import StatusSpan

State = Session.State


def running(story: Story) -> Cause | None:
    """It has not ended: the first of these that holds tells how it stands."""
    if story.session.state == State.STOPPING:
        return stopping(story)
    if story.session.state != State.ACTIVE:
        return None
    found = (rule(story) for rule in (unheard, refuses, car_waits, station_waits, unread))
    return next((cause for cause in found if cause is not None), goes_on())


def stopping(story: Story) -> Cause:
    """The station was asked to stop."""
    text = _("The station was asked to stop and has not said yet that it did.")
    if story.drawn_w:
        text += " " + _("The car still drew %(power)s when it was last read.") % {"power": power(story.drawn_w)}
    steps = (Step(_("If nothing comes of it, ask again, or have the plug unlocked."), "stop"),)
    tell = _("The charge is being stopped; what flows until the station has stopped is counted.")
    return Cause("stopping", text, tell, steps, BUSY)


def goes_on() -> Cause:
    """Nothing is known that would hold it up."""
    return Cause("running", _("The charge is going on."), "", (if_wanted(),), GOOD)


def if_wanted() -> Step:
    """The way to its stop."""
    return Step(_("Stop it, if the driver wants."), "stop")


def unheard(story: Story) -> Cause | None:
    """Its station is away, so that nobody knows."""
    last = max(story.around.sockets, key=lambda one: one.epoch, default=None)
    if last is None or last.until is None:
        return None
    return Cause(
        "running_unheard",
        _("As far as we know it has not ended, but the station is not connected now; it tells the rest when it is."),
        _("The station has no connection for the moment; the charge itself is not harmed by that."),
        (Step(_("Check the station's connection."), "station"),),
        BUSY,
    )


def refuses(story: Story) -> Cause | None:
    """It was asked to stop, and would not."""
    if not any(one.kind == "session.resumed" for one in story.events):
        return None
    return Cause(
        "running_on",
        _("The station was asked to stop and would not: the charge goes on."),
        _("The station does not stop by our word: press stop on it, or unlock the car and unplug."),
        (
            Step(_("If nothing comes of it, ask again, or have the plug unlocked."), "stop"),
            Step(_("If it keeps refusing, restart it or plan work."), "station"),
        ),
        BUSY,
    )


def car_waits(story: Story) -> Cause | None:
    """The car takes no power any more."""
    now, turn = status_now(story), last_turn(story)
    is_told = now is not None and now.status == "SuspendedEV"
    is_read = turn is not None and turn.what == "stopped" and not is_later(now, turn)
    if not (is_told or is_read):
        return None
    text = _("The car takes no power any more, and the charge has not been ended.")
    if costs_idling(story):
        text += " " + _("The idle fee is running.")
    return Cause(
        "running_idle",
        text,
        _("Your car takes no power: it is full, or its own limit or timer holds it. Please free the connector."),
        (if_wanted(),),
        BUSY,
    )


def station_waits(story: Story) -> Cause | None:
    """The station gives no power."""
    now = status_now(story)
    if now is None or now.status != "SuspendedEVSE":
        return None
    return Cause(
        "running_paused",
        _("The station gives no power for now, and the charge waits."),
        _("The station holds its power back for now; the charge goes on as soon as it gives power again."),
        (held_back(),),
        BUSY,
    )


def unread(story: Story) -> Cause | None:
    """No reading has come for long: of a charge that a station has forgotten no end may ever come."""
    heard = [story.read_at, story.session.started_at, story.session.start_received_at]
    silent = story.at - max(filter(None, heard), default=story.at)
    if silent < QUIET:
        return None
    return Cause(
        "running_unread",
        _("It has not ended, but no reading has come for %(span)s: whether power flows is not known.")
        % {"span": span(silent)},
        "",
        (Step(_("Ask it whether it is there."), "check"), if_wanted()),
        BUSY,
    )


def held_back() -> Step:
    """Where to look for what keeps a station from giving power."""
    return Step(_("Look whether a charging profile or the shared supply of the place holds it back."), "station")


def status_now(story: Story) -> StatusSpan | None:
    """What its connector says now."""
    return next(reversed(story.statuses_between(story.at, story.at)), None)


def last_turn(story: Story) -> Turn | None:
    """Where power last began or ended, by the meter."""
    return next((one for one in reversed(story.turns) if one.what in ("first", "drawing", "stopped")), None)


def is_later(now: StatusSpan | None, turn: Turn) -> bool:
    """Whether the connector has said since that it charges, or that the station is what holds it up."""
    if now is None:
        return False
    return now.status == "SuspendedEVSE" or (now.status == "Charging" and now.since > turn.at)


def costs_idling(story: Story) -> bool:
    """Whether standing there costs something at this moment."""
    terms, stay = story.terms, story.stay
    if terms is None or stay is None or stay.left_at is None or not stays.prices_idling(terms):
        return False
    begins = stay.charging_ended_at + timedelta(seconds=terms.idle_grace_seconds)
    return begins <= story.at and bool(pricing.rates_at(terms, story.at).get(PARKING_FEE))

"""Why a charge ended: its limit, the driver, the car, the station, a loss of power, another card, an operator."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from billing.wording import clean
from charging import stop_words
from drivepower.portal.explain.causes.running import held_back, running
from drivepower.portal.explain.facts import REMOTE, Story
from drivepower.portal.explain.sentences import words
from drivepower.portal.explain.shapes import BAD, BUSY, COMMAND, GOOD, Cause, Step
from stations.models import StatusSpan
from stations.models.state import DELIVERING

# Reasons that leave open why it ended; the others say it themselves.
OPEN = ("", "Local", "EVDisconnected", "Other")
# When a charge is stopped its power falls for seconds: a car that stopped by itself drew nothing for longer.
A_WHILE = timedelta(minutes=3)


def has_ended(story: Story) -> bool:
    """Whether a station's own end is known."""
    return story.session.stopped_at is not None and not story.session.inferred


def was_stopped_by_hand(story: Story) -> bool:
    """Whether it ended as somebody of ours told its station by a command of their own."""
    return story.session.stop_reason == REMOTE and story.was_told_to_stop


def ours(story: Story) -> Cause | None:
    """We asked for the stop."""
    cause = story.session.stop_cause or ("operator" if was_stopped_by_hand(story) else "")
    if not has_ended(story) or not cause:
        return None
    if cause == "reserve" and story.has_no_hold:
        cause = "no_hold"
    told = {
        "limit": (
            _("It reached its limit, and we stopped it."),
            _("Your charge stopped because the limit that you chose was reached."),
        ),
        "reserve": (
            _("The money in the wallet was used up, and we stopped it."),
            _("Your charge stopped because the wallet was used up; top up for the next one."),
        ),
        "no_hold": (
            _("No money could be held for it, and we stopped it."),
            _("Your charge stopped because there was no free money in the wallet; top up for the next one."),
        ),
        "unauthorized": (
            _("It may not have charged there, and we stopped it."),
            _("Your charge stopped because this card may not charge here."),
        ),
        "operator": (_("An operator stopped it."), _("Our staff stopped the charge.")),
        "driver": (_("The driver stopped it in the app."), _("You stopped it in the app.")),
    }
    text, tell = told.get(cause, (_("We stopped it: %(why)s.") % {"why": clean(cause)}, ""))
    return Cause(f"stopped_{cause}", text, tell, tone=GOOD if cause in ("limit", "driver") else BUSY)


def other_card(story: Story) -> Cause | None:
    """A card stopped it that had not started it."""
    session = story.session
    for frame in story.around.frames:
        if frame.action != "StopTransaction" or str(frame.payload.get("transactionId")) != session.ocpp_id:
            continue
        tag = str(frame.payload.get("idTag") or "")
        if tag and session.tag and tag.casefold() != session.tag.casefold() and not session.stop_cause:
            return Cause(
                "other_card",
                _("It was stopped with another card than the one that started it; its owner pays all the same."),
                _("Another card ended your charge at the station."),
                (Step(_("See whether both cards are of one family or company."), "card"),),
                BUSY,
            )
    return None


def is_open(story: Story) -> bool:
    """Whether it ended by itself, and the station leaves open why."""
    return has_ended(story) and not story.session.stop_cause and story.session.stop_reason in OPEN


def supply(story: Story) -> Cause | None:
    """The station gave no power any more before the end."""
    if not is_open(story) or not was_held_back(story):
        return None
    return Cause(
        "supply",
        _("The station gave no power any more before the end: by a limit of its own, or of the place."),
        _("The station held its power back; you pay only for what was delivered."),
        (held_back(),),
        BUSY,
    )


def was_held_back(story: Story) -> bool:
    """Whether the station said for a while before the end that it is what gives no power."""
    last = next((one for one in reversed(held_by(story)) if one.status in DELIVERING), None)
    ended = story.session.stopped_at
    return last is not None and ended is not None and last.status == "SuspendedEVSE" and ended - last.since >= A_WHILE


def held_by(story: Story) -> list[StatusSpan]:
    """What its connector said while it charged."""
    session = story.session
    if session.started_at is None or session.stopped_at is None:
        return []
    return story.statuses_between(session.started_at, session.stopped_at)


def car(story: Story) -> Cause | None:
    """The car took no more before the end: it is full, or its own timer or limit was reached."""
    if not is_open(story) or was_held_back(story) or not had_stopped(story):
        return None
    if not story.session.billed_energy_wh and not any(one.what == "first" for one in story.turns):
        return Cause(
            "car_none",
            _("The car took no power at all: it was full, or its own limit or timer held it."),
            _("Your car asked for no power: look at its charging limit and timer."),
            tone=BUSY,
        )
    return Cause(
        "car",
        _("The car stopped drawing power before the end: it was full, or its own limit or timer was reached."),
        _("Your car ended the charge by itself: look at its charging limit."),
        tone=GOOD,
    )


def had_stopped(story: Story) -> bool:
    """Whether the car drew nothing for a while before the end, by its meter, or by what its connector said."""
    session = story.session
    if session.started_at is None or session.stopped_at is None:
        return False
    turns = [one for one in story.turns if one.what in ("stopped", "drawing")]
    if turns and turns[-1].what == "stopped" and session.stopped_at - turns[-1].at >= A_WHILE:
        return True
    last = [one.status for one in held_by(story) if one.status in ("Charging", "SuspendedEV")]
    return bool(last) and last[-1] == "SuspendedEV"


# What the station says, what to tell, how good that is, what to do and where.
Row = tuple[Any, Any, str, Any, str]
RESTARTS = __("See how often it restarts, and who asked for it.")
REASONS: dict[str, Row] = {
    "Local": (
        __("It was stopped at the station, by card or button."),
        __("It was stopped at the station."),
        GOOD,
        "",
        "",
    ),
    "EVDisconnected": (
        __("The cable was unplugged from the car."),
        __("The charge ended when the cable was pulled out of the car."),
        GOOD,
        "",
        "",
    ),
    "EmergencyStop": (
        __("The emergency stop was pressed."),
        __("The emergency stop was pressed at the station."),
        BAD,
        __("Have somebody look at the place before it is released."),
        "maintenance",
    ),
    "PowerLoss": (
        __("The station lost its power and told of it when it came back."),
        __("The power failed at the station; you pay for what was delivered."),
        BAD,
        __("Ask the host about the supply."),
        "station",
    ),
    "Reboot": (
        __("The station restarted and ended the charge."),
        __("The station restarted."),
        BAD,
        RESTARTS,
        "station",
    ),
    "HardReset": (
        __("The station was restarted at once."),
        __("The station was restarted."),
        BUSY,
        RESTARTS,
        "station",
    ),
    "SoftReset": (
        __("The station was restarted on request."),
        __("The station was restarted."),
        BUSY,
        RESTARTS,
        "station",
    ),
    "UnlockCommand": (
        __("The plug was unlocked by command, which ends a charge."),
        __("We unlocked the plug, and that ended the charge."),
        BUSY,
        "",
        "",
    ),
    "DeAuthorized": (
        __("The station ended it, because the card was not accepted any more."),
        __("Your card was not accepted."),
        BAD,
        __("Look at the card: is it blocked, expired, or of nobody?"),
        "card",
    ),
    "Remote": (
        __("The station says that it was told to stop, though we did not ask."),
        "",
        BUSY,
        __("See whether another system or the station's own page stopped it."),
        "log",
    ),
    "Other": (
        __("The station ended it for a reason that it does not name."),
        "",
        BUSY,
        __("Look at statuses and errors just before the end."),
        "log",
    ),
}


def station(story: Story) -> Cause | None:
    """The station's own reason."""
    session = story.session
    if not has_ended(story) or session.stop_cause or was_stopped_by_hand(story):
        return None
    reason = stop_words.named(session.stop_reason or "Local")
    known = reason if reason in REASONS else "Other"
    text, tell, tone, do, to = REASONS[known]
    if reason not in REASONS:
        text = _("The station ended it, and calls the reason %(why)s.") % {"why": words.reason(reason)}
    if reason == REMOTE and not story.around.is_whole(COMMAND):
        text = _("The station says that it was told to stop.")
    return Cause(f"stop_{known}", str(text), str(tell), (Step(str(do), to),) if do else (), tone)


def cable_in(story: Story) -> Cause | None:
    """It is over, and the plug has not been taken out."""
    if not story.has_cable_in:
        return None
    return Cause(
        "cable_in",
        _("The connector says that the cable is still in."),
        _("Unlock the car first: a locked car holds the plug. Then pull it out straight; we can unlock our side too."),
        (Step(_("Have the plug unlocked."), "unlock"), Step(_("If it does not come out, plan work."), "maintenance")),
        BUSY,
    )


RULES: tuple[Callable[[Story], Cause | None], ...] = (running, ours, other_card, supply, car, station, cable_in)

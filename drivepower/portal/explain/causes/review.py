"""Why it waits for a person, each finding with what to look at; and ends that were only inferred."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from charging import review
from charging.models import Session
from drivepower.portal.explain.facts import Story
from drivepower.portal.explain.shapes import BUSY, STATUS, Cause, Step

State = Session.State
CLOCKS = (review.CLOCK, review.CLOCK_BEHIND)
METERS = (
    review.NEGATIVE,
    review.WENT_BACK,
    review.BEGIN_ZERO,
    review.TOO_LARGE,
    review.IMPOSSIBLE,
    review.ODD_METER,
    review.ZERO_WITH_POWER,
    review.MALFORMED_STOP,
)


OWN_WORDS = (review.REPAIR, review.ONLY_STOP)
# Doubts that keep no money from moving.
NOTED = (review.SECOND_STOP, review.CONNECTOR_ZERO, review.METER_GAP, review.UNPRICED, review.SOC_UNKNOWN)


def decide(story: Story) -> tuple[Step, ...]:
    """What may be decided while it waits."""
    if story.session.state != State.REVIEW:
        return ()
    return (
        Step(_("If the figures are right, accept it."), "accept"),
        Step(_("If you know better ones, correct it."), "correct"),
        Step(_("If nobody can know, waive it."), "waive"),
    )


def found(story: Story, *names: str) -> list[str]:
    """Which of these findings it has."""
    have = {one.partition(":")[0] for one in story.session.findings}
    return [name for name in names if name in have]


def clock(story: Story) -> Cause | None:
    """The station's clock was off."""
    names = found(story, *CLOCKS)
    if not names:
        return None
    steps = (
        *decide(story),
        Step(_("Have the station's clock set: it takes ours when it boots or beats."), "station"),
    )
    tell = _("The station's clock was wrong; we check the bill before anything is taken.")
    return Cause("clock", " ".join(review.say_all(names)), tell, steps, BUSY)


def meter(story: Story) -> Cause | None:
    """The meter said what cannot be."""
    names = found(story, *METERS)
    if not names:
        return None
    steps = (
        *decide(story),
        Step(_("Compare the readings with the two ends."), "readings"),
        Step(_("If the station does so again and again, give it a quirk profile or plan work."), "station"),
    )
    tell = _("The station's meter sent a wrong value; we check the bill before anything is taken.")
    return Cause("meter", " ".join(review.say_all(names)), tell, steps, BUSY)


def inferred(story: Story) -> Cause | None:
    """Its end was never said, or named no charge."""
    if not story.session.inferred:
        return None
    if found(story, review.GUESSED):
        text = _("The end that came names no charge of ours; it was taken for this one's.")
        tell = _("The station did not say which charge ended; we check the bill before anything is taken.")
        steps = (*decide(story), Step(_("See which charges ran there at that time."), "around"))
        return Cause("guessed", text, tell, steps, BUSY)
    if story.session.stop_reason == "NextStart":
        text = _("The station never said that it ended; the next charge began there, so it must have.")
    elif is_free_again(story):
        text = _("The station never said that it ended, but its connector is free again, so it must have.")
    elif story.around.is_whole(STATUS):
        text = _("The station never said that it ended: nothing was heard of it any more.")
    else:
        text = _("The station never said that it ended.")
    steps = (
        *decide(story),
        Step(_("Wait for the station if it was offline: a late end is billed by itself."), "connection"),
    )
    tell = _(
        "The station lost the end of your charge; you pay what its meter had counted, or less once we know better."
    )
    return Cause("inferred", text, tell, steps, BUSY)


def is_free_again(story: Story) -> bool:
    """Whether the connector said that it is free after the last that is known of the charge."""
    ended = story.session.stopped_at
    return ended is not None and any(
        one.status == "Available" and one.since >= ended for one in story.statuses_between(ended, story.at)
    )


def late(story: Story) -> Cause | None:
    """The real end came after we had taken it for over."""
    session = story.session
    if not story.was_amended or session.inferred or story.decisions:
        return None
    return Cause(
        "late_stop",
        _("The station told the real end only after we had taken the charge for over; it was settled again by that."),
        _("The station told us late how your charge ended; the bill follows what it said then."),
        (Step(_("Compare receipt and correction."), "bill"),),
    )


def payer(story: Story) -> Cause | None:
    """Nobody is known to pay."""
    return of_one(
        story,
        review.NO_PAYER,
        _("The card of this charge belongs to nobody, so that nobody can be billed."),
        Step(_("Give the card to its driver, then look anew."), "card"),
    )


def repaired(story: Story) -> Cause | None:
    """It broke inside us as it began."""
    if not found(story, review.REPAIR):
        return None
    anew = (
        ()
        if story.session.state != State.REVIEW
        else (Step(_("Have it looked at anew: payer and price are found as of its beginning."), "rerun"),)
    )
    return Cause(
        "repaired",
        _("Something broke inside us as it began: it was written down with what the station said, without a price."),
        _("Something went wrong on our side as your charge began; a person looks at the bill before you pay."),
        (*anew, *decide(story)),
        BUSY,
    )


def only_stop(story: Story) -> Cause | None:
    """Its start never came."""
    if not found(story, review.ONLY_STOP):
        return None
    text = _("Only the end of this charge ever came: when and where it began is taken from the readings with it.")
    tell = _("The station lost the beginning of your charge; we check the bill before anything is taken.")
    steps = (*decide(story), Step(_("See whether it was offline before that."), "connection"))
    return Cause("only_stop", text, tell, steps, BUSY)


def noted(story: Story) -> Cause | None:
    """What was odd and holds no bill back."""
    names = found(story, *NOTED)
    return Cause("noted", " ".join(review.say_all(names)), tone=BUSY) if names else None


def other(story: Story) -> Cause | None:
    """All other reasons why it waits."""
    told = {*CLOCKS, *METERS, *OWN_WORDS, review.INFERRED, review.NO_PAYER, review.NO_PRICE, review.GUESSED}
    names = [one for one in story.session.findings if one.partition(":")[0] in review.SUSPECT - told]
    if story.session.state != State.REVIEW or not names:
        return None
    tell = _("Something about this charge is odd; we check it before anything is taken.")
    return Cause("review", " ".join(review.say_all(names)), tell, decide(story), BUSY)


def of_one(story: Story, name: str, text: str, *steps: Step) -> Cause | None:
    """The cause of one finding."""
    if not found(story, name):
        return None
    return Cause(name, text, "", (*steps, *decide(story)), BUSY)


RULES: tuple[Callable[[Story], Cause | None], ...] = (
    repaired,
    only_stop,
    clock,
    meter,
    inferred,
    late,
    payer,
    other,
)

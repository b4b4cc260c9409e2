"""Why no charge began: no cable, no answer, a refusal of the station, somebody else, or a refusal of ours."""

from django.utils.translation import gettext as _

from charging.models import Session
from drivepower.portal.explain.causes.refusals import refusal
from drivepower.portal.explain.facts import Story
from drivepower.portal.explain.sentences import commands, words
from drivepower.portal.explain.shapes import BAD, BUSY, COMMAND, STATUS, Cause, Step
from stations.models import Command
from stations.models.state import FINISHING

State = Command.State
ANSWERED = (State.ACCEPTED, State.REJECTED)
PLUGGED = ("Preparing", "Charging", "SuspendedEV", "SuspendedEVSE")


def waiting(story: Story) -> Cause | None:
    """The station was asked, and it is not over yet."""
    if story.session.state != Session.State.REQUESTED:
        return None
    return Cause(
        "waiting",
        _("The start is under way: the station was asked, and has not begun yet."),
        _("Plug the cable in now, if it is not; the charge begins by itself."),
        (Step(_("Look again in a minute."), "self"), Step(_("See whether the station answers."), "commands")),
        BUSY,
    )


def unreached(story: Story) -> Cause | None:
    """It was offline at that time, or said nothing."""
    command = story.command("start_charging")
    if not failed_by(story, "start_timeout", "start_unanswered") or (command and command.state in ANSWERED):
        return None
    if command is None and not story.around.is_whole(COMMAND):
        return None
    steps = (
        Step(_("Check the station's connection."), "station"),
        Step(_("Ask it whether it is there."), "check"),
    )
    tell = _("The station could not be reached then. Nothing was charged; please try again or another one.")
    if command and (why := commands.held_back(command)):
        text = _("The start could not be sent to the station: %(why)s.") % {"why": words.said(words.ANSWERS, why)}
        return Cause("unsent", text, tell, steps, BAD)
    if command and command.sent_at:
        text = _("The station did not answer our start, though it was connected.")
        if command.answer.get("error") == "disconnected":
            text = _("The connection ended before the station answered our start.")
        return Cause("no_answer", text, tell, steps, BAD)
    return Cause("offline", _("The station was not connected when the charge was asked for."), tell, steps, BAD)


def no_cable(story: Story) -> Cause | None:
    """It accepted, and nobody plugged in."""
    if not failed_by(story, "start_timeout") or not accepted(story) or plugged(story):
        return None
    if not story.around.is_whole(STATUS):
        return None
    text = _("The station accepted the start, but no cable was plugged in before its time ran out.")
    if story.start_wait_s:
        text = _(
            "The station accepted the start, but no cable was plugged in before its time ran out; "
            "it waits %(seconds)s s (its ConnectionTimeOut)."
        ) % {"seconds": story.start_wait_s}
    return Cause(
        "no_cable",
        text,
        _("Nothing was charged. Plug the cable in first, then start; or start, and plug in at once."),
        (
            Step(_("If the driver had plugged in, look whether the connector noticed it."), "log"),
            Step(_("If the time is too short, raise ConnectionTimeOut."), "configuration"),
        ),
        BAD,
    )


def unsaid(story: Story) -> Cause | None:
    """The connector says that it charges, and the station never told of a start."""
    if not failed_by(story, "start_timeout") or not accepted(story) or not charges(story):
        return None
    return Cause(
        "unsaid",
        _("The connector says that it charges, but the station never sent the start: there is no charge of ours."),
        _("The station does not tell us of your charge; nothing was charged to you."),
        (
            Step(_("See whether an alert tells of charging without a session, and stop it at the station."), "around"),
            Step(_("If it happens again, restart the station or plan work."), "station"),
        ),
        BAD,
    )


def no_car(story: Story) -> Cause | None:
    """A cable was in, and it still did not begin."""
    if not failed_by(story, "start_timeout") or not accepted(story) or not plugged(story) or charges(story):
        return None
    return Cause(
        "no_car",
        _("The station accepted the start and the cable was in, but it never began: the car did not ask for power."),
        _("Unlock the car, look whether it waits for a timer, plug in again and start once more."),
        (
            Step(_("See what the connector said meanwhile."), "log"),
            Step(_("If it happens with other cars too, plan work."), "station"),
        ),
        BAD,
    )


def rejected(story: Story) -> Cause | None:
    """It said no."""
    if not failed_by(story, "start_rejected"):
        return None
    command = story.command("start_charging")
    is_plain = command is None or command.answer.get("status") == "Rejected"
    said = _("it does not say why") if command is None or is_plain else commands.said(command)
    return Cause(
        "rejected",
        _("The station refused the start: %(why)s.") % {"why": said},
        _("The station refused; nothing was charged. Please try another connector."),
        (
            Step(_("Look at the connector's status and errors."), "station"),
            Step(_("If it keeps refusing, restart it or plan work."), "station"),
        ),
        BAD,
    )


def taken(story: Story) -> Cause | None:
    """Somebody was quicker."""
    if not failed_by(story, "connector_taken"):
        return None
    return Cause(
        "taken",
        _("Somebody else began to charge at this connector first, most likely by card."),
        _("Somebody else was quicker; nothing was charged. Please take another connector."),
        (Step(_("See who charges there."), "around"),),
    )


def cancelled(story: Story) -> Cause | None:
    """The wish was taken back."""
    if not failed_by(story, "start_cancelled"):
        return None
    return Cause(
        "cancelled",
        _("The start was cancelled before the station began."),
        _("The charge was cancelled before it began; nothing was charged."),
    )


def refused(story: Story) -> Cause | None:
    """We refused it; every code has its words."""
    session = story.session
    if session.state != Session.State.FAILED or session.failure in OWN:
        return None
    if session.failure == "connector_occupied" and has_old_cable(story):
        return Cause(
            "refused_old_cable",
            _("The cable of the charge before was still in the connector: a new one begins once it was pulled out."),
            _("Pull the cable out and plug it in again, then start anew; if it is not yours, take another connector."),
            (Step(_("See who charged there, and whether the connector is stuck."), "around"),),
            BAD,
        )
    return refusal(session.failure, session.failure_text)


def has_old_cable(story: Story) -> bool:
    """Whether the connector said as it was asked for that a charge was over and the cable still in."""
    asked = story.session.requested_at
    held = story.statuses_between(asked, asked) if asked else []
    return bool(held) and held[-1].status == FINISHING


OWN = ("start_timeout", "start_rejected", "start_unanswered", "connector_taken", "start_cancelled")


def unauthorised(story: Story) -> Cause | None:
    """A card that we did not let charge."""
    status = story.session.start_status
    if status in ("", "Accepted") or story.session.state == Session.State.FAILED or story.given_up:
        return None
    if status == "ConcurrentTx":
        return elsewhere()
    if status == "Blocked" and story.has_no_hold:
        return refusal("insufficient_balance", "")
    text = _("The station began with a card that may not charge: %(why)s.")
    if not story.session.tag:
        text = _("The station named no card as it began, so that nobody is known who charged.")
    owing = (Step(_("See what is owed, and for which charge."), "wallet"),) if status == "Blocked" else ()
    return Cause(
        "unauthorised",
        text % {"why": words.said(words.TAGS, status)},
        _("This card is not accepted here."),
        (
            Step(_("Look at the card: is it blocked, expired, or of nobody?"), "card"),
            Step(_("Look whether access rules hold at this place."), "station"),
            *owing,
        ),
        BAD,
    )


def elsewhere() -> Cause:
    """A card that was charging already."""
    return Cause(
        "elsewhere",
        _(
            "The card was charging elsewhere already, and may do one charge at a time: "
            "we refused this one and stopped it."
        ),
        _("Your card was in use for another charge; end that one first."),
        (Step(_("See the driver's other charge; more at a time can be allowed to a card."), "card"),),
        BUSY,
    )


def late_start(story: Story) -> Cause | None:
    """It had been given up, and the station began all the same."""
    if not story.given_up:
        return None
    if story.given_up == "start_cancelled":
        text = _("The driver had cancelled, and the station began all the same: we refused and asked it to stop.")
        tell = _("The station began although you had cancelled; we stopped it. You pay what was delivered until then.")
    elif story.has_no_hold:
        text = _("The start came after it had been given up, and no money could be held any more: we had it stopped.")
        tell = _("The charge began too late, when your money was not free any more; you pay what was delivered.")
    else:
        text = _("The start came after it had been given up; the money was held again, and it charged as asked.")
        tell = _("The station began later than we waited; the charge was counted all the same.")
    raised = (Step(_("If the time is too short, raise ConnectionTimeOut."), "configuration"),)
    steps = raised if story.given_up == "start_timeout" else ()
    return Cause("late_start", text, tell, steps, BUSY)


def failed_by(story: Story, *codes: str) -> bool:
    """Whether it failed with one of these codes."""
    return story.session.state == Session.State.FAILED and story.session.failure in codes


def accepted(story: Story) -> bool:
    """Whether the station accepted the start."""
    command = story.command("start_charging")
    return command is not None and command.state == State.ACCEPTED


def plugged(story: Story) -> bool:
    """Whether a cable was in while it waited for one."""
    return was_one_of(story, PLUGGED)


def charges(story: Story) -> bool:
    """Whether the connector said that it charges, while we waited for the start."""
    return was_one_of(story, ("Charging",))


def was_one_of(story: Story, statuses: tuple[str, ...]) -> bool:
    """Whether the connector said one of these while it waited."""
    asked, until = story.session.requested_at, story.session.expires_at
    if asked is None:
        return False
    return any(one.status in statuses for one in story.statuses_between(asked, until or story.at))


RULES = (
    waiting,
    unreached,
    no_cable,
    unsaid,
    no_car,
    rejected,
    taken,
    cancelled,
    refused,
    late_start,
    unauthorised,
)

"""What was wrong with a station between two times."""

from collections.abc import Callable
from datetime import timedelta

from django.utils.translation import gettext as _

from billing.wording import clean
from charging import strays
from charging import watch as watching
from charging.models import Session
from drivepower.core.alert_kinds import title_of
from drivepower.portal.explain.causes import makers
from drivepower.portal.explain.causes.faults import FAULTED
from drivepower.portal.explain.facts import Watch
from drivepower.portal.explain.house import was_paused, was_under_way
from drivepower.portal.explain.sentences import oddities, states
from drivepower.portal.explain.sentences.clauses import span
from drivepower.portal.explain.shapes import BAD, BUSY, CONNECTION, GOOD, Cause, Step
from stations.models import StatusSpan

MANY_BOOTS, MANY_SOCKETS = 3, 5


def offline(watch: Watch) -> Cause | None:
    """It was away for a part of that time in which we knew it; of connections that are too many to be read, since the
    first that was.
    """
    if CONNECTION in watch.around.hidden:
        return None
    until = min(watch.until, watch.at)
    known = max(watch.since, watch.station.created_at)
    spans = sorted(watch.around.sockets, key=lambda one: one.epoch)
    since = max(known, spans[0].since) if spans and CONNECTION in watch.around.cut else known
    there = timedelta(0)
    for one in spans:
        there += max(timedelta(0), min(one.until or until, until) - max(one.since, since))
    gone = until - since - there
    if gone < timedelta(minutes=1):
        return None
    text = _("The station was not connected for %(span)s of this time.")
    if not spans:
        text = _("The station was not connected at all in this time.")
    elif since > known:
        text = _("The station was not connected for %(span)s of this time, and maybe longer.")
    text %= {"span": span(gone)}
    steps = (Step(_("See how its connections ended."), "connection"), Step(_("Ask it whether it is there."), "check"))
    return Cause("offline", text, _("The station could not be reached then."), steps, BAD)


def faulted(watch: Watch) -> Cause | None:
    """A connector reported a fault."""
    for one in watch.around.statuses:
        if one.status == FAULTED:
            steps = (*by_code(one, watch), Step(_("If the fault stays, plan work."), "maintenance"))
            tell = _("The station had a fault. Please take another connector.")
            return Cause("faulted", said_by(one, watch), tell, steps, BAD)
    return None


def warned(watch: Watch) -> Cause | None:
    """A connector told of an error while it went on."""
    for one in watch.around.statuses:
        if one.status != FAULTED and states.error_of(one):
            steps = (*by_code(one, watch), Step(_("If it comes again, plan work."), "station"))
            return Cause("warned", said_by(one, watch), "", steps, BUSY)
    return None


def by_code(one: StatusSpan, watch: Watch) -> tuple[Step, ...]:
    """What to do by the maker's code, and where to say what others of that time mean that nobody knows."""
    errors = (other for other in watch.around.statuses if other.status == FAULTED or states.error_of(other))
    return (*(makers.known(one, watch.around) or ()), *makers.offers(errors, watch.around))


def said_by(one: StatusSpan, watch: Watch) -> str:
    """A status with its error, and the maker's own words where there are any."""
    maker = states.maker_of(one, watch.around.frames, watch.around.makers)
    return " ".join(filter(None, [states.said(one), maker]))


def boots(watch: Watch) -> Cause | None:
    """It restarted again and again."""
    count = sum(one.action == "BootNotification" and not one.is_ours for one in watch.around.frames)
    if count < MANY_BOOTS:
        return None
    text = _("The station booted %(count)s times in this time: look at supply, firmware and heat.")
    return Cause("boots", text % {"count": count}, "", (Step(_("Plan work."), "maintenance"),), BAD)


def sockets(watch: Watch) -> Cause | None:
    """Its connection broke again and again, or two fought for its identity."""
    if any(one.was_fight for one in watch.around.sockets):
        text = _("Two sockets fought for this station's identity: two devices may have the same key.")
        return Cause("fight", text, "", (Step(_("Give the station a new key."), "station"),), BAD)
    count = len(watch.around.sockets)
    if count < MANY_SOCKETS:
        return None
    text = _("The station connected %(count)s times in this time: its network is unsteady.")
    if CONNECTION in watch.around.cut:
        text = _("The station connected more than %(count)s times in this time: its network is unsteady.")
    return Cause("unsteady", text % {"count": count}, "", (Step(_("See the connections."), "connection"),), BUSY)


def failures(watch: Watch) -> Cause | None:
    """Starts that came to nothing."""
    failed = [one for one in watch.sessions if one.state == Session.State.FAILED]
    if not failed:
        return None
    facts = {"count": len(failed), "all": len(watch.sessions)}
    text = _("%(count)s of %(all)s starts in this time came to nothing; each has its own explanation below.") % facts
    return Cause("failures", text, tone=BUSY)


def silent(watch: Watch) -> Cause | None:
    """It charges, and tells of no charge."""
    if not of_kind(watch, watching.SILENT):
        return None
    return Cause(
        "silent",
        _("A connector says that it charges, and the station never sent a start: there is no charge of ours, no bill."),
        _("The station does not tell us of this charge; nothing is charged for it."),
        (
            Step(_("See whether the station keeps its messages back: restart it, or plan work."), "station"),
            Step(_("If somebody waits, start for them after that."), "station"),
        ),
        BAD,
    )


def stray(watch: Watch) -> Cause | None:
    """It sent ends that fit no charge."""
    if not of_kind(watch, strays.ALERT):
        return None
    return Cause(
        "stray",
        _("The station sent an end that fits no charge of ours: it is kept, and billed to nobody."),
        "",
        (Step(_("See what it said, and whether a charge of that time is missing its end."), "log"),),
        BUSY,
    )


def garbled(watch: Watch) -> Cause | None:
    """It sent what is no message."""
    count = sum(oddities.is_unreadable(one.error) for one in watch.around.frames)
    if not count:
        return None
    text = _("The station sent %(count)s messages that cannot be read; its charges are not harmed by that.")
    return Cause("garbled", text % {"count": count}, "", (Step(_("See them as they came."), "log"),), BUSY)


def alarmed(watch: Watch) -> Cause | None:
    """There were other alerts."""
    others = [one for one in watch.around.alerts if one.kind not in (watching.SILENT, strays.ALERT)]
    if not others:
        return None
    names = sorted({clean(title_of(one.kind)) for one in others})
    return Cause("alarmed", _("There were alerts: %(names)s.") % {"names": ", ".join(names)}, tone=BUSY)


def worked(watch: Watch) -> Cause | None:
    """Work was under way there."""
    works = [one for one in watch.house.works if was_under_way(one, watch.since, watch.until)]
    if not works:
        return None
    text = _("Work was under way at the station: %(names)s.")
    names = ", ".join(f"«{clean(one.row.what)}»" for one in works)
    tell = _("The station was being worked on then.")
    return Cause("worked", text % {"names": names}, tell, (Step(_("See the work and who does it."), "station"),), BUSY)


def paused(watch: Watch) -> Cause | None:
    """New charges were off."""
    if not any(was_paused(turns, watch.since) for turns in watch.house.pauses.values()):
        return None
    text = _("New charges were paused: who charged went on, nobody new could start.")
    return Cause("paused", text, _("New charges are paused at this place for the moment."), tone=BUSY)


def of_kind(watch: Watch, kind: str) -> bool:
    """Whether there was an alert of that kind."""
    return any(one.kind == kind for one in watch.around.alerts)


def quiet(watch: Watch) -> Cause | None:
    """Nothing went wrong, by all that there is to know."""
    if watch.around.hidden or any(rule(watch) for rule in TROUBLES):
        return None
    return Cause("quiet", _("Nothing was wrong with the station in this time, as far as it told."), tone=GOOD)


TROUBLES = (offline, faulted, silent, paused, boots, sockets, stray, garbled, failures, warned, alarmed, worked)
RULES: tuple[Callable[[Watch], Cause | None], ...] = (*TROUBLES, quiet)

"""The stripe on top: how the session or station stands now."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from charging.consumption import energy_of
from charging.models import Session
from drivepower.portal import wording
from drivepower.portal.explain import bill
from drivepower.portal.explain.facts import Story, Watch
from drivepower.portal.explain.reader import Reader
from drivepower.portal.explain.sentences.clauses import energy
from drivepower.portal.explain.shapes import Fact, Step
from stations.models import Station

State = Session.State
TONES: dict[str, str] = {
    State.REQUESTED: "doubtful",
    State.ACTIVE: "charging",
    State.STOPPING: "charging",
    State.REVIEW: "doubtful",
    State.SETTLED: "good",
    State.WAIVED: "good",
    State.FAILED: "bad",
}


def of_session(story: Story, reader: Reader, ways: dict[str, Step]) -> list[Fact]:
    """State, place, who, energy, cost, how long."""
    session = story.session
    page = reverse("admin:charging_session_change", args=[session.pk])
    lasted = session.duration_seconds(at=story.at)
    shown = f"{lasted // 3600}:{lasted % 3600 // 60:02}:{lasted % 60:02}" if session.started_at else wording.NOTHING
    return [
        Fact(_("Session"), str(session), href=page),
        Fact(_("State"), session.get_state_display(), TONES.get(session.state, "")),
        Fact(
            _("Station"),
            session.station.code,
            note=_("connector %(number)s") % {"number": session.connector.number},
            href=ways["station"].link if "station" in ways else "",
        ),
        *who(session, reader, ways),
        Fact(_("Energy"), energy(energy_of(session, getattr(session, "meter", None)))),
        Fact(_("Cost"), *cost(story)),
        Fact(_("Duration"), shown),
    ]


def who(session: Session, reader: Reader, ways: dict[str, Step]) -> list[Fact]:
    """Who charged, for those who may know."""
    if not reader.knows:
        return []
    named = session.driver or session.company if reader.may("accounts.view_user") else None
    href = ways["driver"].link if "driver" in ways else ""
    return [Fact(_("Driver"), str(named or session.tag or wording.NOTHING), href=href)]


def cost(story: Story) -> tuple[str, str, str]:
    """What it cost before anything was given back, or has cost so far; no tone; what was given back, and its limit."""
    session, receipts = story.session, story.money.receipts
    given = bill.given_back(story.money.transfers)
    if not receipts or not given:
        return so_far(story), "", limit(session)
    currency = receipts[0].currency
    back = _("%(amount)s given back") % {"amount": wording.money(given, currency)}
    before = wording.money(sum((one.gross for one in receipts), given), currency)
    return before, "", ", ".join(filter(None, [back, limit(session)]))


def so_far(story: Story) -> str:
    """What it costs by now: of one that is over and not paid, what the bill below says that it would."""
    last = bill.current(story.session, story.money.settlements)
    if story.session.state == State.REVIEW and last is not None and last.lines:
        return wording.money(last.total, last.currency)
    return cost_so_far(story.session)


def cost_so_far(session: Session) -> str:
    """What its receipts come to, else what it has cost so far."""
    currency = session.price_terms.currency if session.price_terms else settings.DEFAULT_CURRENCY
    if session.receipt is not None:
        return wording.money(session.receipt.subject_gross, session.receipt.currency)
    if session.state in (State.WAIVED, State.FAILED):
        return wording.NOTHING
    meter = getattr(session, "meter", None)
    return wording.money(meter.running_cost if meter else None, currency)


def limit(session: Session) -> str:
    """How it was limited, in a word."""
    return _("limit: %(kind)s") % {"kind": session.get_limit_kind_display()} if session.limit_kind else ""


def of_station(watch: Watch, reader: Reader, ways: dict[str, Step]) -> list[Fact]:
    """Whether it is there now, and what was in that time."""
    station: Station = watch.station
    is_online = station.is_online(at=watch.at)
    name = _("Online now") if is_online else _("Offline now")
    failed = sum(one.state == State.FAILED for one in watch.sessions)
    return [
        Fact(_("Station"), station.code, href=ways["station"].link if "station" in ways else ""),
        Fact(_("Connection"), name, "good" if is_online else "bad"),
        Fact(_("From"), reader.clock(watch.since)),
        Fact(_("Until"), reader.clock(watch.until)),
        Fact(_("Charges"), wording.count(len(watch.sessions) - failed)),
        Fact(_("Failed starts"), wording.count(failed), "bad" if failed else ""),
    ]

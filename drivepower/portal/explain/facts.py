"""All that is known of a session, or of a station between two times: rows as they were read, for pure functions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from billing.models import Adjustment, Debt, Hold, Receipt, TopUp, Transfer
from billing.pricing import Terms
from charging import review
from charging.models import Decision, Session, Settlement
from charging.stays import SAYS_WITHIN, Stay
from drivepower.core.models import Alert, Event
from drivepower.portal.explain.clocks import place_of
from drivepower.portal.explain.house import House
from stations.makers_codes import Makers
from stations.models import Command, ConnectionSpan, Report, Station, StatusSpan
from stations.models.state import FINISHING

# What stations say of an end that was asked for from afar.
REMOTE = "Remote"


class Said(NamedTuple):
    """A frame with its answer, as far as they can be read."""

    at: datetime
    is_ours: bool
    action: str
    payload: dict[str, Any]
    answer: dict[str, Any] | None
    error: str = ""
    session_key: int = 0


class Turn(NamedTuple):
    """Where readings say something: `first`, `drawing`, `stopped`, `gap`, `soc` or `last`; W, Wh or percent."""

    at: datetime
    what: str
    value: float
    before: datetime | None = None


class Told(NamedTuple):
    """A notification and how it went by each channel; None: the reader may not know."""

    at: datetime
    kind: str
    facts: dict[str, Any]
    messages: Sequence[tuple[str, str, str]] | None  # channel, state, error


class Changed(NamedTuple):
    """A line of the audit trail, by whom."""

    at: datetime
    table: str
    what: str
    who: str
    name: str | None
    before: dict[str, Any]
    after: dict[str, Any]
    row: str
    called: str  # the row, where it has a name
    meant: Mapping[tuple[str, str], str | None]  # what columns refer to, by model and key; None: not for this reader


@dataclass(frozen=True, kw_only=True)
class Around:
    """What is told of the hardware in a stretch of time.

    Of the kinds in `hidden` the reader may know nothing, of those in `cut` not all was read: what is not among them may
    have happened all the same, and no rule may say that it did not.
    """

    frames: Sequence[Said] = ()
    commands: Sequence[Command] = ()
    statuses: Sequence[StatusSpan] = ()
    sockets: Sequence[ConnectionSpan] = ()
    alerts: Sequence[Alert] = ()
    reports: Sequence[Report] = ()
    changes: Sequence[Changed] = ()
    makers: Makers = field(default_factory=Makers)
    tells_codes: bool = False  # whether the reader may write down what makers' codes mean
    hidden: frozenset[str] = frozenset()
    cut: frozenset[str] = frozenset()

    def is_whole(self, *kinds: str) -> bool:
        """Whether all that happened of these kinds is known here."""
        return not (self.hidden | self.cut).intersection(kinds)


@dataclass(frozen=True, kw_only=True)
class Money:
    """How a session's money moved, as far as the reader may see it."""

    holds: Sequence[Hold] = ()
    transfers: Sequence[Transfer] = ()
    others: Sequence[Transfer] = ()  # of the payer's wallet beside the session: payouts, opening balances, shares
    debts: Sequence[Debt] = ()
    receipts: Sequence[Receipt] = ()
    adjustments: Sequence[Adjustment] = ()
    top_ups: Sequence[TopUp] = ()
    settlements: Sequence[Settlement] = ()


@dataclass(frozen=True, kw_only=True)
class Story:
    """A session with everything around it."""

    session: Session
    at: datetime
    terms: Terms | None = None
    stay: Stay | None = None
    around: Around = field(default_factory=Around)
    house: House = field(default_factory=House)
    money: Money = field(default_factory=Money)
    turns: Sequence[Turn] = ()
    events: Sequence[Event] = ()
    decisions: Sequence[Decision] = ()
    told: Sequence[Told] = ()
    drawn_w: int = 0  # when the meter was last read
    read_at: datetime | None = None  # which was then
    start_wait_s: int | None = None  # the station's ConnectionTimeOut, where it was read
    own_time: tuple[datetime, datetime] | None = None  # what the hardware said outside of it is of other charges

    @property
    def start_place(self) -> datetime | None:
        """Where its start stands among what we know by our own clock: never before it was asked for."""
        session = self.session
        if session.started_at is None:
            return None
        return place_of(session.started_at, came=session.start_received_at, after=session.requested_at)

    @property
    def end_place(self) -> datetime | None:
        """The same of its end: never before its start, nor before we asked for it, where that is why it came."""
        session = self.session
        if session.stopped_at is None:
            return None
        asked = session.stop_asked_at if session.stop_reason == REMOTE else None
        after = max(filter(None, [self.start_place, asked]), default=None)
        return place_of(session.stopped_at, came=session.stop_received_at, after=after)

    @property
    def was_told_to_stop(self) -> bool:
        """Whether we asked the station to stop it: the house itself, or somebody by a command of their own."""
        session = self.session
        return bool(session.stop_cause) or any(
            one.intent == "RemoteStopTransaction"
            and str(one.payload.get("transactionId")) == session.ocpp_id
            and one.sent_at is not None
            for one in self.around.commands
        )

    @property
    def failed_at(self) -> datetime | None:
        """When its start was given up, as its event says, else when its time ran out or it was asked for."""
        session = self.session
        if not session.failure:
            return None
        told = next((one.at for one in self.events if one.kind == "session.failed"), None)
        expired = session.expires_at if session.failure == "start_timeout" else None
        return told or expired or session.requested_at or session.created_at

    @property
    def given_up(self) -> str:
        """The code with which its start had been given up before it came all the same; empty if it never was."""
        if self.session.started_at is None or self.session.failure:
            return ""
        codes = (str(one.payload.get("error") or "") for one in self.events if one.kind == "session.failed")
        return next(codes, "")

    @property
    def older_ends(self) -> list[Event]:
        """The ends that were told of it before the real one came: another reason, or another energy."""
        session, came = self.session, self.session.stop_received_at
        now = session.stop_reason, round((session.billed_energy_wh or 0) / 1000, 3)
        ends = [one for one in self.events if one.kind == "session.ended" and one.payload.get("stop_reason")]
        ends = [one for one in ends if came is None or one.at < came]
        older = [one for one in ends if (one.payload.get("revision") or 0) < session.revision]
        return [one for one in older if (one.payload["stop_reason"], one.payload.get("energy_kwh")) != now]

    @property
    def was_amended(self) -> bool:
        """Whether it was taken for over before its real end came."""
        return bool(self.older_ends)

    @property
    def has_cable_in(self) -> bool:
        """Whether its connector says since its end, and still, that the cable is in."""
        session = self.session
        if session.stopped_at is None:
            return False
        own = [one for one in self.around.statuses if one.number == session.connector.number]
        last = max(own, key=lambda one: one.since, default=None)
        if last is None or last.status != FINISHING or last.until is not None:
            return False
        return (session.started_at or session.stopped_at) <= last.since <= session.stopped_at + SAYS_WITHIN

    @property
    def has_no_hold(self) -> bool:
        """Whether no money was held for it that should have been."""
        return review.NO_HOLD in self.session.findings

    def command(self, intent: str) -> Command | None:
        """The newest command of that intent for this session."""
        own = (one for one in self.around.commands if one.intent == intent and one.subject == self.session.subject)
        return next(iter(sorted(own, key=lambda one: one.asked_at, reverse=True)), None)

    def statuses_between(self, since: datetime, until: datetime) -> list[StatusSpan]:
        """What its connector said of itself in that time, in order; a status that held at `since` is the first."""
        number = self.session.connector.number
        found = [one for one in self.around.statuses if one.number == number and one.since <= until]
        return [one for one in found if one.until is None or one.until > since]


@dataclass(frozen=True, kw_only=True)
class Watch:
    """A station between two times; of the first of its sessions all is known (`stories`)."""

    station: Station
    since: datetime
    until: datetime
    at: datetime
    sessions: Sequence[Session] = ()
    stories: Sequence[Story] = ()
    around: Around = field(default_factory=Around)
    house: House = field(default_factory=House)

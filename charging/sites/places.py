"""A connector at a shared supply: what it may take at most now, and whether anybody can change that.

What is not known for certain counts as the most that it may be.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from charging import clock
from charging.models import ChargingProfile, Session
from charging.models.sites import SitePlan, SiteShare
from charging.sites import currents
from charging.sites.currents import Outlet
from charging.sites.planning import PHASES, Want
from stations.models import Connector, Location

State, Purpose = ChargingProfile.State, ChargingProfile.Purpose
ASKED_BY = "rule:sites"
# A profile above the fallback ends by itself, so that a station that is lost comes down to it; it is renewed in time.
HELD_FOR = timedelta(minutes=10)
RENEWED_AFTER = HELD_FOR / 2
# A station that has not answered by then has lost the message, or its answer.
ANSWERED_WITHIN = timedelta(seconds=45)
# What a station rejects now, such as the profile of a charge that it is just beginning, it may take soon.
TRIED_AGAIN = {Purpose.TX: timedelta(seconds=30), Purpose.TX_DEFAULT: timedelta(minutes=10)}
# A Start that comes so late may have its Stop right behind it: it is told nothing yet (S 5.16.1).
LATE = timedelta(minutes=1)
REPLAYED_WITHIN = timedelta(minutes=2)
# The sweep of profiles says so where it is not known whether the station has the profile.
NO_ANSWER, NOT_SENT, REJECTED = "no_answer", "not_sent", "Rejected"
# A car that has taken nothing for so long leaves its share to others, but for the least current.
IDLE_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Place:
    """One connector with everything that decides what it may take of the supply."""

    connector: Connector
    outlet: Outlet
    phases: frozenset[int]
    rated_a: Decimal
    is_online: bool
    # Whether its station has not said that it cannot charge smartly.
    is_able: bool
    # Since when its station has been as it is: it may have forgotten profiles when it came back or booted.
    since: datetime
    idle_since: datetime | None = None
    session: Session | None = None
    share: SiteShare | None = None
    # Our fallback: what is in force, asked for, or has just been refused.
    fallbacks: list[ChargingProfile] = field(default_factory=list)
    # What people have asked of this connector: it stands.
    people_set: list[ChargingProfile] = field(default_factory=list)

    @property
    def key(self) -> int:
        """How plans name it."""
        return self.connector.pk

    @property
    def sent(self) -> ChargingProfile | None:
        """The profile that was last sent for the charge that runs here."""
        return self.share.profile if self.share else None

    @property
    def fallback_is_ours(self) -> bool:
        """Whether nobody has chosen a default of their own."""
        return not self._set_by_people(Purpose.TX_DEFAULT)

    def is_ours(self, *, at: datetime) -> bool:
        """Whether we may set what the charge takes, as far as its station listens."""
        can_hear = self.session is not None and self.is_online and self.is_able
        return can_hear and not self._set_by_people(Purpose.TX) and not self._is_replayed(at=at)

    def fallback_a(self) -> Decimal:
        """What a charge may take here that no profile of its own is in force for.

        A station that came back or booted since it took its fallback may have forgotten it.
        """
        if self.fallback_is_ours and not any(one.changed_at >= self.since for one in self._applied_fallbacks()):
            return self.rated_a
        return self.remembered_a()

    def remembered_a(self) -> Decimal:
        """What the fallback lets a charge take where the station has forgotten nothing."""
        people = self._set_by_people(Purpose.TX_DEFAULT)
        if not people and not self._applied_fallbacks():
            return self.rated_a
        ours = [one for one in self.fallbacks if one.state != State.REFUSED or one.answer == NO_ANSWER]
        return max(self._most_of(one) for one in [*ours, *people])

    def in_force_a(self, *, at: datetime) -> Decimal:
        """What it may take by what its station has confirmed."""
        if people := self._set_by_people(Purpose.TX):
            return max(self._most_of(one) for one in people)
        fallback, sent, share = self.fallback_a(), self.sent, self.share
        if sent is None or share is None or sent.state not in (State.APPLIED, State.REQUESTED, State.REFUSED):
            return fallback
        if sent.state != State.APPLIED:
            # What was in force before may be so still, unless it was forgotten since.
            before = fallback if share.in_force_a is None else share.in_force_a
            return max(before, fallback) if share.sent_at and share.sent_at < self.since else before
        until = clock.read(sent.document.get("validTo"))
        if until is not None and at >= until:
            return fallback
        sent_a = share.sent_a or Decimal(0)
        return sent_a if self.is_online and sent.changed_at >= self.since else max(sent_a, fallback)

    def counted_a(self, *, at: datetime) -> Decimal:
        """What it may take at most now: what is asked for and not confirmed counts as well."""
        if self.session is None:
            # A station that is away may begin a charge without asking; one that is here tells of it at once.
            return Decimal(0) if self.is_online else self.fallback_a()
        most = self.in_force_a(at=at)
        if self.share and (self.is_pending(at=at) or self._is_lost(at=at)):
            most = max(most, self.share.sent_a or Decimal(0))
        if not self.is_online:
            most = max(most, self.fallback_a())
        return min(most, self.rated_a)

    def is_pending(self, *, at: datetime) -> bool:
        """Whether the station may answer yet."""
        sent, share = self.sent, self.share
        if sent is None or share is None or share.sent_at is None or sent.state != State.REQUESTED:
            return False
        return at < share.sent_at + ANSWERED_WITHIN

    def has_failed(self, *, at: datetime) -> bool:
        """Whether its station has refused what it was last sent, or has not answered."""
        refused = self.sent is not None and self.sent.state == State.REFUSED
        return refused or self._is_lost(at=at)

    def may_be_asked(self, share_a: Decimal, *, at: datetime) -> bool:
        """Whether it is time for another profile: while one is under way, only for one that is lower."""
        sent, share = self.sent, self.share
        if sent is None or share is None:
            return True
        if self.is_pending(at=at):
            return share_a < (share.sent_a or Decimal(0))
        return sent.state != State.REFUSED or self.may_be_tried(sent, at=at)

    def may_be_tried(self, refused: ChargingProfile, *, at: datetime) -> bool:
        """Whether the station may take what it has refused; one that knows no profiles, once it comes anew."""
        if refused.answer in (NO_ANSWER, NOT_SENT) or refused.changed_at < self.since:
            return True
        return refused.answer == REJECTED and at >= refused.changed_at + TRIED_AGAIN[Purpose(refused.purpose)]

    def needs_again(self, *, at: datetime) -> bool:
        """Whether the same profile must be sent again: it ends soon, or the station may not have it."""
        sent, share = self.sent, self.share
        if sent is None or share is None or share.sent_at is None or sent.state != State.APPLIED:
            return self._is_lost(at=at)
        return sent.changed_at < self.since or ("validTo" in sent.document and at >= share.sent_at + RENEWED_AFTER)

    def is_idle(self, *, at: datetime) -> bool:
        """Whether its car has taken nothing for a while."""
        return self.idle_since is not None and at >= self.idle_since + IDLE_AFTER

    def want(self, *, least_a: Decimal, at: datetime, obeys: bool) -> Want:
        """What it asks of the plan; one that nobody can change is fixed at what it may take."""
        if self.session is None or not obeys:
            return Want(self.key, self.counted_a(at=at), self.since, self.phases, fixed=True)
        driver = self.session.driver
        priority = driver.membership.priority if driver and driver.membership else 0
        most = min(least_a, self.rated_a) if self.is_idle(at=at) else self.rated_a
        return Want(self.key, most, self.session.started_at or at, self.phases, priority)

    def _is_lost(self, *, at: datetime) -> bool:
        """Whether nobody knows if the station has what it was last sent."""
        sent = self.sent
        if sent is None or self.is_pending(at=at):
            return False
        return sent.state == State.REQUESTED or (sent.state == State.REFUSED and sent.answer == NO_ANSWER)

    def _is_replayed(self, *, at: datetime) -> bool:
        began, came = (self.session.started_at, self.session.start_received_at) if self.session else (None, None)
        if began is None or came is None:
            return False
        return came - began >= LATE and at - came < REPLAYED_WITHIN

    def _applied_fallbacks(self) -> list[ChargingProfile]:
        return [one for one in self.fallbacks if one.state == State.APPLIED]

    def _set_by_people(self, purpose: str) -> list[ChargingProfile]:
        return [one for one in self.people_set if one.purpose == purpose]

    def _most_of(self, profile: ChargingProfile) -> Decimal:
        most = currents.most_of(profile.document, self.outlet)
        return self.rated_a if most is None else min(most, self.rated_a)


@dataclass(frozen=True, slots=True)
class Site:
    """A location that shares its supply, with its connectors."""

    location: Location
    plan: SitePlan | None
    places: list[Place]
    # Shares of charges that are over.
    past: list[SiteShare]

    @property
    def limit_a(self) -> Decimal:
        """What it may take on each phase."""
        return Decimal(self.location.supply_limit_a or 0)

    @property
    def least_a(self) -> Decimal:
        """Below this a car does not charge."""
        return Decimal(self.location.least_current_a)

    def counting(self) -> Iterator[Place]:
        """Those that take something, or may without asking."""
        return (place for place in self.places if place.session is not None or not place.is_online)


def loads(counted: dict[int, Decimal], places: list[Place]) -> dict[int, Decimal]:
    """What each phase carries, by what these places count for."""
    return {
        phase: sum((counted[one.key] for one in places if phase in one.phases), Decimal(0)) for phase in sorted(PHASES)
    }

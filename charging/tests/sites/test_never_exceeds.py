"""Whatever gets lost, what is counted is never less than what flows, and nothing is raised before there is room."""

from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from charging import clock
from charging.models import ChargingProfile, Session, SitePlan, SiteShare
from charging.sites import documents
from charging.sites.carrying import row_of
from charging.sites.currents import Outlet
from charging.sites.deciding import decide
from charging.sites.places import Place, Site
from charging.sites.planning import PHASES
from stations.models import Connector, Location, Station

MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RATED = Decimal(16)
State, Purpose = ChargingProfile.State, ChargingProfile.Purpose
# What becomes of a message: it is heard and answered, heard and the answer is lost, lost itself, or refused.
FATES = ["heard", "heard", "unanswered", "lost", "Rejected"]


@dataclass
class Box:
    """A station with one connector, as it is, and what is known of it."""

    key: int
    online: bool = True
    since: datetime = MORNING
    default: dict[str, Any] | None = None
    profile: dict[str, Any] | None = None
    session: Session | None = None
    share: SiteShare | None = None
    fallbacks: list[ChargingProfile] = field(default_factory=list)
    rows: int = 0

    def place(self) -> Place:
        """What the planner knows."""
        connector = Connector(pk=self.key, number=1, station=Station(pk=self.key, code=f"S-{self.key}"))
        # As read from tables: what it answers from now on is not known yet.
        held = [copy(one) for one in self.fallbacks if one.state in (State.APPLIED, State.REQUESTED, State.REFUSED)]
        return Place(
            connector,
            Outlet(3, "A"),
            PHASES,
            RATED,
            self.online,
            True,
            self.since,
            session=self.session,
            share=self.share,
            fallbacks=held,
        )

    def takes(self, at: datetime) -> Decimal:
        """What its car really takes, or one that comes now would."""
        until = clock.read(self.profile.get("validTo")) if self.profile else None
        is_ended = until is not None and at >= until
        document = self.profile if self.session and self.profile and not is_ended else self.default
        return RATED if document is None else min(RATED, limit_of(document))

    def hear(self, document: dict[str, Any], fate: str, at: datetime) -> ChargingProfile:
        """It is sent a profile; what is kept of that."""
        self.rows += 1
        purpose = document["chargingProfilePurpose"]
        row = ChargingProfile(
            pk=self.rows,
            purpose=purpose,
            profile_id=1,
            document=document,
            state=State.REQUESTED,
            asked_at=at,
            changed_at=at,
        )
        if fate in ("heard", "unanswered"):
            if purpose == Purpose.TX:
                self.profile = document
            else:
                self.default = document
        if fate == "heard":
            for old in self.fallbacks if purpose == Purpose.TX_DEFAULT else []:
                old.state = State.REPLACED if old.state in (State.APPLIED, State.REQUESTED) else old.state
            row.state, row.answer = State.APPLIED, "Accepted"
        elif fate == "Rejected":
            row.state, row.answer = State.REFUSED, fate
        return row


@dataclass
class Yard:
    """Five stations at one supply."""

    limit: int = 40
    now: datetime = MORNING
    boxes: list[Box] = field(default_factory=lambda: [Box(key) for key in range(1, 6)])
    sessions: int = 0

    def site(self) -> Site:
        """As it would be gathered."""
        place = Location(pk=1, supply_limit_a=self.limit, least_current_a=6, created_at=MORNING)
        return Site(place, SitePlan(), [box.place() for box in self.boxes], [])

    def counted(self) -> Decimal:
        """All that may flow, by what is known."""
        return sum((place.counted_a(at=self.now) for place in self.site().counting()), Decimal(0))

    def turn(self, fates: list[str]) -> int:
        """One turn of the planner; each message has its fate. How many were sent."""
        site, before = self.site(), self.counted()
        orders = decide(site, at=self.now)
        sent: dict[int, tuple[Decimal, ChargingProfile]] = {}
        for ask in orders.fallbacks:
            box = self.boxes[ask.place.key - 1]
            box.fallbacks.append(box.hear(documents.of_fallback(ask), fates.pop() if fates else "heard", self.now))
        for ask in orders.shares:
            box, document = self.boxes[ask.place.key - 1], documents.of_share(ask, transaction_id=1, at=self.now)
            sent[box.key] = (ask.share_a, box.hear(document, fates.pop() if fates else "heard", self.now))
        for place in site.places:
            if place.session is not None:
                share = row_of(place, orders, sent.get(place.key), at=self.now)
                self.boxes[place.key - 1].share = share
        assert self.counted() <= max(Decimal(self.limit), before)
        return len(orders.shares) + len(orders.fallbacks)

    def check(self) -> None:
        """What flows is never more than what is counted."""
        for box, place in zip(self.boxes, self.site().places, strict=True):
            if place.session is not None or not place.is_online:
                assert box.takes(self.now) <= place.counted_a(at=self.now)

    def happen(self, event: str, box: Box) -> None:
        """Something happens at a station."""
        if event == "come" and box.session is None:
            self.sessions += 1
            box.session = Session(pk=self.sessions, started_at=self.now, start_received_at=self.now, ocpp_id="1")
        elif event == "leave":
            box.session = box.share = box.profile = None
        elif event == "lose":
            box.online = False
        elif event == "reboot" and box.online:  # and it has forgotten what it was told
            box.since, box.profile, box.default = self.now, None, None
        elif event == "find" and not box.online:
            box.online, box.since = True, self.now


def limit_of(document: dict[str, Any]) -> Decimal:
    """The limit that it sets."""
    return Decimal(str(document["chargingSchedule"]["chargingSchedulePeriod"][0]["limit"]))


events = st.tuples(
    st.sampled_from(["come", "come", "come", "come", "leave", "lose", "find", "limit", "reboot"]),
    st.integers(0, 4),
    st.sampled_from([1, 20, 50, 300, 700]),
    st.lists(st.sampled_from(FATES), max_size=8),
)


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(events, max_size=8))
@example(steps=[("come", 0, 1, []), ("reboot", 0, 700, [])])
def test_it_counts_at_least_what_flows_and_settles_when_all_are_heard(steps: list[Any]) -> None:
    yard = Yard()
    for event, index, seconds, fates in steps:
        yard.now += timedelta(seconds=seconds)
        if event == "limit":
            yard.limit = 20 + 10 * index
        else:
            yard.happen(event, yard.boxes[index])
        yard.check()
        for _ in range(2):
            yard.turn(fates)
            yard.check()
    for box in yard.boxes:
        yard.happen("find", box)
    for _ in range(3):
        yard.now += timedelta(minutes=11)
        turns = 0
        while yard.turn([]):
            yard.check()
            turns += 1
            assert turns < 10
    assert yard.counted() <= yard.limit
    for box, place in zip(yard.boxes, yard.site().places, strict=True):
        assert box.default is not None
        assert box.share is None or place.in_force_a(at=yard.now) == box.share.planned_a

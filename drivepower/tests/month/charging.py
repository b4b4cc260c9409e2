"""The charges of the month as drivers, stations, workers and the people of support bring them about."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from accounts.models import IdTag
from charging import approvals, reviewing, settlement, sweeps
from charging.models import DecisionRequest, Session
from charging.tests.world import World, minutes
from drivepower.tests.month.agenda import Agenda
from drivepower.tests.month.days import DAY, DAYS, HOUR, march
from drivepower.tests.month.estate import Estate
from drivepower.tests.month.plan import Charge, Payer, Stop
from stations.models import Connector

SUPPORT, SECOND = "staff:support", "staff:second"
SETTLES_AFTER = timedelta(minutes=2)
DECIDED_ON = march(29, "11:00")


@dataclass
class Charging:
    """Who plays the charges; `sessions` are those that began, by the number of their charge."""

    estate: Estate
    agenda: Agenda
    sessions: dict[int, Session] = field(default_factory=dict)
    turns: dict[Payer, int] = field(default_factory=dict)

    def plan(self, charge: Charge) -> None:
        """Put all that will be done about it on the agenda."""
        self.agenda.put(charge.begins, lambda at: self.begin(charge, at))
        self.agenda.put(charge.ends - (charge.ends - charge.begins) / 3, lambda at: self.read(charge, at))
        if charge.stop != Stop.NEVER:
            self.agenda.put(charge.comes, lambda at: self.end(charge, at))
            self.agenda.put(max(charge.comes, charge.ends + charge.stays) + SETTLES_AFTER, self.settle_it(charge))
        if self.place(charge)[0] in self.estate.at("MALL"):
            self.tell_of_the_car(charge)
        elif charge.stop != Stop.AT_ONCE and charge.is_swept:
            self.agenda.put(charge.ends, lambda at: self.say(charge, "Available", at))
        if charge.stop != Stop.AT_ONCE and charge.is_swept:
            self.agenda.put(charge.ends + HOUR / 2, lambda at: sweeps.end_hung(at=at))
        if charge.decision:
            decided = max(DECIDED_ON, charge.begins + 2 * DAY)
            self.agenda.put(decided, lambda at: self.decide(charge, at))

    def tell_of_the_car(self, charge: Charge) -> None:
        """What the connector says of it, where standing there costs money."""
        self.agenda.put(charge.begins, lambda at: self.say(charge, "Charging", at))
        if charge.stop == Stop.AT_ONCE and charge.stays:
            self.agenda.put(charge.ends, lambda at: self.say(charge, "Finishing", at))
        self.agenda.put(charge.ends + charge.stays, lambda at: self.say(charge, "Available", at))

    def keep_house(self) -> None:
        """What workers do, each night."""
        for day in range(DAYS + 6):
            self.agenda.put(march(day + 1, "03:00"), self.sweep)

    def sweep(self, at: datetime) -> None:
        """The sweeps that end, settle and free what is left over."""
        sweeps.fail_expired_starts(at=at)
        sweeps.end_hung(at=at)
        sweeps.settle_ended(at=at)
        sweeps.free_leftovers(at=at)

    def place(self, charge: Charge) -> tuple[World, Connector]:
        """Where it is."""
        world = self.estate.worlds[charge.plug // 2]
        return world, (world.one, world.two)[charge.plug % 2]

    def begin(self, charge: Charge, at: datetime) -> None:
        """By the app, or with a card at the station."""
        world, connector = self.place(charge)
        turn = self.turns[charge.payer] = self.turns.get(charge.payer, -1) + 1
        tag = self.ask(charge, turn, at) if charge.payer == Payer.APP else self.card(charge, turn).value
        self.sessions[charge.number] = world.begin(tag, at=at, connector=connector).session

    def ask(self, charge: Charge, turn: int, at: datetime) -> str:
        """What the app asks for: with a promo code, or up to an amount of energy, or neither."""
        world, connector = self.place(charge)
        driver = self.estate.drivers[turn % len(self.estate.drivers)]
        limit = charge.energy_wh + 1000 if charge.limited else None
        asked: dict[str, Any] = {"energy_wh": limit}
        if charge.promo and not (charge.promo == "FIFTY" and world.plan.currency != "KGS"):
            asked["promo_code"] = charge.promo
        return world.request(driver, connector=connector.number, at=at, **asked).tag

    def card(self, charge: Charge, turn: int) -> IdTag:
        """The card that is shown."""
        estate = self.estate
        cards = {Payer.CARD: estate.cards, Payer.LATER: estate.later, Payer.BEFOREHAND: estate.beforehand}
        if charge.payer == Payer.SERVICE:
            assert estate.service
            return estate.service
        return cards[charge.payer][turn % len(cards[charge.payer])]

    def read(self, charge: Charge, at: datetime) -> None:
        """The station reads its meter once on the way."""
        if charge.stop != Stop.AT_ONCE:
            so_far = charge.energy_wh * 2 // 3
            self.place(charge)[0].read(self.sessions[charge.number], 1000 + so_far, at=at)

    def say(self, charge: Charge, status: str, at: datetime) -> None:
        """What the connector says of itself."""
        world, connector = self.place(charge)
        world.say(connector, status, at=at)

    def end(self, charge: Charge, at: datetime) -> None:
        """The Stop comes; it tells the true end, however late."""
        world, _connector = self.place(charge)
        session = self.sessions[charge.number]
        world.end(session, 1000 + charge.energy_wh, at=charge.ends, received_at=at)

    def settle_it(self, charge: Charge) -> Any:
        """What the worker does that the Stop woke."""
        return lambda at: settlement.settle(session_id=self.sessions[charge.number].pk, at=at)

    def decide(self, charge: Charge, at: datetime) -> None:
        """Support looks at one whose Stop has not come; what gives much back is confirmed by a second person."""
        session = self.sessions[charge.number]
        session.refresh_from_db()
        said: dict[str, Any] = {"session_id": session.pk, "reason": "Seen on site.", "by": SUPPORT, "at": at}
        if charge.decision == "accept":
            reviewing.accept(**said)
            return
        if charge.decision == "correct":
            said["energy_wh"] = (session.billed_energy_wh or 0) + 1234
        waiting = getattr(approvals, charge.decision)(**said)
        if isinstance(waiting, DecisionRequest):
            approvals.confirm(request=waiting, by=SECOND, at=at + minutes(1))

"""The last days before the demo, played through the same verbs that frames and drivers use, each at its own time.

Every visit is a story that says when it goes on; the stories are resumed in order of time, so that money, receipts and
holds come in the order in which they would have come.
"""

import heapq
import uuid
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from accounts.models import User
from billing import ledger
from billing.models import TopUp
from charging import lifecycle, reviewing, settlement
from charging.models import MeterReading, Session, SessionMeter
from drivepower.portal.demo.deals import WELCOME
from drivepower.portal.demo.funds import CURRENCY, PAID_AFTER, fill_wallet, pay
from drivepower.portal.demo.network import Network
from drivepower.portal.demo.people import People
from drivepower.portal.demo.readings import meter_of, readings_of
from drivepower.portal.demo.visits import ASKED_BEFORE, Kind, Visit
from stations import commands
from stations.models import Command, Gateway, Station

Story = Iterator[datetime]
Charge = Generator[datetime, None, Session]

NOT_BEGUN = "The station did not begin to charge in time."
STRANGE_CARD = "9C4F00D17E2B11"
JUMP_WH = 640_000
ANSWERED_AFTER = timedelta(seconds=1)
GIVEN_UP_AFTER = timedelta(seconds=120)
CORRECTED_AFTER = timedelta(minutes=5)
# What the debtor paid by card before a charge of more.
TOO_LITTLE = Decimal(50)


@dataclass
class Stage:
    """What the stories share: rows, the gateway that holds all sockets meanwhile, and where each meter stands."""

    network: Network
    people: People
    gateway: uuid.UUID
    registers: dict[tuple[int, int], int]
    meters: list[SessionMeter] = field(default_factory=list)
    welcomed: set[int] = field(default_factory=set)


def play_history(
    network: Network, people: People, visits: Iterable[Visit], registers: dict[tuple[int, int], int], *, now: datetime
) -> None:
    """Play these visits; afterwards no station is connected and no session open."""
    gateway = Gateway.objects.create(process="demo history", started_at=now, renewed_at=now)
    Station.objects.update(gateway=gateway)
    for station in network.stations.values():
        station.gateway = gateway
    stage = Stage(network, people, gateway.pk, registers)
    tell_in_order(story_of(stage, visit) for visit in visits)
    SessionMeter.objects.bulk_create(stage.meters)
    Station.objects.update(gateway=None)
    gateway.delete()


def tell_in_order(stories: Iterable[Story]) -> None:
    """Resume the story whose next moment is earliest, until all have ended."""
    waiting = [(next(story), number, story) for number, story in enumerate(stories)]
    heapq.heapify(waiting)
    while waiting:
        _, number, story = waiting[0]
        moment = next(story, None)
        if moment is None:
            heapq.heappop(waiting)
        else:
            heapq.heapreplace(waiting, (moment, number, story))


def story_of(stage: Stage, visit: Visit) -> Story:
    """What happened at that visit."""
    match visit.kind:
        case Kind.CARD | Kind.METER_JUMPED:
            yield from charge(stage, visit, tag=visit.card, jump_wh=JUMP_WH if visit.kind is Kind.METER_JUMPED else 0)
        case Kind.STRANGER:
            yield from charge(stage, visit, tag=STRANGE_CARD, jump_wh=0)
        case Kind.NO_STOP:
            yield from charge_without_stop(stage, visit)
        case Kind.CORRECTED:
            session = yield from charge(stage, visit, tag=visit.card, jump_wh=JUMP_WH)
            yield visit.settles_at + CORRECTED_AFTER
            correct(stage, visit, session)
        case Kind.UNPAID:
            yield visit.starts_at - 3 * PAID_AFTER
            wallet = ledger.wallet_of(user=driver_of(stage, visit), currency=CURRENCY)
            pay(wallet, amount=TOO_LITTLE, method=TopUp.Method.CARD, at=visit.starts_at - 3 * PAID_AFTER)
            yield from charge(stage, visit, tag=visit.card, jump_wh=0)
        case Kind.APP:
            yield visit.starts_at - ASKED_BEFORE
            session = request(stage, visit, accepted=True)
            yield from charge(stage, visit, tag=session.tag, jump_wh=0)
        case Kind.REJECTED:
            yield visit.starts_at
            request(stage, visit, accepted=False)
        case Kind.TIMED_OUT:
            yield visit.starts_at
            session = request(stage, visit, accepted=True)
            yield visit.starts_at + GIVEN_UP_AFTER
            lifecycle.fail_start(
                session=session,
                code="start_timeout",
                text=NOT_BEGUN,
                at=visit.starts_at + GIVEN_UP_AFTER,
            )


def driver_of(stage: Stage, visit: Visit) -> User:
    """Who used the app or a card of their own."""
    return stage.people.drivers[visit.driver or 0]


def promo_for(stage: Stage, visit: Visit, driver: User) -> str:
    """What a driver enters at the first charge of the day."""
    if visit.kind is not Kind.APP or driver.pk in stage.welcomed:
        return ""
    stage.welcomed.add(driver.pk)
    return WELCOME


def request(stage: Stage, visit: Visit, *, accepted: bool) -> Session:
    """A driver's start from the app, and the station's answer to it."""
    at = visit.starts_at - ASKED_BEFORE if visit.kind is Kind.APP else visit.starts_at
    driver = driver_of(stage, visit)
    fill_wallet(user=driver, at=at)
    session = lifecycle.request_start(
        driver=driver,
        station=stage.network.stations[visit.machine.number],
        connector_number=visit.plug.number,
        energy_wh=visit.limit_wh,
        amount=None,
        asked_by=Session.AskedBy.APP,
        promo_code=promo_for(stage, visit, driver),
        at=at,
    )
    answer_commands(stage, accepted=accepted, at=at)
    code = "Accepted" if accepted else "Rejected"
    lifecycle.note_start_answer(session_id=session.pk, accepted=accepted, code=code, at=at + ANSWERED_AFTER)
    return session


def answer_commands(stage: Stage, *, accepted: bool, at: datetime) -> None:
    """What the gateway does with a command: send it, and note the station's answer."""
    state = Command.State.ACCEPTED if accepted else Command.State.REJECTED
    for command in commands.claim(gateway_id=stage.gateway, at=at):
        status = {"status": state.value.capitalize()}
        commands.answer(command_id=command.pk, state=state, answer=status, at=at + ANSWERED_AFTER)


def charge(stage: Stage, visit: Visit, *, tag: str, jump_wh: int) -> Charge:
    """From StartTransaction to the settlement; `jump_wh` is what a faulty meter counts on top."""
    yield visit.starts_at
    session = start(stage, visit, tag=tag)
    if visit.reached_limit:
        yield visit.stops_at - ANSWERED_AFTER
        ask_to_stop(stage, session, at=visit.stops_at - ANSWERED_AFTER)
    yield visit.stops_at
    stop(stage, visit, session, jump_wh=jump_wh)
    yield visit.settles_at
    settlement.settle(session_id=session.pk, at=visit.settles_at)
    return session


def charge_without_stop(stage: Stage, visit: Visit) -> Story:
    """A charge of which the station said no more after its last reading."""
    yield visit.starts_at
    session = start(stage, visit, tag=visit.card)
    MeterReading.objects.bulk_create(readings_of(session, visit))
    meter_of(session, visit).save(force_insert=True)
    stage.registers[visit.machine.number, visit.plug.number] += visit.energy_wh
    yield visit.settles_at
    lifecycle.infer_end(session=session, until=visit.settles_at, reason="Silence")
    settlement.settle(session_id=session.pk, at=visit.settles_at)


def correct(stage: Stage, visit: Visit, session: Session) -> None:
    """What a person does with a bill that a faulty meter wrote."""
    reviewing.correct(
        session_id=session.pk,
        energy_wh=visit.energy_wh,
        reason="The meter jumped; its readings say what the car took",
        by=stage.people.staff["Support"],
        at=visit.settles_at + CORRECTED_AFTER,
    )


def start(stage: Stage, visit: Visit, *, tag: str) -> Session:
    """StartTransaction, after a top-up by a driver who shows a card and has little left."""
    connector = stage.network.connector(visit.machine, visit.plug)
    if visit.kind is Kind.CARD and visit.driver is not None:
        fill_wallet(user=driver_of(stage, visit), at=visit.starts_at)
    return lifecycle.begin(
        station=connector.station,
        connector=connector,
        tag=tag,
        started_at=visit.starts_at,
        timestamp=visit.starts_at,
        meter_start_wh=stage.registers[visit.machine.number, visit.plug.number],
        received_at=visit.starts_at,
    ).session


def stop(stage: Stage, visit: Visit, session: Session, *, jump_wh: int) -> None:
    """The meter values, and StopTransaction."""
    MeterReading.objects.bulk_create(readings_of(session, visit))
    stage.meters.append(meter_of(session, visit))
    place = visit.machine.number, visit.plug.number
    stage.registers[place] += visit.energy_wh + jump_wh
    lifecycle.end(
        station=session.station,
        ocpp_id=session.ocpp_id,
        meter_stop_wh=stage.registers[place],
        stopped_at=visit.stops_at,
        timestamp=visit.stops_at,
        reason=visit.stop_reason,
        tag=session.tag,
        received_at=visit.stops_at,
    )


def ask_to_stop(stage: Stage, session: Session, *, at: datetime) -> None:
    """What the limits do when an energy limit is reached."""
    lifecycle.request_stop(session=session, asked_by="rule:limit", cause="limit", at=at)
    answer_commands(stage, accepted=True, at=at)

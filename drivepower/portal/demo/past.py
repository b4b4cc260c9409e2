"""The older part of the history, written in bulk as the verbs would have left it: playing all of it takes minutes."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import CharField, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Concat

from accounts.models import IdTag
from billing.models import PriceTerms, Receipt
from charging import review
from charging.lifecycle.starts import Start
from charging.models import MeterReading, Session, SessionMeter
from drivepower.portal.demo.bills import Bill, bills_of
from drivepower.portal.demo.books import write_money
from drivepower.portal.demo.history import NOT_BEGUN
from drivepower.portal.demo.network import Network
from drivepower.portal.demo.people import People
from drivepower.portal.demo.readings import meter_of, readings_of
from drivepower.portal.demo.visits import ASKED_BEFORE, Kind, Visit
from stations.models import Command

# The code and the words of each start that came to nothing.
FAILURES = {
    Kind.REJECTED: ("start_rejected", "The station answered Rejected."),
    Kind.TIMED_OUT: ("start_timeout", NOT_BEGUN),
}
TAG_LIVES = timedelta(days=1)


def write_past(
    network: Network, people: People, visits: Iterable[Visit], registers: dict[tuple[int, int], int]
) -> None:
    """Write these visits, in order of their start; afterwards the registers stand where they left them."""
    visits = list(visits)
    make_failures(network, people, [visit for visit in visits if visit.kind in FAILURES])
    charged = [visit for visit in visits if visit.kind not in FAILURES]
    bills = list(bills_of(network, people, charged, registers))
    sessions = make_sessions(bills, make_tags(bills), make_terms(bills))
    MeterReading.objects.bulk_create(
        reading for session, bill in zip(sessions, bills, strict=True) for reading in readings_of(session, bill.visit)
    )
    SessionMeter.objects.bulk_create(
        meter_of(session, bill.visit) for session, bill in zip(sessions, bills, strict=True)
    )
    make_commands(sessions, bills)
    write_money(people, list(zip(sessions, bills, strict=True)))
    name_receipts()


def make_failures(network: Network, people: People, visits: Iterable[Visit]) -> None:
    """The drivers' starts that came to nothing."""
    Session.objects.bulk_create(
        Session(
            station=network.stations[visit.machine.number],
            connector=network.connector(visit.machine, visit.plug),
            driver=people.drivers[visit.driver or 0],
            asked_by=Session.AskedBy.APP,
            state=Session.State.FAILED,
            requested_at=visit.starts_at,
            failure=FAILURES[visit.kind][0],
            failure_text=FAILURES[visit.kind][1],
        )
        for visit in visits
    )


def make_tags(bills: Sequence[Bill]) -> list[IdTag]:
    """The tag of each session: the card, or one of its own that serves nobody any more."""
    tags = [bill.card or own_tag(bill) for bill in bills]
    IdTag.objects.bulk_create(tag for tag, bill in zip(tags, bills, strict=True) if bill.card is None)
    return tags


def own_tag(bill: Bill) -> IdTag:
    """What the app's start was known by at the station."""
    visit = bill.visit
    value = f"D{visit.machine.number:02d}{visit.plug.number}{int(visit.starts_at.timestamp()):016X}"
    return IdTag(
        value=value, kind=IdTag.Kind.VIRTUAL, user=bill.driver, blocked=True, expires_at=visit.starts_at + TAG_LIVES
    )


def make_terms(bills: Sequence[Bill]) -> list[PriceTerms]:
    """The terms that each session froze."""
    return PriceTerms.objects.bulk_create(
        PriceTerms(
            version_id=bill.terms.version_id,
            currency=bill.terms.currency,
            document=bill.terms.to_document(),
            made_at=bill.visit.starts_at,
        )
        for bill in bills
    )


def make_sessions(bills: Sequence[Bill], tags: Sequence[IdTag], terms: Sequence[PriceTerms]) -> list[Session]:
    """The settled sessions."""
    sessions = Session.objects.bulk_create(
        session_of(bill, tag, frozen) for bill, tag, frozen in zip(bills, tags, terms, strict=True)
    )
    Session.objects.filter(ocpp_id="").update(ocpp_id=Cast("pk", CharField()))
    return sessions


def session_of(bill: Bill, tag: IdTag, frozen: PriceTerms) -> Session:
    """One settled session."""
    visit = bill.visit
    by_app = visit.kind is Kind.APP
    at = visit.starts_at
    findings = [review.UNPRICED] if bill.price.unpriced else []
    start = Start(bill.connector.station, bill.connector, tag.value, at, at, bill.meter_start_wh, at)
    return Session(
        station=bill.connector.station,
        driver=bill.driver,
        company=tag.company,
        id_tag=tag,
        tag=tag.value,
        asked_by=Session.AskedBy.APP if by_app else Session.AskedBy.CARD,
        state=Session.State.SETTLED,
        requested_at=at - ASKED_BEFORE if by_app else None,
        stopped_at=visit.stops_at,
        stop_received_at=visit.stops_at,
        meter_stop_wh=bill.meter_start_wh + visit.energy_wh,
        billed_energy_wh=visit.energy_wh,
        limit_kind=Session.Limit.ENERGY if visit.limit_wh else Session.Limit.NONE,
        limit_energy_wh=visit.limit_wh,
        price_terms=frozen,
        stop_reason=visit.stop_reason,
        stop_cause="limit" if visit.reached_limit else "",
        **start.begins(key=start.key(), holds=False, status="Accepted", findings=findings),
    )


def make_commands(sessions: Sequence[Session], bills: Sequence[Bill]) -> None:
    """What the gateway had sent for the drivers' starts."""
    Command.objects.bulk_create(
        command_of(session, bill.visit.starts_at - ASKED_BEFORE, str(bill.driver.public_id))
        for session, bill in zip(sessions, bills, strict=True)
        if bill.visit.kind is Kind.APP and bill.driver is not None
    )


def command_of(session: Session, at: datetime, driver: str) -> Command:
    """A start that was sent, accepted and seen."""
    return Command(
        station_id=session.station_id,
        intent="start_charging",
        payload={"connector": session.connector.number, "id_tag": session.tag},
        subject=session.subject,
        asked_by=f"driver:{driver}",
        state=Command.State.ACCEPTED,
        epoch=1,
        asked_at=at,
        sent_at=at,
        answered_at=at + timedelta(seconds=1),
        answer={"status": "Accepted"},
        effect=Command.Effect.SEEN,
        effect_at=session.started_at,
        expires_at=at + timedelta(seconds=30),
    )


def name_receipts() -> None:
    """Every session knows its receipt."""
    own = Receipt.objects.filter(subject=Concat(Value("session:"), Cast(OuterRef("pk"), CharField())))
    Session.objects.filter(state=Session.State.SETTLED, receipt=None).update(receipt=Subquery(own.values("pk")[:1]))

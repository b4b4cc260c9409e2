"""Everything that is odd about an ended session: its meter and times, its bill, and what was decided before."""

from decimal import Decimal

from billing.models import Transfer
from billing.pricing import Price
from charging import readings, review
from charging.models import Session, Settlement

Verdict = Settlement.Verdict
# What 16 digits with 3 decimals do not hold.
BEYOND_MONEY = Decimal(10) ** 13
DECIDED = (Verdict.ACCEPTED, Verdict.CORRECTED, Verdict.WAIVED)
# By hand, each makes a charge cheaper than it was.
GIVEN = (Transfer.Kind.REFUND, Transfer.Kind.FORGIVEN)
BEFORE = {Verdict.WAIVED: review.WAIVED_BEFORE, Verdict.CORRECTED: review.CORRECTED_BEFORE}


def of(session: Session) -> list[str]:
    """What is odd about a (locked) session whatever it costs."""
    return [*_of_meter(session), *_of_past(session)]


def _of_meter(session: Session) -> list[str]:
    return review.findings(
        session,
        registers=readings.registers_of([session]).get(session.pk, []),
        peak_power_w=readings.peak_power_of(session),
        rated_power_w=session.connector.max_power_w,
        before_wh=readings.register_before(session),
        connected_at=session.station.connected_at,
    )


def of_bill(session: Session, price: Price | None) -> list[str]:
    """What is odd about the bill: nobody to pay it, a limit that did not hold, an hour without a price.

    None: it has no price.
    """
    if price is None:
        return [review.NO_PRICE]
    limits = (session.limit_amount, price.gross), (session.limit_energy_wh, session.billed_energy_wh or 0)
    doubts = {
        review.NO_PAYER: price.gross > 0 and session.driver_id is None and session.company_id is None,
        review.PRICE_TOO_LARGE: is_too_large(price),
        review.UNPRICED: bool(price.unpriced),
        review.OVERSHOOT: any(limit is not None and used > limit for limit, used in limits),
    }
    return [name for name, doubt in doubts.items() if doubt]


def is_too_large(price: Price) -> bool:
    """Whether no column for money can hold it."""
    return price.gross >= BEYOND_MONEY


def _of_past(session: Session) -> list[str]:
    """What a person decided about an earlier revision, which a machine does not overrule.

    The last word about what was used counts; another price for the same says nothing of it.
    """
    if session.revision == 0:
        return []
    decided = session.settlements.filter(verdict__in=DECIDED).order_by("-revision").first()
    found = [BEFORE[Verdict(decided.verdict)]] if decided and decided.verdict in BEFORE else []
    given = Transfer.objects.filter(subject=session.subject, kind__in=GIVEN).exclude(made_by="")
    return [*found, review.REFUNDED_BEFORE] if given.exists() else found

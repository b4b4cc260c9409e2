"""The charges of the month: how they ended, and that receipts say to the line what transfers moved."""

from collections import Counter, defaultdict
from decimal import Decimal

from billing.models import Receipt
from charging.models import Decision, Session
from drivepower.tests.month import counting, plan
from drivepower.tests.month.days import APRIL, MARCH, MARCH_CLOSES, NEW_TAX_ON, clock, march
from drivepower.tests.month.plan import Stop
from drivepower.tests.month.play import Played

CLOSED = clock(MARCH_CLOSES, "12:00")


def test_a_thousand_charges_began_in_march(month: Played) -> None:
    began = Session.objects.filter(started_at__gte=clock(MARCH), started_at__lt=clock(APRIL))
    assert began.count() == plan.COUNT
    states = Counter(began.values_list("state", flat=True))
    assert states["settled"] > 950
    assert states["waived"] > 0


def test_it_has_all_that_goes_wrong(month: Played) -> None:
    stops = Counter(one.stop for one in month.charges)
    assert (stops[Stop.LATE], stops[Stop.NEVER]) == (38, 12)
    assert set(Decision.objects.values_list("verb", flat=True)) >= {"accept", "correct", "waive", "reprice"}
    dimensions = {line.dimension for line in counting.lines()}
    assert dimensions == {"per_kwh", "per_minute", "session_fee", "parking_fee", "promo", "refund"}
    assert Session.objects.filter(state="settled", receipt__gross=0).count() > 8
    capped = [line for line in counting.lines() if line.dimension == "parking_fee" and line.gross == 150]
    assert capped


def test_lines_of_receipts_are_the_transfers_of_their_charge(month: Played) -> None:
    said, moved = counting.receipted(), counting.earned(counting.entries())
    keys = {key for key in {*said, *moved} if key.startswith("session:")}
    nothing = (Decimal(0), Decimal(0))
    assert {key: (said.get(key, nothing), moved.get(key, nothing)) for key in keys} == {
        key: (moved.get(key, nothing), moved.get(key, nothing)) for key in keys
    }
    assert len(keys) > 950


def test_each_charge_costs_what_its_settlement_says_less_what_was_given_back(month: Played) -> None:
    given: defaultdict[str, Decimal] = defaultdict(Decimal)
    for line in counting.lines():
        if line.dimension == "refund":
            given[line.receipt.subject] += line.gross
    said = counting.receipted()
    for session in Session.objects.filter(state__in=["settled", "waived"]).prefetch_related("settlements"):
        [last] = [one for one in session.settlements.all() if one.revision == session.revision]
        gross, _tax = said.get(session.subject, (Decimal(0), Decimal(0)))
        assert gross - given[session.subject] == last.total, session.pk


def test_numbers_of_receipts_have_no_gap(month: Played) -> None:
    numbers = list(Receipt.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def test_charges_keep_the_tax_of_their_start(month: Played) -> None:
    change, over = clock(NEW_TAX_ON), plan.over_the_new_tax(month.charges)
    assert over
    began = {one.subject: one.started_at for one in Session.objects.all() if one.started_at}
    sold = [line for line in counting.lines() if line.receipt.kind == "sale" and line.gross]
    wrong = [one for one in sold if one.tax_percent != (12 if began[one.receipt.subject] < change else 14)]
    assert wrong == []
    subjects = {month.session(one.number).subject for one in over}
    assert {one.tax_percent for one in sold if one.receipt.subject in subjects} == {Decimal(12)}


def test_charges_over_the_end_of_the_month_are_sold_in_the_next(month: Played) -> None:
    over = plan.over(month.charges, march(32, "00:00"))
    assert over
    for charge in over:
        [sale] = Receipt.objects.filter(subject=month.session(charge.number).subject, kind="sale")
        assert sale.made_at >= clock(APRIL)


def test_stops_after_the_close_are_corrections_of_the_open_month(month: Played) -> None:
    late = [one for one in month.charges if one.stop == Stop.LATE and one.comes > CLOSED and one.decision]
    corrected = 0
    for charge in late:
        receipts = list(Receipt.objects.filter(subject=month.session(charge.number).subject).order_by("pk"))
        sale, later = receipts[0], receipts[1:]
        assert (sale.kind, sale.made_at < CLOSED) == ("sale", True)
        assert {(one.kind, one.made_at >= CLOSED) for one in later} <= {("correction", True)}
        corrected += len(later)
    assert corrected >= 6


def test_stops_that_nobody_decided_about_are_sold_once_they_come(month: Played) -> None:
    late = [one for one in month.charges if one.stop == Stop.LATE and one.comes > CLOSED and not one.decision]
    assert late
    for charge in late:
        [sale] = Receipt.objects.filter(subject=month.session(charge.number).subject)
        assert (sale.kind, sale.made_at >= CLOSED) == ("sale", True)

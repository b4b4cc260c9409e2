"""What finished sessions came to against the books: every planted corruption is found, and nothing else."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from billing import adjustments, ledger
from billing.models import Debt, Hold, Receipt, Transfer
from charging import reconciling, reviewing, tasks
from charging.models import Session
from charging.models.session import State
from charging.reconciling import DIFFERS, HELD, UNSETTLED
from charging.tests.settling import STAFF, after, decide, ended, inferred, settle
from charging.tests.world import World
from drivepower.core.models import Alert, SweepRun

LATER = after(600)


@pytest.fixture
def paid(world: World) -> Session:
    """382.50 that were paid, corrected to 300.00."""
    session = ended(world, world.driver("1000.00"))
    settle(session)
    decide("correct", session, energy_wh=20_000)
    return session


def change(statement: str, *values: int | str) -> None:
    """What no code of ours does: write over what is append-only."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def found() -> list[tuple[str, int]]:
    """The kind of each problem, and whose it is."""
    return [(problem.kind, problem.session_id) for problem in reconciling.check(LATER)]


def test_it_finds_nothing_where_all_is_right(world: World, paid: Session) -> None:
    """Corrected, waived, in debt, free, refunded by hand, forgiven, in review, running, failed, nobody's and free."""
    driver = world.driver("100.00")
    for energy_wh in (25_500, 0):
        settle(ended(world, driver, energy_wh) if energy_wh else ended(world, world.driver("1000.00"), 0))
    waived = ended(world, world.driver("1000.00"))
    settle(waived)
    decide("waive", waived)
    decide("waive", inferred(world, world.driver("1000.00"), 10_000))
    refunded = ended(world, world.driver("1000.00"))
    settle(refunded)
    charge = Transfer.objects.get(subject=refunded.subject, kind=Transfer.Kind.CAPTURE)
    adjustments.ask_refund(transfer=charge, amount=Decimal(300), reason="Sorry", asked_by=STAFF, at=after(90))
    decide("correct", refunded, energy_wh=10_000)
    debt = Debt.objects.get()
    ledger.forgive(debt=debt, amount=Decimal(100), reference="f:1", made_by=STAFF, reason="Sorry", at=after(90))
    inferred(world, world.driver("1000.00"), 10_000)
    world.card(value="TECH", kind="service")
    world.end(free := world.begin("TECH").session, 2000, at=after(60))
    settle(free)
    world.request(world.driver("1000.00"), connector=2)
    assert Session.objects.filter(state=State.SETTLED).count() == 5
    assert reconciling.check(LATER) == []


CORRUPTIONS: dict[str, tuple[str, str]] = {
    "a settlement that is gone": ("DELETE FROM charging_settlement WHERE session_id = %s", "no settlement"),
    "another total": ("UPDATE charging_settlement SET total = 1 WHERE session_id = %s", "was charged as"),
    "another charge": ("UPDATE billing_capture SET net = 7 WHERE subject = 'session:' || %s", "was charged as"),
    "no charge": ("DELETE FROM billing_capture WHERE subject = 'session:' || %s", "never charged"),
    "a charge of the past": (
        "UPDATE billing_capture SET net = 300, revision = 10 WHERE revision = 0 AND subject = 'session:' || %s",
        "as of revision 10",
    ),
    "another transfer": (
        "UPDATE billing_transfer SET amount = amount + 1 WHERE kind = 'capture' AND subject = 'session:' || %s",
        "earned were",
    ),
    "another receipt": (
        "UPDATE billing_receipt SET net = 7, gross = 7 WHERE kind = 'correction' AND subject = 'session:' || %s",
        "the newest says",
    ),
    "a correction that is gone": ("UPDATE charging_session SET receipt_id = NULL WHERE id = %s", "no receipt"),
    "a revision that nobody settled": ("UPDATE charging_session SET revision = 9 WHERE id = %s", "revision 9"),
    "a waiver that costs something": ("UPDATE charging_session SET state = 'waived' WHERE id = %s", "is waived"),
}


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_it_finds_what_differs(world: World, paid: Session, name: str) -> None:
    other = ended(world, world.driver("1000.00"))
    settle(other)
    statement, says = CORRUPTIONS[name]
    change(statement, paid.pk)
    (problem,) = reconciling.check(LATER)
    assert (problem.kind, problem.session_id) == (DIFFERS, paid.pk)
    assert problem.text.startswith(f"Session {paid.pk}: ")
    assert says in problem.text


def test_it_finds_a_receipt_of_another_session(world: World, paid: Session) -> None:
    other = ended(world, world.driver("1000.00"))
    settle(other)
    Session.objects.filter(pk=paid.pk).update(receipt=other.receipt)
    (problem,) = reconciling.check(LATER)
    assert problem.text == f"Session {paid.pk}: its receipt is of {other.subject}."


def test_it_finds_money_without_a_receipt(world: World) -> None:
    """Waived without its receipt, and the money is still here."""
    session = ended(world, world.driver("1000.00"))
    settle(session)
    change("DELETE FROM billing_receiptline")
    change("DELETE FROM billing_receipt")
    Session.objects.filter(pk=session.pk).update(receipt=None, state=State.WAIVED)
    session.settlements.update(total=0)
    change("UPDATE billing_capture SET net = 0")
    assert found() == [(DIFFERS, session.pk)]
    assert not Receipt.objects.exists()


def test_it_finds_sessions_that_nobody_settles(world: World) -> None:
    session = ended(world, world.driver("1000.00"))
    assert [problem.kind for problem in reconciling.check(after(119))] == []
    assert [problem.kind for problem in reconciling.check(after(120))] == [UNSETTLED]
    Session.objects.filter(pk=session.pk).update(settle_from=LATER)
    assert found() == []
    assert [problem.kind for problem in reconciling.check(LATER + timedelta(hours=1))] == [UNSETTLED]


@pytest.mark.parametrize("state", [State.SETTLED, State.WAIVED, State.FAILED])
def test_it_finds_money_that_is_still_held(world: World, state: State) -> None:
    session = ended(world, world.driver("1000.00"), amount=Decimal(500))
    settle(session)
    if state == State.WAIVED:
        decide("waive", session)
    Hold.objects.update(state=Hold.State.ACTIVE, ended_at=None)
    Session.objects.filter(pk=session.pk).update(state=state)
    assert found() == [(HELD, session.pk)]


def test_it_tells_of_a_problem_until_it_has_gone(world: World) -> None:
    session = ended(world, world.driver("1000.00"))
    for count in (1, 2):
        assert reconciling.reconcile(at=LATER) == 1
        assert Alert.objects.open().get().count == count
    alert = Alert.objects.get()
    assert (alert.kind, alert.subject) == (UNSETTLED, session.subject)
    assert alert.text == f"Session {session.pk}: it ended at 2026-03-02 10:00 UTC and is not settled."
    settle(session)
    assert reconciling.reconcile(at=LATER) == 0
    assert not Alert.objects.open().exists()


def test_the_task_leaves_a_row_of_what_it_found(world: World) -> None:
    ended(world, world.driver("1000.00"))
    tasks.reconcile()
    run = SweepRun.objects.get()
    assert (run.name, run.did) == ("charging.reconcile", {"problems": 1})
    Session.objects.update(state=State.ACTIVE)
    tasks.reconcile()
    assert SweepRun.objects.count() == 1
    assert not Alert.objects.open().exists()


def test_it_takes_three_statements_for_any_number(
    world: World, paid: Session, django_assert_num_queries: Callable[[int], object]
) -> None:
    for _ in range(3):
        settle(ended(world, world.driver("1000.00")))
    with django_assert_num_queries(3):  # type: ignore[attr-defined]  # a context manager that has no name
        assert reconciling.check(LATER) == []


def test_a_late_truth_of_a_decided_session_is_right_in_the_books(world: World) -> None:
    session = inferred(world, world.driver("1000.00"), 10_000)
    reviewing.accept(session_id=session.pk, reason="Right.", by=STAFF, at=after(100))
    world.end(session, 26_500, at=after(60))
    settle(session)
    assert reconciling.check(LATER) == []


def test_every_hour_it_looks_only_at_what_is_open(world: World, paid: Session) -> None:
    """What the books say of a year is read at night."""
    ended(world, world.driver("1000.00"))
    change(CORRUPTIONS["another total"][0], paid.pk)
    assert reconciling.watch_open(at=LATER) == 1
    assert [alert.kind for alert in Alert.objects.open()] == [UNSETTLED]
    assert reconciling.reconcile(at=LATER) == 2
    assert reconciling.watch_open(at=LATER) == 1
    assert sorted(alert.kind for alert in Alert.objects.open()) == [DIFFERS, UNSETTLED]

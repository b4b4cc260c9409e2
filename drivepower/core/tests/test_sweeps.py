"""A sweep leaves a trace: what it did, what went wrong, and that it ran at all."""

from datetime import UTC, datetime, timedelta

import pytest

from drivepower.core.models import Sweep, SweepRun
from drivepower.core.sweeps import KEPT, TOGETHER, forget_old_runs, run, swept

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def break_down() -> None:
    with swept("tests.tidy", at=NOON) as did:
        did["ended"] = 2
        raise ValueError("no")


def test_it_keeps_what_a_run_did() -> None:
    with swept("tests.tidy", at=NOON) as did:
        did["ended"] = 3
        did["freed"] = 0
    kept = SweepRun.objects.get()
    assert (kept.name, kept.made_at, kept.did, kept.error) == ("tests.tidy", NOON, {"ended": 3}, "")
    assert Sweep.objects.get().last_at == NOON


def test_it_leaves_no_row_for_a_run_without_work_but_says_that_it_ran() -> None:
    for minute in (0, 1):
        with swept("tests.tidy", at=NOON + timedelta(minutes=minute)) as did:
            did["ended"] = 0
    assert not SweepRun.objects.exists()
    assert Sweep.objects.get().last_at == NOON + timedelta(minutes=1)


def test_it_keeps_an_error_and_passes_it_on() -> None:
    with pytest.raises(ValueError, match="no"):
        break_down()
    kept = SweepRun.objects.get()
    assert (kept.did, kept.error) == ({"ended": 2}, "ValueError: no")
    assert Sweep.objects.get().error == "ValueError: no"
    with swept("tests.tidy", at=NOON):
        pass
    assert Sweep.objects.get().error == ""


def test_what_it_does_within_minutes_stands_in_one_row() -> None:
    for seconds, said in ((0, {"ended": 1}), (2, {"ended": 2, "freed": 1}), (4, {"freed": 1})):
        with swept("tests.tidy", at=NOON + timedelta(seconds=seconds)) as did:
            did.update(said)
    with swept("tests.other", at=NOON) as did:
        did["ended"] = 5
    kept = SweepRun.objects.get(name="tests.tidy")
    assert (kept.made_at, kept.did) == (NOON, {"ended": 3, "freed": 2})
    with swept("tests.tidy", at=NOON + TOGETHER) as did:
        did["ended"] = 1
    assert list(SweepRun.objects.filter(name="tests.tidy").values_list("did", flat=True)) == [
        {"ended": 1},
        {"ended": 3, "freed": 2},
    ]


def test_the_same_error_again_is_no_row_of_its_own() -> None:
    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            break_down()
    assert (SweepRun.objects.get().did, SweepRun.objects.get().error) == ({"ended": 4}, "ValueError: no")


def test_it_runs_acts_in_turn_and_adds_up() -> None:
    order = []

    def first(*, at: datetime) -> int:
        order.append(("first", at))
        return 2

    def second(*, at: datetime) -> int:
        order.append(("second", at))
        return 5

    assert run("tests.tidy", ended=first, freed=second) == 7
    assert [name for name, _ in order] == ["first", "second"]
    assert order[0][1] == order[1][1] == SweepRun.objects.get().made_at
    assert SweepRun.objects.get().did == {"ended": 2, "freed": 5}


def test_it_forgets_runs_that_nobody_looks_back_at() -> None:
    old = SweepRun(name="tests.tidy", made_at=NOON - KEPT - timedelta(seconds=1), took_ms=1)
    young = SweepRun(name="tests.tidy", made_at=NOON - KEPT, took_ms=1)
    SweepRun.objects.bulk_create([old, young])
    assert forget_old_runs(at=NOON) == 1
    assert SweepRun.objects.get().made_at == NOON - KEPT

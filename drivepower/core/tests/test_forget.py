"""What is kept no longer goes in rounds: all of it, or as much as there is time for."""

from datetime import UTC, datetime, timedelta

import pytest

from drivepower.core import forgetting
from drivepower.core.forgetting import forget
from drivepower.core.idempotency import forget_keys
from drivepower.core.models import IdempotencyKey, SweepRun
from drivepower.core.sweeps import KEPT, forget_old_runs

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "AT_ONCE", 2)


def runs(count: int, *, at: datetime) -> None:
    SweepRun.objects.bulk_create([SweepRun(name="tests.tidy", made_at=at, took_ms=1) for _ in range(count)])


def test_it_goes_on_until_nothing_is_left() -> None:
    runs(5, at=NOON - KEPT - timedelta(days=1))
    runs(1, at=NOON)
    assert forget_old_runs(at=NOON) == 5
    assert SweepRun.objects.get().made_at == NOON


def test_it_ends_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    runs(5, at=NOON)
    monkeypatch.setattr(forgetting, "SECONDS", 0.0)
    assert forget(SweepRun.objects.order_by("pk")) == 2
    assert SweepRun.objects.count() == 3


def test_answers_go_however_many_there_are() -> None:
    kept = {"owner": "driver:1", "route": "r", "body_hash": "x", "status": 200, "answer": "{}", "made_at": NOON}
    IdempotencyKey.objects.bulk_create([IdempotencyKey(key=str(n), expires_at=NOON, **kept) for n in range(5)])
    assert (forget_keys(at=NOON), IdempotencyKey.objects.count()) == (5, 0)

import pytest

from drivepower.core.models import Alert
from stations import contest
from stations.contest import FIGHTS, WITHIN
from stations.models import ConnectionSpan, Station
from stations.tests.world import NOON, seconds, station

pytestmark = pytest.mark.django_db


def replaced(made: Station, epoch: int, *, after: float = 0) -> int:
    at = NOON + seconds(after)
    ConnectionSpan.objects.create(station=made, epoch=epoch, since=at, until=at, reason="replaced")
    return epoch


def fight(made: Station, epoch: int, *, after: float = 0) -> bool:
    return contest.note_fight(station_id=made.pk, epoch=replaced(made, epoch, after=after), at=NOON + seconds(after))


def test_it_is_contested_after_five_fights_in_five_minutes() -> None:
    made, other = station(), station("BSK-02")
    assert [fight(made, epoch, after=epoch) for epoch in range(1, FIGHTS + 2)] == [False] * (FIGHTS - 1) + [True] * 2
    assert contest.is_contested(made.pk)
    assert not contest.is_contested(other.pk)
    made.refresh_from_db()
    assert made.contested_at == NOON + seconds(FIGHTS)
    alert = Alert.objects.get()
    assert (alert.kind, alert.subject, alert.count) == ("station_contested", "station:BSK-01", 2)


def test_it_forgives_fights_that_are_long_ago() -> None:
    made = station()
    for epoch in range(1, 3 * FIGHTS):
        assert not fight(made, epoch, after=epoch * WITHIN.total_seconds() / (FIGHTS - 1))
    assert not Alert.objects.exists()


def test_it_counts_a_socket_once_and_only_if_it_was_replaced() -> None:
    made = station()
    fight(made, 1)
    for _ in range(FIGHTS):
        assert not contest.note_fight(station_id=made.pk, epoch=1, at=NOON)
    ConnectionSpan.objects.create(station=made, epoch=2, since=NOON, until=NOON, reason="gateway_died")
    assert not contest.note_fight(station_id=made.pk, epoch=2, at=NOON)
    assert ConnectionSpan.objects.filter(was_fight=True).count() == 1


def test_it_ends_with_its_alert() -> None:
    made = station()
    for epoch in range(FIGHTS):
        fight(made, epoch)
    assert contest.settle_contest(station_id=made.pk, at=NOON + seconds(9))
    assert not contest.settle_contest(station_id=made.pk, at=NOON + seconds(10))
    assert not contest.is_contested(made.pk)
    assert Alert.objects.get().resolved_at == NOON + seconds(9)

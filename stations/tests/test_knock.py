from typing import Any

import pytest

from stations import registry
from stations.models import Knock
from stations.tests.world import NOON, seconds

pytestmark = pytest.mark.django_db


def knock(value: str = "STRANGER", after: float = 0, **fields: Any) -> None:
    said: dict[str, Any] = {"reason": "unknown station", "address": "198.51.100.7", "key_hash": "ab" * 32}
    kind = fields.pop("kind", Knock.Kind.STATION)
    registry.knock(kind=kind, value=value, at=NOON + seconds(after), **{**said, **fields})


def test_it_remembers_a_stranger() -> None:
    knock()
    row = Knock.objects.get()
    assert (row.kind, row.value, row.count, row.first_at, row.last_at) == ("station", "STRANGER", 1, NOON, NOON)
    assert (row.reason, row.address, row.key_hash) == ("unknown station", "198.51.100.7", "ab" * 32)


def test_it_counts_once_more() -> None:
    knock()
    knock(after=5, address="198.51.100.8")
    knock(after=3, address="198.51.100.8")
    row = Knock.objects.get()
    assert (row.count, row.first_at, row.last_at) == (3, NOON, NOON + seconds(5))
    assert (row.address, row.key_hash, row.keys_differ) == ("198.51.100.8", "ab" * 32, False)


@pytest.mark.parametrize(
    ("keys", "kept", "differ"),
    [
        (["ab", ""], "ab", False),
        (["", "ab", "ab"], "ab", False),
        (["ab", "cd"], "ab", True),
        (["ab", "cd", "ab", ""], "ab", True),
        (["", ""], "", False),
    ],
)
def test_it_keeps_the_first_key_and_tells_that_another_came(keys: list[str], kept: str, differ: bool) -> None:
    for key in keys:
        knock(key_hash=key * 32)
    row = Knock.objects.get()
    assert (row.key_hash, row.keys_differ, row.count) == (kept * 32, differ, len(keys))


def test_it_keeps_stations_and_cards_apart() -> None:
    knock()
    knock(kind=Knock.Kind.TAG)
    assert Knock.objects.count() == 2


def test_it_forgets_whoever_was_silent_longest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "KNOCKS_KEPT", 3)
    knock("A", after=1)
    knock("B", after=2)
    knock("C", after=3)
    knock("A", after=4)
    knock("D", after=5)
    assert list(Knock.objects.values_list("value", flat=True)) == ["D", "A", "C"]


def test_it_stores_what_a_stranger_may_send() -> None:
    knock("x" * 300 + "\x00", address="y" * 100)
    row = Knock.objects.get()
    assert (row.value, row.address) == ("x" * 255, "y" * 60)
    knock("\x00")
    assert Knock.objects.filter(value="").exists()

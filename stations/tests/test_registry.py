import hmac
from typing import Any

import pytest
from django.db import connection

from drivepower.core.keys import hash_key
from drivepower.core.refusals import Refusal
from stations import registry
from stations.models import Connector, Station
from stations.tests.world import station

pytestmark = pytest.mark.django_db
BOOT: dict[str, Any] = {"vendor": "Ardua", "model": "A60", "serial": "SN-1", "firmware": "1.4.2"}


def fields_of(made: Station) -> dict[str, str]:
    made.refresh_from_db()
    return {name: getattr(made, name) for name in BOOT}


def place_in_table(made: Station) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctid::text FROM stations_station WHERE id = %s", [made.pk])
        place: str = cursor.fetchone()[0]
    return place


def test_it_copies_what_a_boot_says() -> None:
    made = station()
    registry.copy_boot(station_id=made.pk, fields=BOOT)
    assert fields_of(made) == BOOT


def test_it_leaves_what_a_boot_does_not_say() -> None:
    made = station(**BOOT)
    registry.copy_boot(station_id=made.pk, fields={"vendor": "", "firmware": "2.0"})
    registry.copy_boot(station_id=made.pk, fields={})
    assert fields_of(made) == {**BOOT, "firmware": "2.0"}


def test_it_writes_no_row_where_nothing_differs() -> None:
    made = station(**BOOT)
    before = place_in_table(made)
    registry.copy_boot(station_id=made.pk, fields={**BOOT, "iccid": "8999"})
    assert place_in_table(made) == before


def test_it_keeps_what_is_too_long_or_hostile() -> None:
    made = station()
    registry.copy_boot(station_id=made.pk, fields={"serial": "9" * 300, "vendor": "a\x00b"})
    assert fields_of(made)["serial"] == "9" * 100
    assert fields_of(made)["vendor"] == "ab"


def test_it_changes_one_station_only() -> None:
    made, other = station("BSK-01"), station("BSK-02")
    registry.copy_boot(station_id=made.pk, fields=BOOT)
    assert fields_of(other)["vendor"] == ""


def test_it_makes_a_connector_when_it_is_named_first() -> None:
    made = station(connectors=0)
    first = registry.ensure_connector(station=made, number=1)
    assert registry.ensure_connector(station=made, number=1) == first
    assert registry.ensure_connector(station=made, number=0).number == 0
    assert Connector.objects.count() == 2


@pytest.mark.parametrize("number", [-1, 101, 2**31])
def test_it_makes_no_connector_that_cannot_be(number: int) -> None:
    with pytest.raises(Refusal) as refusal:
        registry.ensure_connector(station=station(connectors=0), number=number)
    assert refusal.value.code == "connector_not_found"
    assert not Connector.objects.exists()


def test_it_issues_a_key_and_keeps_its_hash() -> None:
    made = station()
    key = registry.issue_key(station=made)
    made.refresh_from_db()
    assert hmac.compare_digest(made.key_hash, hash_key(key.encode()))
    assert key not in (made.key_hash, made.previous_key_hash)
    assert made.previous_key_hash == ""


def test_it_keeps_the_key_before_until_the_next() -> None:
    made = station()
    first, second, third = (registry.issue_key(station=made) for _ in range(3))
    made.refresh_from_db()
    assert (made.previous_key_hash, made.key_hash) == (hash_key(second.encode()), hash_key(third.encode()))
    assert hash_key(first.encode()) not in (made.key_hash, made.previous_key_hash)

import pytest
from django.core.checks import Tags, registry, run_checks

from drivepower.core.checks import check_postgresql, too_old


@pytest.mark.django_db
def test_it_passes_the_server_in_use() -> None:
    assert run_checks(tags=[Tags.database], databases=["default"]) == []


def test_it_is_hung_up_for_migrate() -> None:
    hung_up: set[object] = set(registry.registry.registered_checks)
    assert check_postgresql in hung_up


@pytest.mark.parametrize("version", [90624, 130000, 140012])
def test_it_refuses_an_old_server_with_one_sentence(version: int) -> None:
    [message] = too_old(version)
    assert message.is_serious()
    assert message.msg.startswith("DrivePower needs PostgreSQL 15 or newer")
    assert str(version // 10000) in message.msg


@pytest.mark.parametrize("version", [150000, 180006])
def test_it_accepts_fifteen_and_newer(version: int) -> None:
    assert too_old(version) == []

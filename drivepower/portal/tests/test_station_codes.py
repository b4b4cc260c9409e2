"""The station's page says what its connectors' codes mean."""

import pytest
from django.utils import timezone

from charging.tests.world import World
from drivepower.portal.tests.explain.pages import browser
from drivepower.portal.tests.making import staff
from stations.models import ConnectorState, MakersCode, Station

NASTY = "<script>alert(1)</script>"


@pytest.fixture
def page(world: World) -> str:
    """What support reads after a fault of each connector, one by the industry's code and one by ACME's own."""
    at = timezone.now()
    Station.objects.update(vendor="ACME")
    MakersCode.objects.create(vendor="acme", code="e-17", meaning=NASTY, next_step="Reset it", made_by="x", made_at=at)
    for number, code in ((1, "CX025"), (2, "E-17")):
        ConnectorState.objects.update_or_create(
            station=world.station,
            number=number,
            defaults={"status": "Faulted", "vendor_error_code": code, "effective_at": at, "received_at": at},
        )
    return browser(staff("Support")).get(f"/admin/stations/station/{world.station.pk}/live/").text


def test_it_says_what_codes_mean_and_what_to_do(page: str) -> None:
    assert "That means: the latch of the plug is broken." in page
    assert "Have the latch or the plug changed" in page
    assert "That means: &lt;script&gt;alert(1)&lt;/script&gt;." in page
    assert "Reset it" in page
    assert NASTY not in page

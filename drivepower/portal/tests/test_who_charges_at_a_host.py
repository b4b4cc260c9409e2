"""Who charges at a station is not its host's business, on the station's own page neither."""

import pytest
from django.test import Client

from accounts.models import IdTag
from charging.models import Session
from charging.tests.world import World
from drivepower.portal.tests.companies import FOREIGN, OURS, charge, host_of, populate
from drivepower.portal.tests.making import superuser
from stations.models import Connector, Station


@pytest.mark.parametrize("tab", ["now", "sessions"])
def test_a_host_sees_the_charge_and_not_whose_it_is(world: World, tab: str) -> None:
    ours = populate(world, OURS)
    populate(world, FOREIGN)
    station = Station.objects.get(code="OURS-01")
    guest = charge(world, IdTag.objects.get(value="FOREIGN-CARD"), station)
    if tab == "now":
        Connector.objects.create(station=station, number=guest.connector.number)
        Session.objects.filter(pk=guest.pk).update(state=Session.State.ACTIVE, stopped_at=None)
    pages = []
    for person in (host_of(ours), superuser()):
        client = Client()
        client.force_login(person)
        pages.append(client.get(f"/admin/stations/station/{station.pk}/change/", {"tab": tab}).text)
    assert all(f"/session/{guest.pk}/" in page for page in pages)
    assert ["FOREIGN" in page for page in pages] == [False, True]

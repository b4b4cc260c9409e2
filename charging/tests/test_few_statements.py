"""What stations wait for asks the database little: each statement more is felt by every station of a network."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.models import Wallet
from charging import authorization
from charging.tests.world import NOW, World, company, minutes
from stations.models import Connector

# Savepoints count; the money that a Start holds takes six of its statements.
AUTHORIZE, START, REPEATED, STOP = 1, 19, 4, 4


def test_it_judges_a_tag_with_one_read(world: World) -> None:
    world.card(world.driver())
    world.card(None, value="FLEET", company=company())
    for tag in ("CARD-1", "FLEET", "nobody"):
        with CaptureQueriesContext(connection) as asked:
            authorization.authorize(tag=tag, station=world.station, at=NOW)
        assert len(asked) <= AUTHORIZE


def test_it_begins_and_ends_with_few_statements(world: World) -> None:
    world.card(world.driver())
    named = Connector(station=world.station, number=world.one.number)
    with CaptureQueriesContext(connection) as asked:
        began = world.begin("CARD-1", connector=named)
    assert began.status == "Accepted"
    assert Wallet.objects.get(user=began.session.driver).held == 200
    assert len(asked) <= START
    with CaptureQueriesContext(connection) as asked:
        assert world.begin("CARD-1", connector=named) == began
    assert len(asked) <= REPEATED
    with CaptureQueriesContext(connection) as asked:
        assert world.end(began.session, 2000, at=NOW + minutes(10))
    assert len(asked) <= STOP

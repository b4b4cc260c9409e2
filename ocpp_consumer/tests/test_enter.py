"""A crowd that comes back is one judgement for each station: it asks the database little."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ocpp_consumer import presence
from ocpp_consumer.handshake.caller import Caller
from ocpp_consumer.handshake.entry import Entered, enter
from ocpp_consumer.tests.server import make_station

# The station, the socket in its row and in its spans, and a savepoint around these two.
STATEMENTS = 5


@pytest.mark.django_db
def test_it_lets_a_station_in_with_few_statements() -> None:
    _, key = make_station("CP 1")
    gateway_id = uuid.uuid4()
    presence.open_gateway(gateway_id=gateway_id, process="test", at=timezone.now())
    caller = Caller("CP 1", key.encode(), False, ("ocpp1.6",), "127.0.0.1", None, "")
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            assert isinstance(enter(caller, offered=("ocpp1.6",), gateway_id=gateway_id, at=timezone.now()), Entered)
        assert len(asked) <= STATEMENTS

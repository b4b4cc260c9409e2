"""The stage: the stations' endpoint over the test's database, a station in the middle of a play."""

from ocpp_consumer.tests.conftest import server as server
from ocpp_consumer.tests.stories.conftest import play as play

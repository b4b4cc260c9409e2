"""Which time counts when a station's clock says otherwise (situation 15)."""

from datetime import UTC, datetime

import pytest

from charging.clock import Moment, effective
from charging.tests.world import NOW, minutes


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        (NOW, Moment(NOW, True)),
        (NOW - minutes(600), Moment(NOW - minutes(600), True)),
        (NOW + minutes(5), Moment(NOW, True)),
        (NOW + minutes(5.1), Moment(NOW, False)),
        (datetime(2020, 1, 1, tzinfo=UTC), Moment(datetime(2020, 1, 1, tzinfo=UTC), True)),
        (datetime(2019, 12, 31, tzinfo=UTC), Moment(NOW, False)),
        (datetime(1970, 1, 1, tzinfo=UTC), Moment(NOW, False)),
        (None, Moment(NOW, False)),
    ],
)
def test_it_takes_the_earlier_of_station_time_and_receipt(said: datetime | None, moment: Moment) -> None:
    assert effective(said=said, received_at=NOW) == moment

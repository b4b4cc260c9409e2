"""Two clocks on one axis: a station's whole seconds do not put an effect before its cause."""

from datetime import timedelta

import pytest
from django.utils import timezone

from charging import settlement
from charging.tests.world import World, minutes
from drivepower.portal.explain import Moment, of_session
from drivepower.portal.explain.clocks import TICK, place_of
from drivepower.portal.explain.facts import Said
from drivepower.portal.explain.sentences import session as life
from drivepower.portal.explain.sentences import states
from drivepower.portal.explain.shapes import FRAME, STATUS
from drivepower.portal.explain.telling import ordered, placed
from drivepower.portal.tests.explain.making import T, reader, session, span, story
from drivepower.portal.tests.explain.making import minutes as after
from drivepower.portal.tests.making import superuser
from stations.models import Gateway

PART = timedelta(milliseconds=400)


@pytest.mark.parametrize(
    ("came", "behind", "place"),
    [
        (T + PART, None, T + PART - TICK),
        (T + timedelta(minutes=9), None, T),
        (None, None, T + timedelta(microseconds=999_999)),
        (T + PART, T + 2 * PART, T + 2 * PART),
        (T - PART, None, T),
    ],
    ids=["at once", "kept for later", "nobody knows", "after its cause", "a clock ahead"],
)
def test_it_stands_where_we_heard_of_it(came: object, behind: object, place: object) -> None:
    assert place_of(T, came=came, after=behind) == place  # type: ignore[arg-type]  # one table for three kinds


@pytest.mark.parametrize("clock_is_behind", [timedelta(0), timedelta(seconds=40)], ids=["in time", "behind"])
def test_a_request_stands_before_its_start(clock_is_behind: timedelta) -> None:
    """Asked for at 18:00:00.4; the station says 18:00:00, and sends it at 18:00:00.9."""
    asked = session(
        asked_by="app",
        requested_at=T + PART,
        started_at=T - clock_is_behind,
        start_received_at=T + 2 * PART,
        stop_reason="Remote",
        stop_cause="driver",
        stop_asked_at=after(30) + PART,
        stop_received_at=after(30) + 2 * PART,
    )
    told = [one.text.split(" at ")[0] for one in ordered(life.moments(story(asked), reader()))]
    assert told[0].startswith("In the app")
    assert told[1] == "The charge began"
    assert told[2].startswith("We asked the station to stop")
    assert told[3].startswith("The charge ended")


def test_a_status_stands_where_its_frame_came() -> None:
    said = {"connectorId": 1, "status": "Charging", "timestamp": "2026-03-02T12:00:00Z"}
    frame = Said(T + 2 * PART, False, "StatusNotification", said, {})
    heard = Moment(at=T + PART, kind=FRAME, text="Before it.")
    found = list(states.moments([span("Charging", 0, 30)], [frame], (after(-5), after(60))))
    assert [one.text for one in ordered([*found, heard])] == ["Before it.", "Connector 1 is charging."]


def test_a_status_that_a_station_dates_after_its_start_stands_after_it() -> None:
    began = session(started_at=T, start_received_at=T + 3 * PART)
    said = {"connectorId": 1, "status": "Charging", "timestamp": "2026-03-02T12:00:00.100Z"}
    status = Moment(at=T + PART / 4, kind=STATUS, text="Connector 1 is charging.")
    heard = Moment(at=T + PART, kind=STATUS, text="Connector 1 prepares.")
    undated = Said(T + PART, False, "StatusNotification", {"connectorId": 1, "status": "Preparing"}, {})
    dated = story(began, around={"frames": [Said(T + PART, False, "StatusNotification", said, {}), undated]})
    found = ordered([*life.moments(dated, reader()), *placed(dated, [status, heard])])
    assert [one.text[:20] for one in found][:3] == [
        "Connector 1 prepares",
        "The charge began at ",
        "Connector 1 is charg",
    ]


@pytest.mark.django_db
def test_price_and_power_come_after_the_start(world: World) -> None:
    Gateway.objects.update(renewed_at=timezone.now())
    world.station.refresh_from_db()
    world.one.station = world.station
    second = timezone.now().replace(microsecond=0) - minutes(60)
    asked = world.request(world.driver(), at=second + PART)
    heard = second + 2 * PART
    began = world.begin(asked.tag, at=second, connector=asked.connector, timestamp=second, received_at=heard).session
    world.read(began, 1100, at=second, power_w=7000)
    world.end(began, 3000, at=second + minutes(30))
    settlement.settle(session_id=began.pk, at=second + minutes(45))
    began.refresh_from_db()
    told = [one.text for one in of_session(began, person=superuser(), at=timezone.now()).moments]
    parts = ["In the app", "was held for it.", "«Start charging»", "The charge began", "Power flows", "From here"]
    places = [next(place for place, text in enumerate(told) if part in text) for part in parts]
    assert places[:4] == sorted(places[:4])
    assert max(places[:4]) < min(places[4:])

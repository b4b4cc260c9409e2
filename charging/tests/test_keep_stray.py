"""What finds no session is kept as it came, as far as PostgreSQL can hold it."""

from typing import Any

import pytest

from charging import strays
from charging.models import StrayMessage
from charging.tests.world import NOW, World
from drivepower.core.models import Alert


@pytest.mark.parametrize(
    ("payload", "kept"),
    [
        ({"transactionId": 7, "meterStop": 12}, {"transactionId": 7, "meterStop": 12}),
        ({"reason": "\x00\ud83d"}, {"reason": "?"}),
        ({"meterStop": float("nan")}, {"text": '{"meterStop": NaN}'}),
        ({"meterStop": 10**30}, {"meterStop": 10**30}),
        ([1, None], [1, None]),
    ],
)
def test_it_keeps_a_message(world: World, payload: Any, kept: Any) -> None:
    strays.keep(
        station=world.station, action="StopTransaction", payload=payload, received_at=NOW, tried="id 7\x00" + "x" * 999
    )
    stray = StrayMessage.objects.get()
    assert (stray.action, stray.payload, stray.session) == ("StopTransaction", kept, None)
    assert len(stray.tried) == 200


def test_it_tells_somebody_until_the_last_one_has_its_session(world: World) -> None:
    kept = [
        strays.keep(
            station=world.station,
            action="StopTransaction",
            payload={"meterStop": meter},
            received_at=NOW,
            tried="the verb failed",
        )
        for meter in (1, 2, 2)
    ]
    assert kept.pop() == kept[-1]  # a repetition
    alert = Alert.objects.get()
    assert (alert.kind, alert.subject, alert.count) == ("stray_message", "station:BSK-01", 2)
    assert alert.text == "A StopTransaction found no session: the verb failed"
    session = world.charging(world.driver())
    for stray, is_open in zip(kept, (True, False), strict=True):
        strays.place(stray=stray, session=session, at=NOW)
        assert Alert.objects.open().exists() is is_open
    assert set(StrayMessage.objects.values_list("session", flat=True)) == {session.pk}

"""A start may end by state of charge or by time, under either way of writing it."""

from typing import Any

import pytest

from charging.models import Session
from charging.tests.app import App, go_live
from charging.tests.world import World

Limit = Session.Limit


@pytest.fixture
def live(world: World) -> World:
    """The world as of now."""
    return go_live(world)


@pytest.mark.parametrize(
    ("asked", "soc", "seconds", "kind"),
    [
        ({"soc_percent": 80}, 80, None, Limit.SOC),
        ({"limit_type": "soc", "limit_value": "80"}, 80, None, Limit.SOC),
        ({"limit_type": "soc", "limit_value": 80, "soc_percent": 80}, 80, None, Limit.SOC),
        ({"minutes": 45}, None, 2700, Limit.TIME),
        ({"limit_type": "time", "limit_value": "45"}, None, 2700, Limit.TIME),
    ],
    ids=str,
)
def test_it_takes_the_limit(live: World, asked: dict[str, Any], soc: int, seconds: int, kind: str) -> None:
    status, _ = App(live.driver()).start(**asked)
    session = Session.objects.get()
    assert (status, session.limit_soc, session.limit_seconds, session.limit_kind) == (202, soc, seconds, kind)


def test_it_shows_the_limit_that_was_asked_for(live: World) -> None:
    app = App(live.driver())
    _, body = app.start(minutes=45)
    shown = app.get(f"/api/v1/charging/{body['session_id']}")[1]["session"]
    assert (shown["limit_type"], shown["limit_value"]) == ("time", 45)


@pytest.mark.parametrize(
    "asked",
    [
        {"soc_percent": 0},
        {"soc_percent": 101},
        {"soc_percent": "80%"},
        {"limit_type": "soc", "limit_value": "80.5"},
        {"limit_type": "soc", "limit_value": 70, "soc_percent": 80},
        {"limit_type": "soc"},
        {"minutes": 0},
        {"minutes": -5},
        {"minutes": 1441},
        {"limit_type": "time", "limit_value": "1e3"},
        {"limit_type": "", "limit_value": "1"},
    ],
    ids=str,
)
def test_it_refuses_what_is_no_limit(live: World, asked: dict[str, Any]) -> None:
    status, body = App(live.driver()).start(**asked)
    assert (status, body["error"]) == (400, "invalid_parameters")
    assert not Session.objects.exists()

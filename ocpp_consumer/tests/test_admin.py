"""The OCPP log in the admin: readable by who may, writable by nobody, with a constant number of queries."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from ocpp_consumer.models import Frame
from ocpp_consumer.tests.server import make_station

pytestmark = pytest.mark.django_db
FRAMES = "/admin/ocpp_consumer/frame/"
NASTY = "<script>alert(1)</script>"


def keep_frames(count: int) -> None:
    """Frames of several stations."""
    for number in range(count):
        station = make_station(f"station {number}")[0]
        Frame.objects.create(
            station=station, epoch=1, received_at=datetime.now(UTC), direction="in", action="Heartbeat", text=NASTY
        )


@pytest.fixture
def operator(client: Client) -> Client:
    """Somebody who may see everything."""
    client.force_login(User.objects.create_superuser(email="staff@example.com", password="a good password"))
    return client


def test_it_shows_frames_as_text(operator: Client) -> None:
    keep_frames(1)
    for page in (FRAMES, f"{FRAMES}{Frame.objects.get().pk}/change/"):
        shown = operator.get(page)
        assert shown.status_code == 200
        assert NASTY not in shown.content.decode()
        assert "&lt;script&gt;" in shown.content.decode()


def test_it_asks_as_often_for_many_frames_as_for_few(
    operator: Client, django_assert_num_queries: Callable[..., Any], django_assert_max_num_queries: Callable[..., Any]
) -> None:
    keep_frames(2)
    with django_assert_max_num_queries(20) as few:
        operator.get(FRAMES)
    keep_frames_more = [
        Frame(station_id=frame.station_id, epoch=1, received_at=frame.received_at, direction="in", text="x")
        for frame in Frame.objects.all()
        for _ in range(20)
    ]
    Frame.objects.bulk_create(keep_frames_more)
    with django_assert_num_queries(len(few)) as many:
        operator.get(FRAMES)
    assert not [query["sql"] for query in many if "COUNT(" in query["sql"] and "ocpp_consumer_frame" in query["sql"]]


def test_it_finds_frames_by_station(operator: Client) -> None:
    keep_frames(2)
    first = Frame.objects.select_related("station").order_by("id")[0]
    shown = operator.get(FRAMES, {"station": first.station.code}).content.decode()
    codes = Frame.objects.values_list("station__code", flat=True)
    assert [code in shown for code in codes] == [code == first.station.code for code in codes]


def test_it_lets_nobody_write(operator: Client) -> None:
    keep_frames(1)
    frame = Frame.objects.get()
    for page in (f"{FRAMES}add/", f"{FRAMES}{frame.pk}/delete/"):
        assert operator.post(page, {"post": "yes"}).status_code == 403
    assert operator.post(f"{FRAMES}{frame.pk}/change/", {"text": "changed"}).status_code == 403
    assert Frame.objects.get().text == NASTY

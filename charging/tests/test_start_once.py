"""A start with an Idempotency-Key: one session for many requests, and a refusal that is told again as it was."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from billing.models import Hold
from charging.models import Session
from charging.tests.app import App, go_live
from charging.tests.world import World
from drivepower.core.models import IdempotencyKey
from stations.models import Command

START, STOP = "/api/v1/charging/start", "/api/v1/charging/stop"
BODY = {"station_id": "BSK-01", "connector_id": 1, "energy_kwh": 5}


def keyed(app: App, key: str, address: str = START, **body: object) -> tuple[int, bytes]:
    answer = app.client.post(address, body or BODY, format="json", headers={"Idempotency-Key": key})
    return answer.status_code, answer.content


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_starts(world: World) -> None:
    driver = go_live(world).driver("1000.00")
    apps, gate = [App(driver) for _ in range(8)], Barrier(8)

    def one(app: App) -> tuple[int, bytes]:
        gate.wait()
        try:
            return keyed(app, "k-1")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(one, apps))
    assert (Session.objects.count(), Hold.objects.count(), Command.objects.count()) == (1, 1, 1)
    assert {status for status, _ in answers} <= {202, 409}
    started = {content for status, content in answers if status == 202}
    assert started == {keyed(apps[0], "k-1")[1]}


@pytest.mark.django_db
def test_a_refused_start_leaves_its_session_once(world: World) -> None:
    app = App(go_live(world).driver("0.00"))
    first, again = keyed(app, "k-1"), keyed(app, "k-1")
    assert (first[0], first) == (402, again)
    assert (Session.objects.get().state, Hold.objects.count()) == ("failed", 0)
    assert IdempotencyKey.objects.get().status == 402


@pytest.mark.django_db
def test_a_stop_is_asked_for_once(world: World) -> None:
    app = App(go_live(world).driver("1000.00"))
    keyed(app, "k-1")
    name = str(Session.objects.get().public_id)
    first, again = (keyed(app, "k-2", STOP, session_id=name) for _ in range(2))
    assert (first[0], first) == (200, again)
    assert keyed(app, "k-1", STOP, session_id=name)[0] == 409

"""A server that is told to stop sends its stations away one by one before it closes anything; with real processes."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from django.conf import settings

from drivepower.tests.house import database_url, free_port
from ocpp_consumer import gateway
from ocpp_consumer.tests.server import Server, basic, eventually, in_db, make_station, refusal, talking, wait_until
from stations.models import ConnectionSpan, Gateway, Station

SIGNALS = [signal.SIGTERM, signal.SIGINT]


@contextmanager
def process(folder: Path, **more: str) -> Iterator[Any]:
    """uvicorn by itself with the whole application, over the test's database."""
    port = free_port()
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "REDIS_URL": settings.REDIS_URL,
        "SECRET_KEY": settings.SECRET_KEY,
        "OCPP_KEY_PEPPER": settings.OCPP_KEY_PEPPER,
        **more,
    }
    command = [sys.executable, "-m", "uvicorn", "drivepower.asgi:application", "--port", str(port)]
    command += ["--ws", "ocpp_consumer.wire:SlowlyRead", "--timeout-graceful-shutdown", "5"]
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=log, stderr=log)  # noqa: S603  # our own program
    try:
        wait_until(lambda: is_up(port), "the process is up")
        yield SimpleNamespace(url=f"ws://127.0.0.1:{port}", process=running, log=folder / "log")
    finally:
        running.kill()
        running.wait()


def is_up(port: int) -> bool:
    """Whether it answers."""
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health/live").status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


@pytest.mark.parametrize("number", SIGNALS, ids=["SIGTERM", "SIGINT"])
async def test_it_sends_stations_away_before_it_stops(
    transactional_db: None, tmp_path: Path, number: signal.Signals
) -> None:
    stations = [await in_db(make_station)(f"CP{index}") for index in range(6)]
    with process(tmp_path, OCPP_DRAIN_SECONDS="1") as house:
        async with AsyncExitStack() as stack:
            talks = []
            for index, (_, key) in enumerate(stations):
                headers = basic(f"CP{index}", key)
                talk = await stack.enter_async_context(talking(house, f"/ocpp/CP{index}", headers=headers))
                await talk.ask("Heartbeat", {})
                talks.append(talk)
            os.kill(house.process.pid, number)
            goodbyes = await asyncio.gather(*(talk.closed() for talk in talks))
            assert goodbyes == [1012] * len(stations)
            # uvicorn by itself gives no reason.
            assert {talk.socket.close_reason for talk in talks} == {"restarting"}
        await eventually(lambda: house.process.poll() is not None, "the process has ended")
        assert house.process.returncode in (0, -number)
        assert "Traceback" not in house.log.read_text()
    assert not await in_db(Gateway.objects.exists)()
    assert not await in_db(Station.objects.exclude(gateway=None).exists)()
    codes = await in_db(lambda: set(ConnectionSpan.objects.values_list("close_code", flat=True)))()
    assert codes == {1012}


def test_it_stops_at_once_where_nobody_is(transactional_db: None, tmp_path: Path) -> None:
    with process(tmp_path, OCPP_DRAIN_SECONDS="600") as house:
        house.process.terminate()
        wait_until(lambda: house.process.poll() is not None, "the process has ended")


async def test_it_takes_no_sockets_while_it_sends_others_away(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "LONGEST_PAUSE_SECONDS", 600.0)
    keys = [(await in_db(make_station)(f"CP{index}"))[1] for index in range(3)]
    async with (
        talking(server, "/ocpp/CP0", headers=basic("CP0", keys[0])) as first,
        talking(server, "/ocpp/CP1", headers=basic("CP1", keys[1])) as second,
    ):
        draining = asyncio.run_coroutine_threadsafe(gateway.drain(), server.loop)
        goodbyes = [asyncio.create_task(talk.closed()) for talk in (first, second)]
        (gone,), (staying,) = await asyncio.wait(goodbyes, return_when=asyncio.FIRST_COMPLETED)
        assert gone.result() == 1012
        status, headers, _ = await refusal(server, "/ocpp/CP2", headers=basic("CP2", keys[2]))
        assert (status, headers["retry-after"]) == (503, "10")
        assert not staying.done()
        draining.cancel()
        staying.cancel()

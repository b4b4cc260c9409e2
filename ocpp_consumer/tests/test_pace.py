"""Over its rate a socket is read more slowly: every frame is answered, in order, and nobody is sent away."""

import asyncio
from typing import Any

import pytest

from ocpp_consumer.pace import Pace
from ocpp_consumer.tests.server import Server, basic, in_db, make_station, talking


class Clock:
    """Time that goes by only while somebody sleeps."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: self.now, raising=False)
        monkeypatch.setattr(asyncio, "sleep", self.sleep)

    async def sleep(self, seconds: float) -> None:
        """It is later now."""
        self.now += seconds


async def read(one: Pace, frames: int) -> None:
    """Take so many frames, as the consumer does."""
    for _ in range(frames):
        one.left -= 1
        if one.left < 0:
            await one.rest()


@pytest.mark.parametrize(("frames", "seconds"), [(200, 0.0), (201, 0.1), (250, 1.0), (700, 10.0)])
async def test_it_reads_so_many_at_once_and_then_so_many_a_second(
    settings: Any, monkeypatch: pytest.MonkeyPatch, frames: int, seconds: float
) -> None:
    settings.OCPP_FRAMES_PER_SECOND, settings.OCPP_FRAMES_AT_ONCE = 50, 200
    with monkeypatch.context() as patched:
        clock = Clock(patched)
        await read(Pace(), frames)
        taken = clock.now
    assert taken == pytest.approx(seconds, abs=0.11)


async def test_it_earns_no_more_than_fits(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.OCPP_FRAMES_PER_SECOND, settings.OCPP_FRAMES_AT_ONCE = 50, 200
    with monkeypatch.context() as patched:
        clock = Clock(patched)
        one = Pace()
        await read(one, 200)
        clock.now += 3600
        await read(one, 1)
        left = one.left
    assert left == 199


async def test_it_answers_every_frame_of_a_flood(server: Server, settings: Any) -> None:
    settings.OCPP_FRAMES_PER_SECOND, settings.OCPP_FRAMES_AT_ONCE = 100, 20
    _, key = await in_db(make_station)()
    async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)) as talk:
        for number in range(150):
            await talk.send([2, str(number), "Heartbeat", {}])
        heard = [(await talk.hear())[1] for _ in range(150)]
        assert heard == [str(number) for number in range(150)]


async def test_it_reads_long_frames_by_their_bytes(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.OCPP_BYTES_PER_SECOND, settings.OCPP_BYTES_AT_ONCE = 1_000_000, 4_000_000
    with monkeypatch.context() as patched:
        clock = Clock(patched)
        one = Pace("BYTES")
        for _ in range(14):
            one.left -= 1_000_000
            if one.left < 0:
                await one.rest()
        taken = clock.now
    assert taken == pytest.approx(10.0, abs=0.11)


async def test_it_reads_a_socket_by_the_bytes_that_it_sends(server: Server, settings: Any) -> None:
    """Short frames cost no bytes; the long ones have spent what may come at once, so their socket waits."""
    settings.OCPP_BYTES_PER_SECOND, settings.OCPP_BYTES_AT_ONCE = 100_000, 100_000
    _, key = await in_db(make_station)()
    async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)) as talk:
        await talk.ask("BootNotification", {"chargePointVendor": "a", "chargePointModel": "b"})
        began = asyncio.get_running_loop().time()
        for number in range(3):
            await talk.send([2, str(number), "DataTransfer", {"vendorId": "x", "data": "x" * 60_000}])
        assert [(await talk.hear())[1] for _ in range(3)] == ["0", "1", "2"]
        # 180,000 of which 100,000 come at once: the rest takes 0.8 s, whatever the machine is like.
        assert asyncio.get_running_loop().time() - began >= 0.7

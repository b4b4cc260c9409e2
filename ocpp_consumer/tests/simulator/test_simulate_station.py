import asyncio
import json
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from ocpp_consumer.tests.simulator.csms import Csms, now

KEY = "0123456789abcdef0123"


@asynccontextmanager
async def simulator(*arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """The real command in a process of its own; killed at the end if it is still there."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "manage.py",
        "simulate_station",
        *arguments,
        cwd=settings.BASE_DIR,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def stop(process: asyncio.subprocess.Process, number: signal.Signals) -> tuple[str, float]:
    """Asks the process to end; answers what it printed and how long it took."""
    process.send_signal(number)
    begun = time.monotonic()
    output, _ = await process.communicate()
    return output.decode(), time.monotonic() - begun


async def test_it_plays_stations_until_it_is_told_to_stop(csms: Csms) -> None:
    arguments = ["--url", csms.url, "--station-id", "DP-0009", "--count", "2", "--connectors", "2"]
    arguments += ["--password", KEY, "--id-tag", "CARD-1", "--pause", "0", "0", "--meter-interval", "0.1"]
    async with simulator(*arguments) as process:
        await csms.wait_for_call("MeterValues", count=4, seconds=90)
        output, seconds = await stop(process, signal.SIGTERM)
    assert process.returncode == 0
    assert seconds < 30  # it promises 2; the rest is for a machine that is busy
    assert sorted(csms.paths) == ["/ocpp/DP-0009", "/ocpp/DP-0010"]
    assert "DP-0009 -> BootNotification" in output
    assert " -> StartTransaction connector_id=" in output
    assert KEY not in output


async def test_it_plays_a_plan_file_and_can_be_quiet(csms: Csms, tmp_path: Path) -> None:
    csms.replies["BootNotification"] = lambda _: {"status": "Accepted", "currentTime": now(), "interval": 300}
    plan = tmp_path / "plan.json"
    station = {"identity": "DP 1", "password": KEY, "connectors": [{"number": 1}, {"number": 2}]}
    plan.write_text(json.dumps({"seed": 1, "stations": [station]}))
    memory = tmp_path / "memory"
    async with simulator("--url", csms.url, "--plan", str(plan), "--memory", str(memory), "--quiet") as process:
        await csms.wait_for_call("StatusNotification", count=3, seconds=90)
        output, _ = await stop(process, signal.SIGINT)
    assert process.returncode == 0
    assert output == ""
    assert csms.paths == ["/ocpp/DP%201"]
    assert json.loads((memory / "DP%201.json").read_text())["registers"] == {"1": 0, "2": 0}


async def test_it_stops_while_nobody_answers(csms: Csms) -> None:
    await csms.close()
    async with simulator("--url", csms.url) as process:
        assert process.stdout is not None
        line = await process.stdout.readline()
        assert b"!! no connection" in line
        await stop(process, signal.SIGTERM)
    assert process.returncode == 0
    await csms.open()


def test_it_names_what_is_wrong_with_its_arguments(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="--url"):
        call_command("simulate_station", url="http://127.0.0.1")
    with pytest.raises(CommandError, match="--id-tag"):
        call_command("simulate_station", charge=True)
    with pytest.raises(CommandError, match="No such file"):
        call_command("simulate_station", plan=tmp_path / "absent.json")
    for arguments in (["--count", "0"], ["--speed", "0"], ["--meter-interval", "often"]):
        with pytest.raises(CommandError, match=arguments[0]):
            call_command("simulate_station", *arguments)


async def test_it_needs_neither_django_nor_a_database_as_a_library() -> None:
    script = "import sys, ocpp_consumer.simulator; print(any('django' in name for name in sys.modules))"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, cwd=settings.BASE_DIR, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    assert output.strip() == b"False"

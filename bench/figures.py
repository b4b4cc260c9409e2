"""The figures of one run, each measured against servers of its own; the bars are those that the design sets."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from bench import apps, house, usage
from bench.crowd import Crowd
from bench.histogram import Histogram
from bench.measuring import Bench, Measured
from bench.table import Figure

FIELD_SESSIONS_MS, FIELD_METERING_MS = 4.7, 4.0
ECHOING, CLOSED, CHARGING = 100, 100, 50
SCALE_FEW, SCALE_MANY, SCALE_RATE = 100, 2_000, 1_500.0
COMMANDED, COMMANDS, COMMAND_PAUSE = 200, 300, 0.02
IDLE_BAR_KB, STORM_BAR_S, HALF_LOAD_BAR_MS, COMMAND_BAR_MS = 45.0, 20.0, 50.0, 100.0
APPS, API_BAR_MS = 50, 50.0
# A load that does not grow with the crowd costs as much for each frame, give or take a noisy machine.
FLAT = 1.25


class Run:
    """What one figure needs to know of another: the stock echo, and how fast metering was."""

    def __init__(self, bench: Bench, *, crowd: int) -> None:
        self.bench = bench
        self.crowd = crowd
        self.stock = 0.0
        self.metering_rate = 3_000.0

    @contextmanager
    def server(self, application: str = house.GATEWAY) -> Iterator[house.Server]:
        """One server for one figure."""
        with house.serving(application, environment=self.bench.environment) as server:
            yield server

    def to_echo(self, measured: Measured) -> float | None:
        """Answers per CPU-second of the gateway, as a ratio to the stock echo of this run."""
        return measured.per_gateway_second / self.stock if self.stock else None


def echo(run: Run) -> Iterator[Figure]:
    """What the server, and a stock consumer on it, cost without any work."""
    for name, application in (("bare ASGI echo", house.BARE), ("stock Channels echo", house.STOCK)):
        with run.server(application) as server:
            measured = run.bench.without_rows("echo", [server], count=ECHOING)
        run.stock = measured.per_gateway_second
        yield Figure(f"{name}, per gateway CPU-second", f"{measured.per_gateway_second:,.0f}")


def heartbeat(run: Run) -> Iterator[Figure]:
    """Heartbeats, stored and answered."""
    with run.server() as server:
        measured = run.bench.run("heartbeat", [server], count=CLOSED)
    value = f"{measured.per_gateway_second:,.0f} ({measured.milliseconds_each:.3f} ms in all)"
    yield Figure("heartbeats, per gateway CPU-second", value, to_echo=run.to_echo(measured))


def metering(run: Run) -> Iterator[Figure]:
    """MeterValues of four samples inside running transactions, in a closed loop."""
    with run.server() as server:
        measured = run.bench.run("metering", [server], count=CLOSED)
    run.metering_rate = measured.result.answered / measured.result.seconds
    ratio = run.to_echo(measured)
    rate = f"{measured.per_gateway_second:,.0f}"
    yield Figure("MeterValues, per gateway CPU-second", rate, "the stock echo", ratio, ratio)
    bar = FIELD_METERING_MS / 40
    each = measured.milliseconds_each
    yield Figure("MeterValues, CPU of all servers", f"{each:.3f} ms", f"{bar:.2f} ms", bar / each)


def sessions(run: Run) -> Iterator[Figure]:
    """Whole sessions: boot, authorize, start, five MeterValues, stop, statuses."""
    with run.server() as server:
        measured = run.bench.run("sessions", [server], count=CHARGING)
    bar = FIELD_SESSIONS_MS / 10
    each = measured.milliseconds_each
    yield Figure("whole sessions, CPU of all servers a message", f"{each:.3f} ms", f"{bar:.2f} ms", bar / each)


def half_load(run: Run) -> Iterator[Figure]:
    """MeterValues at half of what the closed loop came to, while somebody holds every lock that a verb takes."""
    with run.server() as server, locks(run.bench.database_url):
        measured = run.bench.run("metering", [server], count=CLOSED, rate=run.metering_rate / 2)
    slowest = measured.result.latencies["MeterValues"].percentile(0.99) * 1000
    value, bar = f"{slowest:.1f} ms", f"{HALF_LOAD_BAR_MS:.0f} ms"
    yield Figure("answer at half load, locks held, p99", value, bar, HALF_LOAD_BAR_MS / slowest)


def idle(run: Run) -> Iterator[Figure]:
    """Many stations that are connected and silent, and then all of them coming back at once."""
    with run.server() as server:
        run.bench.run("heartbeat", [server], count=2, seconds=0.5)  # everything is imported and open
        before = usage.memory(server.pid)
        crowd = Crowd("idle", ports=[server.port], count=run.crowd)
        try:
            crowd.wait_until_ready()
            time.sleep(3.0)
            after = usage.memory(server.pid)
            crowd.go_on()
            crowd.wait_until_ready()
            crowd.go_on()
            crowd.result()
        finally:
            crowd.end()
        each = [(now - then) / run.crowd / 1024 for now, then in zip(after, before, strict=True)]
        value = f"{each[0]:.1f} KB RSS, {each[1]:.1f} PSS"
        name = f"{run.crowd:,} idle stations, memory each"
        yield Figure(name, value, f"{IDLE_BAR_KB:.0f} KB", IDLE_BAR_KB / each[0])
        time.sleep(run.crowd / 1000)  # goodbyes are written down
        measured = run.bench.run("storm", [server], count=run.crowd)
    took = measured.result.seconds
    bar = STORM_BAR_S * run.crowd / 10_000
    yield Figure(f"{run.crowd:,} stations come back", f"{took:.1f} s", f"{bar:.0f} s", bar / took)


def scale(run: Run) -> Iterator[Figure]:
    """The same rate of MeterValues from few stations and from many."""
    costs = []
    for count in (SCALE_FEW, SCALE_MANY):
        with run.server() as server:
            costs.append(run.bench.run("metering", [server], count=count, rate=SCALE_RATE).milliseconds_each)
    name = f"cost of a frame, {SCALE_MANY:,} stations to {SCALE_FEW}"
    yield Figure(name, f"{costs[1] / costs[0]:.2f} times", f"{FLAT} times", FLAT * costs[0] / costs[1])


def commands(run: Run) -> Iterator[Figure]:
    """From a Command row, made by a third process, to the frame at the station, over two gateways."""
    latencies = Histogram()
    with ExitStack() as stack:
        servers = [stack.enter_context(run.server()) for _ in range(2)]
        crowd = Crowd("idle", ports=[server.port for server in servers], count=COMMANDED)
        stack.callback(crowd.end)
        crowd.wait_until_ready()
        crowd.go_on()
        crowd.wait_until_ready()
        words = [str(COMMANDS), str(COMMAND_PAUSE), str(COMMANDED)]
        asked = _times(subprocess.check_output([sys.executable, "-m", "bench.asker", *words], text=True).splitlines())  # noqa: S603  # our own program
        crowd.go_on()
        told = _times(crowd.result().told)
    for tag, at in asked.items():
        latencies.add(told[tag] - at)
    slowest = latencies.percentile(0.99) * 1000
    value = f"{slowest:.0f} ms (p50 {latencies.percentile(0.5) * 1000:.0f})"
    bar = f"{COMMAND_BAR_MS:.0f} ms"
    yield Figure("command to the wire, two gateways, p99", value, bar, COMMAND_BAR_MS / slowest)


def api(run: Run) -> Iterator[Figure]:
    """Drivers' apps, each asking every two seconds, beside stations that are connected."""
    with run.server() as server, ExitStack() as stack:
        crowd = Crowd("idle", ports=[server.port], count=APPS)
        stack.callback(crowd.end)
        crowd.wait_until_ready()
        crowd.go_on()
        crowd.wait_until_ready()
        words = [sys.executable, "-m", "bench.logins", str(APPS + 1), "100"]
        tokens = subprocess.check_output(words, text=True).split()  # noqa: S603  # our own program
        timed = asyncio.run(apps.use_all(tokens, port=server.port, rounds=3))
        crowd.go_on()
        crowd.result()
    turned_away = timed.pop(apps.TURNED_AWAY, Histogram()).total
    yield Figure(f"{APPS} apps: told to try again", str(turned_away), "0")
    for route, histogram in sorted(timed.items()):
        half, slow = (histogram.percentile(share) * 1000 for share in (0.5, 0.95))
        value, bar = f"p50 {half:.1f} ms, p95 {slow:.1f} ms", f"{API_BAR_MS:.0f} ms"
        yield Figure(f"{APPS} apps: {route}", value, bar, API_BAR_MS / slow)


@contextmanager
def locks(database_url: str) -> Iterator[None]:
    """Somebody who locks every station, connector and session for half a second, again and again."""
    process = subprocess.Popen([sys.executable, "-m", "bench.locker", database_url])  # noqa: S603  # our own program
    try:
        yield
    finally:
        process.kill()
        process.wait()


def _times(lines: list[str]) -> dict[str, float]:
    """Lines of "tag time"."""
    return {tag: float(at) for tag, at in (line.split() for line in lines)}


ALL: dict[str, Callable[[Run], Iterator[Figure]]] = {
    "echo": echo,
    "heartbeat": heartbeat,
    "metering": metering,
    "sessions": sessions,
    "half_load": half_load,
    "commands": commands,
    "scale": scale,
    "idle": idle,
    "api": api,
}

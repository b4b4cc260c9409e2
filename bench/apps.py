"""Apps of drivers: each asks every two seconds, as a phone does, and every answer is timed."""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Sequence

import httpx

from bench.histogram import Histogram
from bench.rows import Difference

# A person may ask 60 times a minute; a phone that is looked at asks half as often, and phones do not ask in step.
PAUSE_SECONDS = 2.0
READS = (
    "/api/v1/stations",
    "/api/v1/stations/B-00001",
    "/api/v1/stations/B-00001/status",
    "/api/v1/stations/B-00001/price?energy_kwh=25.5&minutes=40",
    "/api/v1/locations",
    "/api/v1/sessions",
    "/api/sessions/active",
    "/api/v1/balance/current",
    "/api/billing/me/transactions",
    "/api/v1/history/charging",
    "/api/v1/history/stats",
    "/api/v1/profile",
    "/api/v1/notifications",
    "/api/v1/reservations",
)
START = "/api/v1/charging/start"
# Answered "try again in a moment": what such a request waits in all is in its own figure, too.
TURNED_AWAY = "turned away"
WATCH = "/api/v1/charging/{id}"


class App:
    """One driver's phone."""

    def __init__(self, number: int, token: str, client: httpx.AsyncClient, timed: dict[str, Histogram]) -> None:
        self.number = number
        self.headers = {"Authorization": f"Bearer {token}"}
        self.client = client
        self.timed = timed

    async def use(self, *, rounds: int) -> None:
        """Every read so many times and a charge, in an order of its own, at a phone's pace."""
        await asyncio.sleep(random.uniform(0, PAUSE_SECONDS))  # noqa: S311  # phones, who are no secret
        wanted = [*READS * rounds, START]
        for route in random.sample(wanted, len(wanted)):
            await (self.charge() if route == START else self.ask("GET", route, {200}))

    async def charge(self) -> None:
        """A start, a look, and a stop."""
        started = await self.ask("POST", START, {202}, station_id=f"B-{self.number:05d}", connector_id=1, amount="50")
        session = started["session_id"]
        await self.ask("GET", f"/api/v1/charging/{session}", {200}, name=WATCH)
        await self.ask("POST", "/api/v1/charging/stop", {200}, session_id=session)

    async def ask(self, method: str, route: str, good: set[int], *, name: str = "", **body: object) -> dict[str, str]:
        """One request, timed until it was let in; raises Difference for any other answer than a good one."""
        begun = time.perf_counter()
        while (
            answer := await self.client.request(method, route, headers=self.headers, json=body or None)
        ).status_code == 503:
            self.timed[TURNED_AWAY].add(time.perf_counter() - begun)
            await asyncio.sleep(float(answer.headers["Retry-After"]))
        took = time.perf_counter() - begun
        if answer.status_code not in good:
            raise Difference(f"{method} {route}: {answer.status_code} {answer.text[:200]}")
        self.timed[f"{method} {(name or route).partition('?')[0]}"].add(took)
        await asyncio.sleep(max(0.0, PAUSE_SECONDS - took))
        said: dict[str, str] = answer.json()
        return said


async def use_all(tokens: Sequence[str], *, port: int, rounds: int) -> dict[str, Histogram]:
    """All phones at once; how long each route took. The last token is of one who only warms the server up."""
    timed: defaultdict[str, Histogram] = defaultdict(Histogram)
    limits = httpx.Limits(max_connections=len(tokens), max_keepalive_connections=len(tokens))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", limits=limits, timeout=30) as client:
        first = App(0, tokens[-1], client, defaultdict(Histogram))  # what a server does once is not a phone's wait
        for route in READS:
            await first.ask("GET", route, {200})
        apps = [App(number, token, client, timed) for number, token in enumerate(tokens[:-1])]
        await asyncio.gather(*(app.use(rounds=rounds) for app in apps))
    return timed

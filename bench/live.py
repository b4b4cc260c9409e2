"""`python -m bench.live`: how long a frame takes from a station's socket to the row of a list in a real browser.

Runs against a house that is up (`make run`), with its DATABASE_URL, REDIS_URL, SECRET_KEY and OCPP_KEY_PEPPER.
"""

import argparse
import asyncio
import os
import shutil
import sys
import time
from dataclasses import dataclass

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "drivepower.settings")
django.setup()

from asgiref.sync import sync_to_async  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.test import Client  # noqa: E402
from playwright.async_api import Page, async_playwright  # noqa: E402

from bench.histogram import Histogram  # noqa: E402
from ocpp_consumer.simulator import ConnectorSpec, StationSpec  # noqa: E402
from ocpp_consumer.simulator import Station as Simulated  # noqa: E402
from stations.models import Connector, Station  # noqa: E402
from stations.registry import issue_key  # noqa: E402

CODE, IDENTITY, EMAIL = "BENCH-LIVE", "bench-live", "bench-live@example.com"
PATIENCE_MS = 15_000
# Notes when the cell says something else, by the clock that our own process has, too.
WATCH = """(name) => {
    const rows = [...document.querySelectorAll(".data-row")];
    const cell = rows.find((row) => row.querySelector("th").textContent.trim() === name).querySelector(".field-status");
    window.seen = [];
    new MutationObserver(() => window.seen.push([cell.textContent.trim(), Date.now() / 1000]))
        .observe(cell, {childList: true, subtree: true, characterData: true});
}"""


@dataclass(frozen=True)
class Prepared:
    """A station that may come in, and a person's session."""

    key: str
    cookie: str


def prepare() -> Prepared:
    """The station and the person of this measurement; made once."""
    station, _ = Station.objects.get_or_create(code=CODE, defaults={"identity": IDENTITY})
    Connector.objects.get_or_create(station=station, number=1)
    person = get_user_model().objects.filter(email=EMAIL).first()
    client = Client()
    client.force_login(person or get_user_model().objects.create_superuser(email=EMAIL))
    return Prepared(issue_key(station=station), client.cookies[settings.SESSION_COOKIE_NAME].value)


async def measure(page: Page, station: Simulated, *, times: int, pause: float) -> Histogram:
    """Send statuses and note when the row said each of them."""
    taken = Histogram()
    await page.evaluate(WATCH, f"{CODE} / 1")
    for number in range(times):
        status, turn = (("Faulted", station.fault), ("Available", station.mend))[number % 2]
        begun = time.time()
        turn(1)
        at = await page.wait_for_function(
            "([status, begun]) => window.seen.find(([text, at]) => at >= begun && text === status)?.[1]",
            arg=[status, begun],
            timeout=PATIENCE_MS,
        )
        taken.add(await at.json_value() - begun)
        await asyncio.sleep(pause * (0.5 + number % 7 / 7))  # not in step with anything
    return taken


async def watch(url: str, *, times: int, pause: float) -> Histogram:
    """With one station, and one list of connectors open."""
    prepared = await sync_to_async(prepare)()
    spec = StationSpec(identity=IDENTITY, password=prepared.key, connectors=(ConnectorSpec(number=1),))
    async with async_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("google-chrome")
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        context = await browser.new_context(locale="en")
        await context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": prepared.cookie, "url": url}])
        page = await context.new_page()
        async with Simulated(spec, url=f"{url.replace('http', 'ws', 1)}/ocpp") as station:
            await station.wait_for(lambda one: one.is_settled)
            await page.goto(f"{url}/admin/stations/connector/?q={CODE}")
            await page.wait_for_timeout(2000)
            return await measure(page, station, times=times, pause=pause)


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.live", description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--pause", type=float, default=1.0, help="seconds between two frames")
    options = parser.parse_args()
    taken = asyncio.run(watch(options.url, times=options.times, pause=options.pause))
    p50, p95, most = (1000 * taken.percentile(share) for share in (0.5, 0.95, 1.0))
    sys.stdout.write(f"{taken.total} frames to rows: median {p50:.0f} ms, p95 {p95:.0f} ms, most {most:.0f} ms\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""`python -m bench.portal`: how long every page of the portal keeps the database, over months of charging."""

import argparse
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from bench import table
from bench.table import Figure
from drivepower.embedded import CannotStart
from drivepower.embedded.servers import serving
from drivepower.embedded.temporary import temporary_directory

STATIONS, DRIVERS = 1_000, 2_500
BAR_MS = 300.0
ROUNDS = 3


class WrongPage(Exception):
    """A page was not answered."""


def main() -> int:
    """Fill a database, or take the one that DATABASE_URL names with --as-it-is; 1 where a page is over the bar."""
    options = _options()
    secret = {name: secrets.token_hex(32) for name in ("SECRET_KEY", "OCPP_KEY_PEPPER")}
    kept = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL") if options.as_it_is}
    try:
        with temporary_directory() as directory, serving(directory.path, preset=kept, out=sys.stdout) as servers:
            os.environ.update({**secret, **servers.urls})
            if not options.as_it_is:
                _fill(options)
            found = measure()
    except CannotStart as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    sys.stdout.write(f"\n{table.write(found)}\n")
    return int(any(figure.reached is not None and figure.reached < 1 for figure in found))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.portal", description=__doc__)
    parser.add_argument("--sessions", type=int, default=1_000_000)
    parser.add_argument("--readings", type=int, default=20_000_000)
    parser.add_argument("--frames", type=int, default=20_000_000)
    parser.add_argument("--as-it-is", action="store_true", help="measure the database of DATABASE_URL, filling nothing")
    return parser.parse_args()


def _fill(options: argparse.Namespace) -> None:
    begun = time.monotonic()
    past = [str(count) for count in (options.sessions, options.readings, options.frames)]
    for words in (
        ["manage.py", "migrate", "--verbosity", "0"],
        ["-m", "bench.world", str(STATIONS), str(DRIVERS)],
        ["-m", "bench.past", *past],
    ):
        subprocess.run([sys.executable, *words], check=True)  # noqa: S603  # our own programs
    sys.stdout.write(f"filled in {time.monotonic() - begun:.0f} s\n")


def measure() -> list[Figure]:
    """Each page as a superuser, warmed up once: queries, and the time of the database, the slowest of three."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "drivepower.settings")
    import django

    django.setup()
    from bench.pages import addresses, visitor

    client = visitor()
    return [figure_of(name, partial(client.get, address)) for name, address in addresses()]


def figure_of(name: str, visit: Callable[[], Any]) -> Figure:
    """One page."""
    from django.db import connection

    slowest, queries = 0.0, 0
    for turn in range(ROUNDS + 1):
        spent: list[float] = []

        def watch(execute: Any, *call: Any, spent: list[float] = spent) -> Any:
            begun = time.perf_counter()
            try:
                return execute(*call)
            finally:
                spent.append(time.perf_counter() - begun)

        with connection.execute_wrapper(watch):
            status = visit().status_code
        if turn:
            slowest, queries = max(slowest, sum(spent) * 1000), len(spent)
    if status != 200:
        raise WrongPage(f"{name}: {status}")
    return Figure(name, f"{slowest:.0f} ms in {queries} queries", f"{BAR_MS:.0f} ms", BAR_MS / max(slowest, 0.01))


if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd()))
    sys.exit(main())

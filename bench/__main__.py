"""`python -m bench`: servers of its own, a network, the load, and a table of what came of it."""

import argparse
import json
import os
import secrets
import subprocess
import sys
import time
from pathlib import Path

from bench import figures, house, table
from bench.crowd import LoadFailed
from bench.measuring import Bench
from bench.rows import Difference
from drivepower.embedded import CannotStart
from drivepower.embedded.progress import step
from drivepower.embedded.servers import serving
from drivepower.embedded.temporary import temporary_directory

MOST_DRIVERS = 2_500


def main() -> int:
    """Measure what was asked for; 1 where stations and tables do not agree or something did not start."""
    options = _options()
    house.raise_limit()
    begun = time.monotonic()
    try:
        with temporary_directory() as directory, serving(directory.path, preset={}, out=sys.stdout) as servers:
            found = _measure(options, servers.urls)
    except (CannotStart, Difference, LoadFailed, house.NotUp) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    sys.stdout.write(f"\n{table.write(found)}\n\nin {time.monotonic() - begun:.0f} s\n")
    if options.json:
        options.json.write_text(json.dumps(table.as_json(found), indent=2) + "\n")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "figures", nargs="*", metavar="FIGURE", help=f"of {', '.join(figures.ALL)}; all if none is named"
    )
    parser.add_argument("--seconds", type=float, default=10.0, help="how long each load lasts (default 10)")
    parser.add_argument("--crowd", type=int, default=10_000, help="how many stations are idle and come back")
    parser.add_argument("--json", type=Path, help="a file for the table as JSON")
    options = parser.parse_args()
    if unknown := set(options.figures) - set(figures.ALL):
        parser.error(f"no such figure: {', '.join(sorted(unknown))}")
    return options


def _measure(options: argparse.Namespace, urls: dict[str, str]) -> list[table.Figure]:
    secret = {name: secrets.token_hex(32) for name in ("SECRET_KEY", "OCPP_KEY_PEPPER")}
    # A hundred sockets play thousands of stations: the pace that is meant for one would be all that is measured.
    unpaced = dict.fromkeys(("OCPP_FRAMES_PER_SECOND", "OCPP_FRAMES_AT_ONCE"), "1000000")
    environment = {**urls, **secret, **unpaced}
    os.environ.update(environment)
    stations = max(options.crowd, figures.SCALE_MANY)
    with step(f"building a network of {stations:,} stations", sys.stdout):
        for words in (
            ["manage.py", "migrate", "--verbosity", "0"],
            ["-m", "bench.world", str(stations), str(min(stations, MOST_DRIVERS))],
        ):
            subprocess.run([sys.executable, *words], check=True)  # noqa: S603  # our own programs
    run = figures.Run(Bench(urls["DATABASE_URL"], environment, options.seconds), crowd=options.crowd)
    found: list[table.Figure] = []
    for name in options.figures or figures.ALL:
        sys.stdout.write(f"{name}\n")
        found += figures.ALL[name](run)
    return found


if __name__ == "__main__":
    sys.exit(main())

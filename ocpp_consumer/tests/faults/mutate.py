"""`python -m ocpp_consumer.tests.faults.mutate`: mutated frames to a real server; `make mutate` calls it."""

import argparse
import asyncio
import os
import secrets
import sys
import tempfile
import time
from pathlib import Path

import django
from django.core.management import call_command

SLOWEST_SECONDS = 1.0


def main() -> int:
    """Run on the database of DATABASE_URL; 0 only if every frame was answered and kept as it must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=10_000)
    parser.add_argument("--sockets", type=int, default=12)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**32))
    options = parser.parse_args()
    sys.stdout.write(f"seed {options.seed}\n")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "drivepower.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATA_DIR"] = folder
        return asyncio.run(_mutate(options, Path(folder) / "gateway.log"))


async def _mutate(options: argparse.Namespace, log: Path) -> int:
    # These import models.
    from ocpp_consumer.tests.conformance.site import make_site
    from ocpp_consumer.tests.faults import pumped
    from ocpp_consumer.tests.faults.mutating import mutate
    from ocpp_consumer.tests.faults.processes import Gateway
    from ocpp_consumer.tests.server import in_db

    gateway = Gateway(database_url=os.environ["DATABASE_URL"], redis_url=os.environ["REDIS_URL"], log=log)
    try:
        await asyncio.to_thread(gateway.wait_until_up)
        sites = [await in_db(make_site)() for _ in range(options.sockets + 1)]
        began = time.monotonic()
        summary = await mutate(gateway.url, sites=sites, frames=options.frames, seed=options.seed, progress=tell)
        took = time.monotonic() - began
    finally:
        gateway.end()
    summary.wrong += pumped.slow()
    complaints = [line for line in log.read_text().splitlines() if '"error"' in line or "Traceback" in line]
    if summary.slowest_heartbeat > SLOWEST_SECONDS:
        summary.wrong.append(f"the quiet station waited {summary.slowest_heartbeat:.1f} s")
    sys.stdout.writelines(f"{count:6}  {answer}\n" for answer, count in summary.answers.most_common())
    sys.stdout.writelines(f"WRONG {line}\n" for line in summary.wrong[:20])
    sys.stdout.writelines(f"LOGGED {line[:2000]}\n" for line in complaints[:10])
    sys.stdout.write(
        f"{summary.sent} frames in {took:.0f} s, {summary.answers.total()} answers, {len(summary.wrong)} wrong, "
        f"{len(complaints)} complaints; a quiet station waited {summary.slowest_heartbeat * 1000:.0f} ms at most\n"
    )
    return 1 if summary.wrong or complaints else 0


def tell(sent: int) -> None:
    """Say how far it is."""
    if sent % 1000 == 0:
        sys.stdout.write(f"{sent} frames\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

"""`python -m ocpp_consumer.tests.faults.kills`: kill gateways, PostgreSQL and workers under load; see `make kills`."""

import argparse
import asyncio
import os
import secrets
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import django
from django.core.management import call_command
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper

from drivepower.embedded.postgres import Postgres
from drivepower.embedded.servers import serving
from drivepower.embedded.temporary import temporary_directory
from ocpp_consumer.tests.faults.proxy import Proxy


def main() -> int:
    """Run; 0 only if nothing that was acknowledged is lost, and every charge is settled once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100, help="of gateway processes")
    parser.add_argument("--database-kills", type=int, default=5, help="of PostgreSQL, among them")
    parser.add_argument("--worker-kills", type=int, default=200, help="of workers that settle bills")
    parser.add_argument("--stations", type=int, default=24)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**32))
    options = parser.parse_args()
    sys.stdout.write(f"seed {options.seed}\n")
    with ExitStack() as stack:
        folder = stack.enter_context(temporary_directory()).path
        servers = stack.enter_context(serving(folder, preset={}, out=sys.stdout))  # with fsync, as in production
        (postgres,) = (one for one in servers.ours if isinstance(one, Postgres))
        lost = asyncio.run(_kill(options, postgres, servers.urls, folder)) if options.kills else 0
    wrong = _kill_workers(options.worker_kills, options.seed) if options.worker_kills else 0
    return max(lost, wrong)


async def _kill(options: argparse.Namespace, postgres: Postgres, urls: dict[str, str], folder: Path) -> int:
    async with Proxy(urls["DATABASE_URL"]).running() as proxy:
        os.environ.update(
            DATABASE_URL=proxy.url,
            REDIS_URL=urls["REDIS_URL"],
            DATA_DIR=str(folder / "files"),
            DJANGO_SETTINGS_MODULE="drivepower.settings",
        )
        await asyncio.to_thread(_prepare)
        # These import models.
        from ocpp_consumer.tests.conformance.site import make_site
        from ocpp_consumer.tests.faults.charger import Charger
        from ocpp_consumer.tests.faults.killing import Killing
        from ocpp_consumer.tests.faults.processes import Gateway
        from ocpp_consumer.tests.server import in_db

        ours = connections["default"]
        assert isinstance(ours, DatabaseWrapper)

        async def kill_database() -> None:
            assert postgres.process
            postgres.process.send_signal(signal.SIGKILL)
            postgres.process.wait()
            proxy.lead_to(postgres.start())
            ours.close_pool()
            sys.stdout.write("PostgreSQL was killed and has recovered\n")

        log = folder / "gateways.log"
        gateways = [Gateway(database_url=proxy.url, log=log) for _ in range(2)]
        try:
            for gateway in gateways:
                await asyncio.to_thread(gateway.wait_until_up)
            stations = [await in_db(make_site)() for _ in range(options.stations)]
            places = [gateway.url for gateway in gateways]
            chargers = [Charger(site, urls=places, seed=options.seed + n) for n, site in enumerate(stations)]
            killing = Killing(gateways, chargers, options.seed, kill_database, options.database_kills)
            balance = await killing.run(options.kills)
        finally:
            for gateway in gateways:
                gateway.end()
            sys.stdout.write(_complaints(log))
    sys.stdout.write(f"{options.kills} kills of gateways, {options.database_kills} of PostgreSQL: {balance}\n")
    return 0 if balance.is_even else 1


def _kill_workers(kills: int, seed: int) -> int:
    """In a process and with servers of its own: Django cannot be led to another database."""
    words = ["-m", "ocpp_consumer.tests.faults.worker_kills", "--kills", str(kills), "--seed", str(seed)]
    return subprocess.run([sys.executable, *words], check=False).returncode  # noqa: S603  # our own words


def _prepare() -> None:
    django.setup()
    call_command("migrate", verbosity=0)


def _complaints(log: Path) -> str:
    errors = [line for line in log.read_text().splitlines() if "error" in line.lower()]
    return "".join(f"{line[:300]}\n" for line in errors[-5:])


if __name__ == "__main__":
    sys.exit(main())

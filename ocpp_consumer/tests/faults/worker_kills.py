"""`python -m ocpp_consumer.tests.faults.worker_kills`: kill workers while they settle bills; `make kills` calls it."""

import argparse
import os
import random
import secrets
import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import django
from django.core.management import call_command

from drivepower.embedded.servers import serving
from drivepower.embedded.temporary import temporary_directory


def main() -> int:
    """Run; 0 only if every charge was settled exactly once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**32))
    options = parser.parse_args()
    sys.stdout.write(f"seed {options.seed}\n")
    with ExitStack() as stack:
        folder = stack.enter_context(temporary_directory()).path
        servers = stack.enter_context(serving(folder, preset={}, out=sys.stdout))  # with fsync, as in production
        os.environ.update(servers.urls, DATA_DIR=str(folder / "files"), DJANGO_SETTINGS_MODULE="drivepower.settings")
        django.setup()
        call_command("migrate", verbosity=0)
        return _kill(options.kills, options.seed, folder / "workers.log")


def _kill(kills: int, seed: int, log: Path) -> int:
    # These import models.
    from charging.tests import world
    from ocpp_consumer.tests.faults.bills import Bills
    from ocpp_consumer.tests.faults.settling import Settling
    from ocpp_consumer.tests.faults.workers import Worker

    hire = partial(Worker, log=log, database_url=os.environ["DATABASE_URL"], redis_url=os.environ["REDIS_URL"])
    settling = Settling(Bills(world.build(), random.Random(seed)), hire, seed)
    complaints = settling.run(kills)
    sys.stdout.write("".join(f"{one}\n" for one in complaints))
    sys.stdout.write(
        f"{kills} kills of workers, {settling.in_the_midst} of them with bills still to settle: "
        f"{len(settling.bills.due)} bills, {'NOT in order' if complaints else 'each settled once'}\n"
    )
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
